//! The handle of a model: a configured name, an instance, or either with something around it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::middleware::{Fallback, Middleware};
use super::{Completion, CompletionRequest, CompletionStream, LanguageModel, LmError, Models};
use crate::call::CallContext;

/// A model by its configured name, or an instance of yours. Cheap to clone.
///
/// [`with`](Lm::with) puts something around what stands before it, [`or_else`](Lm::or_else) another
/// model behind it:
///
/// ```
/// use dspex_bridge::llm::{Breaker, Lm, OpenAi, RateLimit, Retry};
///
/// let model = Lm::new(OpenAi::new("gpt-4o-mini"))
///     .with(RateLimit::per_minute().requests(500).tokens(200_000))
///     .with(Breaker::default())
///     .with(Retry::default())
///     .or_else("local");
/// assert_eq!(model.name(), "openai/gpt-4o-mini");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Lm {
    /// A configured name, such as `default` or `local`. Where models are configured, at the builder
    /// of `dspex`, it is a `provider/model` instead.
    Named(Arc<str>),
    /// An instance.
    Model(Arc<dyn LanguageModel>),
    /// Names with something around them, which is put together once they are known.
    Built(Arc<Built>),
}

/// A model that is put together from names.
pub struct Built {
    name: String,
    build: Box<Build>,
    /// What is around a model may have a state, so that there is one for all clones.
    model: OnceLock<Arc<dyn LanguageModel>>,
}

/// What a name stands for.
type Resolve<'r> = &'r dyn Fn(&str) -> Result<Arc<dyn LanguageModel>, LmError>;
type Build = dyn Fn(Resolve<'_>) -> Result<Arc<dyn LanguageModel>, LmError> + Send + Sync;

impl Lm {
    /// The name under which configuration keeps the model of every call that names none.
    pub const DEFAULT: &'static str = "default";

    /// A handle on a model of your own.
    pub fn new(model: impl LanguageModel) -> Self {
        Self::Model(Arc::new(model))
    }

    /// The same model with something around it; what stands last is asked first.
    #[must_use]
    pub fn with(self, middleware: impl Middleware) -> Self {
        match self {
            Self::Model(model) => Self::Model(middleware.wrap(model)),
            inner => Self::built(inner.name().to_owned(), move |resolve| {
                inner.resolve(resolve).map(|model| middleware.wrap(model))
            }),
        }
    }

    /// The same model, with another that is asked where this one fails.
    ///
    /// Every failure counts but a cancelled call: what one model cannot read, another may. The other
    /// model's first try is beside the call's attempts.
    #[must_use]
    pub fn or_else(self, other: impl Into<Self>) -> Self {
        match (self, other.into()) {
            (Self::Model(first), Self::Model(second)) => {
                Self::Model(Arc::new(Fallback::new(first, second)))
            }
            (first, second) => Self::built(first.name().to_owned(), move |resolve| {
                let (first, second) = (first.resolve(resolve)?, second.resolve(resolve)?);
                Ok(Arc::new(Fallback::new(first, second)))
            }),
        }
    }

    /// The model's name: of several that stand in for each other, the first one's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Model(model) => model.name(),
            Self::Built(built) => &built.name,
        }
    }

    /// The model that a handle stands for; `resolve` knows the names.
    ///
    /// # Errors
    /// What `resolve` says of a name.
    pub fn resolve(&self, resolve: Resolve<'_>) -> Result<Arc<dyn LanguageModel>, LmError> {
        match self {
            Self::Named(name) => resolve(name),
            Self::Model(model) => Ok(model.clone()),
            Self::Built(built) => match built.model.get() {
                Some(model) => Ok(model.clone()),
                None => {
                    let model = (built.build)(resolve)?;
                    Ok(built.model.get_or_init(|| model).clone())
                }
            },
        }
    }

    /// Completes one prompt. A model of a configured name is known to `dspex` alone.
    ///
    /// # Errors
    /// [`LmError`], the model's own or that it is a name.
    pub async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        Models::new().resolve(self)?.complete(request, context).await
    }

    /// Completes one prompt piece by piece.
    ///
    /// # Errors
    /// As [`complete`](Self::complete).
    pub async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        Models::new().resolve(self)?.stream(request, context).await
    }

    fn built(
        name: String,
        build: impl Fn(Resolve<'_>) -> Result<Arc<dyn LanguageModel>, LmError> + Send + Sync + 'static,
    ) -> Self {
        Self::Built(Arc::new(Built { name, build: Box::new(build), model: OnceLock::new() }))
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

impl fmt::Debug for Built {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Built").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::llm::{LmErrorKind, Retry, ScriptedModel};

    #[test]
    fn a_handle_of_names_is_put_together_once() {
        let models = Models::new().with("local", Arc::new(ScriptedModel::new()));
        let handle = Lm::from("local").with(Retry::default()).or_else("local");
        assert_eq!((handle.name(), format!("{handle:?}")), ("local", "Lm(\"local\")".to_owned()));
        let first = models.resolve(&handle).unwrap();
        assert!(Arc::ptr_eq(&first, &models.resolve(&handle.clone()).unwrap()));
    }

    #[test]
    fn a_name_that_is_not_configured_is_told_behind_every_layer() {
        let handle =
            Lm::new(ScriptedModel::new()).or_else(Lm::from("local").with(Retry::default()));
        let error = Models::new().resolve(&handle).err().unwrap();
        assert_eq!(error.kind, LmErrorKind::NotConfigured { known: vec![] });
        assert_eq!(error.provider, "local");
    }
}
