//! What dspex-bridge does at its boundaries: real sockets, real processes, recorded cases.

mod native;
mod openai;
