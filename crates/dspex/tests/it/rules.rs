//! Rules for answers, and asking again.

use dspex::llm::{LmErrorKind, Price, ScriptedModel};
use dspex::prelude::*;
use dspex::{CallErrorKind, CallEvent, CallStream};

/// Answer the question.
#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

#[derive(FieldType, Debug)]
struct Answer {
    answer: String,
    confidence: f64,
}

fn ask() -> Ask {
    Ask { question: "Where do returns go?".into() }
}

fn answer(answer: &str, confidence: f64) -> impl Fn(Ask) -> Answer + Send + Sync + 'static {
    let answer = answer.to_owned();
    move |_| Answer { answer: answer.clone(), confidence }
}

async fn dspex(model: &ScriptedModel) -> Dspex {
    let builder = Dspex::builder().lm("default", model.clone()).no_python();
    builder.start().await.expect("a model that is there can be started with")
}

const SURE: &str = "confidence is at least one half";

fn is_sure(answer: &Answer) -> bool {
    answer.confidence >= 0.5
}

#[tokio::test]
async fn an_answer_that_keeps_no_rule_is_asked_for_again() {
    let model = ScriptedModel::new()
        .priced(Price::per_million(0.0, 1e6))
        .answer(answer("Leeds?", 0.4))
        .text("no fields at all")
        .text("no object either")
        .text("[[ ## answer ## ]]\nLeeds\n\n[[ ## confidence ## ]]\n0.9\n\n[[ ## completed ## ]]");
    let module = dspex(&model).await.predict::<Ask>().ensure(SURE, is_sure).ask_again(2);
    let reply = module.call(ask()).await.unwrap();
    assert_eq!(reply.answer, "Leeds");
    // A word costs a dollar, those of the answers that were not accepted too: 17, 4, 3 and 17.
    let words = reply.meta().usage.output_tokens;
    assert_eq!((words, reply.meta().cost.usd().unwrap().round()), (41, 41.0));

    let requests = model.requests();
    let asked: Vec<_> =
        requests.iter().map(|request| request.messages.last().unwrap().text()).collect();
    assert_eq!(asked.len(), 4);
    assert!(!asked[0].contains("hint_"), "{}", asked[0]);
    let told = "[[ ## hint_ ## ]]\nAn earlier answer was not accepted: the answer does not keep: \
                confidence is at least one half";
    assert!(asked[1].contains(told), "{}", asked[1]);
    assert!(asked[2].contains("Respond with a JSON object"), "{}", asked[2]);
    assert!(asked[3].contains("An earlier answer was not accepted"), "{}", asked[3]);

    let steps: Vec<_> = reply.meta().path.iter().map(|step| step.failed.is_some()).collect();
    // Two answers that were not accepted, the second of them unread in chat and in JSON.
    assert_eq!(steps.iter().filter(|failed| **failed).count(), 4, "{:?}", reply.meta().path);
}

#[tokio::test]
async fn without_tries_left_the_broken_rules_are_told() {
    let model = ScriptedModel::new().answer(answer("", 0.4)).answer(answer("", 0.3));
    let module = dspex(&model).await.predict::<Ask>().ensure(SURE, is_sure);
    let module = module.ensure("there is an answer", |answer| !answer.answer.is_empty());
    let error = module.clone().ask_again(1).call(ask()).await.unwrap_err();
    let CallErrorKind::Rules { rules } = error.kind() else { panic!("{error}") };
    assert_eq!(rules, &[SURE, "there is an answer"]);
    assert_eq!(error.partial()["confidence"], Value::from(0.3));
    assert!(error.is_retryable());
    assert_eq!(error.hint(), Some("let the module ask again with `ask_again`"));
    assert_eq!(model.requests().len(), 2);
}

#[tokio::test]
async fn a_model_that_fails_is_not_asked_again_for_a_better_answer() {
    let model = ScriptedModel::new().fail(LmErrorKind::ContextTooLong).answer(answer("Leeds", 1.0));
    let module = dspex(&model).await.predict::<Ask>().ensure(SURE, is_sure).ask_again(3);
    let error = module.call(ask()).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Lm(_)), "{error}");
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test]
async fn a_stream_ends_in_the_checked_answer() {
    let model = ScriptedModel::new().answer(answer("Leeds", 0.9)).answer(answer("Leeds", 0.1));
    let module = dspex(&model).await.predict::<Ask>().ensure(SURE, is_sure);
    let mut events = module.call(ask()).stream();
    let last = async |events: &mut CallStream<Answer>| loop {
        match events.next().await.expect("a stream has an end") {
            Ok(CallEvent::Done(reply)) => break Ok(reply),
            Ok(_) => {}
            Err(error) => break Err(error),
        }
    };
    assert_eq!(last(&mut events).await.unwrap().answer, "Leeds");
    assert!(events.next().await.is_none());
    let mut events = module.call(ask()).stream();
    assert!(last(&mut events).await.is_err());
    assert!(events.next().await.is_none());
}
