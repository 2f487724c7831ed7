//! Decides which way to run each DSPy module, and keeps statistics of what came of it.
//!
//! A [`Module`] is a handle: cheap to clone into tasks and structs. Its first use asks every engine
//! whether it can run the module; a [`Call`] then goes to the native engine where that is exact,
//! to Python otherwise, and from native to Python where only DSPy can read the completion.
//!
//! ```no_run
//! use std::sync::Arc;
//! use dspex_bridge::ModuleKind;
//! use dspex_orchestrator::{Module, Orchestrator};
//! use dspex_signature::{Signature, fields};
//!
//! # async fn example(orchestrator: Arc<Orchestrator>) -> Result<(), Box<dyn std::error::Error>> {
//! let signature = Signature::parse("question -> answer")?;
//! let ask = Module::untyped(orchestrator, ModuleKind::Predict, signature);
//! println!("{}", ask.choice());                        // native: exact
//! let reply = ask.call(fields! { "question" => "Who wrote Emma?" }).await?;
//! println!("{} after {:?}", reply["answer"], reply.meta().timing.total);
//! # Ok(())
//! # }
//! ```
//!
//! What is here decides by capability alone. Learning from outcomes, objectives, admission,
//! variables, sessions and the store are not there yet.

mod background;
mod best_of_n;
mod call;
mod execute;
mod module;
mod module_core;
mod multi_chain_comparison;
mod orchestrator;
mod parallel;
mod refine;
mod refine_text;
mod route;
mod rules;
mod shadow;
mod statistics;

pub use call::{Call, CallStream};
pub use module::{ChainOfThought, Module, Predict, React};
pub use multi_chain_comparison::{Compared, MultiChainComparison};
pub use orchestrator::{Limits, Orchestrator};
pub use parallel::Parallel;
pub use route::Choice;
pub use shadow::{OnDifference, Shadow, ShadowDifference, ShadowReport};
pub use statistics::{EngineStatistics, ModuleStatistics, Statistics};
