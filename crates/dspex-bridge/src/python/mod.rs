//! The Python engine: DSPy in supervised workers, and the environment they need.

mod completions;
mod config;
mod describe;
#[cfg(feature = "embed")]
pub mod embed;
mod engine;
pub mod environment;
mod failure;
mod llama_server;
mod package;
mod pool;
mod wire;

pub use config::{PoolConfig, PythonConfig, PythonSource};
pub use engine::{DEFAULT_POOL, PythonEngine};
pub use llama_server::{LlamaServer, LlamaServerError};
pub use pool::{ExitReason, PoolStats};
pub use wire::{MAX_DEPTH, MAX_FRAME_BYTES};
