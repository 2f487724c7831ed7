//! Runs over many inputs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dspex_pipeline::{Pipeline, pipeline};
use dspex_signature::{Fields, fields};
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, sleep};

use crate::domain::record;

record!(Job { n: u64 });
record!(Made { made: u64 });

/// Job `n` takes `10 - n` seconds; job 3 fails.
async fn work(job: Job) -> Result<Made, String> {
    sleep(Duration::from_secs(10 - job.n)).await;
    if job.n == 3 { Err("not this one".into()) } else { Ok(Made { made: job.n }) }
}

fn pipeline() -> Pipeline<Job, Made> {
    pipeline!(jobs: Job => Made { work = work; }).expect("names differ")
}

fn outputs(
    results: Vec<Result<dspex_pipeline::Completed<Made>, dspex_pipeline::PipelineError>>,
) -> Vec<Option<u64>> {
    results.into_iter().map(|result| result.ok().map(|made| made.made)).collect()
}

#[tokio::test(start_paused = true)]
async fn outputs_come_as_they_are_done_or_in_order() {
    let inputs = || stream::iter((0..5).map(|n| Job { n }));
    let start = Instant::now();
    let ordered = pipeline().run_all(inputs()).at_most(5).ordered().stream().collect().await;
    assert_eq!(outputs(ordered), [Some(0), Some(1), Some(2), None, Some(4)]);
    assert_eq!(start.elapsed(), Duration::from_secs(10));
    let unordered = pipeline().run_all(inputs()).at_most(5).stream().collect().await;
    assert_eq!(outputs(unordered), [Some(4), None, Some(2), Some(1), Some(0)]);
}

#[tokio::test(start_paused = true)]
async fn each_run_has_its_own_limit() {
    let inputs = stream::iter((0..5).map(|n| Job { n }));
    let limit = Duration::from_millis(8500);
    let done = pipeline().run_all(inputs).at_most(1).ordered().within(limit).stream();
    assert_eq!(outputs(done.collect().await), [None, None, Some(2), None, Some(4)]);
}

#[tokio::test(start_paused = true)]
async fn the_source_is_read_only_when_there_is_room() {
    for ordered in [false, true] {
        let read = Arc::new(AtomicUsize::new(0));
        let count = read.clone();
        let inputs = stream::iter((0..10).map(|n| Job { n })).inspect(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let runs = pipeline().run_all(inputs).at_most(3);
        let mut done = if ordered { runs.ordered() } else { runs }.stream();
        assert_eq!(read.load(Ordering::SeqCst), 0, "nothing is read before the first poll");
        for n_done in 1..=7 {
            done.next().await.unwrap().ok();
            let n_read = read.load(Ordering::SeqCst);
            assert!(n_read <= n_done + 2, "{n_read} read after {n_done} were done");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_stream_cancels_its_runs() {
    let alive = Arc::new(());
    let held = alive.clone();
    let pipeline: Pipeline<Fields, Fields> = pipeline!(endless: Fields => Fields {
        wait = move |_: Fields| {
            let held = held.clone();
            async move {
                std::future::pending::<()>().await;
                drop(held);
                Ok::<_, String>(fields! {})
            }
        };
    })
    .unwrap();
    let mut runs = pipeline.run_all(stream::iter([fields! {}, fields! {}])).stream();
    tokio::time::timeout(Duration::from_secs(1), runs.next()).await.unwrap_err();
    assert_eq!(Arc::strong_count(&alive), 4);
    drop(runs);
    tokio::task::yield_now().await;
    assert_eq!(Arc::strong_count(&alive), 2, "one here, one in the closure");
}
