//! How a predictor samples: how often it asks, and with how much randomness.

use dspex_signature::Value;

use crate::engine::Unsupported;
use crate::llm::{LanguageModel, N, Sampling};

/// Below this, several completions would be one again and again.
const COLD: f64 = 0.15;
const WARM: f64 = 0.7;

/// Parameters that change more than the body of a request: DSPy gives `logprobs` among the outputs.
const REFUSED: [&str; 3] = ["num_generations", "response_format", "logprobs"];

/// How a predictor asks.
#[derive(Clone)]
pub(super) struct Sampled {
    /// What each request says.
    pub(super) sampling: Sampling,
    /// How many completions are asked for.
    pub(super) n: u32,
}

impl Sampled {
    /// What a module's sampling comes to with this model.
    ///
    /// As in DSPy, a model that hardly varies is made warmer where several completions are asked for,
    /// and a temperature of 0 counts for this as one that is not set.
    pub(super) fn new(given: &Sampling, model: &dyn LanguageModel) -> Result<Self, Unsupported> {
        let usual = model.default_sampling();
        for sampling in std::iter::once(given).chain(usual) {
            if let Some(name) = REFUSED.iter().find(|name| sampling.extra.contains(name)) {
                return Err(Unsupported::new(format!("`{name}` as a parameter is not native yet")));
            }
        }
        let mut sampling = given.clone();
        let n = match sampling.extra.remove(N) {
            None | Some(Value::Null) => 1,
            Some(Value::Int(n @ 1..)) => u32::try_from(n).unwrap_or(u32::MAX),
            Some(other) => {
                let why = format!("`{N}` is `{other}`, and should be 1 or more");
                return Err(Unsupported::new(why));
            }
        };
        let usual = usual.and_then(|usual| usual.temperature);
        let temperature = sampling.temperature.filter(|given| *given != 0.0).or(usual);
        if n > 1 && temperature.is_none_or(|temperature| temperature <= COLD) {
            sampling.temperature = Some(WARM);
        }
        Ok(Self { sampling, n })
    }
}
