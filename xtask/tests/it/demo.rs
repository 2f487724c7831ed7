//! What the demo promises, good input and bad.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::offline_lm::Server;
use crate::processes::{await_workers, finish, kill, outcome, xtask};

const N_TICKETS: usize = 74;

/// The results of a run, each a JSON object.
fn results(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("the results were written");
    text.lines().map(|line| serde_json::from_str(line).expect("results are JSON")).collect()
}

#[test]
fn a_killed_worker_loses_no_ticket() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = directory.path().join("results.jsonl");
    let server = Server::start(100);
    // One worker: of several the killed one could be one that has not started yet.
    let words = format!("demo --workers 1 --api-base {} --output {}", server.url, output.display());
    let mut command = xtask(&words);
    let demo = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut demo = demo.spawn().expect("the demo starts");
    let pid = demo.id();
    // Only dspy.ChainOfThought asks for its reasoning, so a worker is at work now.
    let _server = server.await_field("reasoning", &mut demo);
    kill(await_workers(pid)[0]);
    let done = outcome(demo);
    let text = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{text}\n{}", String::from_utf8_lossy(&done.stderr));
    let results = results(&output);
    assert_eq!(results.len(), N_TICKETS);
    for result in &results {
        assert!(result["summary"].is_string(), "Python's part of {result}");
        assert!(result["reply"].is_string(), "a reply in {result}");
    }
    assert!(text.contains("lost: worker"), "the report names the worker:\n{text}");
}

#[test]
fn without_python_native_stages_run_and_the_others_say_why() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = directory.path().join("results.jsonl");
    let done = finish(&mut xtask(&format!("demo --no-python --output {}", output.display())));
    let text = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{text}\n{}", String::from_utf8_lossy(&done.stderr));
    let results = results(&output);
    assert_eq!(results.len(), N_TICKETS);
    assert!(results.iter().all(|result| result["topic"].is_string() && result["mood"].is_null()));
    assert!(text.contains("switched off"), "the report says why:\n{text}");
}

#[test]
fn a_line_that_is_no_ticket_is_named_and_the_rest_processed() {
    let directory = tempfile::tempdir().expect("a directory");
    let (input, output) = (directory.path().join("in.jsonl"), directory.path().join("out.jsonl"));
    let lines = "{\"id\": \"1\", \"text\": \"Where is my parcel?\"}\n{\"id\": \"2\", \"te\n\n{\"id\": 3}\n\
                 {\"id\": \"4\", \"text\": \"I want a refund.\"}\n";
    fs::write(&input, lines).expect("the input can be written");
    let words =
        format!("demo --no-python --input {} --output {}", input.display(), output.display());
    let done = finish(&mut xtask(&words));
    let faults = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{faults}");
    assert!(faults.contains("line 2 is not a ticket") && faults.contains("line 4 is"), "{faults}");
    let results = results(&output);
    let topics: Vec<&str> = results.iter().filter_map(|result| result["topic"].as_str()).collect();
    assert_eq!(topics, ["Delivery", "Refund"]);
    let strict = finish(&mut xtask(&format!("{words} --strict")));
    assert_eq!(strict.status.code(), Some(1));
}

#[test]
fn a_model_that_cannot_be_reached_is_one_clear_error() {
    let done = finish(&mut xtask("demo --no-python --api-base http://127.0.0.1:9"));
    let error = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{error}");
    assert!(error.contains("cannot be reached at http://127.0.0.1:9"), "{error}");
    assert!(error.contains("hint: check `base_url`"), "{error}");
}

#[test]
fn a_wrong_key_names_the_variable_and_shows_no_key() {
    let mut command = xtask("offline-lm --require-key right");
    let mut server = command.stdout(std::process::Stdio::piped()).spawn().expect("it starts");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(
        server.stdout.take().expect("it is piped"),
    ));
    let _server = crate::processes::Owned(server);
    let url = lines.next().expect("a first line").expect("text");
    let mut demo = xtask(&format!("demo --no-python --api-base {url} --api-key-env DEMO_KEY"));
    let done = finish(demo.env("DEMO_KEY", "wrong-key-1042"));
    let error = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{error}");
    assert!(error.contains("refused the key from `DEMO_KEY`"), "{error}");
    assert!(!error.contains("wrong-key-1042"), "{error}");
}
