//! A key goes into one header of the request, and nowhere else.

use std::sync::{Arc, Mutex};

use dspex_bridge::CallContext;
use dspex_bridge::llm::{
    Anthropic, Breaker, Cache, Cassette, CompletionRequest, Gemini, LanguageModel, Lm, Message,
    Models, OpenAi, RateLimit, Retry,
};
use dspex_telemetry::{RecentEvents, Recorder};
use tracing::Level;
use tracing::field::{Field, Visit};
use tracing::span;

use crate::server::Server;

/// A variable that the environment of these tests is sure to hold.
const VARIABLE: &str = "CARGO_PKG_DESCRIPTION";
const KEY: &str = env!("CARGO_PKG_DESCRIPTION");

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

/// Answers of each provider, good and bad, of which the bad ones repeat the key.
fn answers() -> Vec<(u16, &'static str, String)> {
    let said = |text: &str| format!(r#"{{"error":{{"message":"no such key: {text}"}}}}"#);
    let good = r#"{"choices":[{"message":{"content":"Leeds"}}],"content":[{"type":"text",
        "text":"Leeds"}],"candidates":[{"content":{"parts":[{"text":"Leeds"}]}}]}"#;
    vec![
        (200, "application/json", good.to_owned()),
        (200, "application/json", said(KEY)),
        (200, "text/event-stream", format!("data: {}\n\n", said(KEY))),
        (200, "text/event-stream", "data: {\"type\":\"error\"}\n\n".to_owned()),
        (200, "text/html", KEY.to_owned()),
        (400, "application/json", said(KEY)),
        (401, "application/json", said(KEY)),
        (429, "application/json", said(KEY)),
        (500, "text/plain", KEY.to_owned()),
        (500, "application/json", said(KEY)),
    ]
}

fn models(server: &Server) -> Vec<(Lm, String)> {
    let base_url = &server.base_url;
    let openai = OpenAi::new("m").base_url(base_url).key_env(VARIABLE);
    let anthropic = Anthropic::new("m").base_url(base_url).key_env(VARIABLE);
    let gemini = Gemini::new("m").base_url(base_url).key_env(VARIABLE);
    let shown = [format!("{openai:?}"), format!("{anthropic:?}"), format!("{gemini:?}")];
    [Lm::new(openai), Lm::new(anthropic), Lm::new(gemini)].into_iter().zip(shown).collect()
}

#[tokio::test]
async fn no_key_is_seen_anywhere_but_in_its_header() {
    let log = Log::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let folder = tempfile::tempdir().unwrap();
    let events = Arc::new(RecentEvents::new(1000));
    let context = CallContext::new(Recorder::new().with(events.clone()));
    let request = CompletionRequest::new([Message::user("Where?")]);
    let (mut seen, mut n_sent) = (String::new(), 0);
    for (number, (status, content_type, body)) in answers().into_iter().enumerate() {
        let status = axum::http::StatusCode::from_u16(status).unwrap();
        let server = Server::replying((status, [("content-type", content_type)], body)).await;
        for (position, (lm, shown)) in models(&server).into_iter().enumerate() {
            let cassette = folder.path().join(format!("{number}-{position}"));
            let lm = lm
                .with(RateLimit::per_minute().requests(1000))
                .with(Breaker::default())
                .with(Retry::attempts(1))
                .with(Cache::memory(10))
                .with(Cassette::record(&cassette));
            let model = Models::new().resolve(&lm).unwrap();
            let completion = model.complete(&request, &context).await;
            let stream = model.stream(&request, &context).await;
            let streamed = match stream {
                Ok(stream) => stream.finish().await,
                Err(error) => Err(error),
            };
            for result in [completion, streamed] {
                let told =
                    result.as_ref().map_or_else(ToString::to_string, |done| done.text.clone());
                seen += &format!("{shown} {lm:?} {result:?} {told}\n");
            }
            seen += &std::fs::read_to_string(cassette).unwrap_or_default();
        }
        for (uri, headers, body) in server.seen.lock().unwrap().iter() {
            let headers = headers.values().filter_map(|value| value.to_str().ok());
            let with_key = headers.filter(|value| value.contains(KEY)).count();
            assert_eq!(with_key, 1, "the header of {uri}");
            seen += &format!("{uri} {body}\n");
            n_sent += 1;
        }
    }
    seen += &format!("{:?}", events.events());
    seen += &log.0.lock().unwrap();
    assert!(n_sent > 40 && seen.contains("Leeds") && seen.contains("[key]"));
    let place = seen.find(KEY).map(|place| &seen[place.saturating_sub(200)..place]);
    assert_eq!(place, None);
}
