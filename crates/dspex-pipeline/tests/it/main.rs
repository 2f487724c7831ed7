//! Pipelines of functions, tried from outside.
#![expect(clippy::needless_pass_by_value, reason = "a stage owns the record it reads")]

mod combine;
mod domain;
mod many;
#[cfg(feature = "modules")]
mod modules;
mod plan;
mod run;
mod ui;
