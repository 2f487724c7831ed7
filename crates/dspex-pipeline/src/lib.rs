//! dspex-pipeline.
