//! A model that answers with what another one wrote, and compares what it is asked with what that was.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use dspex_bridge::llm::{
    Completion, CompletionRequest, LanguageModel, LmCapabilities, LmError, LmErrorKind, Sampling,
};
use dspex_bridge::{CallContext, Turn};

use super::Asked;
use super::compare::{ShadowDifference, compare_requests};
use crate::Orchestrator;

/// The model of one call, as the native engine asked it.
pub(super) struct Replay {
    /// What it can do, and is called, is the same.
    model: Arc<dyn LanguageModel>,
    played: Mutex<Played>,
}

struct Played {
    left: std::vec::IntoIter<Turn>,
    n_asked: usize,
    difference: Option<ShadowDifference>,
}

impl Replay {
    /// # Errors
    /// Why there is no such model.
    pub(super) fn new(orchestrator: &Orchestrator, asked: &Asked) -> Result<Self, String> {
        let model = orchestrator.known_models().resolve(&asked.spec.lm);
        let model = model.map_err(|error| error.to_string())?;
        let left = asked.transcript.turns().into_iter();
        let played = Played { left, n_asked: 0, difference: None };
        Ok(Self { model, played: Mutex::new(played) })
    }

    /// The first difference in what was asked.
    pub(super) fn difference(&self) -> Option<ShadowDifference> {
        self.locked().difference.clone()
    }

    /// The first question that was asked natively and not here, once all were asked.
    pub(super) fn unasked(&self) -> Option<ShadowDifference> {
        let played = self.locked();
        let question = played.n_asked + 1;
        let is_left = played.left.len() > 0;
        is_left
            .then(|| ShadowDifference::at(format!("question {question}, which DSPy does not ask")))
    }

    fn locked(&self) -> MutexGuard<'_, Played> {
        self.played.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, request: &CompletionRequest) -> Option<Completion> {
        let mut played = self.locked();
        played.n_asked += 1;
        let question = played.n_asked;
        let Some(turn) = played.left.next() else {
            let place = format!("question {question}, which only DSPy asks");
            played.difference.get_or_insert(ShadowDifference::at(place));
            return None;
        };
        if let Some(difference) = compare_requests(&turn, request) {
            played.difference.get_or_insert(difference.of_question(question));
            return None;
        }
        Some(Completion::text(turn.completion))
    }
}

#[async_trait]
impl LanguageModel for Replay {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn capabilities(&self) -> LmCapabilities {
        self.model.capabilities()
    }

    fn default_sampling(&self) -> Option<&Sampling> {
        self.model.default_sampling()
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        self.next(request).ok_or_else(|| {
            let message = "it was not asked that".to_owned();
            LmError::new(self.name(), LmErrorKind::Refused { message })
        })
    }
}
