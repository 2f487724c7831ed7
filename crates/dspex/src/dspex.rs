//! The handle of a running dspex.

use std::borrow::Borrow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dspex_bridge::ModuleKind;
use dspex_bridge::llm::{
    Exchange, Extract, History, LanguageModel, Lm, LmChoice, LmError, LmStatistics, Message,
    Models, Needs,
};
use dspex_bridge::python::PythonEngine;
use dspex_orchestrator::{
    ChainOfThought, Module, MultiChainComparison, Orchestrator, Predict, React, Statistics,
};
use dspex_signature::{FieldType, Signature, Tool, TypedSignature};

use crate::Result;
use crate::builder::DspexBuilder;
use crate::config::Config;

/// Models, engines and statistics of one program. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dspex {
    orchestrator: Arc<Orchestrator>,
    models: Models,
    lm_statistics: Arc<LmStatistics>,
    history: Option<History>,
    python: Option<Arc<PythonEngine>>,
    /// The workers of the models that DSPy asks, where there are such models.
    lm_workers: Option<Arc<PythonEngine>>,
}

impl Dspex {
    pub(crate) fn new(
        orchestrator: Orchestrator,
        models: Models,
        lm_statistics: Arc<LmStatistics>,
        history: Option<History>,
        python: Option<Arc<PythonEngine>>,
        lm_workers: Option<Arc<PythonEngine>>,
    ) -> Self {
        let orchestrator = Arc::new(orchestrator);
        Self { orchestrator, models, lm_statistics, history, python, lm_workers }
    }

    /// Starts from a file; variables `DSPEX__SECTION__KEY` go before it.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) with every fault of the file, each with its line.
    pub async fn from_config(path: impl AsRef<Path>) -> Result<Self> {
        DspexBuilder::from(Config::load(path)?).start().await
    }

    /// Settings in code, for programs that want no file.
    pub fn builder() -> DspexBuilder {
        DspexBuilder::default()
    }

    /// `dspy.Predict` for the signature of `S`.
    #[must_use]
    pub fn predict<S: TypedSignature>(&self) -> Predict<S> {
        Module::typed(self.orchestrator.clone(), ModuleKind::Predict)
    }

    /// `dspy.Predict` for a signature that is known at run time only.
    #[must_use]
    pub fn predict_with(&self, signature: impl Into<Arc<Signature>>) -> Module {
        Module::untyped(self.orchestrator.clone(), ModuleKind::Predict, signature)
    }

    /// `dspy.ChainOfThought` for the signature of `S`.
    #[must_use]
    pub fn chain_of_thought<S: TypedSignature>(&self) -> ChainOfThought<S> {
        Module::chain_of_thought(self.orchestrator.clone())
    }

    /// `dspy.ChainOfThought` for a signature that is known at run time only.
    #[must_use]
    pub fn chain_of_thought_with(&self, signature: impl Into<Arc<Signature>>) -> Module {
        Module::untyped(self.orchestrator.clone(), ModuleKind::ChainOfThought, signature)
    }

    /// `dspy.ReAct` for the signature of `S`, with these tools.
    #[must_use]
    pub fn react<S: TypedSignature>(&self, tools: impl IntoIterator<Item = Tool>) -> React<S> {
        Module::react(self.orchestrator.clone(), tools)
    }

    /// `dspy.ReAct` for a signature that is known at run time only, with these tools.
    #[must_use]
    pub fn react_with(
        &self,
        signature: impl Into<Arc<Signature>>,
        tools: impl IntoIterator<Item = Tool>,
    ) -> Module {
        Module::untyped(self.orchestrator.clone(), ModuleKind::React, signature).tools(tools)
    }

    /// `dspy.MultiChainComparison` for the signature of `S`, of so many attempts.
    #[must_use]
    pub fn multi_chain_comparison<S: TypedSignature>(
        &self,
        n_attempts: usize,
    ) -> MultiChainComparison<S> {
        MultiChainComparison::new(self.orchestrator.clone(), n_attempts)
    }

    /// Any module that takes a signature, by its dotted Python name; it runs in Python.
    #[must_use]
    pub fn module<S: TypedSignature>(&self, name: &str) -> Predict<S> {
        Module::typed(self.orchestrator.clone(), ModuleKind::Python(name.to_owned()))
    }

    /// Any module that takes a signature, by its dotted Python name, for a signature that is
    /// known at run time only.
    #[must_use]
    pub fn module_with(&self, name: &str, signature: impl Into<Arc<Signature>>) -> Module {
        let kind = ModuleKind::Python(name.to_owned());
        Module::untyped(self.orchestrator.clone(), kind, signature)
    }

    /// The model of a configured name.
    ///
    /// # Errors
    /// [`LmError`] with the names that are configured.
    pub fn lm(&self, name: &str) -> Result<Arc<dyn LanguageModel>, LmError> {
        self.models.resolve(&Lm::from(name))
    }

    /// The configured model that has what is needed, by what is known and was measured of each. It
    /// says why, and goes to `lm(..)` of a module or of an [`Extract`] as it is, or by its name.
    ///
    /// # Errors
    /// [`LmError`] with what each configured model is not known to have.
    pub fn lm_for(&self, needs: impl Borrow<Needs>) -> Result<LmChoice, LmError> {
        self.models.choose(needs.borrow(), Some(&self.lm_statistics))
    }

    /// Reads a value of your type out of a text, with the default model unless [`Extract::lm`] says
    /// another; see [`Extract`].
    pub fn extract<T: FieldType>(&self, text: impl Into<String>) -> Extract<T> {
        let context = self.orchestrator.context(None, None);
        Extract::new(Lm::default(), Message::user(text))
            .models(self.models.clone())
            .context(context)
    }

    /// The last `n` exchanges with models, as they were sent, newest first; none unless the builder was
    /// given a [`History`].
    #[must_use]
    pub fn history(&self, n: usize) -> Vec<Exchange> {
        self.history.as_ref().map(|history| history.last(n)).unwrap_or_default()
    }

    /// What came of the requests so far, by model.
    #[must_use]
    pub fn lm_statistics(&self) -> &LmStatistics {
        &self.lm_statistics
    }

    /// What came of the calls so far, by module.
    #[must_use]
    pub fn statistics(&self) -> &Statistics {
        self.orchestrator.statistics()
    }

    /// The Python engine, where it is not switched off.
    #[must_use]
    pub const fn python(&self) -> Option<&Arc<PythonEngine>> {
        self.python.as_ref()
    }

    /// Lets the calls in Python finish for at most `within`, then ends every worker.
    pub async fn shutdown(&self, within: Duration) {
        // A call of a module may ask a model until it ends.
        let begun = Instant::now();
        for workers in [&self.python, &self.lm_workers].into_iter().flatten() {
            workers.shutdown(within.saturating_sub(begun.elapsed())).await;
        }
    }
}
