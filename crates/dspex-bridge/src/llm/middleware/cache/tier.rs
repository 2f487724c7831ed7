//! What may lie below a cache in memory.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;

/// Keeps answers below the memory of a [`Cache`](super::Cache): longer, or for several processes.
///
/// A tier that fails is passed over, and the model asked; the event says so. So is one that has not
/// answered after two seconds. Answers are written one by one, each in a task of its own, after who
/// asked has them.
#[async_trait]
pub trait CacheTier: Send + Sync + 'static {
    /// The answer that is kept under a key of 64 hexadecimal digits.
    ///
    /// # Errors
    /// Why it cannot be told.
    async fn get(&self, key: &str) -> Result<Option<String>, TierError>;

    /// Keeps an answer, a line of JSON: for good, or for so long.
    ///
    /// # Errors
    /// Why it is not kept.
    async fn put(&self, key: &str, answer: &str, ttl: Option<Duration>) -> Result<(), TierError>;
}

/// Any error of a tier.
pub type TierError = Box<dyn Error + Send + Sync>;
