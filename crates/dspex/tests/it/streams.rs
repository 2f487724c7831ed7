//! Calls that are streamed through the facade: texts, what is known so far, and asking again.

use std::num::NonZeroUsize;

use dspex::llm::ScriptedModel;
use dspex::prelude::*;
use dspex::{Adapter, CallError, CallErrorKind, CallEvent, CallStream};

/// Read the invoice.
#[derive(Signature)]
#[signature(output = Invoice)]
struct ReadInvoice {
    document: String,
}

#[derive(FieldType, Debug, PartialEq)]
struct Invoice {
    number: String,
    lines: Vec<Line>,
    total: f64,
}

#[derive(FieldType, Clone, Debug, PartialEq)]
struct Line {
    item: String,
    price: f64,
}

fn document() -> ReadInvoice {
    ReadInvoice { document: "A-1: a lamp at 12.50, a cup at 3.00; 15.50 in all".into() }
}

fn adds_up(invoice: &Invoice) -> bool {
    (invoice.total - invoice.lines.iter().map(|line| line.price).sum::<f64>()).abs() < 0.005
}

fn json(total: f64) -> String {
    format!(
        r#"{{"number": "A-1", "lines": [{{"item": "lamp", "price": 12.5}}, {{"item": "cup", "price": 3.0}}], "total": {total}}}"#
    )
}

fn scripted() -> ScriptedModel {
    ScriptedModel::new().in_pieces(NonZeroUsize::new(5).expect("five is not zero"))
}

async fn read_invoice(model: &ScriptedModel) -> Predict<ReadInvoice> {
    let builder = Dspex::builder().lm("default", model.clone()).no_python();
    let dspex = builder.start().await.expect("a model that is there can be started with");
    let module = dspex.predict::<ReadInvoice>().adapter(Adapter::Json);
    module.ensure("the total is the sum of the lines", adds_up)
}

/// What was told, a word for each event, and how it ended.
async fn told(mut events: CallStream<Invoice>) -> (Vec<String>, Result<Invoice, CallError>) {
    let mut told = Vec::new();
    while let Some(event) = events.next().await {
        told.push(match event {
            Ok(CallEvent::Text { output, piece }) => format!("{output} {piece}"),
            Ok(CallEvent::Partial(so_far)) => {
                let lines = so_far.finished::<Line>("lines").len();
                format!("{lines} lines of {}", so_far.text("number").unwrap_or_default())
            }
            Ok(CallEvent::Again { why }) => why,
            Ok(CallEvent::Done(invoice)) => return (told, Ok(invoice.into_inner())),
            Ok(other) => panic!("{other:?}"),
            Err(error) => return (told, Err(error)),
        });
    }
    panic!("a stream has an end");
}

#[tokio::test]
async fn lines_are_told_when_they_are_complete() {
    let model = scripted().text(json(15.5));
    let (told, answer) = told(read_invoice(&model).await.call(document()).stream()).await;
    let invoice = answer.unwrap();
    assert_eq!((invoice.lines.len(), invoice.total), (2, 15.5));
    let mut told: Vec<_> = told.iter().map(String::as_str).collect();
    told.dedup();
    assert_eq!(
        told,
        ["number A-1", "0 lines of A-1", "1 lines of A-1", "2 lines of A-1"],
        "the text comes once, and a line once its bracket is closed"
    );
}

#[tokio::test]
async fn an_answer_that_is_not_accepted_begins_anew() {
    let model = scripted().text(json(99.0)).text(json(15.5));
    let module = read_invoice(&model).await.ask_again(1);
    let (told, answer) = told(module.call(document()).stream()).await;
    answer.unwrap();
    let again = "the answer does not keep: the total is the sum of the lines";
    let place = told.iter().position(|event| event == again).unwrap();
    let (before, after) = (&told[..place], &told[place + 1..]);
    assert_eq!(before.last().unwrap(), "2 lines of A-1");
    assert_eq!(after[..2], ["number A-1", "0 lines of A-1"]);

    // Without tries left there is the error, and nothing begins anew.
    let model = scripted().text(json(99.0));
    let (told, answer) = self::told(read_invoice(&model).await.call(document()).stream()).await;
    assert!(!told.iter().any(|event| event == again));
    let error = answer.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Rules { .. }), "{error}");
}

#[tokio::test]
async fn of_the_best_of_several_tries_the_answer_alone_is_told() {
    let model = scripted().text(json(15.5)).text(json(15.5));
    let module = read_invoice(&model).await;
    let module = module.best_of_n(2, 100.0, |_, invoice| invoice.total);
    let (told, answer) = told(module.call(document()).stream()).await;
    answer.unwrap();
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test]
async fn a_stream_that_is_dropped_asks_nothing_more() {
    let model = scripted().text(json(99.0)).otherwise(json(15.5));
    let module = read_invoice(&model).await.ask_again(3);
    let mut events = module.call(document()).stream();
    assert!(model.requests().is_empty(), "nothing is asked before the first event is");
    events.next().await.unwrap().unwrap();
    drop(events);
    tokio::task::yield_now().await;
    assert_eq!(model.requests().len(), 1);
}
