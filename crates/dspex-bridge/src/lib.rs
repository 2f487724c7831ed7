//! Runs DSPy modules: natively in Rust, or in supervised Python workers.
//!
//! A module is data, a [`ModuleSpec`]; an [`Engine`] prepares it once and then answers calls of
//! it. [`NativeEngine`] runs `Predict` and `ChainOfThought` in Rust with DSPy's own bytes on the
//! wire; what it cannot do exactly it refuses when the module is prepared, with the reason, and
//! the Python engine runs it instead. [`llm`] holds the language models that both ask.
//!
//! ```
//! use std::sync::Arc;
//!
//! use dspex_bridge::llm::{Models, ScriptedModel};
//! use dspex_bridge::{CallContext, Engine, ModuleKind, ModuleSpec, NativeEngine};
//! use dspex_signature::{Signature, fields};
//! use dspex_telemetry::Recorder;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! // In a program this is `OpenAi::new("gpt-4o-mini")`; a test has a model that is told what to say.
//! let model = ScriptedModel::new().text("[[ ## answer ## ]]\n4\n\n[[ ## completed ## ]]");
//! let engine = NativeEngine::new(Models::new().with("default", Arc::new(model)), None);
//!
//! let signature = Arc::new(Signature::parse("question -> answer: int")?);
//! let module = engine.prepare(&Arc::new(ModuleSpec::new(ModuleKind::Predict, signature)))?;
//!
//! let context = CallContext::new(Recorder::new());
//! let reply = module.run(&fields! { "question" => "What is 2 + 2?" }, &context).await?;
//! assert_eq!(reply.get::<i64>("answer")?, 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! `http` (default): language models over HTTP. `python` (default): Python workers and the
//! environment they need. `cache`: answers that are kept. `templates`: texts out of fields.
//! `validators`: checks of values. `mcp`: tools of MCP servers. `genai`: further providers. `testing`:
//! `llm::ScriptedModel`, `llm::Cassette`. `parity`: replays recorded cases of DSPy. `embed`: a Python
//! interpreter inside the process, for pools with `Spawn::Embedded`; building needs libpython.

#[cfg(feature = "testing")]
pub mod auto_clock;
pub mod call;
mod engine;
#[cfg(any(feature = "cache", feature = "python"))]
mod hexadecimal;
pub mod llm;
#[cfg(feature = "mcp")]
pub mod mcp;
pub mod native;
pub mod operations;
#[cfg(feature = "parity")]
pub mod parity;
#[cfg(feature = "python")]
pub mod python;
#[cfg(feature = "http")]
mod running;
#[cfg(any(feature = "mcp", feature = "python"))]
mod stderr;

pub use call::{
    Acted, Affinity, CallContext, CallError, CallErrorKind, CallEvent, CallEvents, Cost,
    EngineKind, Exactness, Meta, ModuleKind, ModuleSpec, Outcome, OutcomeId, Partial, PathStep,
    Prediction, Priority, PythonException, Reasoned, Saved, Spent, Teller, Timing, TraceParent,
    TraceParentError, TrajectoryStep, Transcript, Turn, Usage,
};
pub use engine::{
    Capability, Engine, ParseDelegate, Prepared, ToldTool, ToolDelegate, Unsupported,
};
pub use native::NativeEngine;

/// The README's sample, compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
