//! A module that a pool of workers answers: at once, or piece by piece.

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use dspex_signature::{Fields, Signature, Value, fields};

use super::completions::Completions;
use super::engine::{encode, outputs};
use super::journal::{AttemptJournal, Attempts};
use super::pool::{Answer, Pool, PoolCall};
use super::stream::{self, Sink};
use super::{describe, failure, tools};
use crate::call::{
    CallContext, CallError, CallErrorKind, CallEvents, EngineKind, Meta, ModuleKind, ModuleSpec,
    Outcome, PathStep, Saved, check_inputs,
};
use crate::engine::{Capability, Prepared};
use crate::llm::{LanguageModel, N, Sampling};

/// A module whose description is ready; only the inputs are missing.
pub(super) struct PreparedModule {
    pub(super) module: Arc<ModuleSpec>,
    pub(super) pool: Arc<Pool>,
    pub(super) model: Arc<dyn LanguageModel>,
    pub(super) template: Fields,
    pub(super) journal: Option<Arc<dyn AttemptJournal>>,
}

/// Says that DSPy's prediction, which holds several completions, is not taken apart here.
pub(super) fn refuse_several(sampling: &Sampling, model: &dyn LanguageModel) -> Result<(), String> {
    let usual = || model.default_sampling().and_then(|usual| usual.extra.value(N));
    match sampling.extra.value(N).or_else(usual) {
        None | Some(Value::Null | Value::Int(1)) => Ok(()),
        Some(_) => Err(format!("several completions (`{N}`) come from the native engine only")),
    }
}

/// What DSPy's language model is told of sampling; Rust adds the other parameters to each request.
fn described(sampling: &Sampling) -> Fields {
    let mut told = Fields::new();
    if let Some(temperature) = sampling.temperature {
        told.insert("temperature", temperature);
    }
    if let Some(max_tokens) = sampling.max_tokens {
        told.insert("max_tokens", i64::try_from(max_tokens).unwrap_or(i64::MAX));
    }
    told
}

/// All of a call but the inputs.
pub(super) fn template(module: &ModuleSpec, model: &str) -> Result<Fields, CallErrorKind> {
    let state = module.saved.as_deref().map(Saved::to_state).transpose();
    let state =
        state.map_err(|error| CallErrorKind::NotSupportedYet { what: error.to_string() })?;
    Ok(fields! {
        "module" => module.kind.python_name(),
        "signature" => describe::signature(&module.signature)?,
        "init" => module.init.clone(),
        "tools" => tools::described(&module.tools)?,
        "demos" => module.demos.iter().cloned().map(Value::Map).collect::<Vec<_>>(),
        "adapter" => module.adapter.name(),
        "lm" => model,
        "sampling" => described(&module.sampling),
        "state" => state,
        "keep" => module.keeps_outputs,
    })
}

#[async_trait]
impl Prepared for PreparedModule {
    fn capability(&self) -> Capability {
        Capability::Exact
    }

    async fn run(&self, inputs: &Fields, context: &CallContext) -> Result<Outcome, CallError> {
        self.answer("module.run", inputs, context, None).await
    }

    fn stream(self: Arc<Self>, inputs: Fields, context: CallContext) -> CallEvents {
        stream::events(|sink| async move {
            self.answer("module.stream", &inputs, &context, Some(sink)).await
        })
    }
}

impl PreparedModule {
    async fn answer(
        &self,
        method: &'static str,
        inputs: &Fields,
        context: &CallContext,
        sink: Option<Sink>,
    ) -> Result<Outcome, CallError> {
        let begun = context.now();
        let inputs = complete(&self.module.signature, inputs)?;
        let mut parameters = self.template.clone().with("inputs", inputs);
        let model = self.model.clone();
        let mut sampling = self.module.sampling.clone();
        if let Some(of_call) = context.sampling() {
            sampling = of_call.clone().or(&sampling);
            refuse_several(&sampling, &*model)
                .map_err(|what| CallErrorKind::NotSupportedYet { what })?;
            parameters.insert("sampling", described(&sampling));
        }
        // Of what is streamed a part may have been read.
        let idempotent =
            sink.is_none() && (self.module.idempotent || asks_a_model_only(&self.module.kind));
        let attempts = idempotent.then(|| Attempts::new(self.journal.clone(), context));
        let completions = Completions::new(model, sampling, context.clone(), attempts, sink);
        let completions = Arc::new(completions.with_tools(&self.module));
        let parameters = parameters.into();
        let call = PoolCall {
            method,
            pinned: self.pool.pinned(&parameters)?,
            parameters: encode(&parameters)?,
            idempotent,
            callbacks: completions.clone(),
            keeps: self.module.keeps_outputs,
        };
        let explain = |refusal| failure::explain(refusal, completions.so_far().failure.clone());
        let answer = self.pool.call(&call, context, explain).await;
        let took = context.now().saturating_duration_since(begun);
        let so_far = completions.so_far().clone();
        let Answer { value, earlier } = answer.map_err(|error| error.with_spent(so_far.spent))?;
        let outputs = outputs(value).map_err(|error| error.with_spent(so_far.spent))?;
        completions.forget().await;
        let mut meta = Meta::new(EngineKind::Python, self.model.name());
        meta.spend(so_far.spent);
        meta.timing.total = took;
        meta.timing.lm = so_far.took;
        meta.path = earlier;
        meta.path.push(PathStep::new(EngineKind::Python.name(), took, None));
        Ok(Outcome::new(outputs, meta))
    }
}

/// The inputs with defaults for what is missing; what the signature does not name stays, because
/// a module of the user may read it.
fn complete(signature: &Signature, inputs: &Fields) -> Result<Fields, CallError> {
    Ok(match check_inputs(signature, inputs)? {
        Cow::Borrowed(complete) => complete.clone(),
        Cow::Owned(checked) => inputs.clone().into_iter().chain(checked).collect(),
    })
}

/// Whether running the module a second time does no harm; others may do more than ask a model.
fn asks_a_model_only(module: &ModuleKind) -> bool {
    let known = [ModuleKind::Predict, ModuleKind::ChainOfThought];
    known.iter().any(|known| known.python_name() == module.python_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_asks_a_model_may_be_repeated_by_whatever_name() {
        let named = |name: &str| ModuleKind::Python(name.to_owned());
        assert!(asks_a_model_only(&ModuleKind::ChainOfThought));
        assert!(asks_a_model_only(&named("dspy.Predict")));
        assert!(!asks_a_model_only(&named("dspy.ReAct")));
        assert!(!asks_a_model_only(&named("shop.Predict")));
    }
}
