//! Answers Python's questions for completions with a Rust model.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::{Fields, Message, Role, Value, ValueError, fields};

use super::pool::{CallbackFailure, Callbacks};
use crate::call::{CallContext, Cost, Usage};
use crate::llm::{Completion, CompletionRequest, LanguageModel, LmError, Sampling};

/// Serves the completions of one call, and adds up what they cost.
pub(super) struct Completions {
    model: Arc<dyn LanguageModel>,
    /// What the module says about sampling; a request of DSPy goes before it.
    sampling: Sampling,
    context: CallContext,
    spent: Mutex<Spent>,
}

/// What a call's completions came to so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Spent {
    pub(super) usage: Usage,
    pub(super) cost: Option<f64>,
    pub(super) unknown_cost: bool,
    pub(super) took: Duration,
    /// The last failure; DSPy raises it in its own words.
    pub(super) failure: Option<LmError>,
}

impl Spent {
    /// The price, where that of every completion is known.
    pub(super) fn cost(&self) -> Cost {
        match (self.unknown_cost, self.cost) {
            (false, Some(usd)) => Cost::Usd(usd),
            _ => Cost::Unknown,
        }
    }
}

impl Completions {
    pub(super) fn new(
        model: Arc<dyn LanguageModel>,
        sampling: Sampling,
        context: CallContext,
    ) -> Self {
        Self { model, sampling, context, spent: Mutex::default() }
    }

    pub(super) fn spent(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn complete(&self, parameters: &Fields) -> Result<Completion, CallbackFailure> {
        let request = request(parameters, &self.sampling)?;
        let begun = self.context.now();
        let completion = self.model.complete(&request, &self.context).await;
        let mut spent = self.spent();
        spent.took += self.context.now().saturating_duration_since(begun);
        match completion {
            Ok(completion) => {
                spent.usage += completion.usage;
                match completion.cost {
                    Cost::Usd(usd) => *spent.cost.get_or_insert(0.0) += usd,
                    Cost::Unknown => spent.unknown_cost = true,
                }
                Ok(completion)
            }
            Err(error) => {
                let failure =
                    CallbackFailure { kind: error.kind.name(), message: error.to_string() };
                spent.failure = Some(error);
                Err(failure)
            }
        }
    }
}

#[async_trait]
impl Callbacks for Completions {
    async fn answer(&self, method: &str, parameters: Value) -> Result<Value, CallbackFailure> {
        let Some(parameters) = parameters.as_map().filter(|_| method == "lm.complete") else {
            let message = format!("the callback `{method}`");
            return Err(CallbackFailure { kind: "not_supported_yet", message });
        };
        let completion = self.complete(parameters).await?;
        Ok(Value::Map(fields! {
            "text" => completion.text,
            "finish_reason" => completion.finish_reason,
            "input_tokens" => i64::try_from(completion.usage.input_tokens).unwrap_or(i64::MAX),
            "output_tokens" => i64::try_from(completion.usage.output_tokens).unwrap_or(i64::MAX),
        }))
    }
}

/// The request that DSPy's own client would have sent, as a request of ours.
fn request(parameters: &Fields, sampling: &Sampling) -> Result<CompletionRequest, CallbackFailure> {
    let messages = parameters["messages"].as_list().unwrap_or_default();
    let messages = messages.iter().map(message).collect::<Result<_, _>>()?;
    let mut sampling = sampling.clone();
    let body = parameters["parameters"].as_map().cloned().unwrap_or_default();
    for (name, value) in body {
        match (name.as_str(), &value) {
            ("temperature", value) => sampling.temperature = value.as_float(),
            // The provider's own name for it depends on the model; ours knows which.
            ("max_tokens" | "max_completion_tokens", value) => {
                sampling.max_tokens = value.as_int().and_then(|tokens| u64::try_from(tokens).ok());
            }
            _ => {
                sampling.extra.insert(name, value);
            }
        }
    }
    Ok(CompletionRequest::new(messages).with_sampling(sampling))
}

fn message(message: &Value) -> Result<Message, CallbackFailure> {
    let not_supported = |message: String| CallbackFailure { kind: "not_supported_yet", message };
    let fields = message.as_map().ok_or_else(|| not_supported("a message of no fields".into()))?;
    let text = |name| fields.get::<String>(name);
    let role = match text("role").as_deref() {
        Ok("system" | "developer") => Role::System,
        Ok("user") => Role::User,
        Ok("assistant") => Role::Assistant,
        other => {
            let role = other.unwrap_or("unknown");
            return Err(not_supported(format!("a message of the role `{role}`")));
        }
    };
    let content = text("content").map_err(|error: ValueError| {
        not_supported(format!("a message that is more than text: {error}"))
    })?;
    Ok(Message { role, content })
}
