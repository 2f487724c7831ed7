//! Programs that DSPy saved, continued natively and in Python.

use std::path::{Path, PathBuf};
use std::time::Duration;

use dspex::llm::ScriptedModel;
use dspex::prelude::*;
use dspex::python::{PoolConfig, PythonConfig};
use dspex::{Capability, ChainOfThought, EngineKind, TypedSignature as _};
use dspex_signature::{LmState, PredictorState, Program};

/// Answer the question.
#[derive(Signature, Clone)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

#[derive(FieldType)]
struct Answer {
    /// one word
    answer: String,
}

fn question() -> Ask {
    Ask { question: "Where do returns go?".into() }
}

const COMPLETION: &str =
    "[[ ## reasoning ## ]]\nIt says so.\n\n[[ ## answer ## ]]\nLeeds\n\n[[ ## completed ## ]]";

/// A file as DSPy saves an optimised `ChainOfThought` of `Ask`.
fn saved(directory: &Path, model: Option<&LmState>) -> PathBuf {
    let signature = Ask::signature().clone().with_reasoning();
    let demo = fields! { "question" => "Where is York?", "reasoning" => "r", "answer" => "North" };
    let state = PredictorState::of(&signature.with_instructions("Answer in one word, kindly."));
    let state = state.with_demos(vec![demo]).expect("DSPy saves texts");
    let state = match model {
        Some(model) => state.with_lm(model).expect("the model has no key"),
        None => state,
    };
    let program = Program::of([("predict", state)]).expect("there is one path");
    let path = directory.join("ask.json");
    std::fs::write(&path, program.to_json()).expect("the directory is ours");
    path
}

async fn native(model: &ScriptedModel) -> Dspex {
    Dspex::builder()
        .lm("default", model.clone())
        .no_python()
        .start()
        .await
        .expect("a model suffices")
}

#[tokio::test]
async fn a_saved_program_is_continued() {
    let directory = tempfile::tempdir().unwrap();
    let path = saved(directory.path(), None);
    let model = ScriptedModel::new().text(COMPLETION).text(COMPLETION);
    let ask = native(&model).await.chain_of_thought::<Ask>().load(&path).unwrap();
    assert_eq!((ask.capability(), ask.notes()), (Capability::Exact, &[][..]));
    assert_eq!(ask.call(question()).await.unwrap().answer, "Leeds");
    let requests = model.requests();
    let texts: Vec<_> = requests[0].messages.iter().map(|message| message.text()).collect();
    assert!(texts[0].ends_with("Answer in one word, kindly."), "{}", texts[0]);
    assert_eq!((texts.len(), &*texts[1]), (4, "[[ ## question ## ]]\nWhere is York?"));

    // An option that comes later has its effect.
    let ask = ask.instructions("Be brief.").demo_fields([]);
    ask.call(question()).await.unwrap();
    let requests = model.requests();
    assert!(requests[1].messages[0].text().ends_with("Be brief."));
    assert_eq!(requests[1].messages.len(), 2);
}

#[tokio::test]
async fn a_saved_program_that_is_asked_again_says_why() {
    let directory = tempfile::tempdir().unwrap();
    let path = saved(directory.path(), None);
    let model = ScriptedModel::new().text(COMPLETION).text(COMPLETION.replace("Leeds", "York"));
    let ask = native(&model).await.chain_of_thought::<Ask>().load(path).unwrap();
    let ask = ask.ensure("the answer is York", |reply| reply.answer == "York").ask_again(1);
    assert_eq!(ask.call(question()).await.unwrap().answer, "York");
    let prompt = model.requests()[1].messages.last().unwrap().text().into_owned();
    assert!(
        prompt.contains("[[ ## hint_ ## ]]") && prompt.contains("the answer is York"),
        "{prompt}"
    );
}

/// Both engines render what was loaded in the same way.
#[tokio::test(flavor = "multi_thread")]
async fn python_continues_it_with_the_same_prompts() {
    let directory = tempfile::tempdir().unwrap();
    let path = saved(directory.path(), None);
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv");
    assert!(venv.exists(), "this test needs Python: run `cargo xtask setup`");
    let model = ScriptedModel::new().otherwise(COMPLETION);
    let dspex = Dspex::builder()
        .lm("default", model.clone())
        .python(PythonConfig::venv(venv))
        .pool("general", PoolConfig::workers(1..=1))
        .start()
        .await
        .unwrap();
    let ask: ChainOfThought<Ask> = dspex.chain_of_thought().load(path).unwrap();
    for ask in [ask.clone(), ask.instructions("Be brief.")] {
        let before = model.requests().len();
        for engine in [EngineKind::Native, EngineKind::Python] {
            let reply = ask.clone().only(engine).call(question()).await.unwrap();
            assert_eq!((&*reply.answer, reply.meta().engine), ("Leeds", engine));
        }
        let requests = model.requests();
        assert_eq!(requests[before].messages, requests[before + 1].messages);
    }
    dspex.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_file_that_does_not_fit_is_refused_with_both_sides() {
    let directory = tempfile::tempdir().unwrap();
    let path = saved(directory.path(), None);
    let dspex = native(&ScriptedModel::new()).await;
    let error = dspex.predict::<Ask>().load(&path).unwrap_err();
    let told = error.to_string();
    assert!(told.starts_with(&format!("{}: ", path.display())), "{told}");
    assert!(told.contains("`predict`"), "{told}");
    let missing = dspex.predict::<Ask>().load(directory.path().join("none.json")).unwrap_err();
    assert!(missing.to_string().contains("none.json: No such file"), "{missing}");
}

#[tokio::test]
async fn a_saved_model_is_the_configured_one_of_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let state = LmState::new("openai/gpt-4o").with("temperature", 0.25).with("top_p", 0.5);
    let path = saved(directory.path(), Some(&state));
    let (usual, other) = (ScriptedModel::new(), ScriptedModel::new().named("openai/gpt-4o"));
    let other = other.otherwise(COMPLETION);
    let builder = Dspex::builder().lm("default", usual.clone()).lm("strong", other.clone());
    let dspex = builder.no_python().start().await.unwrap();
    let ask = dspex.chain_of_thought::<Ask>().load(&path).unwrap();
    ask.call(question()).await.unwrap();
    let sampling = other.requests()[0].sampling.clone();
    assert_eq!((sampling.temperature, sampling.extra), (Some(0.25), fields! { "top_p" => 0.5 }));
    assert!(usual.requests().is_empty());

    let ask = native(&usual).await.chain_of_thought::<Ask>().load(path).unwrap();
    let why = "the program was saved with the language model `openai/gpt-4o`, which is not \
               configured; configure it, or name another one with `lm`";
    assert!(ask.capability().to_string().contains(why), "{}", ask.capability());
}
