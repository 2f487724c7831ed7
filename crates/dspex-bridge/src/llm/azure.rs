//! Azure's deployments of OpenAI's models.

use reqwest::header::{HeaderMap, HeaderName};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::draft::Draft;
use super::endpoint::Endpoint;
use super::openai::{ChatBody, read_chat_event, read_completion};
use super::remote::{Path, Protocol, Remote};
use super::secret::Key;
use super::{Completion, CompletionRequest, LmErrorKind, Sampling};

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

impl Azure {
    /// The deployment of that name, with the key in `AZURE_API_KEY`. Its address is that of your
    /// resource, `https://NAME.openai.azure.com`, and has to be given.
    #[must_use]
    pub fn new(deployment: impl Into<String>) -> Self {
        let name = deployment.into();
        let authorization = (HeaderName::from_static("api-key"), "");
        let key = Some(Key::env("AZURE_API_KEY"));
        let endpoint = Endpoint::new(format!("azure/{name}"), "", key, authorization);
        Self::at(Deployment { name, query: String::new() }, endpoint).api_version(USUAL_VERSION)
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

    fn body<'b>(
        &'b self,
        request: &'b CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<Body<'b>, String> {
        let body = ChatBody::new(&self.name, request, defaults, "max_tokens", is_streamed)?;
        Ok(Body(body))
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
pub struct Body<'a>(ChatBody<'a>);

impl Serialize for Body<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct InOrder<'b, M> {
            messages: M,
            model: &'b str,
            #[serde(flatten)]
            parameters: Map<String, Json>,
        }

        let ChatBody { model, messages, parameters } = &self.0;
        let mut parameters = parameters.clone();
        parameters.sort_keys();
        InOrder { messages, model, parameters }.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;
    use dspex_telemetry::Recorder;

    use super::*;
    use crate::CallContext;
    use crate::llm::{LanguageModel as _, Message, ResponseFormat};

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
        let (path, query) = model.protocol.path(false);
        assert_eq!(path, "/openai/deployments/d/chat/completions");
        assert_eq!(query, Some("api-version=2024-10-21"));
    }

    #[tokio::test]
    async fn without_an_address_nothing_is_asked() {
        let context = CallContext::new(Recorder::new());
        let (model, request) = (Azure::new("d").no_key(), CompletionRequest::default());
        let error = model.complete(&request, &context).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "language model `azure/d` cannot be reached at (no address): it needs a `base_url`"
        );
    }
}
