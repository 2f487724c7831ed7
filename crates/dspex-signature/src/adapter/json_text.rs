//! The fixed texts of `JSONAdapter` prompts, beside those it shares with `ChatAdapter`.
//!
//! They are DSPy 3.4.1's (`dspy/adapters/json_adapter.py`, MIT licence), because the model reads
//! them and equivalence with DSPy is measured in bytes.

pub(super) const INPUT_STRUCTURE: &str = "Inputs will have the following structure:\n\n";
pub(super) const OUTPUT_STRUCTURE: &str =
    "\n\nOutputs will be a JSON object with the following fields.\n\n";
pub(super) const REMINDER: &str = "Respond with a JSON object in the following order of fields: ";
