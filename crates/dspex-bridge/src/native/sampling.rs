//! How a predictor samples: how often it asks, and with how much randomness.

use dspex_signature::Value;

use crate::engine::Unsupported;
use crate::llm::{LanguageModel, N, Sampling};

/// Below this, several completions would be one again and again.
const COLD: f64 = 0.15;
const WARM: f64 = 0.7;

/// Parameters that change more than the body of a request.
const REFUSED: [&str; 2] = ["num_generations", "response_format"];
const LOGPROBS: &str = "logprobs";

/// How a predictor asks.
#[derive(Clone)]
pub(super) struct Sampled {
    /// What each request says.
    pub(super) sampling: Sampling,
    /// How many completions are asked for.
    pub(super) n: u32,
    /// Whether it is asked how likely their tokens are.
    pub(super) has_logprobs: bool,
}

impl Sampled {
    /// What a module's sampling comes to with this model.
    ///
    /// How many completions are asked for is the module's word, else the model's. As in DSPy, a model
    /// that hardly varies is made warmer where there are several, and for this a temperature or an `n`
    /// of 0, or `None`, counts as one that is not set.
    pub(super) fn new(given: &Sampling, model: &dyn LanguageModel) -> Result<Self, Unsupported> {
        let usual = model.default_sampling();
        for sampling in std::iter::once(given).chain(usual) {
            if let Some(name) = REFUSED.iter().find(|name| sampling.extra.contains(name)) {
                return Err(Unsupported::new(format!("`{name}` as a parameter is not native yet")));
            }
        }
        let usual_logprobs = || usual.and_then(|usual| usual.extra.value(LOGPROBS));
        let has_logprobs = match given.extra.value(LOGPROBS).or_else(usual_logprobs) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(is_asked)) => *is_asked,
            Some(other) => {
                let should = "should be a `bool`; `top_logprobs` is how many tokens are told";
                return Err(Unsupported::new(format!("`{LOGPROBS}` is `{other}`, and {should}")));
            }
        };
        let mut sampling = given.clone();
        let asked = count(sampling.extra.remove(N).as_ref())?;
        let usual_n = count(usual.and_then(|usual| usual.extra.value(N)))?;
        let n = asked.or(usual_n).unwrap_or(Some(1)).unwrap_or(1);
        let n_or_usual = asked.flatten().or(usual_n.flatten()).unwrap_or(1);
        let usual_temperature = usual.and_then(|usual| usual.temperature);
        let temperature = sampling.temperature.filter(|given| *given != 0.0).or(usual_temperature);
        if n_or_usual > 1 && temperature.is_none_or(|temperature| temperature <= COLD) {
            sampling.temperature = Some(WARM);
        }
        Ok(Self { sampling, n, has_logprobs })
    }
}

/// An `n`, where there is one; `Some(None)` is Python's `None`.
fn count(n: Option<&Value>) -> Result<Option<Option<u32>>, Unsupported> {
    match n {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::Int(n @ 1..)) => Ok(Some(Some(u32::try_from(*n).unwrap_or(u32::MAX)))),
        Some(other) => {
            Err(Unsupported::new(format!("`{N}` is `{other}`, and should be 1 or more")))
        }
    }
}
