//! One call: what is asked, under which limits, and what comes back.

mod acted;
mod affinity;
mod context;
mod error;
mod event;
mod inputs;
mod module;
mod path_step;
mod prediction;
mod priority;
mod reasoned;
mod saved;
#[cfg(feature = "http")]
mod status;
mod teller;
mod trace_parent;
mod transcript;

pub use acted::{Acted, TrajectoryStep};
pub use affinity::Affinity;
pub(crate) use affinity::InSession;
pub use context::CallContext;
pub use error::{CallError, CallErrorKind, PythonException};
pub use event::{CallEvent, CallEvents, Partial};
pub use inputs::check_inputs;
pub(crate) use inputs::fill_defaults;
pub use module::{ModuleKind, ModuleSpec};
pub use path_step::PathStep;
pub use prediction::{
    Cost, EngineKind, Exactness, Meta, Outcome, OutcomeId, Prediction, Spent, Timing, Usage,
};
pub use priority::Priority;
pub use reasoned::Reasoned;
pub use saved::Saved;
pub use teller::Teller;
pub use trace_parent::{TraceParent, TraceParentError};
pub use transcript::{Transcript, Turn};
