//! Calls that are read piece by piece.

use dspex_bridge::{CallError, CallEvent, EngineKind, Prediction};
use dspex_orchestrator::CallStream;
use dspex_signature::{Fields, fields};

use crate::fake::Does;
use crate::routing::module;

/// The pieces and where they begin anew, put together, and how it ended.
async fn read(mut events: CallStream<Fields>) -> (String, Result<Prediction<Fields>, CallError>) {
    let mut text = String::new();
    let end = loop {
        match events.next().await.expect("a stream has an end") {
            Ok(CallEvent::Text { piece, .. }) => text.push_str(&piece),
            Ok(CallEvent::Again { why }) => text.push_str(&format!("(again: {why})")),
            Ok(CallEvent::Done(reply)) => break Ok(reply),
            Ok(other) => panic!("{other:?}"),
            Err(error) => break Err(error),
        }
    };
    assert!(events.next().await.is_none(), "something came after the end");
    (text, end)
}

#[tokio::test]
async fn pieces_come_before_the_answer() {
    let module = module(Does::Refuse("it is Python's"), Does::Write(&["Le", "eds"]));
    let (text, reply) = read(module.call(fields! { "question" => "?" }).stream()).await;
    let reply = reply.unwrap();
    assert_eq!((text.as_str(), reply["answer"].as_str()), ("Leeds", Some("Leeds")));
    assert_eq!(reply.meta().engine, EngineKind::Python);
}

#[tokio::test]
async fn another_engine_is_tried_until_something_was_told() {
    let nothing_told = module(Does::Break(&[]), Does::Write(&["from ", "python"]));
    let (text, reply) = read(nothing_told.call(fields! { "question" => "?" }).stream()).await;
    let reply = reply.unwrap();
    assert_eq!((text.as_str(), reply["answer"].as_str()), ("from python", Some("from python")));
    assert_eq!(reply.meta().path[0].what, "native");

    let begun = module(Does::Break(&["from "]), Does::Answer("python"));
    let (text, error) = read(begun.call(fields! { "question" => "?" }).stream()).await;
    assert_eq!(text, "from ");
    let expected = "a worker of pool `general` died: signal 11 (SIGSEGV)";
    assert_eq!(error.unwrap_err().to_string(), expected);
}

#[tokio::test]
async fn an_answer_that_is_refused_is_said_to_begin_anew() {
    let module = module(Does::Write(&["Le", "eds"]), Does::Answer("python"))
        .ensure("it is a city", |answer: &Fields| answer["answer"].as_str() != Some("Leeds"))
        .ask_again(1);
    let (text, reply) = read(module.call(fields! { "question" => "?" }).stream()).await;
    assert_eq!(text, "Leeds(again: the answer does not keep: it is a city)Leeds");
    assert!(reply.is_err());
}

#[tokio::test]
async fn a_module_that_no_engine_runs_says_so() {
    let module = module(Does::Refuse("one"), Does::Refuse("other"));
    let (_, error) = read(module.call(fields! { "question" => "?" }).stream()).await;
    assert!(error.unwrap_err().to_string().contains("not native: one"));
}
