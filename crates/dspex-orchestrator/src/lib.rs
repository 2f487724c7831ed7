//! dspex-orchestrator.
