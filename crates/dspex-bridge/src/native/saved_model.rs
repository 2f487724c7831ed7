//! Which model a predictor asks: its module's, or the one that it was saved with.

use std::sync::Arc;

use dspex_signature::{LmState, LoadedPredictor, Value};

use crate::call::ModuleSpec;
use crate::engine::Unsupported;
use crate::llm::{LanguageModel, Lm, Models, Sampling};

/// What DSPy saves of a model beside the parameters of its requests.
const NO_PARAMETERS: [&str; 12] = [
    "_dspy_lm_class",
    "model",
    "model_type",
    "cache",
    "num_retries",
    "temperature",
    "max_tokens",
    "finetuning_model",
    "launch_kwargs",
    "train_kwargs",
    "engine",
    "use_developer_role",
];

/// The model and how it samples. A module that names a model asks that one; otherwise a saved model
/// stands before the default one, as in DSPy, and it is the configured one of its name.
pub(super) fn model(
    module: &ModuleSpec,
    saved: Option<&LoadedPredictor>,
    models: &Models,
) -> Result<(Arc<dyn LanguageModel>, Sampling), Unsupported> {
    let names_none = matches!(&module.lm, Lm::Named(name) if **name == *Lm::DEFAULT);
    let saved = saved.and_then(|saved| saved.lm.as_ref()).filter(|_| names_none);
    let Some(saved) = saved else {
        let model = models.resolve(&module.lm);
        let model = model.map_err(|error| Unsupported::new(error.to_string()))?;
        return Ok((model, module.sampling.clone()));
    };
    let mut known = models.iter().map(|(_, model)| model);
    let model = known.find(|model| model.name() == saved.model());
    let model = model.ok_or_else(|| {
        let why = "the program was saved with the language model";
        let then = "which is not configured; configure it, or name another one with `lm`";
        Unsupported::new(format!("{why} `{}`, {then}", saved.model()))
    })?;
    Ok((model.clone(), module.sampling.clone().or(&sampling(saved))))
}

/// How a saved model samples.
fn sampling(saved: &LmState) -> Sampling {
    let entries = saved.entries();
    let is_parameter =
        |(name, value): &(&str, &Value)| !NO_PARAMETERS.contains(name) && !value.is_null();
    let parameters = entries.iter().filter(is_parameter);
    let max_tokens = entries.value("max_tokens").and_then(Value::as_int);
    Sampling {
        temperature: entries.value("temperature").and_then(Value::as_float),
        max_tokens: max_tokens.and_then(|limit| u64::try_from(limit).ok()),
        extra: parameters.map(|(name, value)| (name, value.clone())).collect(),
    }
}
