//! What can stand around a model, a file for each; see [`Lm::with`](super::Lm::with).

/// What a wrapper says of itself: what the model says that it stands around.
macro_rules! as_model {
    () => {
        as_model!(model);
    };
    ($model:ident) => {
        fn name(&self) -> &str {
            self.$model.name()
        }

        fn identity(&self) -> Option<std::borrow::Cow<'_, str>> {
            self.$model.identity()
        }

        fn capabilities(&self) -> $crate::llm::LmCapabilities {
            self.$model.capabilities()
        }

        fn default_sampling(&self) -> Option<&$crate::llm::Sampling> {
            self.$model.default_sampling()
        }

        fn route(&self) -> $crate::llm::LmRoute {
            self.$model.route()
        }

        fn price(&self) -> Option<$crate::llm::Price> {
            self.$model.price()
        }

        fn stands_alone(&self) -> bool {
            false
        }
    };
}

mod breaker;
mod budget;
#[cfg(feature = "cache")]
mod cache;
#[cfg(feature = "testing")]
mod cassette;
mod concurrency;
mod fallback;
mod hedge;
mod rate_limit;
mod retry;
mod timeout;

use std::sync::Arc;

pub use breaker::Breaker;
pub use budget::Budget;
#[cfg(feature = "cache")]
pub use cache::{Cache, CacheTier, TierError};
#[cfg(feature = "testing")]
pub use cassette::Cassette;
pub use concurrency::Concurrency;
pub(super) use fallback::Fallback;
pub use hedge::Hedge;
pub use rate_limit::RateLimit;
pub use retry::Retry;
pub use timeout::Timeout;

use super::LanguageModel;

/// Something that stands around a model: it sees each request first and each answer last.
pub trait Middleware: Send + Sync + 'static {
    /// The model with this around it. State is the wrapped model's, so that it begins anew here.
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel>;
}
