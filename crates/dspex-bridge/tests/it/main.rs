//! What dspex-bridge does at its boundaries: real sockets, real processes, recorded cases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod faults;
mod genai;
mod judges;
mod keys;
mod llama;
mod mcp;
mod native;
mod native_streams;
mod openai;
mod parity;
mod providers;
mod python;
mod react;
mod scripted;
mod secrets;
mod server;
mod streams;
