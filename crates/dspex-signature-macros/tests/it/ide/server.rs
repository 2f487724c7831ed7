//! A language server, spoken to as an editor does: JSON-RPC 2.0 by its standard input and output.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// How often a question is put again while the server still learns about the package.
const MAX_ASKED: u32 = 40;

pub(super) struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    n_asked: u64,
}

impl Server {
    /// rust-analyzer in this folder, ready to answer.
    ///
    /// # Errors
    /// What is missing, where it or the sources of `std` are not installed.
    pub(super) fn start(folder: &Path) -> Result<Self, String> {
        let version = Command::new("rust-analyzer").arg("--version").output();
        if !version.is_ok_and(|output| output.status.success()) {
            return Err("rust-analyzer is not installed".to_owned());
        }
        let mut process = Command::new("rust-analyzer")
            .current_dir(folder)
            .env("CARGO_TARGET_DIR", folder.join("target"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it is installed");
        let input = process.stdin.take().expect("it is piped");
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut server = Self { process, input, output, n_asked: 0 };
        server.ask(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "rootUri": uri(folder),
                "capabilities": {
                    "experimental": { "serverStatusNotification": true },
                    "textDocument": {
                        "completion": {
                            "completionItem": { "documentationFormat": ["markdown"] },
                        },
                    },
                },
                "initializationOptions": {
                    "checkOnSave": false,
                    "cachePriming": { "enable": false },
                    "numThreads": 1,
                },
            }),
        );
        server.tell("initialized", &json!({}));
        server.wait_until_quiescent()?;
        Ok(server)
    }

    pub(super) fn open(&mut self, file: &Path, text: &str) {
        let document = json!({
            "uri": uri(file), "languageId": "rust", "version": 1, "text": text,
        });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// The doc with which `name` is offered at a line and column, counted from 0.
    pub(super) fn complete(&mut self, file: &Path, place: (usize, usize), name: &str) -> String {
        let mut offered = Vec::new();
        for _ in 0..MAX_ASKED {
            let answer = self.ask("textDocument/completion", &at(file, place));
            let items = answer["items"].as_array().or_else(|| answer.as_array());
            let items = items.cloned().unwrap_or_default();
            let text = |item: &Value| item["label"].as_str().unwrap_or_default().to_owned();
            let is_wanted = |item: &Value| {
                text(item).split(['(', ' ']).next().is_some_and(|label| label == name)
            };
            if let Some(item) = items.iter().find(|item| is_wanted(item)) {
                return item["documentation"]["value"].as_str().unwrap_or_default().to_owned();
            }
            offered = items.iter().map(text).collect();
            thread::sleep(Duration::from_millis(250));
        }
        panic!("`{name}` is not offered at {place:?}, but {offered:?}")
    }

    /// The line, counted from 0, on which stands what a name at the place means.
    pub(super) fn definition(&mut self, file: &Path, place: (usize, usize)) -> u64 {
        let answer = self.ask("textDocument/definition", &at(file, place));
        let line = &answer[0]["range"]["start"]["line"];
        line.as_u64().unwrap_or_else(|| panic!("no definition in {answer}"))
    }

    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.n_asked += 1;
        let number = self.n_asked;
        self.send(&json!({ "id": number, "method": method, "params": parameters }));
        loop {
            let message = self.receive();
            if message["id"] == number && message.get("method").is_none() {
                return message["result"].clone();
            }
        }
    }

    fn tell(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({ "method": method, "params": parameters }));
    }

    /// Until the package is loaded and its macros are built.
    ///
    /// # Errors
    /// No type is known without the sources of `std` and all that they need.
    fn wait_until_quiescent(&mut self) -> Result<(), String> {
        loop {
            let message = self.receive();
            let status = &message["params"];
            if message["method"] == "experimental/serverStatus" && status["quiescent"] == true {
                let told = status["message"].as_str().unwrap_or_default();
                if told.contains("sysroot") {
                    return Err(told.to_owned());
                }
                assert_eq!(status["health"], "ok", "{status}");
                return Ok(());
            }
        }
    }

    fn send(&mut self, message: &Value) {
        let mut message = message.clone();
        message["jsonrpc"] = "2.0".into();
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it listens");
        self.input.flush().expect("it listens");
    }

    /// The next message; what the server asks of an editor is answered with nothing.
    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let n_bytes = self.output.read_line(&mut line).expect("it is text");
            assert!(n_bytes > 0, "the server ended");
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.trim().strip_prefix("Content-Length: ") {
                length = value.parse().expect("it is a number");
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("it is as long as it says");
        let message: Value = serde_json::from_slice(&body).expect("it is JSON");
        if message.get("method").is_some() && message.get("id").is_some() {
            self.send(&json!({ "id": message["id"], "result": null }));
        }
        message
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn at(file: &Path, (line, column): (usize, usize)) -> Value {
    json!({
        "textDocument": { "uri": uri(file) },
        "position": { "line": line, "character": column },
    })
}
