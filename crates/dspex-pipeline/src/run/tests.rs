//! Random graphs: a run gives what its stages give one after the other.

use std::sync::Arc;
use std::time::Duration;

use dspex_signature::{Fields, Part, RecordShape, Shape};
use futures_util::future::BoxFuture;
use proptest::prelude::*;

use super::Pipeline;
use crate::plan::{Plan, StageEntry};
use crate::stage::{About, ErasedStage, StageContext, StageError, StageOutcome};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Adds up fields and makes one field of the sum, after a while, or nothing.
#[derive(Clone, Debug)]
struct Sum {
    reads: Vec<usize>,
    makes: usize,
    delay: Duration,
    plus: i64,
    skips_if_odd: bool,
}

impl Sum {
    fn make(&self, fields: &Fields) -> Option<i64> {
        let read = |field: &usize| fields.get::<i64>(NAMES[*field]).expect("the graph is wired");
        let sum: i64 = self.reads.iter().map(read).sum();
        (!self.skips_if_odd || sum % 2 == 0).then_some(sum % 1000 + self.plus)
    }

    fn entry(&self, position: usize) -> StageEntry {
        let made = [NAMES[self.makes]];
        let made = record(&made);
        let makes = match self.skips_if_odd {
            true => leak(RecordShape {
                name: "Maybe",
                open: false,
                parts: vec![Part::Maybe(made)].leak(),
            }),
            false => made,
        };
        let names: Vec<&'static str> = self.reads.iter().map(|field| NAMES[*field]).collect();
        StageEntry { name: format!("s{position}"), reads: record(&names), makes, after: Vec::new() }
    }
}

impl ErasedStage for Sum {
    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        _context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            tokio::time::sleep(self.delay).await;
            Ok(match self.make(fields) {
                Some(sum) => StageOutcome::made(Fields::new().with(NAMES[self.makes], sum)),
                None => StageOutcome::skipped("odd"),
            })
        })
    }

    fn about(&self) -> About {
        About::default()
    }
}

/// Shapes are static outside of tests; here they are leaked.
fn leak(shape: RecordShape) -> &'static RecordShape {
    Box::leak(Box::new(shape))
}

fn record(names: &[&'static str]) -> &'static RecordShape {
    let fields: Vec<(&'static str, Shape)> = names.iter().map(|name| (*name, Shape::Int)).collect();
    let parts = vec![Part::Own(fields.leak())];
    leak(RecordShape { name: "Record", open: false, parts: parts.leak() })
}

fn graph() -> impl Strategy<Value = Vec<Sum>> {
    let reads = proptest::collection::vec(0..NAMES.len(), 0..3);
    let stage = (reads, 0..NAMES.len(), 0..4_u64, 0..100_i64, any::<bool>()).prop_map(
        |(mut reads, makes, delay_ms, plus, skips_if_odd)| {
            // Each stage replaces what it makes, so that no field has two makers.
            reads.push(makes);
            Sum { reads, makes, delay: Duration::from_millis(delay_ms), plus, skips_if_odd }
        },
    );
    proptest::collection::vec(stage, 0..24)
}

fn one_by_one(stages: &[Sum], input: Fields) -> Fields {
    stages.iter().fold(input, |mut fields, stage| {
        if let Some(sum) = stage.make(&fields) {
            fields.insert(NAMES[stage.makes], sum);
        }
        fields
    })
}

fn pipeline(stages: &[Sum]) -> Pipeline {
    let entries: Vec<StageEntry> =
        stages.iter().enumerate().map(|(position, stage)| stage.entry(position)).collect();
    let plan = Plan::new("sums", record(&NAMES), &entries, record(&NAMES)).expect("it is wired");
    let erase = |stage: &Sum| Arc::new(stage.clone()) as Arc<dyn ErasedStage>;
    Pipeline::new(plan, stages.iter().map(erase).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_run_gives_what_its_stages_give_one_by_one(stages in graph()) {
        let input: Fields = NAMES.iter().zip(1_i64..).map(|(name, n)| (*name, n)).collect();
        let expected = one_by_one(&stages, input.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime needs nothing but memory");
        let run = pipeline(&stages).run(input);
        let done = runtime.block_on(run.into_future()).expect("sums do not fail");
        prop_assert_eq!(done.into_inner(), expected);
    }
}
