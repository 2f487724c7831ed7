//! What dspex observes: typed events, and the sinks they go to.
//!
//! Every crate reports to one [`Recorder`]; what reads the events (statistics, a demo's report,
//! later detectors) is an [`EventSink`]. Log filters change nothing about that: the same events
//! appear as `tracing` records for whoever wants them, beside the sinks.
//!
//! ```
//! use std::sync::Arc;
//! use dspex_telemetry::{Event, RecentEvents, Recorder};
//!
//! let recent = Arc::new(RecentEvents::new(100));
//! let recorder = Recorder::new().with(recent.clone());
//! recorder.record(Event::ModuleFellBack {
//!     module: "Ask".into(),
//!     from: "native".into(),
//!     to: "python".into(),
//!     reason: "the adapter is `two_step`".into(),
//! });
//! assert_eq!(recent.events().len(), 1);
//! ```

mod event;
mod recorder;
mod series;

pub use event::{CacheOutcome, Event, Outcome};
pub use recorder::{EventSink, RecentEvents, Recorder};
pub use series::Durations;
