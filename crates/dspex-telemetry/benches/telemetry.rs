//! What an event costs that reaches one sink.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use dspex_telemetry::{Event, Outcome, RecentEvents, Recorder};

pub(crate) fn benchmarks(criterion: &mut Criterion) {
    let recorder = Recorder::new().with(Arc::new(RecentEvents::new(1_000)));
    // With its names made, as whoever reports it has to.
    criterion.bench_function("event", |bencher| {
        bencher.iter(|| {
            recorder.record(black_box(Event::CallFinished {
                module: "Ask".to_owned(),
                engine: "native".to_owned(),
                took: Duration::from_micros(10),
                input_tokens: 100,
                output_tokens: 20,
                outcome: Outcome::Ok,
            }));
        });
    });
}

criterion_group!(group, benchmarks);
criterion_main!(group);
