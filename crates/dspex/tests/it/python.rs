//! Calls that real DSPy answers, in real workers of the project's environment.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use dspex::config::LmConfig;
use dspex::llm::{LmRoute, Needs, ScriptedModel};
use dspex::prelude::*;
use dspex::python::{PoolConfig, PythonConfig};
use dspex::{CallErrorKind, CallEvent, EngineKind};

/// Where `cargo xtask setup` puts the environment.
pub(crate) fn venv() -> std::path::PathBuf {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv");
    assert!(venv.exists(), "this test needs Python: run `cargo xtask setup`");
    venv
}

pub(crate) async fn dspex(model: &ScriptedModel) -> Dspex {
    Dspex::builder()
        .lm("default", model.clone())
        .python(PythonConfig::venv(venv()))
        .pool("general", PoolConfig::workers(1..=1))
        .start()
        .await
        .expect("a model that is there can be started with")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_by_its_python_name_asks_the_rust_model() {
    let completion =
        "[[ ## reasoning ## ]]\nAdd them.\n\n[[ ## answer ## ]]\n4\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().text(completion);
    let dspex = dspex(&model).await;
    let module = dspex.module_with("dspy.ChainOfThought", signature!("question -> answer: int"));
    let reply = module.call(fields! { "question" => "2 + 2?" }).await.unwrap();
    assert_eq!(reply["answer"].as_int(), Some(4));
    assert_eq!(reply.meta().engine, EngineKind::Python);
    assert_eq!(model.requests().len(), 1);
    dspex.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_tells_texts_while_the_model_writes_them() {
    let completion =
        "[[ ## reasoning ## ]]\nAdd them.\n\n[[ ## answer ## ]]\nFour\n\n[[ ## completed ## ]]";
    let dspex = dspex(&ScriptedModel::new().text(completion)).await;
    let module = dspex.module_with("dspy.ChainOfThought", signature!("question -> answer"));
    let mut events = module.call(fields! { "question" => "2 + 2?" }).stream();
    let mut told = Vec::new();
    let reply = loop {
        match events.next().await.expect("a stream has an end").unwrap() {
            CallEvent::Text { output, piece } => told.push((output, piece)),
            CallEvent::Done(reply) => break reply,
            other => panic!("{other:?}"),
        }
    };
    for output in ["reasoning", "answer"] {
        let pieces = told.iter().filter(|(name, _)| name == output);
        let text: String = pieces.map(|(_, piece)| piece.as_str()).collect();
        assert_eq!(reply[output].as_str(), Some(text.as_str()), "{told:?}");
    }
    dspex.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_that_only_dspy_can_read_costs_one_model_call() {
    // Python's literal syntax inside a list: the native parser leaves it to DSPy.
    let completion = "[[ ## items ## ]]\n['a', 'b',]\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().text(completion);
    let dspex = dspex(&model).await;
    let module = dspex.predict_with(signature!("text -> items: list[str]"));
    let reply = module.call(fields! { "text" => "a and b" }).await.unwrap();
    assert_eq!(reply.get::<Vec<String>>("items").unwrap(), ["a", "b"]);
    assert_eq!(model.requests().len(), 1);
    dspex.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_is_not_allowed_is_refused_before_python_starts() {
    let dspex = dspex(&ScriptedModel::new()).await;
    let module = dspex.module_with("acme_legal.Review", signature!("contract -> risks"));
    let error = module.call(fields! { "contract" => "..." }).await.unwrap_err();
    assert!(
        error.to_string().contains("no entry of `python.allow` covers `acme_legal.Review`"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_is_not_there_says_how_to_make_it() {
    let dspex = Dspex::builder()
        .lm("default", ScriptedModel::new())
        .python(PythonConfig::venv("no/such/venv"))
        .start()
        .await
        .unwrap();
    let module = dspex.module_with("dspy.ChainOfThought", signature!("question -> answer"));
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::PoolUnavailable { .. }), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("dspex setup")), "{:?}", error.hint());
}

/// A server that gives each request the same answer, and the bodies that came.
fn server(answer: &'static str) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let (sender, bodies) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(4) {
            let body = stream.and_then(|stream| reply(stream, answer));
            if sender.send(body.expect("a request over loopback")).is_err() {
                return;
            }
        }
    });
    (format!("http://{address}/v1"), bodies)
}

/// Reads a request, answers it, and gives its body.
fn reply(stream: TcpStream, answer: &str) -> std::io::Result<String> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while reader.read_line(&mut head)? > 2 {
        let line = head.lines().last().unwrap_or_default().to_lowercase();
        if let Some(bytes) = line.strip_prefix("content-length:") {
            length = bytes.trim().parse().unwrap_or_default();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let length = answer.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{answer}"
    );
    reader.get_mut().write_all(head.as_bytes())?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_model_is_asked_through_dspy() {
    let (base_url, requests) = server(
        r###"{"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0,
            "finish_reason": "stop", "message": {"role": "assistant", "content": "[[ ## answer ## ]]\nLeeds"}}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}}"###,
    );
    let mut config = LmConfig::new("ollama_chat/house-7b");
    (config.base_url, config.through) = (Some(base_url), Some(LmRoute::Python));
    let mut keyed = config.clone();
    keyed.environment = vec!["NO_SUCH_KEY".to_owned()];
    let builder = Dspex::builder().lm_config("default", config).lm_config("keyed", keyed);
    let builder = builder.python(PythonConfig::venv(venv())).pool("lm", PoolConfig::workers(1..=1));
    let dspex = builder.start().await.unwrap();
    let ask = dspex.predict_with(signature!("question -> answer"));
    let reply = ask.call(fields! { "question" => "Where?" }).await.unwrap();
    assert_eq!(
        (reply["answer"].as_str(), reply.meta().engine),
        (Some("Leeds"), EngineKind::Native)
    );
    assert!(requests.recv().unwrap().contains("Where?"));
    let choice = dspex.lm_for(Needs::new()).unwrap();
    assert_eq!(
        choice.why(),
        "`default` (ollama_chat/house-7b, through DSPy in Python) is as good as any, as 1 more do"
    );
    let error = ask.lm("keyed").call(fields! { "question" => "Where?" }).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "language model `ollama_chat/house-7b` needs a key, and the variable `NO_SUCH_KEY` is not set"
    );
    dspex.shutdown(Duration::from_secs(5)).await;
}
