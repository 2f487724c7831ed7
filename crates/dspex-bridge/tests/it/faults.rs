//! Servers that break below the protocol: bytes that are no HTTP, certificates that nobody vouches for,
//! bodies that are not what they say. Each ends in a typed error, in bounded time and memory.

use std::sync::Arc;
use std::time::Duration;

use dspex_bridge::CallContext;
use dspex_bridge::llm::{
    Budget, CompletionRequest, Key, LanguageModel, Lm, LmError, LmErrorKind, LmOptions,
    LmStatistics, Message, OpenAi, RateLimit, from_name,
};
use dspex_telemetry::Recorder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::server::{Server, json};

/// A server that answers each connection with the same bytes, and then closes it.
struct Raw {
    address: String,
    // Dropping it stops the server.
    _task: JoinSet<()>,
}

impl Raw {
    async fn start(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes: Arc<[u8]> = bytes.into().into();
        Self::serving(move |socket| answer(socket, bytes.clone())).await
    }

    async fn serving<F: Future<Output = ()> + Send + 'static>(
        serve: impl Fn(TcpStream) -> F + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                connections.spawn(serve(socket));
            }
        });
        Self { address, _task: task }
    }

    fn model(&self, scheme: &str) -> OpenAi {
        OpenAi::new("m").base_url(format!("{scheme}://{}/v1", self.address)).no_key()
    }
}

async fn answer(mut socket: TcpStream, bytes: Arc<[u8]>) {
    let mut request = vec![0; 64 << 10];
    // Who has heard enough may close the connection.
    if socket.read(&mut request).await.is_ok() && socket.write_all(&bytes).await.is_ok() {
        drop(socket.shutdown().await);
    }
}

/// The failures of a completion and of a stream.
async fn failures(model: &OpenAi) -> [LmError; 2] {
    let context = CallContext::new(Recorder::new()).within(Duration::from_secs(20));
    let request = CompletionRequest::default();
    let completion = model.complete(&request, &context).await.unwrap_err();
    let stream = match model.stream(&request, &context).await {
        Ok(stream) => stream.finish().await.unwrap_err(),
        Err(error) => error,
    };
    [completion, stream]
}

/// Both fail with no connection to speak of, for this reason.
async fn unreachable(model: &OpenAi, expected: &str) {
    for error in failures(model).await {
        let LmErrorKind::Unreachable { reason, .. } = &error.kind else { panic!("{error}") };
        assert!(reason.contains(expected), "{reason}");
        assert!(error.is_retryable());
    }
}

/// Both fail because the answer is none, with a message that begins so.
async fn outside_protocol(model: &OpenAi, expected: [&str; 2]) {
    for (error, expected) in failures(model).await.into_iter().zip(expected) {
        let LmErrorKind::Protocol { message } = &error.kind else { panic!("{error}") };
        assert!(message.starts_with(expected), "{message}");
    }
}

fn http(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}connection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn what_is_no_http_is_said() {
    unreachable(&Raw::start("SSH-2.0-OpenSSH_9.2\r\n").await.model("http"), "invalid HTTP").await;
    unreachable(&Raw::start("").await.model("http"), "connection closed").await;
}

#[tokio::test]
async fn headers_without_end_are_not_read_to_their_end() {
    let head = format!("HTTP/1.1 200 OK\r\n{}", "x-filler: 0123456789\r\n".repeat(100_000));
    unreachable(&Raw::start(head).await.model("http"), "too large").await;
    let long = format!("x-long: {}\r\n", "x".repeat(4 << 20));
    unreachable(&Raw::start(http(&long, b"{}")).await.model("http"), "too large").await;
}

