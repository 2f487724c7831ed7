//! Tests of typed extraction.

use std::sync::Arc;

use dspex_signature_macros::FieldType;

use super::*;
use crate::call::{CallErrorKind, Cost, Usage};
use crate::llm::{
    Completion, CompletionEvent, CompletionRequest, CompletionStream, LanguageModel,
    LmCapabilities, LmError, LmErrorKind, Media, Part, ResponseFormat, ScriptedModel, ToolCall,
    ToolChoice,
};

#[derive(Clone, Debug, PartialEq, FieldType)]
struct Order {
    #[field(pattern = "^[A-Z]-[0-9]+$")]
    number: String,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, FieldType)]
struct Line {
    item: String,
    #[field(ge = 1)]
    quantity: u32,
}

const TEXT: &str = "Order A-1042: two lamps";
const ANSWER: &str = r#"{"number": "A-1042", "lines": [{"item": "lamp", "quantity": 2}]}"#;

fn order() -> Order {
    let lines = vec![Line { item: "lamp".to_owned(), quantity: 2 }];
    Order { number: "A-1042".to_owned(), lines }
}

fn extract(script: &ScriptedModel) -> Extract<Order> {
    Lm::new(script.clone()).extract(TEXT)
}

fn texts(request: &CompletionRequest) -> Vec<String> {
    request.messages.iter().map(|message| message.text().into_owned()).collect()
}

#[tokio::test]
async fn a_schema_holds_the_model_where_it_can_be_held() {
    let script = ScriptedModel::new().can(LmCapabilities::schemas()).text(ANSWER);
    assert_eq!(extract(&script).await.unwrap(), order());
    let request = &script.requests()[0];
    let Some(ResponseFormat::JsonSchema { schema, .. }) = &request.response_format else {
        panic!("{request:?}")
    };
    assert_eq!(
        schema.to_json(),
        r##"{"$defs": {"Line": {"properties": {"item": {"title": "Item", "type": "string"}, "quantity": {"minimum": 1, "title": "Quantity", "type": "integer"}}, "required": ["item", "quantity"], "title": "Line", "type": "object", "additionalProperties": false}}, "properties": {"number": {"pattern": "^[A-Z]-[0-9]+$", "title": "Number", "type": "string"}, "lines": {"items": {"$ref": "#/$defs/Line"}, "title": "Lines", "type": "array"}}, "required": ["number", "lines"], "title": "Order", "type": "object", "additionalProperties": false}"##
    );
    assert_eq!(texts(request)[1], TEXT);
    assert!(!texts(request)[0].contains("JSON"), "the provider has the schema: {request:?}");
}

#[tokio::test]
async fn json_and_prompts_have_the_schema_in_words() {
    for mode in [ExtractMode::Json, ExtractMode::Prompt] {
        let script = ScriptedModel::new().text(format!("```json\n{ANSWER}\n```"));
        assert_eq!(extract(&script).by(mode).await.unwrap(), order());
        let request = &script.requests()[0];
        assert!(texts(request)[0].contains(r#""pattern": "^[A-Z]-[0-9]+$""#), "{request:?}");
        let format = (mode == ExtractMode::Json).then_some(ResponseFormat::JsonObject);
        assert_eq!(request.response_format, format);
    }
}

#[tokio::test]
async fn a_tool_may_take_the_answer() {
    let call = |arguments: &str| {
        let tool_calls = vec![ToolCall::new("c1", "answer", arguments)];
        Completion { tool_calls, ..Completion::default() }
    };
    let script = ScriptedModel::new()
        .can(LmCapabilities::NONE.with_tools())
        .completion(call("{}"))
        .completion(call(ANSWER));
    assert_eq!(extract(&script).ask_again(1).await.unwrap(), order());
    let requests = script.requests();
    assert_eq!(requests[0].tool_choice, Some(ToolChoice::Tool("answer".to_owned())));
    let told = requests[1].messages.last().unwrap();
    let Part::ToolResult(result) = &told.parts[0] else { panic!("{told:?}") };
    assert_eq!(result.id, "c1");
    assert!(result.content.contains("number"), "{result:?}");
}

#[tokio::test]
async fn what_is_wrong_is_told_by_its_path_and_asked_for_again() {
    let wrong = r#"{"number": "1042", "lines": [{"item": "lamp", "quantity": 0}]}"#;
    let usage = Usage::new(10, 5);
    let answer = |text: &str| Completion { usage, cost: Cost::Usd(0.5), ..Completion::text(text) };
    let script = ScriptedModel::new().completion(answer(wrong)).completion(answer(ANSWER));
    let prediction = extract(&script).ask_again(2).run().await.unwrap();
    assert_eq!(*prediction, order());
    assert_eq!(prediction.meta().usage, usage + usage);
    assert_eq!(prediction.meta().cost, Cost::Usd(1.0));
    let path: Vec<String> = prediction.meta().path.iter().map(|step| step.what.clone()).collect();
    assert_eq!(path, ["extract by prompt", "extract by prompt"]);
    let asked = texts(&script.requests()[1]);
    assert_eq!(asked[2], wrong);
    assert!(asked[3].contains("number") && asked[3].contains("lines[0].quantity"), "{asked:?}");
}

#[tokio::test]
async fn rules_are_told_in_their_own_words_until_the_tries_are_spent() {
    let script = ScriptedModel::new().otherwise(ANSWER);
    let refused = extract(&script)
        .ensure("there are two lines at least", |order: &Order| order.lines.len() > 1)
        .ensure("the number begins with A", |order| order.number.starts_with('A'))
        .ask_again(1);
    let error = refused.await.unwrap_err();
    assert_eq!(error.to_string(), "the answer does not keep: there are two lines at least");
    assert_eq!((script.requests().len(), error.path().len()), (2, 2));
    assert!(texts(&script.requests()[1])[3].contains("- there are two lines at least\n"));
}

#[tokio::test]
async fn a_way_that_the_provider_refuses_is_left() {
    let refusal = LmErrorKind::Refused { message: "no such schema".to_owned() };
    let can = LmCapabilities::schemas();
    let script = ScriptedModel::new().can(can).fail(refusal.clone()).text(ANSWER);
    let prediction = extract(&script).run().await.unwrap();
    let path: Vec<String> = prediction.meta().path.iter().map(ToString::to_string).collect();
    assert!(path[0].contains("by schema") && path[0].contains("no such schema"), "{path:?}");
    assert!(path[1].contains("extract by json"), "{path:?}");
    let script = ScriptedModel::new().can(can).fail(refusal).text(ANSWER);
    assert!(extract(&script).by(ExtractMode::Schema).await.is_err(), "nobody leaves a way chosen");
    let script = ScriptedModel::new().fail(LmErrorKind::RateLimited).text(ANSWER);
    let error = extract(&script).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Lm(_)), "{error}");
}

