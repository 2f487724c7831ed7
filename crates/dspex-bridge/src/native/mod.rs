//! The native engine: modules that run in Rust, with DSPy's own bytes on the wire.

mod predict;
mod response_format;
mod way;

use std::fmt;
use std::sync::Arc;

use dspex_signature::{Adapter, Signature};

use crate::call::{EngineKind, ModuleKind, ModuleSpec};
use crate::engine::{Engine, ParseDelegate, Prepared, Unsupported};
use crate::llm::Models;
use predict::PreparedPredict;
use way::Way;

/// Runs `Predict` and `ChainOfThought` with `ChatAdapter`, `JSONAdapter` and `XMLAdapter`.
///
/// As in DSPy, a completion that `ChatAdapter` and `XMLAdapter` cannot read is asked for once more, by
/// `JSONAdapter`. Everything else is [`Unsupported`], said when the module is prepared and with the reason. A
/// completion that the native parser is not sure of goes to the [`ParseDelegate`]; the model is
/// not asked again for it.
pub struct NativeEngine {
    models: Models,
    delegate: Option<Arc<dyn ParseDelegate>>,
    incomplete_inputs: bool,
    falls_back: bool,
}

impl NativeEngine {
    /// An engine that asks these models, and `delegate` for what only DSPy can parse.
    #[must_use]
    pub fn new(models: Models, delegate: Option<Arc<dyn ParseDelegate>>) -> Self {
        Self { models, delegate, incomplete_inputs: false, falls_back: true }
    }

    /// Takes inputs as DSPy does, which only warns of missing and ill-typed ones; for replaying
    /// what DSPy did.
    #[cfg(feature = "parity")]
    pub(crate) fn accept_incomplete_inputs(mut self) -> Self {
        self.incomplete_inputs = true;
        self
    }

    /// Asks once only, as DSPy does with `use_json_adapter_fallback=False`.
    #[cfg(feature = "parity")]
    pub(crate) fn without_fallback(mut self) -> Self {
        self.falls_back = false;
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
        refuse_parameters(module)?;
        if let Some(name) = module.init.names().next() {
            let why = format!("constructor argument `{name}` is Python's");
            return Err(Unsupported::new(why));
        }
        let model = self.models.resolve(&module.lm);
        let model = model.map_err(|error| Unsupported::new(error.to_string()))?;
        let signature = extended.as_ref().unwrap_or(&module.signature);
        let way = Way::new(module.adapter, signature, model.capabilities())?;
        let fallback = match module.adapter != Adapter::Json && self.falls_back {
            true => Some(Way::new(Adapter::Json, signature, model.capabilities())?),
            false => None,
        };
        Ok(Arc::new(PreparedPredict {
            module: module.clone(),
            way,
            fallback,
            model,
            delegate: self.delegate.clone(),
            incomplete_inputs: self.incomplete_inputs,
        }))
    }
}

/// Parameters that change more than the body of one request.
fn refuse_parameters(module: &ModuleSpec) -> Result<(), Unsupported> {
    let extra = &module.sampling.extra;
    let several = ["n", "num_generations"].iter().find(|name| extra.contains(name));
    let why = match several {
        Some(name) => format!("several completions (`{name}`) are not native yet"),
        None if extra.contains("response_format") => {
            "`response_format` as a parameter is not native yet".to_owned()
        }
        None => return Ok(()),
    };
    Err(Unsupported::new(why))
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
