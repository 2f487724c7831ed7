//! dspex as its users see it.

mod calls;
mod command;
mod extraction;
mod mcp;
mod pipelines;
mod programs;
mod python;
mod rules;
mod saved;
mod shadows;
mod start;
mod streams;
mod tries;
