//! What a pipeline costs beside its stages, which are functions that do next to nothing.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Bencher, Criterion, criterion_group, criterion_main};
use dspex_pipeline::{Pipeline, pipeline};
use dspex_signature_macros::FieldType;
use dspex_telemetry::{RecentEvents, Recorder};
use tokio::runtime::{Builder, Runtime};

#[derive(Clone, Copy, FieldType)]
struct Count {
    count: i64,
}

#[derive(FieldType)]
struct Square {
    square: i64,
}

/// Replaces the count, so that a second one waits for the first.
fn add_one(count: Count) -> Count {
    Count { count: count.count + 1 }
}

fn square(count: Count) -> Square {
    Square { square: count.count * count.count }
}

/// How many stages each pipeline has; figures are for one of them.
const N_STAGES: u32 = 10;

pub(crate) fn benchmarks(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_time().build().expect("no runtime");
    let chain = pipeline!(chain: Count => Count {
        a = add_one; b = add_one; c = add_one; d = add_one; e = add_one;
        f = add_one; g = add_one; h = add_one; i = add_one; j = add_one;
    });
    let fan_out = pipeline!(fan_out: Count => Count {
        a = square; b = square; c = square; d = square; e = square;
        f = square; g = square; h = square; i = square; j = square;
    });
    for (name, pipeline, n_levels) in
        [("pipeline.stage", chain, N_STAGES), ("pipeline.fan_out", fan_out, 1)]
    {
        let pipeline = pipeline.expect("the stages fit");
        assert_eq!(pipeline.plan().levels().len(), n_levels as usize, "{name}");
        let pipeline = pipeline.recorder(Recorder::new().with(Arc::new(RecentEvents::new(1_000))));
        criterion.bench_function(name, |bencher| per_stage(bencher, &runtime, &pipeline));
    }
}

/// The time of a whole run, start and report included, divided by its stages.
fn per_stage(bencher: &mut Bencher<'_>, runtime: &Runtime, pipeline: &Pipeline<Count, Count>) {
    let run_all = async |n_runs: u64| -> Duration {
        let started = Instant::now();
        for _ in 0..n_runs {
            let done = pipeline.run(black_box(Count { count: 0 })).await;
            black_box(done.expect("the stages do not fail"));
        }
        started.elapsed()
    };
    bencher.iter_custom(|n_runs| runtime.block_on(run_all(n_runs)) / N_STAGES);
}

criterion_group!(group, benchmarks);
criterion_main!(group);
