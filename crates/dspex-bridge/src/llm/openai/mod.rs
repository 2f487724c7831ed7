//! OpenAI's three APIs, of which any server may speak one: chat completions, responses, texts.

mod chat;
mod order;
mod reasoning;
mod responses;
mod text;

#[cfg(feature = "python")]
use dspex_signature::Value;
use reqwest::header;

use chat::ChatCompletions;
pub(crate) use chat::read_completion;
pub(super) use chat::{Body as ChatBody, Dialect, Said, read_event as read_chat_event};
pub(super) use order::in_order;
pub(super) use reasoning::{check as check_reasoning, thinks};
use responses::Responses;
use text::TextCompletions;

use super::endpoint::Endpoint;
use super::provider::{PROVIDERS, Provider};
use super::remote::Remote;
use super::secret::Key;
#[cfg(feature = "python")]
use super::{CompletionRequest, Sampling};

/// A model behind OpenAI's chat completions: OpenAI itself, or any server of its protocol.
///
/// ```
/// use dspex_bridge::llm::{LanguageModel, OpenAi};
///
/// let hosted = OpenAi::new("gpt-4o-mini");
/// assert_eq!(hosted.name(), "openai/gpt-4o-mini");
///
/// let mine = OpenAi::new("qwen3:8b").base_url("http://10.0.0.7:8000/v1").key_env("MY_SERVER_KEY");
/// assert_eq!(mine.name(), "openai/qwen3:8b");
/// ```
pub type OpenAi = Remote<ChatCompletions>;

/// A model behind OpenAI's responses; see [`OpenAi::responses`].
pub type OpenAiResponses = Remote<Responses>;

/// A model behind OpenAI's completions of texts; see [`OpenAi::text`].
pub type OpenAiText = Remote<TextCompletions>;

/// The body of a chat completion's request, as a value.
///
/// # Errors
/// The name of a parameter that JSON cannot carry, and why.
#[cfg(feature = "python")]
pub(crate) fn chat_body(
    model: &str,
    request: &CompletionRequest,
    defaults: &Sampling,
) -> Result<Value, String> {
    let dialect = Dialect { max_tokens_field: "max_tokens", habits: None };
    let body = ChatBody::new(model, request, defaults, dialect, false)?;
    let body = serde_json::to_string(&body).map_err(|error| error.to_string())?;
    Value::from_json(&body).map_err(|error| error.to_string())
}

impl OpenAi {
    /// The model of that name at OpenAI, with the key in `OPENAI_API_KEY`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self::of(&PROVIDERS[0], model)
    }

    /// The model of that name at a provider of the table.
    pub(crate) fn of(provider: &Provider, model: impl Into<String>) -> Self {
        let model = model.into();
        let name = format!("{}/{model}", provider.prefix);
        let key = provider.key_env.map(Key::env);
        let bearer = (header::AUTHORIZATION, "Bearer ");
        let mut endpoint = Endpoint::new(name, provider.base_url, key, bearer);
        endpoint.counts_thoughts_apart = provider.prefix == "xai";
        Self::at(ChatCompletions::of(provider, model), endpoint)
    }

    /// The same model, asked by OpenAI's responses API: DSPy's `model_type="responses"`.
    #[must_use]
    pub fn responses(self) -> OpenAiResponses {
        let protocol = Responses { model: self.protocol.model };
        Remote { protocol, sampling: self.sampling, endpoint: self.endpoint }
    }

    /// The same model, asked to go on with a text: DSPy's `model_type="text"`.
    #[must_use]
    pub fn text(self) -> OpenAiText {
        let protocol = TextCompletions { model: self.protocol.model };
        Remote { protocol, sampling: self.sampling, endpoint: self.endpoint }
    }
}
