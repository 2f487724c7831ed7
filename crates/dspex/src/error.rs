//! Every error of dspex in one type, for `?` in `main`.

use dspex_bridge::CallError;
use dspex_bridge::llm::LmError;
use dspex_pipeline::{PipelineError, WiringError};
use dspex_signature::{ProgramError, SignatureError, ValueError};

use crate::config::ConfigError;

/// Whatever can go wrong; match on the variant to get the error with its methods.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A signature is wrong.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A saved program is wrong, or is not of the module that loads it.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// A pipeline's stages do not fit together.
    #[error(transparent)]
    Wiring(#[from] WiringError),
    /// A value has another type than was asked for.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A call failed.
    #[error("{source}{}", hint(source.hint()))]
    Call {
        /// The failed call.
        #[from]
        source: CallError,
    },
    /// A language model failed outside a call.
    #[error("{source}{}", hint(source.hint()))]
    Lm {
        /// The failed completion.
        #[from]
        source: LmError,
    },
    /// A server whose tools are wanted failed.
    #[cfg(feature = "mcp")]
    #[error("{source}{}", hint(source.hint()))]
    Mcp {
        /// Which, and how.
        #[from]
        source: dspex_bridge::mcp::McpError,
    },
    /// A run of a pipeline failed.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
}

/// The result of most functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The hint on a line of its own: `main` prints an error and nothing else.
fn hint(hint: Option<&str>) -> String {
    hint.map(|hint| format!("\n  hint: {hint}")).unwrap_or_default()
}
