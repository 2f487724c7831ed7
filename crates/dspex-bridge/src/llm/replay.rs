//! A model that serves recorded replies through the real provider's own bodies and errors.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Value as Json, json};

use super::failure::from_status;
use super::openai::{OpenAi, read_completion};
use super::secret::Sent;
use super::{Completion, CompletionRequest, LanguageModel, LmCapabilities, LmError, Sampling};
use crate::call::CallContext;

/// A provider without a network: requests are rendered and replies are read by [`OpenAi`].
pub(crate) struct ReplayedModel {
    openai: OpenAi,
    replies: Mutex<VecDeque<Json>>,
    calls: Mutex<Vec<Json>>,
}

impl ReplayedModel {
    /// The model `openai/...`, to give these replies; `None` for a name of another provider.
    pub(crate) fn new(name: &str, sampling: Sampling, replies: Vec<Json>) -> Option<Self> {
        let model = name.strip_prefix("openai/")?;
        Some(Self {
            openai: OpenAi::new(model).sampling(sampling),
            replies: Mutex::new(replies.into()),
            calls: Mutex::default(),
        })
    }

    /// The bodies of the requests so far, without `model`.
    pub(crate) fn calls(&self) -> Vec<Json> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, request: &CompletionRequest) -> Result<(), LmError> {
        let body = serde_json::to_value(self.openai.body(request, false)?);
        let mut body = body.expect("a request's body has text keys and finite numbers");
        if let Some(body) = body.as_object_mut() {
            body.shift_remove("model");
        }
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(body);
        Ok(())
    }
}

#[async_trait]
impl LanguageModel for ReplayedModel {
    fn name(&self) -> &str {
        self.openai.name()
    }

    fn capabilities(&self) -> LmCapabilities {
        self.openai.capabilities()
    }

    fn default_sampling(&self) -> Option<&Sampling> {
        self.openai.default_sampling()
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        _context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.keep(request)?;
        let reply = self.replies.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        // Past the end the recorded server answered 500.
        let reply = reply.unwrap_or_else(|| json!({"status": 500, "error": "no more replies"}));
        let headers = HeaderMap::new();
        if let Some(status) = reply.get("status").and_then(Json::as_u64) {
            let status =
                u16::try_from(status).ok().and_then(|code| StatusCode::from_u16(code).ok());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let error =
                json!({"message": reply["error"], "type": reply["type"], "code": reply["code"]});
            let body = json!({ "error": error }).to_string();
            return Err(from_status(
                self.name(),
                &[],
                &Sent::default(),
                status,
                &headers,
                body.as_bytes(),
            ));
        }
        let content = if reply.is_string() { &reply } else { &reply["content"] };
        let choice = json!({
            "message": {"content": content},
            "finish_reason": reply["finish_reason"],
            "logprobs": reply["logprobs"],
        });
        let body = json!({ "choices": [choice] }).to_string();
        read_completion(body.as_bytes(), &headers).map_err(|kind| LmError::new(self.name(), kind))
    }
}