#[tokio::test]
async fn the_calls_own_limits_hold() {
    let script = ScriptedModel::new().otherwise("{}");
    let context = CallContext::new(Recorder::new()).attempts(2);
    let error = extract(&script).context(context).ask_again(9).await.unwrap_err();
    assert_eq!(script.requests().len(), 2, "{error}");
}

#[tokio::test]
async fn any_type_can_be_asked_for() {
    let script = ScriptedModel::new().text(r#"{"value": [1, "2"]}"#).text("no idea");
    let lm = Lm::new(script);
    assert_eq!(lm.extract::<Vec<i64>>(TEXT).await.unwrap(), [1, 2]);
    let error = lm.extract::<i64>(TEXT).await.unwrap_err();
    assert_eq!(error.to_string(), "it holds no JSON object");
    let error = Lm::from("local").extract::<i64>(TEXT).await.unwrap_err();
    assert!(error.to_string().contains("is not configured"), "{error}");
    let shared: Arc<dyn LanguageModel> = Arc::new(ScriptedModel::new().text(r#"{"value": true}"#));
    let picture = Message::user("Is it red?").image(Media::url("https://x.test/a.png"));
    assert!(Extract::<bool>::new(shared, picture).await.unwrap());
}

/// A model that writes an answer in pieces.
struct Pieces(Vec<&'static str>);

#[async_trait::async_trait]
impl LanguageModel for Pieces {
    fn name(&self) -> &'static str {
        "pieces"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        Ok(Completion::text(self.0.concat()))
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let done = CompletionEvent::Done(self.complete(request, context).await?);
        let pieces = self.0.clone().into_iter();
        let pieces = pieces.map(|piece| CompletionEvent::Text(piece.to_owned()));
        Ok(CompletionStream::new(futures_util::stream::iter(pieces.chain([done]).map(Ok))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_given_up_loses_nothing() {
    use futures_util::StreamExt as _;

    let wait = Duration::from_millis(100);
    let pieces = ["{\"value\": [\"lamp\"", ", \"cup\"", "]}"].map(str::to_owned);
    let done = CompletionEvent::Done(Completion::text(pieces.concat()));
    let events = pieces.into_iter().map(CompletionEvent::Text).chain([done]);
    let slow = futures_util::stream::iter(events.map(Ok)).then(move |event| async move {
        tokio::time::sleep(wait).await;
        event
    });
    let mut stream = Lm::new(Once(std::sync::Mutex::new(Some(CompletionStream::new(slow)))))
        .extract::<Vec<String>>(TEXT)
        .stream()
        .unwrap();
    let mut n_given_up = 0;
    let things = loop {
        match tokio::time::timeout(wait / 4, stream.next()).await {
            Ok(Some(Ok(ExtractEvent::Done(things)))) => break things,
            Ok(event) => assert!(matches!(event, Some(Ok(ExtractEvent::Grown))), "{event:?}"),
            Err(_) => n_given_up += 1,
        }
    };
    assert_eq!(*things, ["lamp", "cup"]);
    assert!(n_given_up > 9, "{n_given_up}");
    assert!(stream.next().await.is_none());
}

/// A model that looks at no deadline.
struct Silent;

#[async_trait::async_trait]
impl LanguageModel for Silent {
    fn name(&self) -> &'static str {
        "silent"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_model_that_looks_at_no_deadline_is_held_to_it() {
    let soon = Duration::from_millis(20);
    let check = |error: CallError| match error.kind() {
        CallErrorKind::Lm(error) => assert!(matches!(error.kind, LmErrorKind::Timeout { .. })),
        _ => panic!("{error}"),
    };
    let extract = |lm: &Lm| lm.extract::<Vec<String>>(TEXT).within(soon);
    let silent = Lm::new(Silent);
    check(extract(&silent).await.unwrap_err());
    check(extract(&silent).stream().unwrap().next().await.unwrap().unwrap_err());

    use futures_util::{StreamExt as _, stream};
    let begun = CompletionEvent::Text("{\"value\": [\"lamp\"".to_owned());
    let begun = stream::iter([Ok(begun)]).chain(stream::pending());
    let once = Lm::new(Once(std::sync::Mutex::new(Some(CompletionStream::new(begun)))));
    let mut stream = extract(&once).stream().unwrap();
    assert!(matches!(stream.next().await, Some(Ok(ExtractEvent::Grown))));
    check(stream.next().await.unwrap().unwrap_err());
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_stops_without_an_end_is_an_error() {
    let pieces = futures_util::stream::iter([Ok(CompletionEvent::Text("{".to_owned()))]);
    let once = Lm::new(Once(std::sync::Mutex::new(Some(CompletionStream::new(pieces)))));
    let mut stream = once.extract::<Vec<String>>(TEXT).stream().unwrap();
    let error = loop {
        if let Err(error) = stream.next().await.unwrap() {
            break error;
        }
    };
    assert!(error.to_string().contains("the stream ended before the answer did"), "{error}");
}

/// A model that streams this, once.
struct Once(std::sync::Mutex<Option<CompletionStream>>);

#[async_trait::async_trait]
impl LanguageModel for Once {
    fn name(&self) -> &'static str {
        "once"
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.stream(request, context).await?.finish().await
    }

    async fn stream(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let stream = self.0.lock().expect("nobody panics").take();
        Ok(stream.expect("it is asked once"))
    }
}

#[tokio::test]
async fn what_is_known_grows_while_it_is_written() {
    let pieces = vec![
        "Sure:\n```json\n{\"number\": \"A-",
        "1042\", \"lines\": [{\"item\": \"lamp\", \"quantity\": 2}, {\"item\": \"c",
        "up\", \"quantity\": 6",
        "}]}\n```",
    ];
    let lm = Lm::new(Pieces(pieces));
    let mut stream = lm.extract::<Order>(TEXT).stream().unwrap();
    let mut seen = Vec::new();
    let order = loop {
        match stream.next().await.unwrap().unwrap() {
            ExtractEvent::Done(order) => break order,
            _ => seen
                .push((stream.so_far().unwrap().to_json(), stream.finished::<Line>("lines").len())),
        }
    };
    let cup =
        r#"{"number": "A-1042", "lines": [{"item": "lamp", "quantity": 2}, {"item": "cup"}]}"#;
    assert_eq!(seen[0], (r#"{"number": "A-"}"#.to_owned(), 0));
    assert_eq!(seen[1].1, 1);
    assert_eq!(seen[2], (cup.to_owned(), 1));
    assert_eq!(order.lines[1].quantity, 6);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn who_watches_is_told_that_the_model_is_asked_again() {
    let script = ScriptedModel::new().text("{}").text(ANSWER);
    let mut stream = extract(&script).ask_again(1).stream().unwrap();
    let mut told = Vec::new();
    while let Some(event) = stream.next().await {
        told.push(match event.unwrap() {
            ExtractEvent::Grown => "grown".to_owned(),
            ExtractEvent::Again { faults } => format!("again, {} faults", faults.len()),
            ExtractEvent::Done(order) => order.number.clone(),
        });
    }
    // The second answer comes word by word.
    told.dedup();
    assert_eq!(told, ["grown", "again, 2 faults", "grown", "A-1042"]);
    let failing = ScriptedModel::new().fail(LmErrorKind::RateLimited);
    let mut stream = extract(&failing).stream().unwrap();
    assert!(stream.next().await.unwrap().is_err());
    assert!(stream.next().await.is_none());
}
