//! Streamed answers of every provider, and what may go wrong with them, against real servers on
//! loopback.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use dspex_bridge::llm::{
    Anthropic, Azure, Breaker, Cache, Completion, CompletionEvent, CompletionRequest, Gemini,
    Hedge, History, LanguageModel, Lm, LmError, LmErrorKind, LmStatistics, Message, Models, OpenAi,
    Price, RateLimit, Retry, Sampling,
};
use dspex_bridge::{CallContext, Cost};
use dspex_signature::{Value, fields};
use dspex_telemetry::{Event, Outcome, RecentEvents, Recorder};
use futures_util::{StreamExt as _, stream};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::server::{Server, json};

const OPENAI: &str = r#"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

: a comment keeps the connection alive

data: {"choices":[{"index":0,"delta":{"reasoning_content":"North."}}]}

data: {"choices":[{"index":0,"delta":{"content":"Le"}},{"index":1,"delta":{"content":"Yo"}}]}

data: {"choices":[{"index":0,"delta":{"content":"eds"},"finish_reason":"stop"}]}

data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}

data: [DONE]

"#;
const ANTHROPIC: &str = r#"event: message_start
data: {"type":"message_start","message":{"usage":{"input_tokens":12,"output_tokens":1}}}

event: ping
data: {"type":"ping"}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"North."}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Le"}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"eds"}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"stop"},"usage":{"output_tokens":3}}

event: message_stop
data: {"type":"message_stop"}

"#;
const GEMINI: &str = r#"data: {"candidates":[{"content":{"parts":[{"text":"North.","thought":true}]}}]}

data: {"candidates":[{"content":{"parts":[{"text":"Le"}]}}]}

data: {"candidates":[{"content":{"parts":[{"text":"eds"}]},"finishReason":"stop"}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":3}}

"#;

const RESPONSES: &str = r#"event: response.created
data: {"type":"response.created","response":{"id":"r1","status":"in_progress","output":[]}}

event: response.output_item.added
data: {"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs1","summary":[]}}

event: response.reasoning_summary_text.delta
data: {"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"North."}

event: response.output_text.delta
data: {"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Le"}

event: response.output_text.delta
data: {"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"eds"}

event: response.output_text.done
data: {"type":"response.output_text.done","output_index":1,"content_index":0,"text":"Leeds"}

event: response.completed
data: {"type":"response.completed","response":{"id":"r1","status":"completed","error":null,"incomplete_details":null,"output":[{"type":"message","content":[{"type":"output_text","text":"Leeds"}]}],"usage":{"input_tokens":12,"output_tokens":3}}}

"#;
const TEXT: &str = r#"data: {"choices":[{"text":"Le","index":0,"finish_reason":null}]}

data: {"choices":[{"text":"eds","index":0,"finish_reason":"stop"}]}

data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}

data: [DONE]

"#;

fn events(body: impl Into<Body>) -> Response {
    let response = Response::builder().header("content-type", "text/event-stream; charset=utf-8");
    response.body(body.into()).unwrap()
}

async fn speaking(body: &'static str) -> Server {
    Server::start(move || std::future::ready(events(body))).await
}

fn openai(server: &Server) -> OpenAi {
    OpenAi::new("gpt-4o-mini").base_url(&server.base_url).no_key()
}

fn context() -> CallContext {
    CallContext::new(Recorder::new())
}

fn request() -> CompletionRequest {
    CompletionRequest::new([Message::user("Where?")])
}

/// The events of a stream, and the error that it ended with.
async fn read(
    model: &impl LanguageModel,
    context: &CallContext,
) -> (Vec<CompletionEvent>, Option<LmError>) {
    let mut read = Vec::new();
    let mut stream = match model.stream(&request(), context).await {
        Ok(stream) => stream,
        Err(error) => return (read, Some(error)),
    };
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) => read.push(event),
            Err(error) => return (read, Some(error)),
        }
    }
    (read, None)
}

async fn check(model: &impl LanguageModel) {
    check_with(model, Some("North."), "stop").await;
}

