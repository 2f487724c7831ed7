//! The demo as a user types it: the `xtask` binary, the example, real Python workers.
//!
//! These tests need the network once, to build the example's Python environment (`cargo xtask setup`).

mod demo;
mod offline_lm;
mod processes;
