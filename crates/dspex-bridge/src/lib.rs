//! Runs DSPy modules: natively in Rust, or in supervised Python workers.

pub mod call;
mod engine;
pub mod llm;

pub use call::{
    CallContext, CallError, CallErrorKind, Cost, EngineKind, Exactness, Meta, ModuleKind,
    ModuleSpec, Outcome, OutcomeId, PathStep, Prediction, PythonException, Reasoned, Timing, Usage,
};
pub use engine::{Capability, Engine, ParseDelegate, Prepared, Unsupported};
