//! Running a pipeline: once, as a stream of events, or over many inputs.

mod completed;
mod error;
mod event;
mod execution;
mod many;
mod nested;
mod once;
mod pipeline;
#[cfg(test)]
mod tests;

pub use completed::Completed;
pub use error::PipelineError;
pub use event::RunEvent;
pub use many::RunAll;
pub use once::Run;
pub use pipeline::Pipeline;
