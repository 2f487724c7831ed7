//! Graphs of stages: planned from field names, run in parallel, reported on.
//!
//! You list stages as assignments. Who feeds whom follows from the names and types of their
//! fields, and what does not depend on each other runs side by side. A stage is a module, a
//! function, or another pipeline; what is special about it is said on it, with [`StageExt`].
//!
//! ```
//! use dspex_pipeline::{StageExt, pipeline};
//! use dspex_signature_macros::FieldType;
//!
//! #[derive(FieldType)] struct Ticket { id: String, text: String }
//! #[derive(FieldType)] struct Text { text: String }
//! #[derive(FieldType)] struct Sorted { topic: String, urgency: u8 }
//! #[derive(FieldType)] struct Draft { reply: String }
//! #[derive(FieldType)] struct Triaged { id: String, urgency: u8, reply: String }
//!
//! fn sort(ticket: Text) -> Sorted {
//!     let urgency = if ticket.text.contains("!") { 5 } else { 2 };
//!     Sorted { topic: "delivery".into(), urgency }
//! }
//! fn is_urgent(sorted: &Sorted) -> bool {
//!     sorted.urgency >= 4
//! }
//! async fn ask_somebody(ticket: Text) -> Result<Draft, std::io::Error> {
//!     Ok(Draft { reply: format!("About `{}`: we are on it.", ticket.text) })
//! }
//! fn canned(sorted: Sorted) -> Draft {
//!     Draft { reply: format!("We will look into your {} soon.", sorted.topic) }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let triage = pipeline!(triage: Ticket => Triaged {
//!     sort = sort;
//!     draft = ask_somebody.when(is_urgent).otherwise(canned).attempts(2).or_else(canned);
//! })?;
//! assert_eq!(triage.plan().levels(), [["sort"], ["draft"]]);
//!
//! let done = triage.run(Ticket { id: "T-1".into(), text: "Where is it?!".into() }).await?;
//! assert_eq!(done.reply, "About `Where is it?!`: we are on it.");
//! println!("{}", done.report());
//! # assert_eq!((done.id.as_str(), done.urgency), ("T-1", 5));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Who reads what
//!
//! - A stage may read what stands above it, the pipeline's input included. Types have to fit; an
//!   `Option` may be read from whoever makes the plain type, and from nobody.
//! - A stage that reads a field and makes it again *replaces* it for those below. Skipped, it
//!   leaves the old value. Its condition and its second choices count as reading.
//! - Two stages that make one field, neither replacing it, leave it ambiguous. A reader has to
//!   say which stage it means by the field's full name: `#[field(from = "draft.reply")]`; the
//!   pipeline's input is `input`.
//! - What a module adds to its output (`reasoning`) is read by its full name only.
//! - [`StageExt::when`] and [`StageExt::or_skip`] make the fields of a stage optional;
//!   [`When::otherwise`] and [`StageExt::or`] end that.
//! - A record without fixed fields, [`Fields`](dspex_signature::Fields), reads whatever is there.
//!
//! A typed pipeline that breaks these rules does not compile:
//!
//! ```text
//! error[E0080]: evaluation panicked: `WriteDraft` reads `topic: Topic`, which no stage above it makes
//! ```
//!
//! The check needs code to be generated, so `cargo build` and `cargo test` see it and `cargo
//! check` does not. Names of stages are checked by [`PipelineBuilder::build`], all at once.
//!
//! # Features
//!
//! - `modules` (on by default): modules of `dspex-orchestrator` as stages. Without it this crate
//!   needs `dspex-signature` and `dspex-telemetry` only.
//!
//! # Not yet
//!
//! Pipelines put together at run time, a stage for each item of a list, resuming after a crash,
//! sessions, text of a stage while it is written, and loading an optimised program.

mod builder;
mod combine;
mod dsl;
mod plan;
mod report;
mod run;
mod stage;
mod wiring;

pub use builder::{Above, Input, Known, PipelineBuilder};
pub use combine::{After, Attempts, Or, OrElse, OrSkip, Otherwise, StageExt, When, Within};
pub use plan::{Plan, WiringError, WiringFault};
pub use report::{EngineReport, Report, StageReport};
pub use run::{Completed, Pipeline, PipelineError, Run, RunAll, RunEvent};
pub use stage::{
    About, AsyncFunction, Effort, Function, IntoStage, IsAsync, IsFunction, IsStage, IsTry, RanOn,
    Stage, StageContext, StageError, StageErrorKind, StageOutcome, TryFunction,
};
#[doc(hidden)]
pub use wiring::Wiring;
