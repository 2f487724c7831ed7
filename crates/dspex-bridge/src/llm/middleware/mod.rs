//! What can stand around a model, a file for each; see [`Lm::with`](super::Lm::with).

mod breaker;
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
#[cfg(feature = "cache")]
pub use cache::Cache;
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
