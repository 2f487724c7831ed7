//! Keys go into one header of a request, and nowhere else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::StatusCode;
use dspex_bridge::CallContext;
use dspex_bridge::llm::{
    Anthropic, Azure, Breaker, Cache, CacheTier, Cassette, CompletionRequest, Gemini, History, Key,
    LanguageModel, Lm, Message, Models, OpenAi, RateLimit, Retry, TierError,
};
use dspex_telemetry::{RecentEvents, Recorder};
use tracing::Level;
use tracing::field::{Field, Visit};
use tracing::span;

use crate::server::Server;

/// A variable that the environment of these tests is sure to hold.
const VARIABLE: &str = "CARGO_PKG_DESCRIPTION";
const FIRST: &str = env!("CARGO_PKG_DESCRIPTION");
/// What a command prints, and a secret among its arguments.
const SECOND: &str = "sk-second-0123456789";
const ARGUMENT: &str = "argument-0123456789";

/// Every text that a program logs, whatever its level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for &Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.lock().unwrap().push_str(&format!("{field}={value:?}\n"));
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() <= Level::TRACE
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut &*self);
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut &*self);
    }

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut &*self);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// Answers of each provider, good and bad, of which the bad ones repeat this text.
fn answers(text: &str) -> Vec<(u16, &'static str, String)> {
    let said = || format!(r#"{{"error":{{"message":"no such key: {text}"}}}}"#);
    // Where a long message is cut it may hold the beginning of a key.
    let long = format!(r#"{{"error":{{"message":"{} {text}"}}}}"#, "x".repeat(390));
    let good = r#"{"choices":[{"message":{"content":"Leeds"},"text":"Leeds"}],"content":[{"type":"text",
        "text":"Leeds"}],"output":[{"type":"message","content":[{"type":"output_text",
        "text":"Leeds"}]}],"candidates":[{"content":{"parts":[{"text":"Leeds"}]}}]}"#;
    vec![
        (200, "application/json", good.to_owned()),
        (200, "application/json", said()),
        (200, "text/event-stream", format!("data: {}\n\n", said())),
        (200, "text/event-stream", "data: {\"type\":\"error\"}\n\n".to_owned()),
        (200, "text/html", text.to_owned()),
        (400, "application/json", said()),
        (400, "application/json", long),
        (401, "application/json", said()),
        (429, "application/json", said()),
        (500, "text/plain", text.to_owned()),
        (500, "application/json", said()),
    ]
}

/// What can be seen of a program, but for the one header.
struct Seen {
    log: Log,
    events: Arc<RecentEvents>,
    text: String,
    n_sent: usize,
}

impl Seen {
    fn new() -> Self {
        let events = Arc::new(RecentEvents::new(1000));
        Self { log: Log::default(), events, text: String::new(), n_sent: 0 }
    }

    /// Asks all providers at the server, in both ways, and keeps what is to be seen of it.
    async fn ask(&mut self, server: &Server, key: impl Fn() -> Key) {
        let _logging = tracing::subscriber::set_default(self.log.clone());
        let folder = tempfile::tempdir().unwrap();
        let context = CallContext::new(Recorder::new().with(self.events.clone()));
        let request = CompletionRequest::new([Message::user("Where?")]);
        let (history, shelf) = (History::of(100), Shelf::default());
        for number in 0..12 {
            // Models of its own for each request, which have not learned yet which key is taken.
            let (lm, shown) = models(server, &key, &history).swap_remove(number / 2);
            let cassette = folder.path().join(number.to_string());
            let lm = lm
                .with(RateLimit::per_minute().requests(1000))
                .with(Breaker::default())
                .with(Retry::attempts(1))
                .with(Cache::memory(10).below(shelf.clone()))
                .with(Cassette::record(&cassette));
            let model = Models::new().resolve(&lm).unwrap();
            let result = match number % 2 {
                0 => model.complete(&request, &context).await,
                _ => match model.stream(&request, &context).await {
                    Ok(stream) => stream.finish().await,
                    Err(error) => Err(error),
                },
            };
            let told = result.as_ref().map_or_else(ToString::to_string, |done| done.text.clone());
            self.text += &format!("{shown} {lm:?} {result:?} {told}\n");
            self.text += &std::fs::read_to_string(cassette).unwrap_or_default();
        }
        self.text += &format!("{:?} {}\n", history.last(100), shelf.0.lock().unwrap());
        for (uri, headers, body) in server.seen.lock().unwrap().iter() {
            let headers = headers.values().filter_map(|value| value.to_str().ok());
            let with_key = |value: &&str| value.contains(FIRST) || value.contains(SECOND);
            assert_eq!(headers.filter(with_key).count(), 1, "the header of {uri}");
            self.text += &format!("{uri} {body}\n");
            self.n_sent += 1;
        }
    }

