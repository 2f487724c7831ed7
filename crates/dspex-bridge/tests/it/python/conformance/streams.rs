//! Calls that answer piece by piece: no faster than they are read, and to one end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use dspex_bridge::llm::{
    Completion, CompletionEvent, CompletionRequest, CompletionStream, LanguageModel, LmError,
    LmErrorKind, ScriptedModel,
};
use dspex_bridge::{
    CallContext, CallError, CallErrorKind, CallEvent, CallEvents, ModuleKind, Outcome, Usage,
};
use dspex_signature::{Fields, Value, fields};
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};

use super::super::supervision::until;
use super::super::{Workers, user_modules};
use super::{Carrier, on_every_carrier};

on_every_carrier! {
    a_slow_reader_makes_python_wait,
    a_fast_reader_gets_all_in_order,
    a_stream_ends_in_the_typed_error,
    a_stream_that_is_dropped_ends_the_call,
    a_stream_ends_at_its_deadline_even_where_nobody_reads,
    texts_come_as_the_model_writes_them,
    a_slow_reader_makes_the_model_wait,
    a_model_that_fails_while_it_writes_is_the_models_own_error,
    streams_within_modules_of_the_user_are_passed_on,
    a_module_that_does_not_stream_gives_its_answer,
}

/// As many chunks as may be sent before one is read.
const CREDIT: usize = 16;

/// One worker of two threads, so that one can tell what the other does.
fn counting(carrier: Carrier, model: impl LanguageModel) -> Workers {
    Workers::with_python(user_modules(), carrier.pool().threads_per_worker(2), model)
}

impl Workers {
    fn stream(
        &self,
        kind: ModuleKind,
        signature: &str,
        inputs: Fields,
        context: &CallContext,
    ) -> CallEvents {
        self.prepare(kind, signature).stream(inputs, context.clone())
    }

    fn count(&self, inputs: Fields) -> CallEvents {
        self.stream(module("Counts"), "->", inputs, &self.context)
    }

    /// How many numbers Python has yielded.
    async fn n_yielded(&self) -> usize {
        let counted = self.run(module("Counted"), "->", fields! {}).await.unwrap();
        usize::try_from(counted.get::<i64>("n").unwrap()).unwrap()
    }
}

fn module(name: &str) -> ModuleKind {
    ModuleKind::Python(format!("golden_modules.{name}"))
}

/// What is read before the end, and the end.
async fn read(mut events: CallEvents) -> (Vec<CallEvent<Fields>>, Result<Outcome, CallError>) {
    let mut before = Vec::new();
    loop {
        match events.next().await.expect("a stream has an end") {
            Ok(CallEvent::Done(outcome)) => {
                assert!(events.next().await.is_none(), "something came after the end");
                return (before, Ok(outcome));
            }
            Ok(event) => before.push(event),
            Err(error) => {
                assert!(events.next().await.is_none(), "something came after the end");
                return (before, Err(error));
            }
        }
    }
}

fn number(event: Option<Result<CallEvent<Fields>, CallError>>) -> i64 {
    match event {
        Some(Ok(CallEvent::Yielded(Value::Int(number)))) => number,
        other => panic!("{other:?}"),
    }
}

async fn a_slow_reader_makes_python_wait(carrier: Carrier) {
    let workers = counting(carrier, ScriptedModel::new());
    let mut events = workers.count(fields! { "n" => 1000 });
    for expected in 0..3 {
        assert_eq!(number(events.next().await), expected);
        // Python has yielded all that it may, and goes no further however long it has.
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(workers.n_yielded().await, CREDIT);
    }
    for expected in 3..20 {
        assert_eq!(number(events.next().await), expected);
    }
    let n_yielded = workers.n_yielded().await;
    assert!((20..=20 + CREDIT).contains(&n_yielded), "{n_yielded}");
    let (rest, end) = read(events).await;
    assert_eq!(rest.len(), 980);
    assert_eq!(*end.unwrap(), fields! { "n" => 1000 });
}

