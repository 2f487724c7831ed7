//! dspex as its users see it.

mod calls;
mod pipelines;
mod python;
mod start;
