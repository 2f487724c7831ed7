//! What may lie below a cache in memory.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::Value;

use super::Key;
use crate::llm::{Completion, record};

/// Keeps answers below the memory of a [`Cache`](super::Cache): longer, or for several processes.
///
/// A tier that fails is passed over, and the model asked; the event says so.
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

/// The answer that a tier keeps; one that cannot be read is an error.
pub(super) async fn get(tier: &dyn CacheTier, key: &Key) -> Result<Option<Completion>, TierError> {
    let Some(answer) = tier.get(&hexadecimal(key)).await? else { return Ok(None) };
    let answer = Value::from_json(&answer)?;
    let fields = answer.as_map().ok_or("an answer that is kept is no object")?;
    Ok(Some(record::read(fields)?))
}

pub(super) async fn put(
    tier: &dyn CacheTier,
    key: &Key,
    completion: &Completion,
    ttl: Option<Duration>,
) -> Result<(), TierError> {
    let answer = Value::Map(record::written(completion)).to_json();
    tier.put(&hexadecimal(key), &answer, ttl).await
}

fn hexadecimal(key: &Key) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}
