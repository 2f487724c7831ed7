//! What the native engine costs beside its model: in process, over HTTP beside a bare client, and many calls
//! at a time of a model that takes a while.

mod http;
mod modules;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use dspex_bridge::CallContext;
use dspex_bridge::llm::OpenAi;
use dspex_telemetry::{RecentEvents, Recorder};
use futures_util::stream::{self, StreamExt as _};
use http::{BareClient, N_CALLS_IN_TURN, Server, bench, cpu_time, in_turn, messages};
use modules::{ANSWER, Canned, Case, case, cases, predict, question};
use tokio::runtime::{Builder, Runtime};

/// What a model takes that is asked many times, how often, and how often at a time.
const TAKES: Duration = Duration::from_millis(20);
const N_CALLS: usize = 256;
const N_AT_A_TIME: usize = 16;

pub(crate) fn benchmarks(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("no runtime");
    for (name, case) in cases() {
        let run_all = async |n_calls: u64| {
            for _ in 0..n_calls {
                call(&case).await;
            }
        };
        bench(criterion, name, |n_calls| cpu_time(&runtime, run_all(n_calls)));
    }
    over_http(criterion, &runtime);
    at_a_time(criterion, &runtime);
}

fn over_http(criterion: &mut Criterion, runtime: &Runtime) {
    let server = Server::start();
    let url = format!("http://{}/v1", server.address);
    let over_http = case(predict(), OpenAi::new("m").base_url(&url).no_key(), question());
    let ours = async |n_calls: u64| {
        for _ in 0..n_calls {
            call(&over_http).await;
        }
    };
    bench(criterion, "http.predict", |n_calls| cpu_time(runtime, ours(n_calls)));
    let bare = BareClient::new(&url, messages());
    let peer = async |n_calls: u64| {
        for _ in 0..n_calls {
            black_box(bare.post().await);
        }
    };
    bench(criterion, "http.bare", |n_calls| cpu_time(runtime, peer(n_calls)));
    let turn = async || ours(N_CALLS_IN_TURN).await;
    in_turn(criterion, "http.times_bare", runtime, turn, async || peer(N_CALLS_IN_TURN).await);
}

/// How long all calls take that wait for their model, beside as many waits that nobody calls through.
fn at_a_time(criterion: &mut Criterion, runtime: &Runtime) {
    let case = case(predict(), Canned::new([ANSWER]).taking(TAKES), question());
    let mut group = criterion.benchmark_group("native.concurrency");
    group.sample_size(10);
    group.bench_function("calls", |bencher| {
        let calls = || all(async || call(&case).await);
        bencher.iter(|| runtime.block_on(calls()));
    });
    group.bench_function("waits", |bencher| {
        let waits = || all(async || tokio::time::sleep(TAKES).await);
        bencher.iter(|| runtime.block_on(waits()));
    });
}

async fn all(work: impl AsyncFn()) {
    let work = stream::iter(0..N_CALLS).map(|_| work()).buffer_unordered(N_AT_A_TIME);
    work.for_each(async |()| ()).await;
}

async fn call(Case { module, inputs }: &Case) {
    thread_local! {
        static RECORDER: Recorder = Recorder::new().with(Arc::new(RecentEvents::new(1_000)));
    }
    let context = CallContext::new(RECORDER.with(Clone::clone)).within(Duration::from_secs(60));
    let outcome = module.run(black_box(inputs), &context).await;
    black_box(outcome.expect("the model answers"));
}

criterion_group!(group, benchmarks);
criterion_main!(group);
