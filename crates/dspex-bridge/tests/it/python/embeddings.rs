//! Vectors: of a real server on loopback, and of a function in a real worker.

use std::sync::Arc;

use dspex_bridge::llm::{EmbeddingModel, LmError, LmErrorKind, Models, OpenAiEmbeddings};
use dspex_bridge::python::{PoolConfig, PythonConfig, PythonEmbeddings, PythonEngine};
use dspex_bridge::{CallContext, Cost, Usage};
use dspex_telemetry::{Event, RecentEvents, Recorder};

use super::{DEFAULT_POOL, venv};
use crate::server::{Server, json};

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn hosted(server: &Server) -> OpenAiEmbeddings {
    OpenAiEmbeddings::new("text-embedding-3-small")
        .base_url(&server.base_url)
        .key_env("CARGO_PKG_NAME")
}

#[tokio::test]
async fn a_server_is_asked_as_dspy_asks_it() {
    let answer = r#"{"data": [{"index": 1, "embedding": [0.5, -1]}, {"index": 0, "embedding": [1e-3, 2]}],
        "usage": {"prompt_tokens": 1000000}}"#;
    let server = Server::replying(json(200, answer)).await;
    let events = Arc::new(RecentEvents::new(8));
    let context = CallContext::new(Recorder::new().with(events.clone()));
    let embeddings = hosted(&server).embed(&texts(&["a", "b"]), &context).await.unwrap();
    assert_eq!(embeddings.vectors, [[0.001, 2.0], [0.5, -1.0]]);
    assert_eq!((embeddings.usage, embeddings.cost), (Usage::new(1_000_000, 0), Cost::Usd(0.02)));
    let short = hosted(&server).dimensions(2).batch(2);
    let embeddings = short.embed(&texts(&["a", "b", "c", "d"]), &context).await.unwrap();
    assert_eq!(embeddings.vectors.len(), 4);
    let bodies: Vec<String> =
        server.seen.lock().unwrap().iter().map(|(_, _, body)| body.clone()).collect();
    assert_eq!(
        bodies,
        [
            r#"{"model":"text-embedding-3-small","input":["a","b"]}"#,
            r#"{"model":"text-embedding-3-small","input":["a","b"],"dimensions":2}"#,
            r#"{"model":"text-embedding-3-small","input":["c","d"],"dimensions":2}"#,
        ]
    );
    assert_eq!(server.seen.lock().unwrap()[0].0.path(), "/v1/embeddings");
    let Event::LmFinished { input_tokens: 1_000_000, .. } = &events.events()[0] else {
        panic!("{:?}", events.events());
    };
}

#[tokio::test]
async fn what_is_no_list_of_vectors_is_said() {
    let fails = async |status, body: &str| -> LmError {
        let server = Server::replying(json(status, body)).await;
        let context = CallContext::new(Recorder::new());
        hosted(&server).embed(&texts(&["a", "b"]), &context).await.unwrap_err()
    };
    let protocol = |message: &str| LmErrorKind::Protocol { message: message.to_owned() };
    let one = r#"{"data": [{"index": 0, "embedding": [1]}]}"#;
    assert_eq!(fails(200, one).await.kind, protocol("1 vectors for 2 texts"));
    let odd = r#"{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}"#;
    let message = "vector 1 has 2 numbers, others 1";
    assert_eq!(fails(200, odd).await.kind, protocol(message));
    assert!(matches!(fails(200, "[]").await.kind, LmErrorKind::Protocol { .. }));
    assert_eq!(fails(429, "{}").await.kind, LmErrorKind::RateLimited);
    let error = fails(400, r#"{"error": {"message": "bad key dspex-bridge"}}"#).await;
    assert!(!error.to_string().contains("dspex-bridge"), "{error}");
}

#[tokio::test]
async fn a_function_in_a_worker_makes_vectors() {
    let pools = [(DEFAULT_POOL.to_owned(), PoolConfig::workers(1..=1))].into();
    let python = PythonConfig::venv(venv())
        .allow(["golden_modules"])
        .search(concat!(env!("CARGO_MANIFEST_DIR"), "/python/tests"));
    let engine = Arc::new(PythonEngine::new(python, pools, Models::new(), Recorder::new()));
    let context = CallContext::new(Recorder::new());
    let model = PythonEmbeddings::new(&engine, "golden_modules.lengths");
    assert_eq!(model.name(), "golden_modules.lengths");
    let embeddings = model.batch(2).embed(&texts(&["a", "bcd", ""]), &context).await.unwrap();
    assert_eq!(embeddings.vectors, [[1.0, 2.0], [3.0, 2.0], [0.0, 1.0]]);
    assert_eq!(embeddings.cost, Cost::Unknown);
    let ask = async |name: &str| -> String {
        let model = PythonEmbeddings::new(&engine, name);
        model.embed(&texts(&["a"]), &context).await.unwrap_err().to_string()
    };
    assert!(ask("os.system").await.contains("no entry of `python.allow` covers `os.system`"));
    let missing = ask("golden_modules.widths").await;
    assert!(missing.contains("`golden_modules` has no `widths`"), "{missing}");
}
