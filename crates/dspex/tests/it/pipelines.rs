//! Pipelines of modules and functions.

use dspex::RanOn;
use dspex::llm::ScriptedModel;
use dspex::operations::{Checks, Judge, Template, TemplateErrorKind, Validator, Verdict};
use dspex::prelude::*;

#[derive(FieldType)]
struct Ticket {
    id: String,
    text: String,
}

/// Sort the ticket.
#[derive(Signature)]
#[signature(output = Sorted)]
struct Sort {
    text: String,
}

#[derive(FieldType)]
struct Sorted {
    topic: Topic,
    /// 1 can wait, 5 cannot
    #[field(ge = 1, le = 5)]
    urgency: u8,
}

#[derive(FieldType, Clone, Debug, PartialEq)]
enum Topic {
    Delivery,
    Refund,
}

#[derive(FieldType)]
struct Draft {
    reply: String,
}

#[derive(FieldType)]
struct Triaged {
    id: String,
    urgency: u8,
    reply: String,
}

fn canned(Sorted { topic, .. }: Sorted) -> Draft {
    Draft { reply: format!("We will look into your {topic:?} soon.") }
}

#[tokio::test]
async fn a_template_is_a_stage() {
    #[derive(FieldType)]
    struct Answered {
        reply: String,
    }
    let parse = |text| Template::parse("canned", text).unwrap();
    let canned = parse("Your {{ topic }} has urgency {{ urgency }}.").stage::<Sorted, Draft>();
    let answer = pipeline!(answer: Sorted => Answered { canned = canned.unwrap(); }).unwrap();
    let done = answer.run(Sorted { topic: Topic::Refund, urgency: 2 }).await.unwrap();
    assert_eq!(done.reply, "Your Refund has urgency 2.");

    let unknown = parse("{{ topic }} {{ id }}").stage::<Sorted, Draft>().err().unwrap();
    assert_eq!(unknown.to_string(), "template `canned`: reads `id`, which the input has not");
    let two = parse("{{ topic }}").stage::<Sorted, Sorted>().err().unwrap();
    assert_eq!(two.kind(), &TemplateErrorKind::Output(2));
}

#[tokio::test]
async fn checks_are_a_stage() {
    #[derive(FieldType)]
    struct Answered {
        reply: String,
    }
    let short = Validator::new("length", &fields! { "max" => 36 }).unwrap();
    let checked = Checks::new().field("reply", short).stage::<Draft>().unwrap();
    let answer = pipeline!(answer: Sorted => Answered {
        canned = canned;
        checked = checked;
    });
    let answer = answer.unwrap();
    let done = answer.run(Sorted { topic: Topic::Refund, urgency: 2 }).await.unwrap();
    assert_eq!(done.reply, "We will look into your Refund soon.");
    let error = answer.run(Sorted { topic: Topic::Delivery, urgency: 2 }).await;
    let error = error.err().unwrap();
    assert_eq!(error.to_string(), "stage `checked` of pipeline `answer` failed");
    assert_eq!(error.cause().to_string(), "`reply` has 37 characters, more than 36");
}

#[tokio::test]
async fn a_judge_is_a_stage() {
    #[derive(FieldType)]
    struct Text {
        text: String,
    }
    fn shown(draft: Draft) -> Text {
        Text { text: draft.reply }
    }
    let says = "[[ ## reason ## ]]\nSo.\n\n[[ ## score ## ]]\n0.5\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().text(says);
    let dspex = Dspex::builder().lm("default", model).no_python().start().await.unwrap();
    let judge = dspex.predict_with(Judge::named("grammar").unwrap().signature());
    let judged = pipeline!(judged: Draft => Verdict { shown = shown; judge = judge; }).unwrap();
    let verdict = judged.run(Draft { reply: "Well".into() }).await.unwrap();
    assert_eq!(*verdict, Verdict { reason: "So.".into(), score: 0.5 });
}

#[tokio::test]
async fn modules_and_functions_are_wired_by_their_fields() {
    let model = ScriptedModel::new().answer(|_: Sort| Sorted { topic: Topic::Refund, urgency: 2 });
    let dspex = Dspex::builder().lm("default", model).no_python().start().await.unwrap();
    let triage = pipeline!(triage: Ticket => Triaged {
        sort = dspex.predict::<Sort>();
        draft = canned;
    })
    .unwrap();
    let ticket = Ticket { id: "T-1".into(), text: "I want my money back".into() };
    let done = triage.run(ticket).await.unwrap();
    assert_eq!((&*done.id, done.urgency), ("T-1", 2));
    assert_eq!(done.reply, "We will look into your Refund soon.");
    let ran_on: Vec<_> = done.report().stages.iter().map(|stage| stage.ran_on[0]).collect();
    assert_eq!(ran_on, [(RanOn::Native, 1), (RanOn::Function, 1)]);
    assert_ne!(Topic::Delivery, Topic::Refund);
}
