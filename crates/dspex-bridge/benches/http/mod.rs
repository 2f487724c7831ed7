//! What benchmarks over HTTP share: a server that takes no time, a bare client, and a clock.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use criterion::{Bencher, Criterion};
use dspex_signature::{ChatAdapter, Message, Signature, fields};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};

/// What the server says.
pub(crate) const COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]";

/// What a model is asked.
pub(crate) fn messages() -> Vec<Message> {
    let signature = Signature::parse("question -> answer").expect("the signature is valid");
    let inputs = fields! { "question" => "Who wrote Emma?" };
    ChatAdapter.format(&signature, &[], &inputs).expect("text is rendered")
}

/// One piece of a streamed answer, fifty bytes of text.
const PIECE: &str = r#"data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"{\"item\": \"a lamp for the desk\", \"quantity\": 2},\n    "}}]}

"#;

/// An answer in so many pieces.
fn pieces(n_pieces: usize) -> String {
    let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    format!("{}{end}data: [DONE]\n\n", PIECE.repeat(n_pieces))
}

/// The processor time that this thread spends on it. A client waits for its server, and a program for its
/// turn on a busy machine; what is compared here is what the work itself takes.
pub(crate) fn cpu_time(runtime: &Runtime, work: impl Future<Output = ()>) -> Duration {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        let part = |part: i64| u64::try_from(part).expect("a thread's time is not negative");
        Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
    };
    let started = now();
    runtime.block_on(work);
    now() - started
}

/// How many calls a turn has.
pub(crate) const N_CALLS_IN_TURN: u64 = 64;

/// How many times as long as its peer's a client's work takes, as seconds: a short turn each, so that
/// both meet the same machine.
pub(crate) fn in_turn(
    criterion: &mut Criterion,
    id: &str,
    runtime: &Runtime,
    ours: impl AsyncFn(),
    peer: impl AsyncFn(),
) {
    bench(criterion, id, |n_turns| {
        let (mut own, mut others) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..n_turns {
            own += cpu_time(runtime, ours());
            others += cpu_time(runtime, peer());
        }
        let n_turns = u32::try_from(n_turns).expect("a sample is short");
        Duration::from_secs_f64(own.as_secs_f64() / others.as_secs_f64()) * n_turns
    });
}

/// Measures what tells its own time; `group/name` is a benchmark of a group.
pub(crate) fn bench(criterion: &mut Criterion, id: &str, mut times: impl FnMut(u64) -> Duration) {
    let mut run = |bencher: &mut Bencher<'_>| bencher.iter_custom(&mut times);
    match id.split_once('/') {
        Some((group, name)) => drop(criterion.benchmark_group(group).bench_function(name, run)),
        None => drop(criterion.bench_function(id, &mut run)),
    }
}

/// Answers every request alike, at once, on a thread of its own.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    _runtime: Runtime,
}

impl Server {
    pub(crate) fn start() -> Self {
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
        let answer = async move |_: String| ([(CONTENT_TYPE, "application/json")], body.clone());
        let streamed = async move |Path(n_pieces): Path<usize>, _: String| {
            ([(CONTENT_TYPE, "text/event-stream")], pieces(n_pieces))
        };
        let router = axum::Router::new()
            .route("/v1/chat/completions", post(answer))
            .route("/{n_pieces}/chat/completions", post(streamed));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, _runtime: runtime }
    }
}

/// What a program does that has the prompt already: one POST of it, one answer as JSON.
pub(crate) struct BareClient {
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
    pub(crate) fn new(base_url: &str, messages: Vec<Message>) -> Self {
        // reqwest takes its TLS provider from the process; the address is plain HTTP all the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().expect("a client is made");
        let url = format!("{base_url}/chat/completions").parse().expect("the address is valid");
        let message =
            |message: Message| BareMessage { role: message.role.name(), content: message.content };
        Self { client, url, messages: messages.into_iter().map(message).collect() }
    }

    pub(crate) async fn post(&self) -> String {
        let body = BareBody { model: "m", messages: &self.messages };
        let response = self.client.post(self.url.clone()).json(&body).send().await;
        let answer: BareAnswer =
            response.expect("the server answers").json().await.expect("with a completion");
        answer.choices.into_iter().next().expect("with one choice").message.content
    }
}
