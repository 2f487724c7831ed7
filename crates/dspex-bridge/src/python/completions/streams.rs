//! Answers of a model that are being written, each read by the call that opened it.
//!
//! Python asks for each piece, so that the model is read no faster than Python takes it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use dspex_signature::{Fields, Value};

use crate::llm::{CompletionEvent, CompletionStream, LmError, LmErrorKind};
use crate::python::pool::CallbackFailure;

/// How many may be open in one call.
const MAX_OPEN: usize = 16;

/// The open answers of one call.
#[derive(Default)]
pub(super) struct Streams(Mutex<State>);

#[derive(Default)]
struct State {
    open: BTreeMap<i64, CompletionStream>,
    last: i64,
}

impl Streams {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an answer under the number that is given for it.
    pub(super) fn keep(&self, stream: CompletionStream) -> Result<i64, CallbackFailure> {
        let mut state = self.state();
        if state.open.len() >= MAX_OPEN {
            let message = format!("more than {MAX_OPEN} answers of models that are read at once");
            return Err(CallbackFailure { kind: "not_supported_yet", message });
        }
        state.last += 1;
        let id = state.last;
        state.open.insert(id, stream);
        Ok(id)
    }

    /// Takes out the answer that is asked for.
    pub(super) fn take(
        &self,
        parameters: &Fields,
    ) -> Result<(i64, CompletionStream), CallbackFailure> {
        let id = parameters.value("stream").and_then(Value::as_int);
        let stream = id.and_then(|id| self.state().open.remove_entry(&id));
        stream.ok_or_else(|| {
            let message = "no answer of that number is open".to_owned();
            CallbackFailure { kind: "protocol", message }
        })
    }

    /// Keeps an answer that goes on.
    pub(super) fn put_back(&self, id: i64, stream: CompletionStream) {
        self.state().open.insert(id, stream);
    }
}

/// The next event; a stream ends with the whole answer or an error.
pub(super) async fn next(stream: &mut CompletionStream) -> Result<CompletionEvent, LmError> {
    let ended = || {
        let message = "the answer had ended".to_owned();
        Err(LmError::new("stream", LmErrorKind::Protocol { message }))
    };
    stream.next().await.unwrap_or_else(ended)
}
