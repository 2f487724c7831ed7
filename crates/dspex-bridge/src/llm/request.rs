//! What a model is asked, and what it answers.

use std::time::Duration;

use dspex_signature::{Fields, Message};

use crate::call::{Cost, Usage};

/// One prompt and how to sample from it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CompletionRequest {
    /// The messages, system first.
    pub messages: Vec<Message>,
    /// How to sample.
    pub sampling: Sampling,
}

impl CompletionRequest {
    /// A prompt with the provider's default sampling.
    #[must_use]
    pub fn new(messages: Vec<Message>) -> Self {
        Self { messages, sampling: Sampling::default() }
    }

    /// The same prompt sampled as `sampling` says.
    #[must_use]
    pub fn with_sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }
}

/// How a model samples; what is `None` is left to the model's configuration.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sampling {
    /// Randomness, where `0` is none.
    pub temperature: Option<f64>,
    /// The most tokens the model may write.
    pub max_tokens: Option<u64>,
    /// Other parameters of the provider's request body by name, sent as they are.
    pub extra: Fields,
}

/// What a model wrote.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Completion {
    /// The text.
    pub text: String,
    /// What the model thought before, where its provider tells.
    pub reasoning: Option<String>,
    /// Why the model stopped, in the provider's word.
    pub finish_reason: Option<String>,
    /// Tokens, as the provider counted them.
    pub usage: Usage,
    /// The price; no model of dspex's own knows one yet.
    pub cost: Cost,
    /// From sending the request to reading the last byte.
    pub took: Duration,
    /// Whether it was read from a cache, and cost nothing.
    pub from_cache: bool,
}

impl Completion {
    /// A completion of this text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}
