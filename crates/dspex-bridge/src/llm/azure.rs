//! Azure's deployments of OpenAI's models.

use reqwest::header::{HeaderMap, HeaderName};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::draft::Draft;
use super::endpoint::Endpoint;
use super::openai::{
    ChatBody, Dialect, Said, check_reasoning, in_order, read_chat_event, read_completion, thinks,
};
use super::remote::{Path, Protocol, Remote};
use super::secret::Key;
use super::{Completion, CompletionRequest, LmErrorKind, Sampling, variables};

/// A model that is deployed at Azure.
///
/// ```
/// use dspex_bridge::llm::{Azure, LanguageModel};
///
/// let model = Azure::new("my-deployment").base_url("https://my-company.openai.azure.com");
/// assert_eq!(model.name(), "azure/my-deployment");
/// ```
pub type Azure = Remote<Deployment>;

/// The protocol of [`Azure`].
pub struct Deployment {
    name: String,
    query: String,
}

/// The version of the API where nobody says.
///
/// Source: what DSPy 3.4.1 asks for.
const USUAL_VERSION: &str = "2025-02-01-preview";

/// The variables that DSPy reads too.
const KEY: &str = "AZURE_API_KEY";
const ADDRESS: &str = "AZURE_API_BASE";
const VERSION: &str = "AZURE_API_VERSION";

impl Azure {
    /// The deployment of that name, with the key in `AZURE_API_KEY`.
    ///
    /// Its address is that of your resource, `https://NAME.openai.azure.com`: the one in
    /// `AZURE_API_BASE`, where [`base_url`](Self::base_url) says no other. The version of the API is
    /// that in `AZURE_API_VERSION`, or the one that DSPy asks for.
    #[must_use]
    pub fn new(deployment: impl Into<String>) -> Self {
        Self::of(deployment.into(), variables::get)
    }

    fn of(name: String, variable: impl Fn(&str) -> Option<String>) -> Self {
        let authorization = (HeaderName::from_static("api-key"), "");
        let address = variable(ADDRESS).unwrap_or_default();
        let version = variable(VERSION);
        let key = Some(Key::env(KEY));
        let endpoint = Endpoint::new(format!("azure/{name}"), address, key, authorization);
        Self::at(Deployment { name, query: String::new() }, endpoint)
            .api_version(version.as_deref().unwrap_or(USUAL_VERSION))
    }

    /// The version of Azure's API, such as `2024-10-21`.
    #[must_use]
    pub fn api_version(mut self, version: &str) -> Self {
        self.protocol.query = format!("api-version={version}");
        self
    }
}

impl Protocol for Deployment {
    type Body<'b> = Body<'b>;

    fn path(&self, _is_streamed: bool) -> Path<'_> {
        let path = format!("/openai/deployments/{}/chat/completions", self.name);
        (path.into(), Some(&self.query))
    }

    fn check(&self, own: &Sampling) -> Result<(), String> {
        check_reasoning(&self.name, own)
    }

    fn body<'b>(
        &'b self,
        request: &'b CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<Body<'b>, String> {
        let max_tokens_field =
            if thinks(&self.name) { "max_completion_tokens" } else { "max_tokens" };
        let dialect = Dialect { max_tokens_field, habits: None };
        ChatBody::new(&self.name, request, defaults, dialect, is_streamed).map(Body::of)
    }

    fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
        read_completion(body, headers)
    }

    fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
        read_chat_event(data, draft)
    }
}

/// The body of a chat completion's request, in the order in which DSPy sends it here: the messages
/// before the model, and then by the alphabet.
#[derive(Serialize)]
pub struct Body<'a> {
    messages: Vec<Said<'a>>,
    model: &'a str,
    #[serde(flatten)]
    parameters: Map<String, Json>,
}

/// Parameters that the client knows which DSPy asks Azure with; others stand behind them.
#[rustfmt::skip]
const KNOWN: [&str; 29] = [
    "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
    "max_completion_tokens", "max_tokens", "modalities", "parallel_tool_calls", "prediction",
    "presence_penalty", "prompt_cache_key", "prompt_cache_retention", "reasoning_effort",
    "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
    "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user",
];

/// A parameter that this client keeps for itself.
const KEPT: &str = "metadata";

impl<'a> Body<'a> {
    fn of(body: ChatBody<'a>) -> Self {
        let ChatBody { model, messages, mut parameters } = body;
        parameters.shift_remove(KEPT);
        Self { messages, model, parameters: in_order(parameters, &KNOWN) }
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Role, fields};
    use dspex_telemetry::Recorder;

