//! The native engine: modules that run in Rust, with DSPy's own bytes on the wire.

mod predict;

use std::fmt;
use std::sync::Arc;

use dspex_signature::{Adapter, ChatAdapter, Signature};

use crate::call::{EngineKind, ModuleKind, ModuleSpec};
use crate::engine::{Engine, ParseDelegate, Prepared, Unsupported};
use crate::llm::Models;
use predict::PreparedPredict;

/// Runs `Predict` and `ChainOfThought` with `ChatAdapter`.
///
/// Everything else is [`Unsupported`], said when the module is prepared and with the reason. A
/// completion that the native parser is not sure of goes to the [`ParseDelegate`]; the model is
/// not asked again for it.
pub struct NativeEngine {
    models: Models,
    delegate: Option<Arc<dyn ParseDelegate>>,
    incomplete_inputs: bool,
}

impl NativeEngine {
    /// An engine that asks these models, and `delegate` for what only DSPy can parse.
    #[must_use]
    pub fn new(models: Models, delegate: Option<Arc<dyn ParseDelegate>>) -> Self {
        Self { models, delegate, incomplete_inputs: false }
    }

    /// Takes inputs as DSPy does, which only warns of missing and ill-typed ones; for replaying
    /// what DSPy did.
    #[cfg(feature = "parity")]
    pub(crate) fn accept_incomplete_inputs(mut self) -> Self {
        self.incomplete_inputs = true;
        self
    }
}

impl Engine for NativeEngine {
    fn kind(&self) -> EngineKind {
        EngineKind::Native
    }

    fn prepare(&self, module: &Arc<ModuleSpec>) -> Result<Arc<dyn Prepared>, Unsupported> {
        let extended = match &module.kind {
            ModuleKind::Predict => None,
            ModuleKind::ChainOfThought => {
                Some(Signature::clone(&module.signature).with_reasoning())
            }
            ModuleKind::React => return Err(Unsupported::new("`dspy.ReAct` is not native yet")),
            ModuleKind::Python(name) => {
                return Err(Unsupported::new(format!("only Python knows `{name}`")));
            }
        };
        if module.adapter != Adapter::Chat {
            let why = format!("the `{}` adapter is not native yet", module.adapter);
            return Err(Unsupported::new(why));
        }
        if let Some(name) =
            ["n", "num_generations"].iter().find(|n| module.sampling.extra.contains(n))
        {
            let why = format!("several completions (`{name}`) are not native yet");
            return Err(Unsupported::new(why));
        }
        if let Some(name) = module.init.names().next() {
            let why = format!("constructor argument `{name}` is Python's");
            return Err(Unsupported::new(why));
        }
        let chat = ChatAdapter.prepare(extended.as_ref().unwrap_or(&module.signature));
        let chat = chat.map_err(|error| Unsupported::new(error.to_string()))?;
        let model = self.models.resolve(&module.lm);
        let model = model.map_err(|error| Unsupported::new(error.to_string()))?;
        Ok(Arc::new(PreparedPredict {
            module: module.clone(),
            chat,
            model,
            delegate: self.delegate.clone(),
            incomplete_inputs: self.incomplete_inputs,
        }))
    }
}

impl fmt::Debug for NativeEngine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NativeEngine")
            .field("models", &self.models)
            .field("delegates", &self.delegate.is_some())
            .finish()
    }
}
