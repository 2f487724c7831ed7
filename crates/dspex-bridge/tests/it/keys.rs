//! Keys from variables, files and commands, against a server on loopback that takes some and refuses
//! others.

use std::collections::BTreeSet;
use std::fs;
use std::future::ready;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dspex_bridge::CallContext;
use dspex_bridge::llm::{
    Anthropic, Completion, CompletionRequest, Gemini, Key, LanguageModel, LmError, LmErrorKind,
    OpenAi,
};
use dspex_telemetry::Recorder;
use futures_util::future::join_all;

use crate::server::{Server, json};

const HAPPY: &str = r#"{"choices":[{"message":{"content":"Leeds"}}],"content":[{"type":"text",
    "text":"Leeds"}],"candidates":[{"content":{"parts":[{"text":"Leeds"}]}}]}"#;

/// A server that takes certain keys only.
struct Gate {
    server: Server,
    taken: Arc<Mutex<BTreeSet<String>>>,
}

impl Gate {
    async fn taking(key: &str) -> Self {
        let taken = Arc::new(Mutex::new(BTreeSet::from([key.to_owned()])));
        let known = taken.clone();
        let server = Server::answering(move |headers| {
            let is_taken = sent(headers).is_some_and(|key| known.lock().unwrap().contains(&key));
            ready(if is_taken { json(200, HAPPY) } else { json(401, r#"{"error":"no such key"}"#) })
        })
        .await;
        Self { server, taken }
    }

    /// From now on takes this key and no other.
    fn take(&self, key: &str) {
        *self.taken.lock().unwrap() = BTreeSet::from([key.to_owned()]);
    }

    fn model(&self, key: Key) -> OpenAi {
        OpenAi::new("m").base_url(&self.server.base_url).key(key)
    }

    /// The keys that were sent since the last time.
    fn sent(&self) -> Vec<String> {
        let seen = std::mem::take(&mut *self.server.seen.lock().unwrap());
        seen.iter().filter_map(|(_, headers, _)| sent(headers)).collect()
    }
}

/// The key in the headers of a request.
fn sent(headers: &axum::http::HeaderMap) -> Option<String> {
    let names = ["authorization", "x-api-key", "x-goog-api-key"];
    let key = names.iter().find_map(|name| headers.get(*name))?.to_str().unwrap();
    Some(key.trim_start_matches("Bearer ").to_owned())
}

fn context() -> CallContext {
    CallContext::new(Recorder::new()).within(Duration::from_secs(60))
}

async fn ask(model: &impl LanguageModel) -> Result<Completion, LmError> {
    model.complete(&CompletionRequest::default(), &context()).await
}

async fn stream(model: &impl LanguageModel) -> Result<Completion, LmError> {
    model.stream(&CompletionRequest::default(), &context()).await?.finish().await
}

/// Writes without a trace in the file's metadata, so that nothing but a refusal tells of it.
fn rewrite(path: &Path, text: &str) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    fs::write(path, text).unwrap();
    fs::File::options().append(true).open(path).unwrap().set_modified(modified).unwrap();
}

/// A command that counts its runs in a file of the folder, and prints the folder's key.
fn counting(folder: &Path) -> Key {
    Key::command("sh", ["-c", "cd \"$0\" && echo >> runs && cat key", folder.to_str().unwrap()])
}

fn n_runs(folder: &Path) -> usize {
    fs::read(folder.join("runs")).map_or(0, |runs| runs.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_may_change_while_requests_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, "sk-0").unwrap();
    let gate = Gate::taking("sk-0").await;
    let model = gate.model(Key::file(&path));
    let (n_asked, has_changed) = ([const { AtomicUsize::new(0) }; 4], AtomicBool::new(false));
    let asking = join_all(n_asked.iter().map(|n_asked| async {
        while !has_changed.load(Ordering::SeqCst) {
            ask(&model).await.unwrap();
            n_asked.fetch_add(1, Ordering::SeqCst);
        }
    }));
    let changing = async {
        for n in 1..=10 {
            // Whatever was on its way at the last change has arrived.
            let before = n_asked.each_ref().map(|n_asked| n_asked.load(Ordering::SeqCst));
            for (n_asked, before) in n_asked.iter().zip(before) {
                while n_asked.load(Ordering::SeqCst) < before + 2 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
            let key = format!("sk-{n}");
            // The provider makes a key before anybody has it.
            gate.taken.lock().unwrap().insert(key.clone());
            if n % 2 == 0 {
                fs::write(&path, &key).unwrap();
            } else {
                fs::write(path.with_extension("new"), &key).unwrap();
                fs::rename(path.with_extension("new"), &path).unwrap();
            }
            gate.take(&key);
        }
        has_changed.store(true, Ordering::SeqCst);
    };
    tokio::join!(asking, changing);
    ask(&model).await.unwrap();
    assert_eq!(gate.sent().last().unwrap(), "sk-10");
}

#[tokio::test]
async fn a_refused_key_is_read_again_and_the_new_one_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, "sk-1").unwrap();
    let gate = Gate::taking("sk-1").await;
    let url = &gate.server.base_url;
    let models: [Box<dyn LanguageModel>; 3] = [
        Box::new(OpenAi::new("m").base_url(url).key(Key::file(&path))),
        Box::new(Anthropic::new("m").base_url(url).key(Key::file(&path))),
        Box::new(Gemini::new("m").base_url(url).key(Key::file(&path))),
    ];
    for model in models.map(Arc::from) as [Arc<dyn LanguageModel>; 3] {
        rewrite(&path, "sk-1");
        gate.take("sk-1");
        ask(&model).await.unwrap();
        rewrite(&path, "sk-2");
        gate.take("sk-2");
        ask(&model).await.unwrap();
        rewrite(&path, "sk-3");
        gate.take("sk-3");
        assert_eq!(stream(&model).await.unwrap().text, "Leeds");
        assert_eq!(gate.sent(), ["sk-1", "sk-1", "sk-2", "sk-2", "sk-3"]);
    }
}

#[tokio::test]
async fn a_command_runs_once_for_all_and_once_more_when_its_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, "sk-1\n").unwrap();
    let gate = Gate::taking("sk-1").await;
    let model = gate.model(counting(folder.path()));
    for done in join_all((0..16).map(|_| ask(&model))).await {
        done.unwrap();
    }
    assert_eq!(n_runs(folder.path()), 1);

    fs::write(&key, "sk-2\n").unwrap();
    gate.take("sk-2");
    gate.sent();
    for done in join_all((0..16).map(|_| ask(&model))).await {
        done.unwrap();
    }
    assert_eq!(n_runs(folder.path()), 2);
    assert_eq!(gate.sent().iter().filter(|key| *key == "sk-2").count(), 16);
}