async fn a_fast_reader_gets_all_in_order(carrier: Carrier) {
    let workers = counting(carrier, ScriptedModel::new());
    for n in [0, 1, 15, 16, 17, 3000] {
        let (numbers, end) = read(workers.count(fields! { "n" => n })).await;
        for (expected, event) in (0..).zip(&numbers) {
            assert!(matches!(event, CallEvent::Yielded(Value::Int(n)) if *n == expected));
        }
        assert_eq!(i64::try_from(numbers.len()), Ok(n));
        assert_eq!(*end.unwrap(), fields! { "n" => n });
    }
    assert_eq!(workers.stats().started, 1);
}

async fn a_stream_ends_in_the_typed_error(carrier: Carrier) {
    let workers = counting(carrier, ScriptedModel::new());
    let (numbers, end) = read(workers.count(fields! { "n" => 40, "fails" => true })).await;
    assert_eq!((numbers.len(), end.unwrap_err().to_string()), (40, NO_MORE.to_owned()));
    let (numbers, end) =
        read(workers.stream(module("Nothing"), "->", fields! {}, &workers.context)).await;
    let error = end.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::NoSuchModule { .. }), "{error}");
    assert!(numbers.is_empty());
}

const NO_MORE: &str = "Python raised `LookupError`: no more numbers";

async fn a_stream_that_is_dropped_ends_the_call(carrier: Carrier) {
    let workers = counting(carrier, ScriptedModel::new());
    // While it waits for credit, while it runs, and before it was read at all.
    for (n_read, pause) in [(1, 0.0), (1, 0.01), (0, 0.0)] {
        let mut events = workers.count(fields! { "n" => 100_000, "pause" => pause });
        for expected in 0..n_read {
            assert_eq!(number(events.next().await), expected);
        }
        if pause == 0.0 && n_read > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        drop(events);
        until("a free worker", || workers.stats().busy == 0).await;
    }
    let stats = workers.stats();
    assert_eq!((stats.started, stats.crashed), (1, 0), "{stats:?}");
}

async fn a_stream_ends_at_its_deadline_even_where_nobody_reads(carrier: Carrier) {
    let workers = counting(carrier, ScriptedModel::new());
    workers.n_yielded().await;
    let context = workers.context.clone().within(Duration::from_millis(200));
    let mut events = workers.stream(module("Counts"), "->", fields! { "n" => 1000 }, &context);
    assert_eq!(number(events.next().await), 0);
    until("a free worker", || workers.stats().busy == 0).await;
    let (numbers, end) = read(events).await;
    assert!(numbers.len() < CREDIT, "{}", numbers.len());
    let error = end.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Deadline { .. }), "{error}");
    assert_eq!(workers.stats().crashed, 0);
}

/// A model that writes its answer in pieces of a few characters, and counts how many were read.
#[derive(Clone)]
struct Writing {
    answer: String,
    fails: bool,
    n_read: Arc<AtomicUsize>,
}

impl Writing {
    fn new(answer: &str) -> Self {
        Self { answer: answer.to_owned(), fails: false, n_read: Arc::default() }
    }

    fn pieces(&self) -> BoxStream<'static, Result<CompletionEvent, LmError>> {
        let chars: Vec<char> = self.answer.chars().collect();
        let pieces: Vec<String> = chars.chunks(3).map(|piece| piece.iter().collect()).collect();
        let n_read = self.n_read.clone();
        let count = move |_: &_| {
            n_read.fetch_add(1, Ordering::Relaxed);
        };
        stream::iter(pieces.into_iter().map(|piece| Ok(CompletionEvent::Text(piece))))
            .inspect(count)
            .boxed()
    }
}

#[async_trait]
impl LanguageModel for Writing {
    fn name(&self) -> &'static str {
        "writing"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        panic!("it is asked for a stream")
    }

    async fn stream(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let mut completion = Completion::text(self.answer.clone());
        completion.usage = Usage::new(7, 11);
        let end = match self.fails {
            false => Ok(CompletionEvent::Done(completion)),
            true => Err(LmError::new("writing", LmErrorKind::RateLimited)),
        };
        Ok(CompletionStream::new(self.pieces().chain(stream::iter([end]))))
    }
}

/// An answer of `ChainOfThought`, with a second output that is no text.
fn thoughtful(answer: &str) -> String {
    format!(
        "[[ ## reasoning ## ]]\nOne step, and another.\n\n[[ ## answer ## ]]\n{answer}\n\n\
         [[ ## n ## ]]\n4\n\n[[ ## completed ## ]]"
    )
}

