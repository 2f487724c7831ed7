//! Whether every reader finds what it reads, decided by rustc while it compiles the builder.

mod check;
mod message;
#[cfg(test)]
mod tests;

pub use check::Wiring;
pub(crate) use check::{fits, lacking, unfed};
pub(crate) use message::{Text, refuse};
