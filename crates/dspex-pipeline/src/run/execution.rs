//! One run in progress: starts each stage as soon as what it reads is there.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use dspex_signature::{Fields, Value};
use dspex_telemetry::{Event, Outcome};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, timeout_at};

use super::PipelineError;
use super::completed::RunRecord;
use super::pipeline::Core;
use crate::combine::caught;
use crate::plan::{OUTPUT, Origin, Reads};
use crate::report::{End, StageRecord};
use crate::stage::{Effort, RanOn, StageContext, StageError, StageOutcome};

/// The state of a run. Owns all its stages: dropped, it cancels them.
pub(crate) struct Execution {
    core: Arc<Core>,
    context: Arc<StageContext>,
    started: Instant,
    /// What each node made; the input's own fields first.
    slots: Vec<Slot>,
    /// How many nodes each node still waits for.
    waiting: Vec<usize>,
    ready: VecDeque<usize>,
    in_flight: FuturesUnordered<BoxFuture<'static, Ended>>,
    records: Vec<StageRecord>,
    n_ended: usize,
}

enum Slot {
    Waiting,
    Running { since: Instant },
    Made(Fields),
    Skipped,
}

/// A stage that has ended, one way or the other.
struct Ended {
    node: usize,
    took: Duration,
    result: Result<StageOutcome, StageError>,
}

/// What happened last in a run.
pub(crate) enum Step {
    Started(usize),
    Finished(usize),
    Skipped(usize, String),
}

impl Execution {
    pub(crate) fn new(core: Arc<Core>, context: StageContext, input: Fields) -> Self {
        let nodes = &core.planned().nodes;
        let waiting: Vec<usize> = nodes.iter().map(|node| node.needs.len()).collect();
        let ready = (1..nodes.len()).filter(|node| waiting[*node] == 0).collect();
        let mut slots = Vec::with_capacity(nodes.len());
        slots.push(Slot::Made(input));
        slots.resize_with(nodes.len(), || Slot::Waiting);
        Self {
            records: vec![StageRecord::default(); nodes.len() - 1],
            context: Arc::new(context),
            started: Instant::now(),
            slots,
            waiting,
            ready,
            in_flight: FuturesUnordered::new(),
            n_ended: 0,
            core,
        }
    }

    /// Goes on until a stage has started or ended; `None` when all have ended.
    pub(crate) async fn step(&mut self) -> Option<Result<Step, PipelineError>> {
        if let Some(node) = self.ready.pop_front() {
            self.start(node);
            return Some(Ok(Step::Started(node)));
        }
        let ended = match self.context.deadline() {
            None => self.in_flight.next().await,
            Some(deadline) => match timeout_at(deadline, self.in_flight.next()).await {
                Ok(ended) => ended,
                Err(_) => return Some(Err(self.too_late())),
            },
        };
        Some(self.end(ended?))
    }

    /// Goes on until all stages have ended; gives the fields of the output.
    pub(crate) async fn finish(&mut self) -> Result<Fields, PipelineError> {
        while let Some(step) = self.step().await {
            step?;
        }
        Ok(self.output())
    }

    fn start(&mut self, node: usize) {
        let fields = self.gather(&self.core.planned().nodes[node].reads, node);
        self.slots[node] = Slot::Running { since: Instant::now() };
        let (core, context) = (self.core.clone(), self.context.clone());
        self.in_flight.push(Box::pin(async move {
            // From the first poll: time in which a neighbour computes is the neighbour's.
            let started = Instant::now();
            let result = caught(core.stage(node).run(&fields, &context)).await;
            Ended { node, took: started.elapsed(), result }
        }));
    }

    fn end(&mut self, ended: Ended) -> Result<Step, PipelineError> {
        let Ended { node, took, result } = ended;
        self.n_ended += 1;
        let (end, effort) = match &result {
            Ok(outcome) if outcome.fields().is_some() => (End::Made, outcome.effort()),
            Ok(outcome) => (End::Skipped, outcome.effort()),
            Err(error) => (End::Failed, error.effort()),
        };
        let record = StageRecord { end, ran_on: effort.ran_on, took, effort };
        self.enter(node, record, result.as_ref().err());
        let step = match result.map(StageOutcome::into_made) {
            Ok(Ok(fields)) => {
                self.slots[node] = Slot::Made(fields);
                Step::Finished(node)
            }
            Ok(Err(why)) => {
                self.slots[node] = Slot::Skipped;
                Step::Skipped(node, why)
            }
            Err(error) => return Err(self.failed(self.name(node).to_owned(), error)),
        };
        for fed in &self.core.planned().nodes[node].feeds {
            self.waiting[*fed] -= 1;
            if self.waiting[*fed] == 0 {
                self.ready.push_back(*fed);
            }
        }
        Ok(step)
    }

