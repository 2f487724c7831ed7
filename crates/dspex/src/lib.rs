//! dspex.
