//! What a call's attempts were answered, so that the next attempt pays nothing twice.

use std::collections::HashMap;
use std::error::Error;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::Value;
use sha2::{Digest as _, Sha256};

use crate::call::CallContext;
use crate::hexadecimal::hexadecimal;
use crate::llm::{Completion, CompletionRequest, record};

/// Keeps completions by call and question, longer than this process lives.
///
/// A call that has an [id](CallContext::id) and may be repeated writes here what its model answers, and
/// reads it where an earlier attempt was answered the same question: after the worker died, and after
/// this process did, where the call is made again under its id. A journal that fails, or that takes
/// longer than two seconds, is passed over: the model is asked, and a warning is logged.
#[async_trait]
pub trait AttemptJournal: Send + Sync + 'static {
    /// The answer to a question of a call; the question is 64 hexadecimal digits and its number among
    /// its equals.
    ///
    /// # Errors
    /// Why it cannot be told.
    async fn read(&self, call: &str, question: &str) -> Result<Option<String>, JournalError>;

    /// Keeps an answer, a line of JSON.
    ///
    /// # Errors
    /// Why it is not kept.
    async fn write(&self, call: &str, question: &str, answer: &str) -> Result<(), JournalError>;

    /// Forgets a call that has its result.
    ///
    /// # Errors
    /// Why it is not forgotten.
    async fn forget(&self, call: &str) -> Result<(), JournalError>;
}

/// Any error of a journal.
pub type JournalError = Box<dyn Error + Send + Sync>;

/// The longest that a call waits for a journal.
const LIMIT: Duration = Duration::from_secs(2);

/// What the attempts of one call were answered.
pub(super) struct Attempts {
    below: Option<Below>,
    state: Mutex<State>,
}

/// Where the answers are kept for longer, and the call's id there.
struct Below {
    journal: Arc<dyn AttemptJournal>,
    call: Arc<str>,
}

/// What the model is asked, and how often it was asked the same before in this attempt: who asks twice
/// wants two answers.
type Question = ([u8; 32], usize);

#[derive(Default)]
struct State {
    /// How often each question was asked in the attempt that goes on.
    asked: HashMap<[u8; 32], usize>,
    answers: HashMap<Question, Completion>,
}

impl Attempts {
    pub(super) fn new(journal: Option<Arc<dyn AttemptJournal>>, context: &CallContext) -> Self {
        let below = journal.zip(context.id()).map(|(journal, call)| {
            // Calls of different tenants may have the same id.
            let call = match context.tenant() {
                Some(tenant) => format!("{tenant}/{call}").into(),
                None => call.into(),
            };
            Below { journal, call }
        });
        Self { below, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An attempt begins: it asks from the start.
    pub(super) fn begin(&self) {
        self.state().asked.clear();
    }

    /// The question as it is kept.
    pub(super) fn question(&self, lm: &str, request: &CompletionRequest) -> Question {
        let digest = Sha256::digest(Value::Map(record::asked(lm, request)).to_json()).into();
        let mut state = self.state();
        let n_asked = state.asked.entry(digest).or_default();
        *n_asked += 1;
        (digest, *n_asked - 1)
    }

    /// What an earlier attempt was answered.
    pub(super) async fn answered(&self, question: &Question) -> Option<Completion> {
        if let Some(known) = self.state().answers.get(question) {
            return Some(known.clone());
        }
        let Below { journal, call } = self.below.as_ref()?;
        let answer = bounded("read", journal.read(call, &written(question))).await.flatten()?;
        let answer = Value::from_json(&answer).ok();
        let answer = answer.as_ref().and_then(Value::as_map).map(record::read);
        let Some(Ok(answer)) = answer else {
            tracing::warn!(%call, "the attempt journal holds what is no completion");
            return None;
        };
        Some(answer)
    }

    /// Keeps what the model answered.
    pub(super) async fn keep(&self, question: Question, completion: &Completion) {
        self.state().answers.insert(question, completion.clone());
        if let Some(Below { journal, call }) = &self.below {
            let answer = Value::Map(record::written(completion)).to_json();
            bounded("write", journal.write(call, &written(&question), &answer)).await;
        }
    }

    /// The call has its result.
    pub(super) async fn forget(&self) {
        if let Some(Below { journal, call }) = &self.below {
            bounded("forget", journal.forget(call)).await;
        }
    }
}

fn written((digest, number): &Question) -> String {
    format!("{}-{number}", hexadecimal(digest))
}

async fn bounded<T>(what: &str, work: impl Future<Output = Result<T, JournalError>>) -> Option<T> {
    let done = tokio::time::timeout(LIMIT, work).await;
    let done = done.unwrap_or_else(|_| Err(format!("it took longer than {LIMIT:?}").into()));
    done.inspect_err(|error| tracing::warn!(what, %error, "the attempt journal failed")).ok()
}

#[cfg(test)]
mod tests {
    use dspex_telemetry::Recorder;

    use super::*;
    use crate::llm::Message;

    fn request(text: &str) -> CompletionRequest {
        CompletionRequest::new([Message::user(text)])
    }

    #[tokio::test]
    async fn who_asks_twice_gets_two_answers_in_each_attempt() {
        let attempts = Attempts::new(None, &CallContext::new(Recorder::new()));
        for (text, answer) in [("a", "1"), ("a", "2"), ("b", "3")] {
            let question = attempts.question("m", &request(text));
            assert_eq!(attempts.answered(&question).await, None);
            attempts.keep(question, &Completion::text(answer)).await;
        }
        attempts.begin();
        for (text, expected) in [("b", Some("3")), ("a", Some("1")), ("a", Some("2")), ("a", None)]
        {
            let question = attempts.question("m", &request(text));
            let answer = attempts.answered(&question).await.map(|completion| completion.text);
            assert_eq!(answer.as_deref(), expected, "{text}");
        }
        assert_eq!(attempts.answered(&attempts.question("other", &request("a"))).await, None);
    }

    /// A journal that never answers, or says what nobody wrote.
    struct Broken(Option<&'static str>);

    #[async_trait]
    impl AttemptJournal for Broken {
        async fn read(&self, _: &str, _: &str) -> Result<Option<String>, JournalError> {
            match self.0 {
                Some(line) => Ok(Some(line.to_owned())),
                None => std::future::pending().await,
            }
        }

        async fn write(&self, _: &str, _: &str, _: &str) -> Result<(), JournalError> {
            Err("the disk is full".into())
        }

        async fn forget(&self, _: &str) -> Result<(), JournalError> {
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_journal_that_fails_is_passed_over() {
        let context = CallContext::new(Recorder::new()).with_id("c");
        for broken in [None, Some("{"), Some("{}"), Some("[]")] {
            let journal: Arc<dyn AttemptJournal> = Arc::new(Broken(broken));
            let attempts = Attempts::new(Some(journal), &context);
            let begun = tokio::time::Instant::now();
            let question = attempts.question("m", &request("a"));
            assert_eq!(attempts.answered(&question).await, None);
            attempts.keep(question, &Completion::text("1")).await;
            assert_eq!(attempts.answered(&question).await, Some(Completion::text("1")));
            attempts.forget().await;
            assert!(begun.elapsed() <= 2 * LIMIT, "{broken:?}: {:?}", begun.elapsed());
        }
    }
}
