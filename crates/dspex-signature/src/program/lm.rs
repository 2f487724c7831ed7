//! The language model that a predictor was saved with.

use super::ProgramFault;
use super::error::predictor;
use crate::{Fields, Value, fields};

/// What a predictor was saved with as its language model: names and values, never a key.
///
/// DSPy writes ten entries and, between `max_tokens` and `finetuning_model`, whatever else the
/// model was made with. Values are those of DSPy: `model` is `"openai/gpt-4o-mini"`, `temperature`
/// a number or null.
///
/// ```
/// use dspex_signature::LmState;
///
/// let lm = LmState::new("openai/gpt-4o-mini").with("temperature", 0.5).with("top_p", 0.9);
/// assert_eq!(lm.model(), "openai/gpt-4o-mini");
/// assert_eq!(lm.entries()["top_p"].as_float(), Some(0.9));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LmState {
    entries: Fields,
    dropped: Vec<String>,
}

/// The class that DSPy makes of a state that names none, and the only one that it makes without
/// being told to trust the file, apart from [`TYPE_SAFE`].
const BUILT_IN: &str = "dspy.clients.lm.LM";
const TYPE_SAFE: &str = "dspy.clients.typesafe.TypeSafe";
const ENGINES: [&str; 3] = ["auto", "lm15", "litellm"];
const CLASS: &str = "_dspy_lm_class";

/// The entry that would hold a secret.
pub(super) const SECRET: &str = "api_key";

/// What could send prompts to somebody else: DSPy drops these from a file it is not told to trust.
const UNSAFE: [&str; 3] = ["api_base", "base_url", "model_list"];

impl LmState {
    /// The state of `dspy.LM(model)`.
    #[must_use]
    pub fn new(model: &str) -> Self {
        let entries = fields! {
            CLASS => BUILT_IN,
            "model" => model,
            "model_type" => "chat",
            "cache" => true,
            "num_retries" => 3,
            "temperature" => Value::Null,
            "max_tokens" => Value::Null,
            "finetuning_model" => Value::Null,
            "launch_kwargs" => fields! {},
            "train_kwargs" => fields! {},
        };
        Self { entries, dropped: Vec::new() }
    }

    /// The same state with one entry set; a new one takes the place that DSPy gives it.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Value>) -> Self {
        let Self { mut entries, dropped } = self;
        let value = value.into();
        if entries.contains(name) {
            entries.insert(name, value);
            return Self { entries, dropped };
        }
        let is_after = |entry: &(String, Value)| entry.0 != "finetuning_model";
        let (mut all, mut after) = (Vec::new(), Vec::new());
        for entry in entries {
            let end = if after.is_empty() && is_after(&entry) { &mut all } else { &mut after };
            end.push(entry);
        }
        all.push((name.to_owned(), value));
        Self { entries: all.into_iter().chain(after).collect(), dropped }
    }

    /// The name of the model: `openai/gpt-4o-mini`.
    #[must_use]
    pub fn model(&self) -> &str {
        self.entries.value("model").and_then(Value::as_str).unwrap_or_default()
    }

    /// All entries, `model` included, in order.
    #[must_use]
    pub const fn entries(&self) -> &Fields {
        &self.entries
    }

    /// Entries of the file that are not among [`LmState::entries`], because they name an endpoint
    /// and the file was not said to be trusted.
    #[must_use]
    pub fn dropped(&self) -> &[String] {
        &self.dropped
    }
}

/// Reads the `lm` of a predictor that has been checked; without trust, as DSPy does, only what
/// cannot send prompts elsewhere.
pub(super) fn load(
    path: &str,
    saved: &Value,
    trusted: bool,
    faults: &mut Vec<ProgramFault>,
) -> Option<LmState> {
    let entries = saved.as_map()?;
    let is_unsafe = |name: &str| !trusted && UNSAFE.contains(&name);
    let kept = entries.iter().filter(|(name, _)| !is_unsafe(name));
    let state = LmState {
        entries: kept.map(|(name, value)| (name, value.clone())).collect(),
        dropped: entries.names().filter(|name| is_unsafe(name)).map(str::to_owned).collect(),
    };
    if state.entries.is_empty() {
        return None;
    }
    faults.extend(fault(path, &state.entries, trusted));
    Some(state)
}

/// The first thing for which DSPy refuses to make the model, as measured on DSPy 3.4.1.
fn fault(path: &str, entries: &Fields, trusted: bool) -> Option<ProgramFault> {
    let of = predictor(path);
    let fault = |what: String, hint: &str| {
        Some(ProgramFault::at(path, format!("{of} has a language model {what}")).hint(hint))
    };
    let trust = "DSPy makes it only of a file it is told to trust; so does `apply_trusted`";
    let class = entries.value(CLASS).unwrap_or(&Value::Null);
    let is_known = class.is_null() || [BUILT_IN, TYPE_SAFE].map(Some).contains(&class.as_str());
    if !is_known && !trusted {
        return fault(format!("of the class `{class}`"), trust);
    }
    match entries.value("engine") {
        None => {}
        Some(Value::Map(_)) if trusted => {}
        Some(Value::Map(_)) => return fault("with an `engine` of its own".to_owned(), trust),
        Some(engine) if engine.as_str().is_some_and(|name| ENGINES.contains(&name)) => {}
        Some(_) => {
            return fault(
                "with an unknown `engine`".to_owned(),
                "engines are `auto`, `lm15`, `litellm`",
            );
        }
    }
    let retries = entries.value("num_retries").unwrap_or(&Value::Int(0));
    if !matches!(retries, Value::Int(0..) | Value::BigInt(_)) {
        return fault("whose `num_retries` is no count".to_owned(), "it should be 0 or more");
    }
    let model = entries.value("model").and_then(Value::as_str).unwrap_or_default();
    let id = model.split_once('/').map_or(model, |(_, id)| id);
    match id.is_empty() {
        true => {
            fault("without a name".to_owned(), "`lm.model` is a text such as `openai/gpt-4o-mini`")
        }
        false => None,
    }
}