    use super::*;
    use crate::CallContext;
    use crate::llm::{LanguageModel as _, Message, Part, ResponseFormat, ToolCall};

    // Recorded of DSPy 3.4.1, which sent this body to a server of this machine.
    #[test]
    fn a_body_is_what_dspy_sends() {
        let mut request = CompletionRequest::new([Message::user("Q")])
            .with_response_format(ResponseFormat::JsonObject);
        request.sampling = Sampling {
            temperature: Some(0.5),
            max_tokens: Some(10),
            extra: fields! { "stop" => vec!["x"], "seed" => 2 },
        };
        let model = Azure::new("d").api_version("2024-10-21");
        let body = model.body(&request, false).unwrap();
        assert_eq!(
            serde_json::to_string(&body).unwrap(),
            r#"{"messages":[{"role":"user","content":"Q"}],"model":"d","max_tokens":10,"response_format":{"type":"json_object"},"seed":2,"stop":["x"],"temperature":0.5}"#
        );
        let extra = fields! {
            "foo" => 1, "user" => "u", "metadata" => fields! { "a" => "b" }, "bar" => 2,
            "parallel_tool_calls" => false,
        };
        let call = ToolCall::new("c1", "add", r#"{"a": 1}"#);
        let result = Message::results([call.result("2")]);
        let called = Message { role: Role::Assistant, parts: vec![Part::ToolCall(call)] };
        request = CompletionRequest::new([Message::user("Q"), called, result])
            .with_sampling(Sampling { extra, ..Sampling::default() });
        let body = model.body(&request, false).unwrap();
        assert_eq!(
            serde_json::to_string(&body).unwrap(),
            r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\"a\": 1}"}}]},{"role":"tool","tool_call_id":"c1","name":"add","content":"2"}],"model":"d","parallel_tool_calls":false,"user":"u","foo":1,"bar":2}"#
        );
        let (path, query) = model.protocol.path(false);
        assert_eq!(path, "/openai/deployments/d/chat/completions");
        assert_eq!(query, Some("api-version=2024-10-21"));
    }

    #[test]
    fn models_that_think_have_another_limit_and_less_freedom() {
        let sampling = |max_tokens| Sampling { max_tokens, ..Sampling::default() };
        let request = CompletionRequest::new([Message::user("Q")]);
        let model = Azure::new("o3-mini").sampling(sampling(Some(16_000)));
        let body = serde_json::to_string(&model.body(&request, false).unwrap()).unwrap();
        assert_eq!(
            body,
            r#"{"messages":[{"role":"user","content":"Q"}],"model":"o3-mini","max_completion_tokens":16000}"#
        );
        let model = Azure::new("gpt-5").sampling(sampling(Some(100)));
        let error = model.body(&request, false).err().unwrap();
        assert!(matches!(error.kind, LmErrorKind::Misconfigured { .. }), "{error}");
    }

    #[test]
    fn an_address_and_a_version_are_those_of_the_environment_or_of_the_program() {
        let there = |name: &str| match name {
            ADDRESS => Some("https://ours.openai.azure.com".to_owned()),
            VERSION => Some("2024-10-21".to_owned()),
            _ => None,
        };
        let asks = |azure: &Azure| {
            let (_, query) = azure.protocol.path(false);
            (azure.endpoint.place(), query.unwrap_or_default().to_owned())
        };
        let said = |address: &str, version: &str| {
            (format!("https://{address}/"), format!("api-version={version}"))
        };
        let azure = Azure::of("d".to_owned(), there);
        assert_eq!(asks(&azure), said("ours.openai.azure.com", "2024-10-21"));
        let azure = azure.base_url("https://mine").api_version("2025-01-01");
        assert_eq!(asks(&azure), said("mine", "2025-01-01"));
        let (_, query) = asks(&Azure::of("d".to_owned(), |_| None));
        assert_eq!(query, "api-version=2025-02-01-preview");
    }

    #[tokio::test]
    async fn without_an_address_nothing_is_asked() {
        let context = CallContext::new(Recorder::new());
        let model = Azure::of("d".to_owned(), |_| None).no_key();
        let request = CompletionRequest::default();
        let error = model.complete(&request, &context).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "language model `azure/d` cannot be reached at (no address): it needs a `base_url`"
        );
    }
}
