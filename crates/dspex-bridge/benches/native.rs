//! What the native engine costs beside its model: in process, and over HTTP beside a bare client.

use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::http::header::CONTENT_TYPE;
use criterion::{Criterion, criterion_group, criterion_main};
use dspex_bridge::llm::{Completion, CompletionRequest, LanguageModel, LmError, Models, OpenAi};
use dspex_bridge::{CallContext, Engine, ModuleKind, ModuleSpec, NativeEngine, Prepared};
use dspex_signature::{ChatAdapter, Fields, Signature, fields};
use dspex_telemetry::{Event, Outcome, RecentEvents, Recorder};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};

const COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]";

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
            outcome: Outcome::Ok,
        });
        Ok(Completion::text(COMPLETION))
    }
}

fn benchmarks(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("no runtime");
    let inputs = fields! { "question" => "Who wrote Emma?" };

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
    criterion.bench_function("http.predict", |bencher| {
        let calls = async |n_calls: u64| {
            for _ in 0..n_calls {
                call(&*over_http, &inputs).await;
            }
        };
        bencher.iter_custom(|n_calls| cpu_time(&runtime, calls(n_calls)));
    });
    let bare = BareClient::new(&url, &inputs);
    criterion.bench_function("http.bare", |bencher| {
        let calls = async |n_calls: u64| {
            for _ in 0..n_calls {
                black_box(bare.post().await);
            }
        };
        bencher.iter_custom(|n_calls| cpu_time(&runtime, calls(n_calls)));
    });
}

fn signature() -> Signature {
    Signature::parse("question -> answer").expect("the signature is valid")
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

/// The processor time that this thread spends on it. A client waits for its server, and what is
/// compared here is what the client itself does.
fn cpu_time(runtime: &Runtime, work: impl Future<Output = ()>) -> Duration {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        let part = |part: i64| u64::try_from(part).expect("a thread's time is not negative");
        Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
    };
    let started = now();
    runtime.block_on(work);
    now() - started
}

/// Answers every request alike, at once, on a thread of its own.
struct Server {
    address: SocketAddr,
    _runtime: Runtime,
}

impl Server {
    fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("no runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("no port of this machine is free");
        let address = listener.local_addr().expect("it listens");
        let body = serde_json::json!({
            "id": "1",
            "object": "chat.completion",
            "model": "m",
            "choices": [{
                "index": 0,
                "message": { "role": "assistant", "content": COMPLETION },
                "finish_reason": "stop",
            }],
            "usage": { "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120 },
        });
        let body = body.to_string();
        let answer = async move || ([(CONTENT_TYPE, "application/json")], body.clone());
        let router = axum::Router::new().route(
            "/v1/chat/completions",
            axum::routing::post(async move |_: String| answer().await),
        );
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, _runtime: runtime }
    }
}

/// What a program does that has the prompt already: one POST of it, one answer as JSON.
struct BareClient {
    client: reqwest::Client,
    url: reqwest::Url,
    messages: Vec<BareMessage>,
}

#[derive(Serialize)]
struct BareBody<'a> {
    model: &'a str,
    messages: &'a [BareMessage],
}

#[derive(Serialize)]
struct BareMessage {
    role: &'static str,
    content: String,
}

#[derive(Deserialize)]
struct BareAnswer {
    choices: Vec<BareChoice>,
}

#[derive(Deserialize)]
struct BareChoice {
    message: BareReply,
}

#[derive(Deserialize)]
struct BareReply {
    content: String,
}

impl BareClient {
    fn new(base_url: &str, inputs: &Fields) -> Self {
        // reqwest takes its TLS provider from the process; the address is plain HTTP all the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().expect("a client is made");
        let url = format!("{base_url}/chat/completions").parse().expect("the address is valid");
        let messages = ChatAdapter.format(&signature(), &[], inputs).expect("text is rendered");
        let message = |message: dspex_signature::Message| BareMessage {
            role: message.role.name(),
            content: message.content,
        };
        Self { client, url, messages: messages.into_iter().map(message).collect() }
    }

    async fn post(&self) -> String {
        let body = BareBody { model: "m", messages: &self.messages };
        let response = self.client.post(self.url.clone()).json(&body).send().await;
        let answer: BareAnswer =
            response.expect("the server answers").json().await.expect("with a completion");
        answer.choices.into_iter().next().expect("with one choice").message.content
    }
}

criterion_group!(group, benchmarks);
criterion_main!(group);
