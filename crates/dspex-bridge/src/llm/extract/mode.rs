//! How a model is held to a type.

use std::fmt;

use crate::llm::LmCapabilities;

/// How a model is held to a type, the strictest first.
///
/// The strictest that the model [can](LmCapabilities) is taken; a way that its provider then refuses
/// is left for the next one, which the path of the prediction tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtractMode {
    /// The provider holds the model to the type's JSON schema.
    Schema,
    /// The provider holds the model to JSON; the prompt has the schema.
    Json,
    /// The model calls a tool whose arguments are the type.
    Tool,
    /// The prompt has the schema, and JSON is sought in the answer.
    Prompt,
}

impl ExtractMode {
    /// The ways that may be gone with such a model, the strictest first; the prompt is always one.
    ///
    /// `is_closed` says whether the schema names every key, without which no provider takes it.
    pub(super) fn of(can: LmCapabilities, is_closed: bool) -> Vec<Self> {
        let ways = [
            (Self::Schema, can.schema && is_closed),
            (Self::Json, can.response_format),
            (Self::Tool, can.tools),
            (Self::Prompt, true),
        ];
        ways.into_iter().filter_map(|(way, may)| may.then_some(way)).collect()
    }

    /// The name in paths.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Json => "json",
            Self::Tool => "tool",
            Self::Prompt => "prompt",
        }
    }
}

impl fmt::Display for ExtractMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_way_is_the_first() {
        use ExtractMode::{Json, Prompt, Schema, Tool};
        let all = LmCapabilities::schemas().with_tools();
        assert_eq!(ExtractMode::of(all, true), [Schema, Json, Tool, Prompt]);
        assert_eq!(ExtractMode::of(all, false), [Json, Tool, Prompt]);
        assert_eq!(ExtractMode::of(LmCapabilities::NONE.with_tools(), true), [Tool, Prompt]);
        assert_eq!(ExtractMode::of(LmCapabilities::NONE, true), [Prompt]);
    }
}
