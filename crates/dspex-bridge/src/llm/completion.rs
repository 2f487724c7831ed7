//! What a model answers.

use std::time::Duration;

use super::{TokenLogprob, ToolCall};
use crate::call::{Cost, Spent, Usage};

/// What a model wrote.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Completion {
    /// The text.
    pub text: String,
    /// What the model thought before, where its provider tells.
    pub reasoning: Option<String>,
    /// The tools that it calls, in order.
    pub tool_calls: Vec<ToolCall>,
    /// How likely each token was, where the request asks and the provider tells; empty otherwise.
    pub logprobs: Vec<TokenLogprob>,
    /// Why the model stopped, in the provider's word.
    pub finish_reason: Option<String>,
    /// Tokens, as the provider counted them.
    pub usage: Usage,
    /// The price, by what the model's [`Catalogue`](super::Catalogue) or its user says.
    pub cost: Cost,
    /// What the provider says of the exchange.
    pub metadata: Metadata,
    /// From sending the request to reading the last byte.
    pub took: Duration,
    /// Whether it was read from a cache, and cost nothing.
    pub from_cache: bool,
}

/// What a provider says of an exchange, where it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// The provider's id of the answer, for its support.
    pub id: Option<String>,
    /// The model that answered, as `gpt-4o-mini-2024-07-18`.
    pub model: Option<String>,
    /// How the request was served, as `default` or `flex`.
    pub service_tier: Option<String>,
    /// What is left of the provider's own limits.
    pub quota: Quota,
}

/// What is left of a provider's own limits, where it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// Requests.
    pub requests: Option<u64>,
    /// In how long there are more requests.
    pub requests_in: Option<Duration>,
    /// Tokens.
    pub tokens: Option<u64>,
    /// In how long there are more tokens.
    pub tokens_in: Option<Duration>,
}

impl Completion {
    /// What it came to.
    #[must_use]
    pub const fn spent(&self) -> Spent {
        Spent { usage: self.usage, cost: self.cost }
    }

    /// A completion of this text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}
