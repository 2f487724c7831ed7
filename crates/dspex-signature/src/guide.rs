//! How this crate does what DSPy does, chapter by chapter. There is no code here.

#[doc = include_str!("../docs/grammar.md")]
pub mod grammar {}

#[doc = include_str!("../docs/types.md")]
pub mod types {}

#[doc = include_str!("../docs/adapters.md")]
pub mod adapters {}

#[doc = include_str!("../docs/exactness.md")]
pub mod exactness {}
