//! Language models: one trait, a handle, and the providers behind it.

mod error;
#[cfg(any(feature = "http", feature = "testing"))]
mod event;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "http")]
mod json;
mod models;
#[cfg(feature = "http")]
mod openai;
#[cfg(feature = "http")]
mod provider;
#[cfg(feature = "parity")]
pub(crate) mod replay;
mod request;
mod retry;
#[cfg(feature = "testing")]
mod scripted;
#[cfg(feature = "http")]
mod secret;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

pub use error::{LmError, LmErrorKind};
pub use models::Models;
#[cfg(feature = "http")]
pub use openai::OpenAi;
#[cfg(feature = "http")]
pub use provider::{LmOptions, PROVIDERS, Provider, from_name};
pub use request::{Completion, CompletionRequest, Sampling};
pub use retry::Retry;
#[cfg(feature = "testing")]
pub use scripted::ScriptedModel;

use crate::call::CallContext;

/// A model that completes a prompt. Object-safe; implement it for a model of your own.
#[async_trait]
pub trait LanguageModel: Send + Sync + 'static {
    /// DSPy's name for the model: `openai/gpt-4o-mini`.
    fn name(&self) -> &str;

    /// What the model can do beyond plain completions.
    fn capabilities(&self) -> LmCapabilities {
        LmCapabilities::default()
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
}

#[async_trait]
impl<M: LanguageModel + ?Sized> LanguageModel for Arc<M> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn capabilities(&self) -> LmCapabilities {
        (**self).capabilities()
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        (**self).complete(request, context).await
    }
}

/// What a model can do beyond plain completions. Nothing depends on it yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LmCapabilities {
    /// Whether it can be held to a JSON schema.
    pub schema: bool,
    /// Whether it can call tools.
    pub tools: bool,
}

/// A model by its configured name, or an instance of yours. Cheap to clone.
#[derive(Clone)]
pub enum Lm {
    /// A configured name, such as `default` or `local`. Where models are configured, at the builder
    /// of `dspex`, it is a `provider/model` instead.
    Named(Arc<str>),
    /// An instance.
    Model(Arc<dyn LanguageModel>),
}

impl Lm {
    /// The name under which configuration keeps the model of every call that names none.
    pub const DEFAULT: &'static str = "default";

    /// A handle on a model of your own.
    pub fn new(model: impl LanguageModel) -> Self {
        Self::Model(Arc::new(model))
    }

    /// The model's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Model(model) => model.name(),
        }
    }
}

impl Default for Lm {
    fn default() -> Self {
        Self::from(Self::DEFAULT)
    }
}

impl From<&str> for Lm {
    fn from(name: &str) -> Self {
        Self::Named(name.into())
    }
}

impl<M: LanguageModel> From<M> for Lm {
    fn from(model: M) -> Self {
        Self::new(model)
    }
}

impl fmt::Debug for Lm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Lm").field(&self.name()).finish()
    }
}
