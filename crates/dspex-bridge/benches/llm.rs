//! What a model costs beside its server: calls one at a time and many, streams, and what stands around.

mod http;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use criterion::{Criterion, criterion_group, criterion_main};
use dspex_bridge::CallContext;
use dspex_bridge::llm::{
    Breaker, Cache, Completion, CompletionEvent, CompletionRequest, CompletionStream, Concurrency,
    Hedge, LanguageModel, Lm, LmError, Models, OpenAi, RateLimit, Retry, Timeout,
};
use dspex_signature::Value;
use dspex_telemetry::Recorder;
use futures_util::stream::{self, StreamExt as _};
use http::{BareClient, N_CALLS_IN_TURN, Server, bench, cpu_time, in_turn, messages};
use tokio::runtime::{Builder, Runtime};

/// How many calls are on their way at a time.
const CONCURRENCIES: [usize; 3] = [1, 16, 64];
/// Pieces of fifty bytes: 50 and 200 KB.
const STREAMS: [(&str, usize); 2] = [("50kb", 1_000), ("200kb", 4_000)];

pub(crate) fn benchmarks(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("no runtime");
    let server = Server::start();
    calls(criterion, &runtime, &format!("http://{}/v1", server.address));
    streams(criterion, &runtime, &format!("http://{}", server.address));
    extractions(criterion, &runtime);
    middleware(criterion, &runtime);
}

fn context() -> CallContext {
    CallContext::new(Recorder::new()).within(Duration::from_secs(60))
}

/// The time of the client alone, beside a client of its parts.
fn calls(criterion: &mut Criterion, runtime: &Runtime, url: &str) {
    let request = CompletionRequest::new(messages());
    let model = OpenAi::new("m").base_url(url).no_key();
    let bare = BareClient::new(url, messages());
    for n_at_a_time in CONCURRENCIES {
        let ours = async |n_calls: u64| {
            let call = |_| async { model.complete(&request, &context()).await };
            let calls = stream::iter(0..n_calls).map(call).buffer_unordered(n_at_a_time);
            calls.for_each(async |done| drop(black_box(done.expect("it is answered")))).await;
        };
        let time = |n_calls| cpu_time(runtime, ours(n_calls));
        bench(criterion, &format!("llm.call/{n_at_a_time}"), time);
        let peer = async |n_calls: u64| {
            let calls = stream::iter(0..n_calls).map(|_| bare.post()).buffer_unordered(n_at_a_time);
            calls.for_each(async |text| drop(black_box(text))).await;
        };
        let time = |n_calls| cpu_time(runtime, peer(n_calls));
        bench(criterion, &format!("llm.bare/{n_at_a_time}"), time);
        let (id, turn) =
            (format!("llm.times_bare/{n_at_a_time}"), async || ours(N_CALLS_IN_TURN).await);
        in_turn(criterion, &id, runtime, turn, async || peer(N_CALLS_IN_TURN).await);
    }
}

fn streams(criterion: &mut Criterion, runtime: &Runtime, address: &str) {
    let request = CompletionRequest::new(messages());
    let models = STREAMS
        .map(|(_, n_pieces)| OpenAi::new("m").base_url(format!("{address}/{n_pieces}")).no_key());
    let stream = async |size: usize| {
        let mut stream = models[size].stream(&request, &context()).await.expect("it opens");
        while let Some(event) = stream.next().await {
            black_box(event.expect("it ends well"));
        }
    };
    sizes(criterion, runtime, "llm.stream", &stream);
}

/// The time of some work of either of the [`STREAMS`], and how many times as long the large one takes.
fn sizes(criterion: &mut Criterion, runtime: &Runtime, id: &str, work: &impl AsyncFn(usize)) {
    for (size, (name, _)) in STREAMS.into_iter().enumerate() {
        let all = async |n_times: u64| {
            for _ in 0..n_times {
                work(size).await;
            }
        };
        let time = |n_times| cpu_time(runtime, all(n_times));
        bench(criterion, &format!("{id}/{name}"), time);
    }
    let id = format!("{id}/times_small");
    in_turn(criterion, &id, runtime, async || work(1).await, async || work(0).await);
}

/// A model that writes a list of lines, piece by piece.
struct Lines(usize);

/// A line of fifty bytes, as a piece of a list.
const LINE: &str = r#"{"item": "a lamp of brass", "quantity": 2, "no": 1},"#;

#[async_trait]
impl LanguageModel for Lines {
    fn name(&self) -> &'static str {
        "lines/model"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        let lines = LINE.repeat(self.0);
        Ok(Completion::text(format!(r#"{{"value": [{}]}}"#, lines.trim_end_matches(','))))
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let completion = self.complete(request, context).await?;
        let text = completion.text.clone().into_bytes();
        let pieces: Vec<_> =
            text.chunks(50).map(String::from_utf8_lossy).map(String::from).collect();
        let pieces = pieces.into_iter().map(CompletionEvent::Text);
        let events = pieces.chain([CompletionEvent::Done(completion)]).map(Ok);
        Ok(CompletionStream::new(stream::iter(events)))
    }
}

/// A typed value that is shown while it is written, in pieces of fifty bytes.
fn extractions(criterion: &mut Criterion, runtime: &Runtime) {
    let lms = STREAMS.map(|(_, n_pieces)| Lm::new(Lines(n_pieces)));
    let extraction = async |size: usize| {
        let extract = lms[size].extract::<Vec<BTreeMap<String, Value>>>("What was ordered?");
        let mut stream = extract.stream().expect("the type has a schema");
        while let Some(event) = stream.next().await {
            black_box(event.expect("it ends well"));
            black_box(stream.so_far());
        }
    };
    sizes(criterion, runtime, "llm.extract", &extraction);
}

/// A model that takes no time.
struct Canned;

#[async_trait]
impl LanguageModel for Canned {
    fn name(&self) -> &'static str {
        "canned/model"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        Ok(Completion::text(http::COMPLETION))
    }
}

fn middleware(criterion: &mut Criterion, runtime: &Runtime) {
    let cached = Lm::new(Canned).with(Cache::memory(1_000));
    let stack = Lm::new(Canned)
        .with(Concurrency::at_most(64))
        .with(RateLimit::per_minute().requests(u32::MAX).tokens(u32::MAX))
        .with(Breaker::default())
        .with(Hedge::after(Duration::from_secs(10)))
        .with(Retry::default())
        .with(Timeout::total(Duration::from_secs(60)));
    let request = CompletionRequest::new(messages());
    for (name, lm) in [("llm.cache.hit", cached), ("llm.stack", stack)] {
        let model: Arc<dyn LanguageModel> = Models::new().resolve(&lm).expect("it is no name");
        criterion.bench_function(name, |bencher| {
            let context = context();
            let run_all = async |n_calls: u64| {
                let started = Instant::now();
                for _ in 0..n_calls {
                    let done = model.complete(black_box(&request), &context).await;
                    black_box(done.expect("it is answered"));
                }
                started.elapsed()
            };
            bencher.iter_custom(|n_calls| runtime.block_on(run_all(n_calls)));
        });
    }
}

criterion_group!(group, benchmarks);
criterion_main!(group);