    /// No part of a secret is there.
    #[track_caller]
    fn check(mut self) {
        self.text += &format!("{:?}", self.events.events());
        self.text += &self.log.0.lock().unwrap();
        assert!(self.n_sent > 90, "{}", self.n_sent);
        assert!(self.text.contains("Leeds") && self.text.contains("[key]"));
        for secret in [FIRST, SECOND, ARGUMENT] {
            let place = self.text.find(&secret[..8]);
            let before = place.map(|place| &self.text[place.saturating_sub(200)..place]);
            assert_eq!(before, None);
        }
    }
}

/// A model of each protocol, and how it prints.
fn models(server: &Server, key: impl Fn() -> Key, history: &History) -> Vec<(Lm, String)> {
    macro_rules! shown {
        ($($model:expr),*) => {
            vec![$({
                let model = $model.base_url(&server.base_url).key(key()).history(history.clone());
                let shown = format!("{model:?}");
                (Lm::new(model), shown)
            }),*]
        };
    }
    shown![
        OpenAi::new("m"),
        OpenAi::new("m").responses(),
        OpenAi::new("m").text(),
        Azure::new("m"),
        Anthropic::new("m"),
        Gemini::new("m")
    ]
}

/// Keeps answers in a text.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<String>>);

#[async_trait]
impl CacheTier for Shelf {
    async fn get(&self, _: &str) -> Result<Option<String>, TierError> {
        Ok(None)
    }

    async fn put(&self, key: &str, answer: &str, _: Option<Duration>) -> Result<(), TierError> {
        self.0.lock().unwrap().push_str(&format!("{key} {answer}\n"));
        Ok(())
    }
}

fn reply(
    status: u16,
    content_type: &'static str,
    body: String,
) -> (StatusCode, [(&'static str, &'static str); 1], String) {
    (StatusCode::from_u16(status).unwrap(), [("content-type", content_type)], body)
}

#[tokio::test]
async fn no_key_is_seen_anywhere_but_in_its_header() {
    let mut seen = Seen::new();
    for (status, content_type, body) in answers(FIRST) {
        let server = Server::replying(reply(status, content_type, body)).await;
        seen.ask(&server, || Key::env(VARIABLE)).await;
    }
    seen.check();
}

/// The first key is refused, and what follows on the second repeats both.
#[tokio::test]
async fn neither_of_two_keys_is_seen_anywhere_but_in_its_header() {
    let mut seen = Seen::new();
    for (status, content_type, body) in answers(&format!("{FIRST} {SECOND}")) {
        let server = Server::answering(move |headers| {
            let is_first = headers
                .values()
                .any(|value| value.to_str().is_ok_and(|value| value.contains(FIRST)));
            let refusal = format!(r#"{{"error":{{"message":"no such key: {FIRST}"}}}}"#);
            std::future::ready(match is_first {
                true => reply(401, "application/json", refusal),
                false => reply(status, content_type, body.clone()),
            })
        })
        .await;
        let printing = |script: &str| Key::command("sh", ["-c", script, ARGUMENT]);
        let script = format!("echo {SECOND}; echo {SECOND} >&2");
        seen.ask(&server, || Key::env(VARIABLE).or(printing(&script))).await;
        let failing = format!("echo {SECOND}; exit 1");
        seen.ask(&server, || printing(&failing)).await;
    }
    seen.check();
}