/// As [`check`], for a model that may not think, and ends for another reason.
async fn check_with(model: &impl LanguageModel, thoughts: Option<&str>, why_it_ends: &str) {
    let (mut events, error) = read(model, &context()).await;
    assert_eq!(error, None);
    if let Some(thoughts) = thoughts {
        assert_eq!(events.remove(0), CompletionEvent::Reasoning(thoughts.into()));
    }
    let [first, second, CompletionEvent::Done(done)] = &events[..] else {
        panic!("{events:?}");
    };
    let pieces = ["Le", "eds"].map(|piece| CompletionEvent::Text(piece.into()));
    assert_eq!([first, second], [&pieces[0], &pieces[1]]);
    assert_eq!((done.text.as_str(), done.reasoning.as_deref()), ("Leeds", thoughts));
    assert_eq!(done.finish_reason.as_deref(), Some(why_it_ends));
    assert_eq!((done.usage.input_tokens, done.usage.output_tokens), (12, 3));
    assert!(done.took > Duration::ZERO);
}

#[tokio::test]
async fn each_provider_is_read_as_it_writes() {
    let server = speaking(OPENAI).await;
    check(&openai(&server)).await;
    let (_, _, body) = server.seen.lock().unwrap().pop().unwrap();
    // As DSPy 3.4.1 sent it to a server of this machine.
    assert_eq!(
        body,
        r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Where?"}],"stream":true,"stream_options":{"include_usage":true}}"#
    );
    let server = speaking(ANTHROPIC).await;
    check(&Anthropic::new("claude-haiku-4-5").base_url(&server.base_url).no_key()).await;
    let (_, _, body) = server.seen.lock().unwrap().pop().unwrap();
    assert!(body.contains(r#""stream":true"#), "{body}");
    let server = speaking(GEMINI).await;
    check(&Gemini::new("gemini-2.5-flash").base_url(&server.base_url).no_key()).await;
    let (uri, ..) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri, "/v1/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
}

#[tokio::test]
async fn each_api_of_openais_is_read_as_it_writes() {
    let server = speaking(RESPONSES).await;
    check_with(&openai(&server).responses(), Some("North."), "completed").await;
    let (uri, _, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri, "/v1/responses");
    assert!(body.ends_with(r#""stream":true}"#), "{body}");
    let server = speaking(TEXT).await;
    check_with(&openai(&server).text(), None, "stop").await;
    let (uri, _, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri, "/v1/completions");
    let streamed = r#""stream":true,"stream_options":{"include_usage":true}}"#;
    assert!(body.ends_with(streamed), "{body}");
    // Azure says first what it found in the prompt, with no choice.
    let server = Server::start(|| {
        let filtered =
            "data: {\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}\n\n";
        std::future::ready(events(format!("{filtered}{OPENAI}")))
    })
    .await;
    check(&Azure::new("mine").base_url(&server.base_url).no_key()).await;
}

/// The events that come one byte at a time, whatever the bytes of the network are.
#[tokio::test]
async fn pieces_of_the_network_may_end_anywhere() {
    for body in [OPENAI.to_owned(), OPENAI.replace('\n', "\r\n")] {
        let server = Server::start(move || {
            let bytes: Vec<_> = body.bytes().map(|byte| Ok::<_, Infallible>(vec![byte])).collect();
            std::future::ready(events(Body::from_stream(stream::iter(bytes))))
        })
        .await;
        check(&openai(&server)).await;
    }
}

#[tokio::test]
async fn a_stream_reports_how_it_ended() {
    let server = speaking(OPENAI).await;
    let recent = Arc::new(RecentEvents::new(8));
    let context = CallContext::new(Recorder::new().with(recent.clone()));
    let model = openai(&server);
    model.stream(&request(), &context).await.unwrap().finish().await.unwrap();
    drop(model.stream(&request(), &context).await.unwrap());
    let ended = recent.events().into_iter().map(|event| match event {
        Event::LmFinished { input_tokens, outcome, .. } => (input_tokens, outcome),
        other => panic!("{other:?}"),
    });
    let cancelled = Outcome::Failed { kind: "cancelled".into() };
    assert_eq!(ended.collect::<Vec<_>>(), [(12, Outcome::Ok), (0, cancelled)]);
}

#[track_caller]
fn fails(read: &(Vec<CompletionEvent>, Option<LmError>), n_events: usize, expected: &str) {
    let (events, error) = read;
    assert_eq!(events.len(), n_events, "{events:?}");
    let error = error.as_ref().expect("it fails").to_string();
    assert_eq!(error.strip_prefix("language model `openai/gpt-4o-mini` "), Some(expected));
}

const PIECE: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Le\"}}]}\n\n";

#[tokio::test]
async fn what_is_no_stream_of_events_is_said() {
    let html =
        Server::replying(([("content-type", "text/html")], "<html>Sign in to the network</html>"))
            .await;
    let expected = "answered outside its protocol: the answer is not a stream of events (content \
                    type `text/html`)";
    fails(&read(&openai(&html), &context()).await, 0, expected);
    for (body, n_events, expected) in [
        (PIECE.to_owned() + "data: {\"choices\":[{\n\n", 1, "an event is not JSON (column 13)"),
        (
            PIECE.to_owned() + "data: [1]\n\n",
            1,
            "an event is not a chunk of a chat completion (column 2)",
        ),
        (PIECE.to_owned() + "data: {}\n\n", 1, "an event holds no choices"),
        (PIECE.to_owned(), 1, "the stream ended before the answer did"),
        (PIECE.to_owned() + "data: [DONE]", 1, "the stream ended before the answer did"),
        (String::new(), 0, "the stream ended before the answer did"),
    ] {
        let server = Server::start(move || std::future::ready(events(body.clone()))).await;
        let expected = format!("answered outside its protocol: {expected}");
        fails(&read(&openai(&server), &context()).await, n_events, &expected);
    }
    let server = Server::start(|| std::future::ready(events(&b"data: \xff\n\n"[..]))).await;
    let expected = "answered outside its protocol: an event is not in UTF-8";
    fails(&read(&openai(&server), &context()).await, 0, expected);
}

/// OpenAI's responses API knows no `stop`; DSPy looks for it in the stream, and so do we.
#[tokio::test]
async fn an_answer_ends_where_the_request_says() {
    let piece = |piece: &str| {
        format!("data: {{\"type\":\"response.output_text.delta\",\"delta\":\"{piece}\"}}\n\n")
    };
    let body = ["Le", "eds E", "ND York"].map(piece).concat();
    let server = Server::start(move || {
        let events = stream::iter([Ok::<_, Infallible>(body.clone())]).chain(stream::pending());
        std::future::ready(self::events(Body::from_stream(events)))
    })
    .await;
    let model = openai(&server).price(Price::per_million(1.0, 1.0)).responses();
    let asking = |stop: Value| {
        let mut sampling = Sampling::default();
        sampling.extra = fields! { "stop" => stop };
        request().with_sampling(sampling)
    };
    let end = asking("END".into());
    let mut answer = model.stream(&end, &context()).await.unwrap();
    let mut pieces = Vec::new();
    let done = loop {
        match answer.next().await.unwrap().unwrap() {
            CompletionEvent::Text(piece) => pieces.push(piece),
            CompletionEvent::Done(done) => break done,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((&*pieces.concat(), &*done.text), ("Leeds ", "Leeds "));
    assert_eq!((done.finish_reason.as_deref(), done.cost), (Some("stop"), Cost::Unknown));
    assert!(answer.next().await.is_none());
    assert_eq!(model.complete(&end, &context()).await.unwrap().text, "Leeds ");
    for (_, _, body) in server.seen.lock().unwrap().iter() {
        assert!(body.ends_with(r#""stream":true}"#), "{body}");
    }
    let error = model.complete(&asking(7.into()), &context()).await.unwrap_err();
    let message = "parameter `stop` is no text and no list of texts".to_owned();
    assert_eq!(error.kind, LmErrorKind::Refused { message });
}

#[tokio::test]
async fn a_server_that_cannot_stream_answers_whole() {
    let body = r#"{"choices":[{"message":{"content":"Leeds"},"finish_reason":"stop"}]}"#;
    let server = Server::replying(json(200, body)).await;
    let stream = openai(&server).stream(&request(), &context()).await.unwrap();
    assert_eq!(stream.finish().await.unwrap().text, "Leeds");
}

#[tokio::test]
async fn an_error_in_place_of_an_event_is_the_providers() {
    let server = speaking("data: {\"error\":{\"message\":\"overloaded\"}}\n\n").await;
    fails(&read(&openai(&server), &context()).await, 0, "failed on its side: overloaded");
    let server = speaking(
        "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
    )
    .await;
    let model = Anthropic::new("claude-haiku-4-5").base_url(&server.base_url).no_key();
    let error = read(&model, &context()).await.1.unwrap();
    assert_eq!(error.kind, LmErrorKind::Server { message: "Overloaded".into() });
    let server = speaking("data: {\"error\":{\"message\":\"internal\"}}\n\n").await;
    let model = Gemini::new("gemini-2.5-flash").base_url(&server.base_url).no_key();
    let error = read(&model, &context()).await.1.unwrap();
    assert_eq!(error.kind, LmErrorKind::Server { message: "internal".into() });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A stream is bytes: wherever the network cuts it, within events, characters and escapes, what is
    /// read of it is the same.
    #[test]
    fn a_stream_is_the_same_wherever_it_is_cut(cuts in prop::collection::vec(0..700_usize, 0..40)) {
        let texts = ["L\u{e9}eds ", "\u{1f44b}", " \\\"quoted\\\"", " end"];
        let said = texts.map(|text| {
            format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\r\n\r\n")
        });
        let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        let whole = format!("{}{end}", said.concat()).into_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut < whole.len()).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([whole.len()]);
        let starts = [0].into_iter().chain(cuts.iter().copied());
        let pieces: Vec<Vec<u8>> =
            starts.zip(ends).map(|(start, end)| whole[start..end].to_vec()).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let text = runtime.block_on(async {
            let server = Server::start(move || {
                let pieces = stream::iter(pieces.clone()).then(|piece| async {
                    tokio::task::yield_now().await;
                    Ok::<_, Infallible>(piece)
                });
                std::future::ready(events(Body::from_stream(pieces)))
            })
            .await;
            let stream = openai(&server).stream(&request(), &context()).await.unwrap();
            stream.finish().await.unwrap().text
        });
        prop_assert_eq!(text, "L\u{e9}eds \u{1f44b} \"quoted\" end");
    }
}

#[tokio::test]
async fn a_silent_stream_ends_with_the_timeout_or_the_callers_cancel() {
    let server = Server::start(|| {
        let piece = stream::iter([Ok::<_, Infallible>(PIECE)]);
        std::future::ready(events(Body::from_stream(piece.chain(stream::pending()))))
    })
    .await;
    let impatient = openai(&server).timeout(Duration::from_millis(50));
    let (events, error) = read(&impatient, &context()).await;
    assert_eq!(events.len(), 1);
    assert!(matches!(error.unwrap().kind, LmErrorKind::Timeout { .. }));

    let (events, error) =
        read(&openai(&server), &context().within(Duration::from_millis(50))).await;
    assert_eq!(events.len(), 1);
    assert!(matches!(error.unwrap().kind, LmErrorKind::Timeout { .. }));

    let hour = Duration::from_secs(3600);
    let impatient = openai(&server).timeout(hour).idle_timeout(Duration::from_millis(50));
    let (events, error) = read(&impatient, &context()).await;
    assert_eq!(events.len(), 1);
    assert!(matches!(error.unwrap().kind, LmErrorKind::Timeout { .. }));

    let context = context();
    let mut stream = openai(&server).stream(&request(), &context).await.unwrap();
    stream.next().await.unwrap().unwrap();
    let (next, ()) = tokio::join!(stream.next(), async { context.cancel() });
    assert_eq!(next.unwrap().unwrap_err().kind, LmErrorKind::Cancelled);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn an_answer_that_does_not_begin_ends_with_the_wait_for_its_first_piece() {
    let server = Server::start(|| {
        let silence = stream::pending::<Result<&str, Infallible>>();
        std::future::ready(events(Body::from_stream(silence)))
    })
    .await;
    let hour = Duration::from_secs(3600);
    let impatient = openai(&server).timeout(hour).first_token_timeout(Duration::from_millis(50));
    let error = impatient.stream(&request(), &context()).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");

    // Signs of life are no beginning.
    let server = dripping(": still here\n\n").await;
    let error = openai(&server)
        .timeout(hour)
        .first_token_timeout(Duration::from_millis(50))
        .stream(&request(), &context())
        .await
        .unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");
}

/// A stream that says the same again and again, a little later each time.
async fn dripping(piece: &'static str) -> Server {
    Server::start(move || {
        let pieces = stream::unfold((), move |()| async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Some((Ok::<_, Infallible>(piece), ()))
        });
        std::future::ready(events(Body::from_stream(pieces)))
    })
    .await
}

#[tokio::test]
async fn a_whole_answer_that_is_streamed_for_its_end_has_the_time_of_a_whole_one() {
    let piece = "data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n";
    let server = dripping(piece).await;
    let model = openai(&server).responses().timeout(Duration::from_millis(60));
    let mut request = request();
    request.sampling.extra = fields! { "stop" => "END" };
    let error = model.complete(&request, &context()).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");
}

#[tokio::test]
async fn an_exchange_that_nobody_waits_for_is_reported() {
    let server = Server::start(std::future::pending::<Response>).await;
    let (statistics, history) = (Arc::new(LmStatistics::default()), History::of(9));
    let context = CallContext::new(Recorder::new().with(statistics.clone()));
    let model = openai(&server).history(history.clone());
    let (request, soon) = (request(), Duration::from_millis(30));
    assert!(tokio::time::timeout(soon, model.complete(&request, &context)).await.is_err());
    assert!(tokio::time::timeout(soon, model.stream(&request, &context)).await.is_err());

    // The loser of a hedge.
    let n_asked = Arc::new(AtomicUsize::new(0));
    let slow_once = Server::start(move || {
        let is_first = n_asked.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            if is_first {
                std::future::pending::<()>().await;
            }
            json(200, r#"{"choices":[{"message":{"content":"Leeds"}}]}"#)
        }
    })
    .await;
    let hedged = Lm::new(openai(&slow_once).history(history.clone())).with(Hedge::after(soon));
    assert_eq!(hedged.complete(&request, &context).await.unwrap().text, "Leeds");

    let figures = statistics.of("openai/gpt-4o-mini").unwrap();
    assert_eq!((figures.requests, figures.failures["cancelled"]), (4, 3));
    let answers: Vec<_> = history.last(9).into_iter().map(|kept| kept.answer.is_ok()).collect();
    assert_eq!(answers.iter().filter(|is_ok| **is_ok).count(), 1, "{answers:?}");
    assert_eq!(answers.len(), 4);
}

#[tokio::test]
async fn a_connection_that_breaks_is_said_with_what_was_seen() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    let server = async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        assert!(socket.read(&mut [0; 4096]).await.unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                    transfer-encoding: chunked\r\n\r\n";
        let chunk = format!("{:x}\r\n{PIECE}\r\n", PIECE.len());
        socket.write_all(format!("{head}{chunk}").as_bytes()).await.unwrap();
    };
    let model = OpenAi::new("gpt-4o-mini").base_url(&base_url).no_key();
    let context = context();
    let ((events, error), ()) = tokio::join!(read(&model, &context), server);
    assert_eq!(events, [CompletionEvent::Text("Le".into())]);
    let error = error.unwrap();
    assert!(matches!(error.kind, LmErrorKind::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_stream_without_end_is_not_read_to_its_end() {
    // An event that never ends, and events that never do.
    for chunk in ["x".repeat(1 << 20), format!(": {}\n\n", "x".repeat(1 << 20))] {
        let server = Server::start(move || {
            let chunk = Bytes::from(chunk.clone());
            let endless = stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone()));
            std::future::ready(events(Body::from_stream(endless)))
        })
        .await;
        let expected = "answered outside its protocol: the answer is larger than 32 MiB";
        fails(&read(&openai(&server), &context()).await, 0, expected);
    }
}

async fn finish(lm: &Lm, context: &CallContext) -> Result<Completion, LmError> {
    let model = Models::new().resolve(lm)?;
    model.stream(&request(), context).await?.finish().await
}

#[tokio::test]
async fn what_stands_around_a_model_stands_around_its_streams() {
    let server = speaking(OPENAI).await;
    let overloaded = speaking("data: {\"error\":{\"message\":\"overloaded\"}}\n\n").await;
    let retry = || Retry::attempts(2).first_wait(Duration::from_millis(1));

    let failing = Lm::new(openai(&overloaded)).with(retry());
    finish(&failing, &context()).await.unwrap_err();
    assert_eq!(overloaded.seen.lock().unwrap().len(), 2, "it is tried again before it has opened");

    let truncated = speaking(PIECE).await;
    let failing = Lm::new(openai(&truncated)).with(Breaker::after(1)).with(retry());
    finish(&failing, &context()).await.unwrap_err();
    assert_eq!(truncated.seen.lock().unwrap().len(), 1, "nothing is tried again after that");
    let error = finish(&failing, &context()).await.unwrap_err();
    assert_eq!(error.kind, LmErrorKind::CircuitOpen { failures: 1 });

    let falling = Lm::new(openai(&overloaded)).or_else(openai(&server));
    assert_eq!(finish(&falling, &context()).await.unwrap().text, "Leeds");

    server.seen.lock().unwrap().clear();
    let cached = Lm::new(openai(&server)).with(RateLimit::per_minute().tokens(100));
    let cached = cached.with(Cache::memory(5));
    let first = finish(&cached, &context()).await.unwrap();
    let second = finish(&cached, &context()).await.unwrap();
    assert_eq!((first.from_cache, second.from_cache), (false, true));
    assert_eq!((second.text, server.seen.lock().unwrap().len()), (first.text, 1));
}
