//! Runs DSPy in production from Rust.
//!
//! A **signature** says what goes in and comes out. A **module** is a signature plus a way to
//! answer it. A **call** is a module and one input. A **prediction** is the answer, with
//! [`meta()`](Prediction::meta) beside it. A **pipeline** is stages wired by the names and types
//! of their fields.
//!
//! ```no_run
//! use dspex::prelude::*;
//!
//! /// Answer the question from the context.
//! #[derive(Signature)]
//! #[signature(output = Answer)]
//! struct Ask {
//!     question: String,
//!     context: Vec<String>,
//! }
//!
//! #[derive(FieldType)]
//! struct Answer {
//!     answer: String,
//!     /// between 0 and 1
//!     #[field(ge = 0.0, le = 1.0)]
//!     confidence: f64,
//! }
//!
//! # async fn example() -> dspex::Result<()> {
//! let dspex = Dspex::builder().lm("default", "openai/gpt-4o-mini").start().await?;
//! let ask = Ask {
//!     question: "Where do returns go?".into(),
//!     context: vec!["Returns go to Leeds.".into()],
//! };
//! let reply = dspex.predict::<Ask>().call(ask).await?;
//! println!("{} ({:.0}%)", reply.answer, reply.confidence * 100.0);
//! println!("{} with {}", reply.meta().engine, reply.meta().lm);
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! - `cli`: the `dspex` command: `setup`, `doctor`, `parity`.
//! - `testing`: scripted models and a clock that jumps ahead, for tests of programs that use dspex.
//! - `templates`, `validators`: the operations of these names.
//! - `mcp`: tools of servers that speak the Model Context Protocol.
//! - `embed`: Python inside the process, for pools that ask for it; building needs libpython.
//! - `chrono`, `decimal`, `jiff`, `uuid`: the types of these crates as fields (`decimal` is
//!   rust_decimal); `serde`: JSON of serde_json, and `#[field(serde)]`.

mod auto_clock;
mod builder;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
mod dspex;
mod error;
#[cfg(doctest)]
mod guide;
mod models;
pub mod prelude;

pub use builder::DspexBuilder;
pub use config::{Config, ConfigError};
pub use dspex::Dspex;
#[cfg(feature = "mcp")]
pub use dspex_bridge::mcp;
pub use dspex_bridge::{
    Acted, Affinity, CallContext, CallError, CallErrorKind, CallEvent, Capability, Cost,
    EngineKind, Exactness, Meta, Outcome, OutcomeId, Partial, PathStep, Prediction, Priority,
    PythonException, Reasoned, Spent, Timing, TraceParent, TraceParentError, TrajectoryStep,
    Transcript, Turn, Usage, llm, operations, python,
};
pub use dspex_orchestrator::{
    Call, CallStream, ChainOfThought, Choice, Compared, Limits, Module, ModuleStatistics,
    MultiChainComparison, OnDifference, Parallel, Predict, React, Shadow, ShadowDifference,
    ShadowReport, Statistics,
};
pub use dspex_pipeline::{
    Completed, EngineReport, Pipeline, PipelineError, Plan, RanOn, Report, Run, RunAll, RunEvent,
    Stage, StageExt, StageReport, WiringError, pipeline,
};
pub use dspex_signature::{
    Adapter, Clock, Example, FieldType, Fields, KeyType, PartialOutputs, Program, ProgramError,
    ProgramNote, Record, Signature, SignatureError, SystemClock, Tool, ToolError, TypedSignature,
    Value, ValueError, VirtualClock, fields, metrics,
};
pub use dspex_signature_macros::{FieldType, Signature, signature, tool};
pub use dspex_telemetry as telemetry;
pub use error::{Error, Result};

// What the derives' code refers to.
#[doc(hidden)]
pub use dspex_signature::__private;