/// The pieces of each output, put together.
fn texts(events: &[CallEvent<Fields>]) -> Fields {
    let mut texts = Fields::new();
    for event in events {
        let CallEvent::Text { output, piece } = event else { panic!("{event:?}") };
        let before = texts.value(output).and_then(Value::as_str).unwrap_or_default();
        let text = format!("{before}{piece}");
        texts.insert(output.clone(), text);
    }
    texts
}

async fn texts_come_as_the_model_writes_them(carrier: Carrier) {
    let answer = "A sentence that is written in many pieces.\n\nAnd [one] more.";
    let workers = carrier.asking(Writing::new(&thoughtful(answer)));
    let inputs = fields! { "q" => "?" };
    let context = workers.context.clone();
    let events =
        workers.stream(ModuleKind::ChainOfThought, "q -> answer, n: int", inputs, &context);
    let (events, end) = read(events).await;
    let outcome = end.unwrap();
    assert!(events.len() > 20, "{} pieces", events.len());
    let expected = fields! { "reasoning" => "One step, and another.", "answer" => answer };
    assert_eq!(texts(&events), expected);
    assert_eq!(*outcome, expected.with("n", 4));
    assert_eq!(outcome.meta().usage, Usage::new(7, 11));
}

async fn a_slow_reader_makes_the_model_wait(carrier: Carrier) {
    let model = Writing::new(&thoughtful(&"One more word. ".repeat(1000)));
    let workers = carrier.asking(model.clone());
    let context = workers.context.clone();
    let inputs = fields! { "q" => "?" };
    let mut events =
        workers.stream(ModuleKind::ChainOfThought, "q -> answer, n: int", inputs, &context);
    assert!(matches!(events.next().await, Some(Ok(CallEvent::Text { .. }))));
    tokio::time::sleep(Duration::from_millis(300)).await;
    // Beside what Python may send stands what DSPy holds: its own buffer of 16 and the mark of a field.
    let n_read = model.n_read.load(Ordering::Relaxed);
    assert!(n_read < 100, "{n_read} pieces were read");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(model.n_read.load(Ordering::Relaxed), n_read, "nothing more is read");
    drop(events);
    let begun = Instant::now();
    until("a free worker", || workers.stats().busy == 0).await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(workers.stats().crashed, 0, "{:?}", workers.exits());
}

async fn a_model_that_fails_while_it_writes_is_the_models_own_error(carrier: Carrier) {
    let mut model = Writing::new("[[ ## a ## ]]\nsome words that come to no end");
    model.fails = true;
    let workers = carrier.asking(model);
    let inputs = fields! { "q" => "?" };
    let (events, end) =
        read(workers.stream(ModuleKind::Predict, "q -> a", inputs, &workers.context)).await;
    assert!(!events.is_empty());
    let error = end.unwrap_err();
    let CallErrorKind::Lm(error) = error.kind() else { panic!("{error}") };
    assert_eq!(error.kind, LmErrorKind::RateLimited);
}

async fn streams_within_modules_of_the_user_are_passed_on(carrier: Carrier) {
    let answer = "an answer of several pieces";
    let completion = format!("[[ ## a ## ]]\n{answer}\n\n[[ ## completed ## ]]");
    let workers = Workers::with_python(user_modules(), carrier.pool(), Writing::new(&completion));
    let inputs = fields! { "q" => "?" };
    let (events, end) =
        read(workers.stream(module("Streams"), "->", inputs, &workers.context)).await;
    let Some((CallEvent::Yielded(said), pieces)) = events.split_first() else {
        panic!("{events:?}")
    };
    assert_eq!(*said, "asking".into());
    assert_eq!(texts(pieces), fields! { "a" => answer });
    assert_eq!(*end.unwrap(), fields! { "a" => answer });
}

async fn a_module_that_does_not_stream_gives_its_answer(carrier: Carrier) {
    let completion = "[[ ## a ## ]]\nx\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().text(completion).text(completion);
    let workers = Workers::with_python(user_modules(), carrier.pool(), model);
    let inputs = fields! { "q" => "?" };
    let (events, end) = read(workers.stream(module("Twice"), "->", inputs, &workers.context)).await;
    assert!(events.is_empty(), "{events:?}");
    assert_eq!(*end.unwrap(), fields! { "first" => "x", "second" => "x", "n" => 2 });
}