#[tokio::test]
async fn a_body_that_ends_early_is_said() {
    let headers = "content-type: application/json\r\ncontent-length: 1000\r\n";
    let server = Raw::start(http(headers, br#"{"choices": ["#)).await;
    unreachable(&server.model("http"), "end of file").await;
}

#[tokio::test]
async fn a_body_that_says_it_is_huge_is_not_read() {
    let headers = "content-type: application/json\r\ncontent-length: 99999999999\r\n";
    let server = Raw::start(http(headers, b"{")).await;
    outside_protocol(&server.model("http"), ["the answer is larger than 32 MiB"; 2]).await;
}

/// Nothing is unpacked, so that a few bytes cannot become many.
#[tokio::test]
async fn a_packed_body_stays_packed() {
    // The beginning of a gzip file of zeros.
    let packed = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x01\x0d\x00";
    for (content_type, expected) in [
        ("application/json", "the answer is not JSON (line 1, column 1"),
        ("text/event-stream", "the stream ended before the answer did"),
    ] {
        let headers = format!("content-type: {content_type}\r\ncontent-encoding: gzip\r\n");
        let server = Raw::start(http(&headers, packed)).await;
        outside_protocol(&server.model("http"), ["the answer is not JSON (line 1", expected]).await;
    }
}

#[tokio::test]
async fn a_slow_first_byte_is_a_timeout() {
    let server = Raw::serving(|socket| async move {
        let _held = socket;
        std::future::pending::<()>().await;
    })
    .await;
    for error in failures(&server.model("http").timeout(Duration::from_millis(50))).await {
        assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = Raw::serving(move |socket| {
        let acceptor = acceptor.clone();
        async move {
            // The client refuses, and says so.
            drop(acceptor.accept(socket).await);
        }
    })
    .await;
    unreachable(&server.model("https"), "certificate").await;
}

#[tokio::test]
async fn a_server_without_tls_is_not_asked_with_it() {
    unreachable(&Raw::start(http("", b"{}")).await.model("https"), "corrupt message").await;
}

#[tokio::test]
async fn counts_beyond_all_numbers_do_no_harm() {
    let most = u64::MAX;
    let chat = format!(
        r#"{{"choices": [{{"message": {{"content": "x"}}, "finish_reason": "stop"}}], "usage": {{
            "prompt_tokens": {most}, "completion_tokens": {most}, "completion_tokens_details":
            {{"reasoning_tokens": {most}, "audio_tokens": {most}}}, "prompt_tokens_details":
            {{"cached_tokens": {most}, "audio_tokens": {most}}}}}}}"#
    );
    let message = format!(
        r#"{{"content": [{{"type": "text", "text": "x"}}], "stop_reason": "end_turn", "usage": {{
            "input_tokens": {most}, "output_tokens": {most}, "cache_read_input_tokens": {most},
            "cache_creation_input_tokens": {most}}}}}"#
    );
    let candidate = format!(
        r#"{{"candidates": [{{"content": {{"parts": [{{"text": "x"}}]}}, "finishReason": "STOP"}}],
            "usageMetadata": {{"promptTokenCount": {most}, "candidatesTokenCount": {most},
            "thoughtsTokenCount": {most}, "promptTokensDetails": [{{"modality": "AUDIO", "tokenCount":
            {most}}}, {{"modality": "AUDIO", "tokenCount": {most}}}]}}}}"#
    );
    for (name, answer) in [
        ("openai/gpt-4o-mini", chat),
        ("anthropic/claude-haiku-4-5", message),
        ("gemini/gemini-2.5-flash", candidate),
    ] {
        let server = Server::replying(json(200, answer)).await;
        let mut options = LmOptions::default();
        options.base_url = Some(server.base_url.clone());
        options.key = Some(Key::env("CARGO_PKG_NAME"));
        let model = from_name(name, options).unwrap();
        let lm = Lm::Model(model)
            .with(RateLimit::per_minute().tokens(u32::MAX))
            .with(Budget::per_day().tokens(most));
        let statistics = Arc::new(LmStatistics::default());
        let context = CallContext::new(Recorder::new().with(statistics.clone()));
        let request = CompletionRequest::new([Message::user("?")]);
        let completion = lm.complete(&request, &context).await.unwrap();
        let usage = completion.usage + completion.usage;
        assert_eq!((usage.input_tokens, usage.output_tokens), (most, most), "{name}");
        let spent = lm.complete(&request, &context).await.unwrap_err();
        assert!(matches!(spent.kind, LmErrorKind::BudgetSpent { .. }), "{spent}");
        assert_eq!(statistics.of(name).unwrap().input_tokens, most, "{name}");
    }
}
