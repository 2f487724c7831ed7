//! dspex as its users see it.

mod calls;
mod command;
mod extraction;
mod pipelines;
mod python;
mod rules;
mod start;
