//! Operations that the code of a module in a real worker asks of Rust.

use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::{PoolConfig, PythonConfig};
use dspex_bridge::{CallError, CallErrorKind, ModuleKind};
use dspex_signature::{Fields, Value, fields};

use super::{Workers, venv};

/// Workers that find the modules which use operations.
fn with_modules(model: ScriptedModel) -> Workers {
    let python = PythonConfig::venv(venv())
        .allow(["golden_operations"])
        .search(concat!(env!("CARGO_MANIFEST_DIR"), "/python/tests"));
    Workers::with_python(python, PoolConfig::workers(1..=1), model)
}

/// Runs an operation by the module that stands beside the Python tests.
async fn operate(
    workers: &Workers,
    operation: &str,
    positional: Vec<Value>,
    named: Fields,
) -> Result<Value, CallError> {
    let module = ModuleKind::Python("golden_operations.Operates".to_owned());
    let signature = "operation, positional: list, named: dict -> result: Any";
    let inputs = fields! { "operation" => operation, "positional" => positional, "named" => named };
    let outcome = workers.run(module, signature, inputs).await?;
    Ok(outcome["result"].clone())
}

fn text(text: &str) -> Value {
    Value::from(text)
}

#[tokio::test]
async fn a_module_validates_scores_and_renders() {
    let workers = with_modules(ScriptedModel::new());
    let ask = |operation, positional, named| operate(&workers, operation, positional, named);
    let card =
        ask("validate", vec![text("credit_card"), text("4111111111111111")], fields! {}).await;
    assert_eq!(card.unwrap(), Value::List(vec![]));
    let names = Value::from(vec!["Ada", "Bob", "Cem L."]);
    let long = ask("validate", vec![text("length"), names], fields! { "max" => 2 }).await;
    let expected = fields! {
        "path" => "", "rule" => "length.max", "message" => "has 3 items, more than 2",
        "hint" => "give at most 2", "at" => Value::Null,
    };
    assert_eq!(long.unwrap(), vec![Value::from(expected)].into());
    let told = ask("validate", vec![text("pii"), text("Ä ada@example.org")], fields! {}).await;
    let told = told.unwrap();
    let place = &told.as_list().unwrap()[0].as_map().unwrap()["at"];
    assert_eq!(*place, Value::Tuple(vec![2.into(), 17.into()]));
    let score = ask(
        "metric",
        vec![text("f1"), text("New York City"), vec!["New York", "NYC"].into()],
        fields! {},
    );
    assert_eq!(score.await.unwrap(), Value::Float(0.8));
    let named = fields! { "name" => "Ada", "n" => 2 };
    let rendered = ask("render", vec![text("{{ name }}{{ n + 1 }}")], named).await;
    assert_eq!(rendered.unwrap(), text("Ada3"));
}

#[tokio::test]
async fn a_module_has_the_calls_model_judge_a_text() {
    let says = |score: &str| {
        format!("[[ ## reason ## ]]\nSo.\n\n[[ ## score ## ]]\n{score}\n\n[[ ## completed ## ]]")
    };
    let model = ScriptedModel::new().text(says("0.5")).text(says("7"));
    let workers = with_modules(model.clone());
    let ask = |judge, inputs| operate(&workers, "judge", vec![text(judge)], inputs);
    let pair = || fields! { "question" => "Where?", "answer" => "Leeds." };
    let verdict = ask("relevance", pair()).await.unwrap();
    assert_eq!(verdict, fields! { "reason" => "So.", "score" => 0.5 }.into());
    let asked = model.requests()[0].messages[0].text().into_owned();
    assert!(asked.contains("Judge how far an answer answers the question."), "{asked}");
    for (judge, inputs, expected) in [
        ("relevance", pair(), "the judge `relevance` gave a score that is not between 0 and 1"),
        (
            "relevance",
            fields! { "text" => "?" },
            "the judge `relevance` takes `question`, `answer`, and nothing else",
        ),
        ("relevanse", pair(), "did you mean `relevance`?"),
    ] {
        let error = ask(judge, inputs).await.unwrap_err();
        let CallErrorKind::Python(raised) = error.kind() else { panic!("{error}") };
        assert_eq!(raised.type_name, "dspex_worker.operations.OperationError");
        assert!(raised.message.ends_with(expected), "{}", raised.message);
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_an_exception_that_says_what_can() {
    let workers = with_modules(ScriptedModel::new());
    for (operation, positional, expected) in [
        (
            "validate",
            vec![text("lenght"), text("")],
            "there is no validator `lenght`; validators are `credit_card`, `date`",
        ),
        (
            "validate",
            vec![text("length"), text("")],
            "option `max` of validator `length` is missing",
        ),
        (
            "metric",
            vec![text("rogue_l"), text(""), text("")],
            "there is no metric `rogue_l`; metrics are `exact_match`",
        ),
        (
            "metric",
            vec![text("f1"), text(""), Value::List(vec![])],
            "the list of answers to compare",
        ),
        (
            "metric",
            vec![text("edit_similarity"), "x".repeat(1 << 17).into(), "y".repeat(1 << 16).into()],
            "the texts are too long",
        ),
        (
            "render",
            vec![text("{{ nobody }}")],
            "template `template`, line 1: `nobody` is undefined; give the field",
        ),
    ] {
        let error = operate(&workers, operation, positional, fields! {}).await.unwrap_err();
        let CallErrorKind::Python(raised) = error.kind() else { panic!("{error:?}") };
        assert_eq!(raised.type_name, "dspex_worker.operations.OperationError");
        assert!(raised.message.starts_with(expected), "{}", raised.message);
    }
}

#[tokio::test]
async fn threads_of_dspy_ask_too() {
    let workers = with_modules(ScriptedModel::new());
    let module = ModuleKind::Python("golden_operations.OperatesInParallel".to_owned());
    let inputs = fields! { "texts" => ["b c", "b"] };
    let outcome = workers.run(module, "texts: list[str] -> scores: list[float]", inputs).await;
    assert_eq!(outcome.unwrap()["scores"], vec![2.0 / 3.0, 1.0].into());
}

#[tokio::test]
async fn the_example_of_the_guide_does_what_it_says() {
    let says = "[[ ## reply ## ]]\nÄ: write to ada@example.org or +44 20 8366 1177!\n\n[[ ## completed ## ]]";
    let workers = with_modules(ScriptedModel::new().text(says));
    let module = ModuleKind::Python("golden_operations.Reply".to_owned());
    let inputs = fields! { "ticket" => "whom do I write to?" };
    let outcome = workers.run(module, "ticket -> reply", inputs).await.unwrap();
    let reply = outcome.get::<String>("reply").unwrap();
    assert!(reply.starts_with("Ä: write to [pii.email] or [pii.phone]! (0."), "{reply}");
}
