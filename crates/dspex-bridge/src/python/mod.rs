//! The Python engine: the environment its workers need.

pub mod environment;
