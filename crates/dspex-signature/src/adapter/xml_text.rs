//! The fixed texts of `XMLAdapter` prompts, beside those it shares with `ChatAdapter`.
//!
//! They are DSPy 3.4.1's (`dspy/adapters/xml_adapter.py`, MIT licence), because the model reads
//! them and equivalence with DSPy is measured in bytes.

pub(super) const REMINDER: &str =
    "Respond with the corresponding output fields wrapped in XML tags ";
pub(super) const REMINDER_NESTED: &str = " Use this nested XML structure: ";

/// The element of an item of a list.
pub(super) const ITEM: &str = "item";

/// The element of an entry of a map whose key is no name for an element, and where its key stands.
pub(super) const ENTRY: &str = "entry";
pub(super) const ENTRY_KEY: &str = "key";

/// What stands for a value in the outline of a structure.
pub(super) const ANY_VALUE: &str = "...";
