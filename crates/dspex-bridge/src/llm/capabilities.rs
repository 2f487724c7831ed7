//! What a model can do beyond plain completions, and by which way it is asked.

/// What a model can do beyond plain completions. What is not known is `false`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LmCapabilities {
    /// Whether it can be held to a JSON schema.
    pub schema: bool,
    /// Whether it can be told the form of its answer at all.
    pub response_format: bool,
    /// Whether it can call tools.
    pub tools: bool,
    /// Whether it can call several tools at a time.
    pub parallel_tools: bool,
    /// Whether it thinks before it answers.
    pub reasoning: bool,
    /// Whether it sees pictures.
    pub vision: bool,
    /// Whether it hears sounds.
    pub audio: bool,
    /// Whether it reads documents.
    pub documents: bool,
    /// Whether its answers come piece by piece while it writes them.
    pub streaming: bool,
    /// How many tokens it reads at most, where that is known.
    pub context_tokens: Option<u64>,
}

impl LmCapabilities {
    /// Those of a server that holds any model to a schema, such as llama.cpp's or vLLM.
    #[must_use]
    pub const fn schemas() -> Self {
        Self { schema: true, response_format: true, ..Self::NONE }
    }

    /// Nothing beyond plain completions.
    pub const NONE: Self = Self {
        schema: false,
        response_format: false,
        tools: false,
        parallel_tools: false,
        reasoning: false,
        vision: false,
        audio: false,
        documents: false,
        streaming: false,
        context_tokens: None,
    };

    /// The same and tools, several at a time.
    #[must_use]
    pub const fn with_tools(mut self) -> Self {
        (self.tools, self.parallel_tools) = (true, true);
        self
    }
}

/// By which way a model is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LmRoute {
    /// By a client of Rust's.
    #[default]
    Direct,
    /// By DSPy's client, in a Python worker.
    Python,
}
