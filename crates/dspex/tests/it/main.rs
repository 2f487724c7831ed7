//! dspex as its users see it.

mod calls;
mod command;
mod pipelines;
mod python;
mod start;
