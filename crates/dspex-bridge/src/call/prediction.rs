//! The answer of a call, and what is known about how it came to be.

use std::fmt;
use std::ops::{Add, AddAssign, Deref};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dspex_signature::Fields;

use super::PathStep;
use crate::llm::TokenLogprob;

/// An answer with [`Meta`] beside it; reads like the answer.
#[derive(Clone, Debug)]
pub struct Prediction<T> {
    answer: T,
    meta: Meta,
}

/// The answer of an untyped call.
pub type Outcome = Prediction<Fields>;

impl<T> Prediction<T> {
    /// An answer and how it came to be.
    pub const fn new(answer: T, meta: Meta) -> Self {
        Self { answer, meta }
    }

    /// How the answer came to be.
    #[must_use]
    pub const fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The answer alone.
    pub fn into_inner(self) -> T {
        self.answer
    }

    /// The answer and how it came to be.
    pub fn into_parts(self) -> (T, Meta) {
        (self.answer, self.meta)
    }
}

impl<T> Deref for Prediction<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.answer
    }
}

/// How an answer came to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Meta {
    /// The call's id, for feedback and for finding it in traces.
    pub id: OutcomeId,
    /// Who answered.
    pub engine: EngineKind,
    /// The model that was asked, by name.
    pub lm: String,
    /// Tokens over all model calls.
    pub usage: Usage,
    /// The price over all model calls; [`Cost::Unknown`] where that of one is not known.
    pub cost: Cost,
    /// Where the time went.
    pub timing: Timing,
    /// What was tried, in order, the answer's own step last.
    pub path: Vec<PathStep>,
    /// Whether the answer is exactly what DSPy would give.
    pub exactness: Exactness,
    /// All answers, the prediction's own first, where several were asked for; empty otherwise.
    pub completions: Vec<Fields>,
    /// How likely the tokens of each completion were, the prediction's own first, where the parameter
    /// `logprobs` asks for it; empty otherwise. DSPy has them as an output of this name.
    pub logprobs: Vec<Vec<TokenLogprob>>,
}

impl Meta {
    /// What is known before a call has cost anything.
    pub fn new(engine: EngineKind, lm: impl Into<String>) -> Self {
        Self {
            id: OutcomeId::next(),
            engine,
            lm: lm.into(),
            usage: Usage::default(),
            cost: Cost::ZERO,
            timing: Timing::default(),
            path: Vec::new(),
            exactness: Exactness::Exact,
            completions: Vec::new(),
            logprobs: Vec::new(),
        }
    }
}

impl Meta {
    /// What the model calls came to.
    #[must_use]
    pub const fn spent(&self) -> Spent {
        Spent { usage: self.usage, cost: self.cost }
    }

    /// Adds what a model call, or an earlier try, came to.
    pub fn spend(&mut self, spent: Spent) {
        self.usage += spent.usage;
        self.cost = self.cost + spent.cost;
    }
}

/// What model calls came to; nothing before the first one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    /// Tokens.
    pub usage: Usage,
    /// The price; not known where that of one call is not.
    pub cost: Cost,
}

impl Default for Spent {
    fn default() -> Self {
        Self { usage: Usage::default(), cost: Cost::ZERO }
    }
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.usage += other.usage;
        self.cost = self.cost + other.cost;
    }
}

/// Names one call of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutcomeId(u64);

impl OutcomeId {
    /// An id that no other call of this process has.
    #[must_use]
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl fmt::Display for OutcomeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EngineKind {
    /// Rust.
    Native,
    /// A Python worker.
    Python,
}

impl EngineKind {
    /// The name in reports and events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Python => "python",
        }
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// Whether an answer is exactly DSPy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exactness {
    /// The bytes sent and the values parsed are DSPy's.
    Exact,
    /// The most likely values, because only DSPy could tell what a completion says and was not there
    /// to be asked. The bytes sent are DSPy's, as far as these values did not lead to them.
    Approximate,
}

/// Tokens, as the provider counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens the model read, those of the provider's cache included.
    pub input_tokens: u64,
    /// Tokens the model wrote, its thoughts included.
    pub output_tokens: u64,
    /// Of those read: out of the provider's cache.
    pub cache_read_tokens: u64,
    /// Of those read: put into the provider's cache.
    pub cache_write_tokens: u64,
    /// Of those read: sound.
    pub input_audio_tokens: u64,
    /// Of those written: thoughts.
    pub reasoning_tokens: u64,
    /// Of those written: sound.
    pub output_audio_tokens: u64,
}

impl Usage {
    /// So many tokens read and written.
    #[must_use]
    pub const fn new(input_tokens: u64, output_tokens: u64) -> Self {
        Self {
            input_tokens,
            output_tokens,
            cache_read_tokens: 0,
            cache_write_tokens: 0,
            input_audio_tokens: 0,
            reasoning_tokens: 0,
            output_audio_tokens: 0,
        }
    }
}

impl Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cache_read_tokens: self.cache_read_tokens.saturating_add(other.cache_read_tokens),
            cache_write_tokens: self.cache_write_tokens.saturating_add(other.cache_write_tokens),
            input_audio_tokens: self.input_audio_tokens.saturating_add(other.input_audio_tokens),
            reasoning_tokens: self.reasoning_tokens.saturating_add(other.reasoning_tokens),
            output_audio_tokens: self.output_audio_tokens.saturating_add(other.output_audio_tokens),
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// A price; one that is not known is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Cost {
    /// The model's price is not known.
    #[default]
    Unknown,
    /// US dollars.
    Usd(f64),
}

impl Cost {
    /// Nothing, which is known.
    pub const ZERO: Self = Self::Usd(0.0);

    /// The dollars, where they are known.
    #[must_use]
    pub const fn usd(self) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::Usd(usd) => Some(usd),
        }
    }
}

impl Add for Cost {
    type Output = Self;

    /// Both; not known where one is not.
    fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Usd(one), Self::Usd(other)) => Self::Usd(one + other),
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => formatter.write_str("an unknown price"),
            Self::Usd(usd) => write!(formatter, "{usd:.6} USD"),
        }
    }
}

/// Where the time of a call went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// From acceptance to answer.
    pub total: Duration,
    /// Waiting for language models, summed over their calls; part of `total`.
    pub lm: Duration,
}
