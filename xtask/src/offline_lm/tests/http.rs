//! The routes over a real socket, spoken to in plain HTTP/1.1.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::offline_lm::{OfflineLm, Options};

/// One request, its connection closed after it: the status and the body.
fn send(server: &OfflineLm, method: &str, path: &str, key: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(server.address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout can be set");
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .expect("the request is taken");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("the server answers");
    let status =
        response.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
    let body = response.split_once("\r\n\r\n").expect("a body").1;
    (status, serde_json::from_str(body).expect("bodies are JSON"))
}

fn server(require_key: Option<&str>) -> OfflineLm {
    OfflineLm::start(
        0,
        Options {
            require_key: require_key.map(str::to_owned),
            latency: Duration::ZERO,
            log: false,
        },
    )
    .expect("a free port")
}

fn ask(changes: &Value) -> String {
    let mut request = json!({"model": "rule-based", "messages": [{"role": "user", "content": "Where is my parcel A-1042?"}]});
    for (key, value) in changes.as_object().expect("an object") {
        request[key] = value.clone();
    }
    request.to_string()
}

#[test]
fn a_completion_has_what_clients_read() {
    let (status, body) = send(&server(None), "POST", "/v1/chat/completions", "", &ask(&json!({})));
    assert_eq!(status, 200);
    let choice = &body["choices"][0];
    assert_eq!(choice["finish_reason"], "stop");
    assert!(choice["message"]["content"].as_str().expect("text").contains("A-1042"));
    let usage = &body["usage"];
    assert_eq!(
        usage["total_tokens"].as_u64(),
        Some(
            usage["prompt_tokens"].as_u64().expect("counted")
                + usage["completion_tokens"].as_u64().expect("counted")
        )
    );
    assert!(body["id"].as_str().expect("an id").starts_with("chatcmpl-"));
}

#[test]
fn a_limit_on_tokens_cuts_and_says_so() {
    let (_, body) =
        send(&server(None), "POST", "/v1/chat/completions", "", &ask(&json!({"max_tokens": 3})));
    assert_eq!(body["choices"][0]["finish_reason"], "length");
    assert_eq!(body["usage"]["completion_tokens"], 3);
}

#[test]
fn what_it_cannot_do_is_refused_in_openai_words() {
    let server = server(None);
    let check = |body: &str, expected_status: u16, expected_code: &str| {
        let (status, answer) = send(&server, "POST", "/v1/chat/completions", "", body);
        assert_eq!(
            (status, answer["error"]["code"].as_str()),
            (expected_status, Some(expected_code)),
            "for {body}"
        );
    };
    check(&ask(&json!({"stream": true})), 400, "unsupported_value");
    check(&ask(&json!({"tools": [{}]})), 400, "unsupported_value");
    check(&ask(&json!({"model": "gpt-4o"})), 404, "model_not_found");
    check(&ask(&json!({"messages": []})), 400, "missing_required_parameter");
    check("{", 400, "invalid_json");
}

#[test]
fn a_required_key_is_required_everywhere() {
    let server = server(Some("right"));
    assert_eq!(send(&server, "GET", "/v1/models", "wrong", "").0, 401);
    assert_eq!(send(&server, "POST", "/v1/chat/completions", "wrong", &ask(&json!({}))).0, 401);
    let (status, models) = send(&server, "GET", "/v1/models", "right", "");
    assert_eq!((status, models["data"][0]["id"].as_str()), (200, Some("rule-based")));
}
