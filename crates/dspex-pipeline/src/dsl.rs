//! The notation for the typed builder.

/// Lists the stages of a pipeline as assignments.
///
/// Notation and nothing more:
/// `pipeline!(triage: Ticket => Triaged { sort = sort_ticket; draft = write_draft; })` is
///
/// ```text
/// Pipeline::builder::<Ticket>("triage")
///     .stage("sort", sort_ticket)
///     .stage("draft", write_draft)
///     .build::<Ticket, Triaged>()
/// ```
///
/// and gives what [`PipelineBuilder::build`](crate::PipelineBuilder::build) gives.
#[macro_export]
macro_rules! pipeline {
    ($name:ident : $input:ty => $output:ty { $($stage:ident = $make:expr);* $(;)? }) => {
        $crate::Pipeline::builder::<$input>(::core::stringify!($name))
            $(.stage(::core::stringify!($stage), $make))*
            .build::<$input, $output>()
    };
}
