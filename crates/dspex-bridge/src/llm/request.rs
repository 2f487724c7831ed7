//! What a model is asked.

use dspex_signature::{Fields, Tool, Unsure, Value};

use super::Message;

/// One prompt, what may be answered, and how to sample.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CompletionRequest {
    /// The messages, system first.
    pub messages: Vec<Message>,
    /// The tools that the model may call.
    pub tools: Vec<ToolSpec>,
    /// Whether it calls one; as the provider has it where nobody says.
    pub tool_choice: Option<ToolChoice>,
    /// The form of the answer; free where nobody says.
    pub response_format: Option<ResponseFormat>,
    /// How to sample.
    pub sampling: Sampling,
    /// Whether it goes past every cache.
    pub is_uncached: bool,
}

/// A tool, as a model is told of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ToolSpec {
    /// By what the model calls it.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The JSON schema of its arguments, an object's.
    pub parameters: Value,
}

/// Whether a model calls a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// As it sees fit.
    Auto,
    /// Not at all.
    None,
    /// At least one.
    Required,
    /// The one of this name.
    Tool(String),
}

/// The form of an answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Any JSON object.
    JsonObject,
    /// JSON that fits a schema.
    JsonSchema {
        /// The schema's name.
        name: String,
        /// The schema.
        schema: Value,
    },
}

/// How a model samples; what is `None` is left to the model's configuration.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sampling {
    /// Randomness, where `0` is none.
    pub temperature: Option<f64>,
    /// The most tokens the model may write.
    pub max_tokens: Option<u64>,
    /// Other parameters of the provider's request body by name, sent as they are. Those that DSPy
    /// knows (`top_p`, `stop`, `seed`, `reasoning_effort`, ...) go to each provider under its own
    /// names.
    pub extra: Fields,
}

impl Sampling {
    /// This sampling, and the other one where this says nothing.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            temperature: self.temperature.or(other.temperature),
            max_tokens: self.max_tokens.or(other.max_tokens),
            extra: other.extra.clone().into_iter().chain(self.extra).collect(),
        }
    }
}

/// About how many tokens a text of so many bytes has.
pub(super) const fn guessed_tokens(n_bytes: usize) -> u64 {
    (n_bytes / 4) as u64
}

impl CompletionRequest {
    /// A prompt with the provider's default sampling.
    pub fn new(messages: impl IntoIterator<Item = impl Into<Message>>) -> Self {
        let messages = messages.into_iter().map(Into::into).collect();
        Self { messages, ..Self::default() }
    }

    /// About how many tokens its texts have, before anybody has counted.
    pub(super) fn guessed_tokens(&self) -> u64 {
        guessed_tokens(self.messages.iter().map(|message| message.text().len()).sum())
    }

    /// The same prompt sampled as `sampling` says.
    #[must_use]
    pub fn with_sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// The same prompt, which no cache answers and none keeps.
    #[must_use]
    pub const fn uncached(mut self) -> Self {
        self.is_uncached = true;
        self
    }

    /// A number in `0.0..1.0`, the same for the same messages: for sending a share of the requests another
    /// way. It says nothing else about them, and is the same on every machine.
    ///
    /// Source: FNV-1a, Fowler, Noll and Vo (1991).
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a float exactly")]
    pub fn bucket(&self) -> f64 {
        let texts = self.messages.iter().flat_map(|message| {
            [message.role.name().as_bytes().to_vec(), message.text().into_owned().into_bytes()]
        });
        let hash = texts.flatten().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        // The upper bits of short texts hardly differ.
        let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The same prompt with tools that the model may call.
    #[must_use]
    pub fn with_tools(mut self, tools: impl IntoIterator<Item = ToolSpec>) -> Self {
        self.tools = tools.into_iter().collect();
        self
    }

    /// The same prompt, and whether the model calls a tool.
    #[must_use]
    pub fn with_tool_choice(mut self, choice: ToolChoice) -> Self {
        self.tool_choice = Some(choice);
        self
    }

    /// The same prompt, to be answered in this form.
    #[must_use]
    pub fn with_response_format(mut self, format: ResponseFormat) -> Self {
        self.response_format = Some(format);
        self
    }
}

impl ToolSpec {
    /// A tool whose arguments fit this JSON schema.
    pub fn new(name: impl Into<String>, description: impl Into<String>, parameters: Value) -> Self {
        Self { name: name.into(), description: description.into(), parameters }
    }

    /// What a model is told of a tool, as DSPy tells it: each argument's schema by name, those without
    /// a default required.
    ///
    /// # Errors
    /// [`Unsure`] for a Python function, and for arguments whose schema only DSPy knows.
    pub fn of(tool: &Tool) -> Result<Self, Unsure> {
        let properties = tool.schemas()?;
        let has_default = |schema: &Value| schema.as_map().is_some_and(|s| s.contains("default"));
        let required = properties.iter().filter(|(_, schema)| !has_default(schema));
        let required: Vec<Value> = required.map(|(name, _)| name.into()).collect();
        let parameters = Fields::new()
            .with("type", "object")
            .with("properties", properties)
            .with("required", Value::List(required));
        Ok(Self::new(tool.name(), tool.desc(), Value::Map(parameters)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_spread_evenly_and_stay() {
        let bucket = |text: &str| CompletionRequest::new([Message::user(text)]).bucket();
        let n_below = (0..10_000).filter(|n| bucket(&n.to_string()) < 0.05).count();
        assert!((400..600).contains(&n_below), "{n_below} of 500");
        assert!((bucket("Where?") - bucket("Where?")).abs() < f64::EPSILON);
    }
}
