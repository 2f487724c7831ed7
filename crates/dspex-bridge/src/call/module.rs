//! A module as data: what every engine is given to prepare.

use std::fmt;
use std::sync::Arc;

use dspex_signature::{Adapter, Fields, Signature, Tool};

use super::Saved;
use crate::llm::{Lm, Sampling};

/// A signature plus a way to answer it. Immutable once it is shared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModuleSpec {
    /// The name in reports: the signature's, unless the user gives another.
    pub name: String,
    /// The way to answer.
    pub kind: ModuleKind,
    /// The caller's signature, without what the module adds to it.
    pub signature: Arc<Signature>,
    /// Worked examples, oldest first.
    pub demos: Vec<Fields>,
    /// How fields become messages.
    pub adapter: Adapter,
    /// The model.
    pub lm: Lm,
    /// How the model samples.
    pub sampling: Sampling,
    /// The tools that the module may call.
    pub tools: Vec<Tool>,
    /// Constructor arguments of a Python module.
    pub init: Fields,
    /// The saved program that it continues.
    pub saved: Option<Arc<Saved>>,
    /// The pool that runs it in Python, where not `general`.
    pub pool: Option<String>,
    /// Whether running it a second time does no harm, so that a worker that dies may be replaced by
    /// another one within a call. `Predict` and `ChainOfThought` need not be told.
    pub idempotent: bool,
    /// Whether outputs that cannot leave a Python worker are kept there, and come as references.
    pub keeps_outputs: bool,
}

impl ModuleSpec {
    /// A module with default options and the configured default model.
    #[must_use]
    pub fn new(kind: ModuleKind, signature: Arc<Signature>) -> Self {
        Self {
            name: signature.name().to_owned(),
            kind,
            signature,
            demos: Vec::new(),
            adapter: Adapter::default(),
            lm: Lm::default(),
            sampling: Sampling::default(),
            tools: Vec::new(),
            init: Fields::new(),
            saved: None,
            pool: None,
            idempotent: false,
            keeps_outputs: false,
        }
    }
}

/// The way a module answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModuleKind {
    /// `dspy.Predict`.
    Predict,
    /// `dspy.ChainOfThought`.
    ChainOfThought,
    /// `dspy.ReAct`, with the specification's tools.
    React,
    /// Any other module, by its dotted Python name.
    Python(String),
}

impl ModuleKind {
    /// The dotted name that Python knows it by.
    #[must_use]
    pub fn python_name(&self) -> &str {
        match self {
            Self::Predict => "dspy.Predict",
            Self::ChainOfThought => "dspy.ChainOfThought",
            Self::React => "dspy.ReAct",
            Self::Python(name) => name,
        }
    }
}

impl fmt::Display for ModuleKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.python_name())
    }
}
