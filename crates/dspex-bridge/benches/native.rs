//! What the native engine costs beside its model: in process, and over HTTP beside a bare client.

mod http;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use criterion::{Criterion, criterion_group, criterion_main};
use dspex_bridge::llm::{Completion, CompletionRequest, LanguageModel, LmError, Models, OpenAi};
use dspex_bridge::{CallContext, Engine, ModuleKind, ModuleSpec, NativeEngine, Prepared};
use dspex_signature::Fields;
use dspex_telemetry::{Event, Outcome, RecentEvents, Recorder};
use http::{
    BareClient, COMPLETION, N_CALLS_IN_TURN, Server, bench, cpu_time, in_turn, inputs, messages,
    signature,
};
use tokio::runtime::Builder;

/// A model that takes no time, and reports like one that does.
struct Canned;

#[async_trait]
impl LanguageModel for Canned {
    fn name(&self) -> &str {
        "canned/model"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        context.recorder().record(Event::LmFinished {
            lm: self.name().to_owned(),
            took: Duration::ZERO,
            input_tokens: 100,
            output_tokens: 20,
            cost_usd: None,
            outcome: Outcome::Ok,
        });
        Ok(Completion::text(COMPLETION))
    }
}

fn benchmarks(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("no runtime");
    let inputs = inputs();

    let native = predict(Canned);
    criterion.bench_function("native.predict", |bencher| {
        let run_all = async |n_calls: u64| {
            let started = Instant::now();
            for _ in 0..n_calls {
                call(&*native, &inputs).await;
            }
            started.elapsed()
        };
        bencher.iter_custom(|n_calls| runtime.block_on(run_all(n_calls)));
    });

    let server = Server::start();
    let url = format!("http://{}/v1", server.address);
    let over_http = predict(OpenAi::new("m").base_url(&url).no_key());
    let ours = async |n_calls: u64| {
        for _ in 0..n_calls {
            call(&*over_http, &inputs).await;
        }
    };
    bench(criterion, "http.predict", |n_calls| cpu_time(&runtime, ours(n_calls)));
    let bare = BareClient::new(&url, messages());
    let peer = async |n_calls: u64| {
        for _ in 0..n_calls {
            black_box(bare.post().await);
        }
    };
    bench(criterion, "http.bare", |n_calls| cpu_time(&runtime, peer(n_calls)));
    let turn = async || ours(N_CALLS_IN_TURN).await;
    in_turn(criterion, "http.times_bare", &runtime, turn, async || peer(N_CALLS_IN_TURN).await);
}

fn predict(model: impl LanguageModel) -> Arc<dyn Prepared> {
    let engine = NativeEngine::new(Models::new().with("default", Arc::new(model)), None);
    let module = ModuleSpec::new(ModuleKind::Predict, Arc::new(signature()));
    engine.prepare(&Arc::new(module)).expect("`Predict` is native")
}

async fn call(module: &dyn Prepared, inputs: &Fields) {
    thread_local! {
        static RECORDER: Recorder = Recorder::new().with(Arc::new(RecentEvents::new(1_000)));
    }
    let context = CallContext::new(RECORDER.with(Clone::clone)).within(Duration::from_secs(60));
    let outcome = module.run(black_box(inputs), &context).await;
    black_box(outcome.expect("the model answers"));
}

criterion_group!(group, benchmarks);
criterion_main!(group);
