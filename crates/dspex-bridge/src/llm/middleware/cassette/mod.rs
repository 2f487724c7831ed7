//! A cassette: what a model was asked and answered, kept in a file and played from it.

mod difference;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use dspex_signature::{Fields, Value, fields};
use futures_util::StreamExt as _;

use difference::difference;

use super::Middleware;
use crate::call::CallContext;
use crate::llm::{
    Completion, CompletionEvent, CompletionRequest, CompletionStream, LanguageModel, LmError,
    LmErrorKind, record,
};

/// Records what a model is asked and answers, and plays it in place of the model.
///
/// The file has a line of JSON for each answer, in the order in which they came; it holds prompts and
/// answers, and no key, for no key is part of a request. Failures are not recorded. While it is
/// played, nothing is sent: a request gets the answers that were recorded for it, one after the other
/// and the last one again, and one that was not recorded fails and says where it differs from the
/// nearest that was.
///
/// ```no_run
/// use dspex_bridge::llm::{Cassette, Lm, OpenAi};
///
/// let recorded = Lm::new(OpenAi::new("gpt-4o-mini")).with(Cassette::record("tests/ask.cassette"));
/// let played = Lm::new(OpenAi::new("gpt-4o-mini")).with(Cassette::replay("tests/ask.cassette"));
/// ```
///
/// ```text
/// language model `openai/gpt-4o-mini` refused the request: the cassette `tests/ask.cassette` has no such request; in its line 1, line 1 of message 2 (user) is `Where?`, here it is `When?`
/// ```
#[derive(Clone, Debug)]
pub struct Cassette {
    path: PathBuf,
    is_recording: bool,
}

impl Cassette {
    /// A new recording; what the file held is gone with the first answer.
    #[must_use]
    pub fn record(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), is_recording: true }
    }

    /// What was recorded.
    #[must_use]
    pub fn replay(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), is_recording: false }
    }
}

impl Middleware for Cassette {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        let path = Arc::from(&*self.path);
        match self.is_recording {
            true => {
                Arc::new(Recording { model, tape: Arc::new(Tape { path, file: Mutex::new(None) }) })
            }
            false => Arc::new(Playing { model, path, recorded: OnceLock::new() }),
        }
    }
}

struct Recording {
    model: Arc<dyn LanguageModel>,
    tape: Arc<Tape>,
}

struct Tape {
    path: Arc<Path>,
    /// Made with the first answer.
    file: Mutex<Option<File>>,
}

impl Tape {
    fn write(&self, request: &Fields, completion: &Completion) -> Result<(), LmErrorKind> {
        let line =
            fields! { "request" => request.clone(), "completion" => record::written(completion) };
        let mut line = Value::Map(line).to_json();
        line.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = match &mut *file {
            Some(file) => file.write_all(line.as_bytes()),
            None => {
                File::create(&self.path).and_then(|new| file.insert(new).write_all(line.as_bytes()))
            }
        };
        written.map_err(|error| {
            let message =
                format!("the cassette `{}` cannot be written: {error}", self.path.display());
            LmErrorKind::Refused { message }
        })
    }
}

#[async_trait]
impl LanguageModel for Recording {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let completion = self.model.complete(request, context).await?;
        let kept = self.tape.write(&record::asked(self.name(), request), &completion);
        kept.map_err(|kind| LmError::new(self.name(), kind))?;
        Ok(completion)
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let stream = self.model.stream(request, context).await?;
        let (tape, name) = (self.tape.clone(), self.name().to_owned());
        let asked = record::asked(&name, request);
        Ok(CompletionStream::new(stream.map(move |event| {
            if let Ok(CompletionEvent::Done(completion)) = &event {
                let kept = tape.write(&asked, completion);
                kept.map_err(|kind| LmError::new(&name, kind))?;
            }
            event
        })))
    }
}

struct Playing {
    model: Arc<dyn LanguageModel>,
    path: Arc<Path>,
    /// Read with the first request.
    recorded: OnceLock<Result<Vec<Recorded>, String>>,
}

/// One line of the file, and whether it was played.
struct Recorded {
    request: Fields,
    completion: Completion,
    is_played: AtomicBool,
}

impl Playing {
    fn play(&self, request: &CompletionRequest) -> Result<Completion, LmError> {
        let refused = |why: String| {
            let message = format!("the cassette `{}` {why}", self.path.display());
            LmError::new(self.name(), LmErrorKind::Refused { message })
        };
        let recorded = self.recorded.get_or_init(|| read(&self.path));
        let recorded = recorded.as_ref().map_err(|why| refused(why.clone()))?;
        let asked = record::asked(self.name(), request);
        let mut last = None;
        for line in recorded.iter().filter(|line| line.request == asked) {
            if !line.is_played.swap(true, Ordering::Relaxed) {
                return Ok(line.completion.clone());
            }
            last = Some(line);
        }
        match last {
            Some(line) => Ok(line.completion.clone()),
            None => Err(refused(format!("has no such request{}", nearest(recorded, &asked)))),
        }
    }
}

#[async_trait]
impl LanguageModel for Playing {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        _context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.play(request)
    }
}

