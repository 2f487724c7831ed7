//! Requests and faults at once: nothing that may be repeated is lost, and the pool is whole again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dspex_bridge::python::PythonEngine;
use futures_util::StreamExt as _;
use tokio::task::JoinSet;

use crate::faults::{FAULTS, N_NOTICED_AT_ONCE};
use crate::random::Random;
use crate::requests::{Counts, Request, Requests};
use crate::workers::{engine, is_whole, stats};

const N_WORKERS: usize = 8;
const N_REQUESTS: usize = 2_000;
const N_FAULTS: u64 = 60;
/// How many requests are out at a time.
const AT_A_TIME: usize = 32;
/// How many faults at the end are of kinds that are noticed at once.
const N_LAST: u64 = 30;
/// How long the pool is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How soon after the last fault the pool must be whole.
const WHOLE_WITHIN: Duration = Duration::from_secs(1);

/// Faults by name, and what the calls that did them ended in.
type Ended = BTreeMap<&'static str, BTreeMap<&'static str, u64>>;

/// Runs one storm, and tells whether nothing was lost.
pub(crate) async fn run(seed: u64) -> bool {
    let engine = engine(N_WORKERS);
    let requests = Requests::new(engine.clone());
    let first = requests.make(Request::Predict).await;
    if first != Ok(true) || !is_whole(&engine, N_WORKERS, Duration::from_secs(30)).await {
        println!("the pool did not start: {first:?}");
        return false;
    }
    let begun = Instant::now();
    let (counts, (faults, whole_after)) =
        tokio::join!(serve(requests, seed), hurt(&engine, seed.wrapping_add(1)));
    let took = begun.elapsed();
    let stats = stats(&engine);
    engine.shutdown(Duration::from_secs(5)).await;
    report(&counts, &faults);
    println!(
        "workers: {} started, {} crashed, {} calls repeated; {took:.1?} in all; {}",
        stats.started,
        stats.crashed,
        stats.retries,
        match whole_after {
            Some(after) => format!("{N_WORKERS} workers again {after:.0?} after the last fault"),
            None => format!("not {N_WORKERS} workers again within {PATIENCE:?}"),
        }
    );
    let lost = counts.repeatable - counts.repeatable_answered + counts.wrong;
    println!("totals: faults={N_FAULTS} requests={N_REQUESTS} lost={lost}");
    lost == 0 && whole_after.is_some_and(|after| after <= WHOLE_WITHIN)
}

async fn serve(requests: Requests, seed: u64) -> Counts {
    let mut random = Random::new(seed);
    let drawn: Vec<Request> = (0..N_REQUESTS).map(|_| Request::draw(&mut random)).collect();
    let requests = &requests;
    let made = drawn.into_iter().map(async |request| (request, requests.make(request).await));
    let mut made = futures_util::stream::iter(made).buffer_unordered(AT_A_TIME);
    let mut counts = Counts::default();
    while let Some((request, ended)) = made.next().await {
        counts.add(request, ended);
    }
    counts
}

/// Hurts workers; gives the faults with what the calls that did them ended in, and how long after
/// the last one the pool was whole.
async fn hurt(engine: &Arc<PythonEngine>, seed: u64) -> (Ended, Option<Duration>) {
    let mut random = Random::new(seed);
    let mut happening = JoinSet::new();
    let mut ended = Ended::new();
    for index in 0..N_FAULTS {
        tokio::time::sleep(Duration::from_millis(20 + random.below(160))).await;
        let is_last = index + 1 == N_FAULTS;
        let kinds = match index < N_FAULTS - N_LAST {
            true => &FAULTS[..],
            false => &FAULTS[..N_NOTICED_AT_ONCE],
        };
        let (name, fault) = random.choose(kinds);
        let (engine, mut random) = (engine.clone(), Random::new(random.below(u64::MAX)));
        happening.spawn(async move { (name, fault.happen(&engine, &mut random).await) });
        if is_last {
            // Those that needed a worker have had it by then.
            while let Some(Ok((name, kind))) = happening.join_next().await {
                *ended.entry(name).or_default().entry(kind.unwrap_or("done")).or_default() += 1;
            }
        }
    }
    let last = Instant::now();
    let is_whole = is_whole(engine, N_WORKERS, PATIENCE).await;
    (ended, is_whole.then(|| last.elapsed()))
}

fn report(counts: &Counts, faults: &Ended) {
    let Counts { repeatable, repeatable_answered, others, others_answered, .. } = counts;
    println!("{N_REQUESTS} requests, {} answered wrongly", counts.wrong);
    println!("  that may be repeated: {repeatable_answered} of {repeatable} answered");
    println!("  others: {others_answered} of {others} answered, errors {:?}", counts.errors);
    for lost in &counts.lost {
        println!("  LOST {lost}");
    }
    println!("{N_FAULTS} faults");
    for (name, ended) in faults {
        println!("  {name}: {ended:?}");
    }
}
