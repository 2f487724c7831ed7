//! Language models: one trait, a handle, and the providers behind it.

#[cfg(feature = "http")]
mod anthropic;
#[cfg(feature = "http")]
mod azure;
mod capabilities;
mod catalogue;
mod completion;
#[cfg(feature = "http")]
mod draft;
#[cfg(feature = "http")]
mod effort;
mod embedding;
#[cfg(feature = "http")]
mod endpoint;
mod error;
mod extract;
#[cfg(feature = "http")]
mod failure;
#[cfg(feature = "http")]
mod gemini;
#[cfg(feature = "genai")]
mod genai;
#[cfg(feature = "http")]
mod history;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "http")]
pub(crate) mod json;
mod lm;
pub(crate) mod logprobs;
mod message;
mod middleware;
mod models;
mod needs;
#[cfg(feature = "http")]
mod openai;
#[cfg(feature = "http")]
mod provider;
#[cfg(feature = "http")]
mod quota;
#[cfg(any(feature = "cache", feature = "testing", feature = "python"))]
pub(crate) mod record;
#[cfg(feature = "http")]
mod remote;
#[cfg(feature = "parity")]
pub(crate) mod replay;
mod request;
#[cfg(feature = "testing")]
mod scripted;
#[cfg(feature = "http")]
mod secret;
#[cfg(feature = "http")]
mod server;
mod several;
mod statistics;
#[cfg(feature = "http")]
mod stops;
mod stream;
#[cfg(feature = "http")]
mod streaming;
#[cfg(any(feature = "http", feature = "testing"))]
pub(crate) mod underway;
#[cfg(feature = "http")]
mod variables;
mod wait;

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;

#[cfg(feature = "http")]
pub use anthropic::Anthropic;
#[cfg(feature = "http")]
pub use azure::Azure;
pub use capabilities::{LmCapabilities, LmRoute};
#[cfg(all(feature = "http", feature = "python"))]
pub(crate) use catalogue::Known;
pub use catalogue::{Catalogue, ModelInfo, Price};
pub use completion::{Completion, Metadata, Quota};
#[cfg(feature = "http")]
pub use embedding::OpenAiEmbeddings;
pub use embedding::{EmbeddingModel, Embeddings, Knn};
pub use error::{LmError, LmErrorKind};
pub use extract::{Extract, ExtractEvent, ExtractMode, ExtractStream};
#[cfg(feature = "http")]
pub use gemini::Gemini;
#[cfg(feature = "genai")]
pub use genai::Genai;
#[cfg(feature = "http")]
pub use history::{Exchange, History};
#[cfg(any(feature = "mcp", all(feature = "http", feature = "python")))]
pub(crate) use http::place;
#[cfg(feature = "mcp")]
pub(crate) use http::{CONNECT_TIMEOUT, builder, innermost};
pub use lm::{Built, Lm};
pub use logprobs::{Logprob, TokenLogprob};
pub use message::{Media, MediaSource, Message, Part, ToolCall, ToolResult};
#[cfg(feature = "testing")]
pub use middleware::Cassette;
pub use middleware::{Breaker, Budget, Concurrency, Hedge, Middleware, RateLimit, Retry, Timeout};
#[cfg(feature = "cache")]
pub use middleware::{Cache, CacheTier, TierError};
pub use models::Models;
pub use needs::{LmChoice, Needs};
#[cfg(all(feature = "http", feature = "python"))]
pub(crate) use openai::chat_body;
#[cfg(feature = "http")]
pub use openai::{OpenAi, OpenAiResponses, OpenAiText};
#[cfg(feature = "http")]
pub use provider::{LmOptions, ModelType, PROVIDERS, Provider, from_name, usual_route};
#[cfg(feature = "http")]
pub use remote::Remote;
#[cfg(all(feature = "http", feature = "python"))]
pub(crate) use remote::identity;
use request::guessed_tokens;
pub use request::{CompletionRequest, ResponseFormat, Sampling, ToolChoice, ToolSpec};
#[cfg(feature = "testing")]
pub use scripted::ScriptedModel;
#[cfg(feature = "http")]
pub use secret::Key;
#[cfg(any(feature = "mcp", all(feature = "http", feature = "python")))]
pub(crate) use secret::{Round, Sent};
#[cfg(feature = "http")]
pub(crate) use several::for_one;
pub(crate) use several::{N, nth};
pub use several::{ROLLOUT_ID, complete_n};
pub use statistics::{LmFigures, LmStatistics};
pub use stream::{CompletionEvent, CompletionStream};

use crate::call::CallContext;

/// A model that completes a prompt. Object-safe; implement it for a model of your own.
#[async_trait]
pub trait LanguageModel: Send + Sync + 'static {
    /// DSPy's name for the model: `openai/gpt-4o-mini`.
    fn name(&self) -> &str;

    /// Where and how the model is asked, which tells its answers from those of another model of the
    /// same name: its address, and how it samples where a request does not say.
    fn identity(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// What the model can do beyond plain completions.
    fn capabilities(&self) -> LmCapabilities {
        LmCapabilities::default()
    }

    /// How the model samples where a request does not say; `None` where it has nothing of its own.
    fn default_sampling(&self) -> Option<&Sampling> {
        None
    }

    /// By which way the model is asked.
    fn route(&self) -> LmRoute {
        LmRoute::Direct
    }

    /// What the model costs, where that is known.
    fn price(&self) -> Option<Price> {
        None
    }

    /// Whether it is a model by itself, with nothing of dspex around it: such a one is tried again as
    /// `dspex` tries those that are configured by name.
    fn stands_alone(&self) -> bool {
        true
    }

    /// Completes one prompt within the context's deadline.
    ///
    /// # Errors
    /// [`LmError`] says which provider, what happened and whether to try again.
    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError>;

    /// Completes one prompt piece by piece. The stream has opened when it is returned: what failed
    /// before is an error here, which may be tried again.
    ///
    /// A model that does not say otherwise gives its whole completion in one piece.
    ///
    /// # Errors
    /// As [`complete`](Self::complete).
    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        self.complete(request, context).await.map(CompletionStream::whole)
    }
}

#[async_trait]
impl<M: LanguageModel + ?Sized> LanguageModel for Arc<M> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn identity(&self) -> Option<Cow<'_, str>> {
        (**self).identity()
    }

    fn capabilities(&self) -> LmCapabilities {
        (**self).capabilities()
    }

    fn default_sampling(&self) -> Option<&Sampling> {
        (**self).default_sampling()
    }

    fn route(&self) -> LmRoute {
        (**self).route()
    }

    fn price(&self) -> Option<Price> {
        (**self).price()
    }

    fn stands_alone(&self) -> bool {
        (**self).stands_alone()
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        (**self).complete(request, context).await
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        (**self).stream(request, context).await
    }
}