#[tokio::test]
async fn a_command_without_another_key_does_not_run_for_each_refusal() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key"), "sk-1\n").unwrap();
    let gate = Gate::taking("sk-2").await;
    let model = gate.model(counting(folder.path()));
    for _ in 0..4 {
        for done in join_all((0..4).map(|_| ask(&model))).await {
            let error = done.unwrap_err();
            assert_eq!(error.to_string(), "language model `openai/m` refused the key from `sh`");
        }
    }
    assert_eq!(n_runs(folder.path()), 2);
    assert_eq!(gate.sent(), vec!["sk-1"; 16]);
}

#[tokio::test]
async fn two_keys_may_overlap_and_what_was_taken_is_tried_first() {
    let folder = tempfile::tempdir().unwrap();
    let [new, old] = ["new", "old"].map(|name| {
        fs::write(folder.path().join(name), format!("sk-{name}")).unwrap();
        Key::file(folder.path().join(name))
    });
    let gate = Gate::taking("sk-old").await;
    let model = gate.model(new.or(old));
    for _ in 0..2 {
        ask(&model).await.unwrap();
    }
    assert_eq!(gate.sent(), ["sk-new", "sk-old", "sk-old"]);
    gate.take("sk-new");
    for _ in 0..2 {
        stream(&model).await.unwrap();
    }
    assert_eq!(gate.sent(), ["sk-old", "sk-new", "sk-new"]);
}

#[tokio::test]
async fn where_all_keys_are_refused_all_sources_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, "sk-1").unwrap();
    let gate = Gate::taking("sk-2").await;
    let missing = Key::env("DSPEX_NO_SUCH_KEY");
    let model = gate.model(Key::env("CARGO_PKG_NAME").or(missing).or(Key::file(&path)));
    for error in [ask(&model).await.unwrap_err(), stream(&model).await.unwrap_err()] {
        let sources = vec!["CARGO_PKG_NAME".to_owned(), path.display().to_string()];
        assert_eq!(error.kind, LmErrorKind::Unauthorized { sources });
        let expected = format!("refused the keys from `CARGO_PKG_NAME` and `{}`", path.display());
        assert!(error.to_string().ends_with(&expected), "{error}");
        assert_eq!((error.status, error.is_retryable()), (Some(401), false));
    }
    assert_eq!(gate.sent(), ["dspex-bridge", "sk-1", "dspex-bridge", "sk-1"]);
}

#[tokio::test]
async fn where_no_key_is_there_each_source_says_why_and_nothing_is_sent() {
    let gate = Gate::taking("sk-1").await;
    let file = || Key::file("no/such/file");
    for (key, expected) in [
        (file(), "the file `no/such/file` cannot be read: No such file or directory (os error 2)"),
        (
            Key::env("DSPEX_NO_SUCH_KEY").or(Key::command("false", ["sk-2"])),
            "the variable `DSPEX_NO_SUCH_KEY` is not set, and the command `false` failed (exit \
             status: 1)",
        ),
    ] {
        let error = ask(&gate.model(key)).await.unwrap_err();
        let expected = format!("language model `openai/m` needs a key, and {expected}");
        assert_eq!(error.to_string(), expected);
        assert!(error.hint().unwrap().contains("api_key_command"));
    }
    assert_eq!(gate.sent(), [""; 0]);
}

#[tokio::test]
async fn a_hanging_command_ends_with_the_call_and_leaves_no_process_behind() {
    let folder = tempfile::tempdir().unwrap();
    let gate = Gate::taking("sk-1").await;
    // A shell and a child of it, each of which writes its number before it hangs.
    let script = "cd \"$0\"; sleep 1000 & echo $! > child; echo $$ > shell; wait";
    let model = gate.model(Key::command("sh", ["-c", script, folder.path().to_str().unwrap()]));
    let short = context().within(Duration::from_secs(1));
    let error = model.complete(&CompletionRequest::default(), &short).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");
    for name in ["child", "shell"] {
        let number = fs::read_to_string(folder.path().join(name)).unwrap();
        while is_running(number.trim()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    assert_eq!(gate.sent(), [""; 0]);
}

/// Whether there is such a process that has not ended.
fn is_running(number: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{number}/stat"));
    status.is_ok_and(|status| !status.contains(") Z "))
}
