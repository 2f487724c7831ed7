//! Who feeds whom, found from field names, and what can run side by side.

mod display;
mod error;
mod flatten;
mod order;
mod planner;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use dspex_signature::RecordShape;

pub use error::{WiringError, WiringFault};

/// The name that stands for the pipeline's own input in `from` and in plans.
pub(crate) const INPUT: &str = "input";
/// The name that stands for the pipeline's own output in errors and in plans.
pub(crate) const OUTPUT: &str = "output";

/// A stage as the planner sees it.
#[derive(Debug)]
pub(crate) struct StageEntry {
    pub(crate) name: String,
    pub(crate) reads: &'static RecordShape,
    pub(crate) makes: &'static RecordShape,
    pub(crate) after: Vec<String>,
}

/// The order in which a pipeline runs: who feeds whom, and what runs side by side.
///
/// Displayed, it shows the levels, `[sort | find] -> draft`, then one line for each stage with
/// the fields it reads and where they come from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Plan(Arc<Planned>);

/// Node 0 is the input, node `n` the stage that was listed `n`th.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) name: String,
    pub(crate) input: &'static str,
    pub(crate) output: &'static str,
    pub(crate) nodes: Vec<Node>,
    /// What the output is read from.
    pub(crate) outcome: Reads,
    /// Nodes in groups that may run side by side, earliest group first.
    pub(crate) levels: Vec<Vec<usize>>,
    sources: Vec<Source>,
}

/// One node of the graph.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) reads: Reads,
    /// Nodes that it follows because it says so.
    after: Vec<usize>,
    /// All nodes that have to end before it starts, without the input; each once.
    pub(crate) needs: Vec<usize>,
    /// The other direction of `needs`.
    pub(crate) feeds: Vec<usize>,
}

/// What a reader reads.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    pub(crate) fields: Vec<Read>,
    /// Whether it reads whatever there is, as [`Fields`](dspex_signature::Fields) does.
    pub(crate) everything: bool,
}

/// One field that is read.
#[derive(Debug)]
pub(crate) struct Read {
    /// The name the reader knows it by; full, `draft.reply`, where it says which stage it means.
    pub(crate) name: &'static str,
    /// The name in the stage that makes it.
    pub(crate) field: &'static str,
    pub(crate) from: Origin,
}

/// Where a field comes from.
#[derive(Debug)]
pub(crate) enum Origin {
    /// An entry of the plan's sources.
    Source(usize),
    /// Only a run can tell; makers of unknown fields that may have it, latest first.
    Unknown(Vec<usize>),
    /// Nobody makes it; it is optional.
    Nobody,
}

/// A node that makes a field, and where to look if it was skipped.
#[derive(Clone, Copy, Debug)]
struct Source {
    node: usize,
    older: Option<usize>,
}

impl Plan {
    pub(crate) fn new(
        name: &str,
        input: &'static RecordShape,
        entries: &[StageEntry],
        output: &'static RecordShape,
    ) -> Result<Self, WiringError> {
        planner::plan(name, input, entries, output).map(|planned| Self(Arc::new(planned)))
    }

    /// The pipeline's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Stages by name in the order in which they were listed.
    pub fn stages(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.nodes[1..].iter().map(|node| node.name.as_str())
    }

    /// Stages by name in groups that may run side by side, earliest group first.
    ///
    /// The groups are for reading. A run starts each stage as soon as what it reads is there.
    #[must_use]
    pub fn levels(&self) -> Vec<Vec<&str>> {
        let name = |node: &usize| self.0.nodes[*node].name.as_str();
        self.0.levels.iter().map(|level| level.iter().map(name).collect()).collect()
    }

    pub(crate) fn planned(&self) -> &Planned {
        &self.0
    }
}

impl Planned {
    /// Nodes that may have made what a source stands for, the one to ask first in front.
    pub(crate) fn candidates(&self, source: usize) -> impl Iterator<Item = usize> {
        let first = Some(self.sources[source]);
        let older = |source: &Source| source.older.map(|older| self.sources[older]);
        std::iter::successors(first, older).map(|source| source.node)
    }
}
