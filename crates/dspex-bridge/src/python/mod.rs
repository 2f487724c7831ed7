//! The Python engine: DSPy in supervised workers, and the environment they need.

mod completions;
mod config;
mod describe;
#[cfg(feature = "embed")]
pub mod embed;
#[cfg(feature = "http")]
mod embeddings;
mod engine;
pub mod environment;
mod failure;
mod journal;
mod llama_server;
#[cfg(feature = "http")]
mod lm;
mod operations;
mod package;
mod pool;
mod prepared;
mod stream;
mod tools;
mod wire;

pub use config::{PoolConfig, PythonConfig, PythonSource, Recycle, Spawn};
#[cfg(feature = "http")]
pub use embeddings::PythonEmbeddings;
pub use engine::{DEFAULT_POOL, MODELS_POOL, PythonEngine};
pub use journal::{AttemptJournal, JournalError};
pub use llama_server::{LlamaServer, LlamaServerError};
#[cfg(feature = "http")]
pub use lm::PythonLm;
pub use pool::{ExitReason, PoolStats};
pub use wire::{MAX_DEPTH, MAX_FRAME_BYTES};
