//! Adapters: a signature and its fields into messages, a completion back into fields.

mod chat;
mod chat_text;
mod describe;
mod dump;
mod history;
mod json;
mod json_text;
mod lines;
mod outputs;
mod partial;
mod prepared;
mod render;
mod sections;
mod text_list;
mod texts;
mod type_text;
mod xml;
mod xml_text;

#[cfg(test)]
mod tests;

use std::fmt;

pub use chat::ChatAdapter;
pub use json::JsonAdapter;
pub use partial::PartialOutputs;
pub use prepared::{PreparedAdapter, PreparedChat};
pub use xml::XmlAdapter;

use crate::Fields;

/// Which adapter a module uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Adapter {
    /// DSPy's `ChatAdapter`: fields under `[[ ## name ## ]]` headers.
    #[default]
    Chat,
    /// DSPy's `JSONAdapter`.
    Json,
    /// DSPy's `XMLAdapter`.
    Xml,
}

impl Adapter {
    /// The name used in configuration, in the corpus and on the wire: `chat`, `json`, `xml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }
}

impl fmt::Display for Adapter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The instructions.
    System,
    /// The caller.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// The role's name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// What a completion came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed {
    /// DSPy would give exactly these fields.
    Exact(Fields),
    /// DSPy would refuse it too.
    Fails(ParseError),
    /// Only DSPy itself can tell.
    Unsure(Unsure),
}

/// Why the native parser leaves a completion to DSPy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsure {
    /// The reason, for reports: names a field and a type, never the completion's text.
    pub reason: String,
}

impl Unsure {
    /// The same reason with the field it is about.
    pub(crate) fn of_field(self, name: &str) -> Self {
        Self { reason: format!("output field `{name}`: {}", self.reason) }
    }
}

impl fmt::Display for Unsure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl std::error::Error for Unsure {}

/// A completion that does not hold the signature's outputs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong, naming fields; the completion's text stays out.
    pub message: String,
    /// The outputs that were found.
    pub found: Fields,
    /// The names of the outputs that were not.
    pub missing: Vec<String>,
}

impl ParseError {
    /// A completion that holds `found` and lacks `missing`.
    #[must_use]
    pub fn new(message: impl Into<String>, found: Fields, missing: Vec<String>) -> Self {
        Self { message: message.into(), found, missing }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

/// A prompt that cannot be rendered exactly as DSPy would.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FormatError {
    /// DSPy refuses these inputs too.
    Refused {
        /// The Python exception's class.
        class: &'static str,
        /// What is wrong.
        message: String,
    },
    /// The native adapter does not render this yet; DSPy does.
    Unsupported(Unsure),
}

impl fmt::Display for FormatError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { message, .. } => formatter.write_str(message),
            Self::Unsupported(unsure) => unsure.fmt(formatter),
        }
    }
}

impl std::error::Error for FormatError {}