/// The lines of a cassette, or what is wrong with it.
fn read(path: &Path) -> Result<Vec<Recorded>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    let recorded = text.lines().enumerate().map(|(position, line)| {
        let value = Value::from_json(line).map_err(|error| error.to_string());
        let recorded = value.and_then(|value| recorded(&value));
        recorded.map_err(|why| format!("is broken in line {}: {why}", position + 1))
    });
    recorded.collect()
}

fn recorded(line: &Value) -> Result<Recorded, String> {
    let part = |name: &str| {
        let part = line.as_map().and_then(|line| line.value(name)?.as_map());
        part.ok_or_else(|| format!("it has no `{name}`"))
    };
    let completion = record::read(part("completion")?).map_err(|error| error.to_string())?;
    Ok(Recorded {
        request: part("request")?.clone(),
        completion,
        is_played: AtomicBool::new(false),
    })
}

/// Where a request differs from the recorded one that begins most like it; nothing where there is
/// none.
fn nearest(recorded: &[Recorded], asked: &Fields) -> String {
    let text = Value::Map(asked.clone()).to_json();
    let n_alike = |line: &Recorded| {
        let other = Value::Map(line.request.clone()).to_json();
        other.bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count()
    };
    let lines = recorded.iter().enumerate();
    let Some((position, line)) =
        lines.max_by_key(|(position, line)| (n_alike(line), usize::MAX - position))
    else {
        return String::new();
    };
    format!("; in its line {}, {}", position + 1, difference(&line.request, asked))
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Message, Role};
    use dspex_telemetry::Recorder;

    use super::*;
    use crate::llm::ScriptedModel;

    fn request(text: &str) -> CompletionRequest {
        let system = Message { role: Role::System, content: "Be brief.".into() };
        let user = Message { role: Role::User, content: text.into() };
        CompletionRequest::new(vec![system, user])
    }

    async fn ask(model: &dyn LanguageModel, request: &CompletionRequest) -> String {
        let context = CallContext::new(Recorder::new());
        let done = model.complete(request, &context).await;
        done.map_or_else(|error| error.to_string(), |done| done.text)
    }

    #[tokio::test]
    async fn what_was_recorded_is_played_and_nothing_else() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let script = ScriptedModel::new().text("Leeds").text("York").fail(LmErrorKind::RateLimited);
        let model = Cassette::record(file.path()).wrap(Arc::new(script.text("in 1207")));
        let context = CallContext::new(Recorder::new());
        ask(&*model, &request("Where?")).await;
        model.stream(&request("Where?"), &context).await.unwrap().finish().await.unwrap();
        for _ in 0..2 {
            ask(&*model, &request("When?\nAnd why?")).await;
        }

        let unasked = ScriptedModel::new();
        let model = Cassette::replay(file.path()).wrap(Arc::new(unasked.clone()));
        for expected in ["Leeds", "York", "York"] {
            assert_eq!(ask(&*model, &request("Where?")).await, expected);
        }
        let stream = model.stream(&request("When?\nAnd why?"), &context).await.unwrap();
        assert_eq!(stream.finish().await.unwrap().text, "in 1207");
        let refused = |why: &str| {
            format!(
                "language model `scripted/model` refused the request: the cassette `{}` has no such \
                 request; in its line {why}",
                file.path().display(),
            )
        };
        let why = "3, line 2 of message 2 (user) is `And why?`, here it is `And how?`";
        assert_eq!(ask(&*model, &request("When?\nAnd how?")).await, refused(why));
        let mut warm = request("Where?");
        warm.sampling.temperature = Some(1.0);
        let why = "1, `temperature` is `null`, here it is `1.0`";
        assert_eq!(ask(&*model, &warm).await, refused(why));
        let mut short = request("");
        short.messages.pop();
        assert_eq!(ask(&*model, &short).await, refused("1, there are 2 messages, here 1"));
        assert!(unasked.requests().is_empty());
    }

    #[tokio::test]
    async fn a_cassette_that_cannot_be_used_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nowhere/ask.cassette");
        let played = Cassette::replay(&path).wrap(Arc::new(ScriptedModel::new()));
        let error = ask(&*played, &request("Where?")).await;
        assert!(
            error.ends_with("cannot be read: No such file or directory (os error 2)"),
            "{error}"
        );
        let recorded = Cassette::record(&path).wrap(Arc::new(ScriptedModel::new().text("Leeds")));
        let error = ask(&*recorded, &request("Where?")).await;
        assert!(error.ends_with("cannot be written: No such file or directory (os error 2)"));

        for (line, expected) in [
            ("{}", "is broken in line 1: it has no `completion`"),
            ("[", "is broken in line 1: expected a JSON value at line 1, column 2"),
            (r#"{"completion": {"text": 1}}"#, "is broken in line 1: "),
        ] {
            let file = tempfile::NamedTempFile::new().unwrap();
            fs::write(file.path(), line).unwrap();
            let played = Cassette::replay(file.path()).wrap(Arc::new(ScriptedModel::new()));
            let error = ask(&*played, &request("Where?")).await;
            assert!(error.contains(expected), "{error}");
        }
    }
}
