//! The native engine: modules that run in Rust, with DSPy's own bytes on the wire.

mod predict;
mod predictor;
mod react;
mod response_format;
mod sampling;
mod saved_model;
mod telling;
mod way;

use std::fmt;
use std::sync::Arc;

use dspex_signature::{Adapter, Signature};

use crate::call::{EngineKind, ModuleKind, ModuleSpec};
use crate::engine::{Engine, ParseDelegate, Prepared, ToolDelegate, Unsupported};
use crate::llm::Models;
use predict::PreparedPredict;
use predictor::Predictor;
use sampling::Sampled;
use way::Way;

#[cfg(feature = "python")]
pub(crate) use react::{failed as failed_observation, refuse as refuse_tools};

/// Runs `Predict`, `ChainOfThought` and `ReAct` with `ChatAdapter`, `JSONAdapter` and `XMLAdapter`.
///
/// As in DSPy, a completion that `ChatAdapter` and `XMLAdapter` cannot read is asked for once more, by
/// `JSONAdapter`. Everything else is [`Unsupported`], said when the module is prepared and with the reason. A
/// completion that the native parser is not sure of goes to the [`ParseDelegate`]; the model is
/// not asked again for it.
#[derive(Clone)]
pub struct NativeEngine {
    models: Models,
    delegate: Option<Arc<dyn ParseDelegate>>,
    tools: Option<Arc<dyn ToolDelegate>>,
    incomplete_inputs: bool,
    falls_back: bool,
}

impl NativeEngine {
    /// An engine that asks these models, and `delegate` for what only DSPy can parse.
    #[must_use]
    pub fn new(models: Models, delegate: Option<Arc<dyn ParseDelegate>>) -> Self {
        Self { models, delegate, tools: None, incomplete_inputs: false, falls_back: true }
    }

    /// The same engine, which has `tools` describe and call the Python functions among a module's tools.
    #[must_use]
    pub fn with_tools(mut self, tools: Arc<dyn ToolDelegate>) -> Self {
        self.tools = Some(tools);
        self
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
        match &module.kind {
            ModuleKind::Predict | ModuleKind::ChainOfThought => self.predict(module),
            ModuleKind::React => react::prepare(self, module),
            ModuleKind::Python(name) => {
                Err(Unsupported::new(format!("only Python knows `{name}`")))
            }
        }
    }
}

impl NativeEngine {
    fn predict(&self, module: &ModuleSpec) -> Result<Arc<dyn Prepared>, Unsupported> {
        if let Some(name) = module.init.names().next() {
            let why = format!("constructor argument `{name}` is Python's");
            return Err(Unsupported::new(why));
        }
        let shape = module.shape().expect("the kind is not Python's");
        let path = shape.paths().next().expect("the module has a predictor");
        let signature = shape.signature(path).expect("the path is the shape's");
        let predictor = self.predictor(module, path, signature)?;
        Ok(Arc::new(PreparedPredict { predictor, incomplete_inputs: self.incomplete_inputs }))
    }

    /// The predictor of the module at a path, of this signature unless a saved program changes it.
    fn predictor(
        &self,
        module: &ModuleSpec,
        path: &str,
        signature: &Signature,
    ) -> Result<Predictor, Unsupported> {
        let saved = module.saved.as_deref().and_then(|saved| saved.predictor(path));
        let signature = saved.map_or(signature, |saved| &saved.signature);
        let demos = saved.and_then(|saved| saved.demos.as_ref()).unwrap_or(&module.demos);
        let (model, sampling) = saved_model::model(module, saved, &self.models)?;
        let way = Way::new(module.adapter, signature, model.capabilities())?;
        let fallback = match module.adapter != Adapter::Json && self.falls_back {
            true => Some(Way::new(Adapter::Json, signature, model.capabilities())?),
            false => None,
        };
        let sampled = Sampled::new(&sampling, &*model)?;
        Ok(Predictor {
            module: module.name.clone(),
            demos: demos.clone(),
            name: if path.is_empty() { "self" } else { path }.to_owned(),
            given: sampling,
            sampled,
            way,
            fallback,
            model,
            delegate: self.delegate.clone(),
        })
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