    /// Counts and reports how a stage ended.
    fn enter(&mut self, node: usize, mut record: StageRecord, error: Option<&StageError>) {
        record.ran_on = record.ran_on.or_else(|| self.core.stage(node).about().runs_on);
        let StageRecord { end, ran_on, took, .. } = record;
        self.records[node - 1] = record;
        self.core.count(node, &record);
        if end == End::Skipped {
            return;
        }
        let failed = |error: &StageError| Outcome::Failed { kind: error.name().to_owned() };
        self.context.recorder().record(Event::StageFinished {
            pipeline: self.core.planned().name.clone(),
            stage: self.name(node).to_owned(),
            ran_on: ran_on.map_or("none", RanOn::name).to_owned(),
            took,
            outcome: error.map_or(Outcome::Ok, failed),
        });
    }

    /// The fields that a reader is given, under the names it knows them by.
    fn gather(&self, reads: &Reads, reader: usize) -> Fields {
        let mut fields = Fields::new();
        if reads.everything {
            self.merge(0..reader, &mut fields);
        }
        for read in &reads.fields {
            let value = match &read.from {
                Origin::Source(source) => {
                    self.first(self.core.planned().candidates(*source), read.field)
                }
                Origin::Unknown(nodes) => self.first(nodes.iter().copied(), read.field),
                Origin::Nobody => None,
            };
            if let Some(value) = value {
                fields.insert(read.name, value.clone());
            }
        }
        fields
    }

    /// The value of the first of these nodes that made the field.
    fn first(&self, mut nodes: impl Iterator<Item = usize>, field: &str) -> Option<&Value> {
        nodes.find_map(|node| match &self.slots[node] {
            Slot::Made(fields) => fields.value(field),
            _ => None,
        })
    }

    fn merge(&self, nodes: std::ops::Range<usize>, fields: &mut Fields) {
        for slot in &self.slots[nodes] {
            if let Slot::Made(made) = slot {
                made.iter().for_each(|(name, value)| drop(fields.insert(name, value.clone())));
            }
        }
    }

    /// The fields of the output, once all stages have ended.
    pub(crate) fn output(&self) -> Fields {
        self.gather(&self.core.planned().outcome, self.slots.len())
    }

    /// What a node made.
    pub(crate) fn made(&self, node: usize) -> Fields {
        match &self.slots[node] {
            Slot::Made(fields) => fields.clone(),
            _ => Fields::new(),
        }
    }

    /// The failure of this run at `stage`, with what the others had made by then.
    pub(crate) fn failed(&self, stage: String, cause: StageError) -> PipelineError {
        let mut partial = Fields::new();
        self.merge(1..self.slots.len(), &mut partial);
        PipelineError::new(stage, cause, partial, self.record())
    }

    /// The failure of a run whose output does not fit the type that is asked for.
    pub(crate) fn unfit(&self, error: dspex_signature::ValueError) -> PipelineError {
        self.failed(OUTPUT.to_owned(), StageError::output(error))
    }

    /// The failure of a run whose time is up; all stages in flight have failed.
    fn too_late(&mut self) -> PipelineError {
        let error = StageError::deadline(self.started.elapsed());
        let mut first = None;
        for node in 1..self.slots.len() {
            let Slot::Running { since } = self.slots[node] else { continue };
            let (took, effort) = (since.elapsed(), error.effort());
            let record = StageRecord { end: End::Failed, ran_on: None, took, effort };
            self.enter(node, record, Some(&error));
            first = first.or(Some(node));
        }
        let stage = first.map_or(OUTPUT, |node| self.name(node)).to_owned();
        self.failed(stage, error)
    }

    pub(crate) fn name(&self, node: usize) -> &str {
        &self.core.planned().nodes[node].name
    }

    pub(crate) fn record_of(&self, node: usize) -> &StageRecord {
        &self.records[node - 1]
    }

    /// How many stages have ended, and of how many.
    pub(crate) fn progress(&self) -> (usize, usize) {
        (self.n_ended, self.records.len())
    }

    /// The figures of this run so far.
    pub(crate) fn record(&self) -> RunRecord {
        RunRecord { core: self.core.clone(), records: self.records.clone() }
    }

    /// The efforts of all stages, added up; the place is the heaviest of them.
    pub(crate) fn effort(&self) -> Effort {
        let mut total = Effort::default();
        for record in self.records.iter().filter(|record| record.end != End::None) {
            let ran_on = total.ran_on.max(record.ran_on);
            total += record.effort;
            total.ran_on = ran_on;
        }
        total
    }
}
