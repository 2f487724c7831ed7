//! How configured models are made: asked directly or through DSPy, with what stands around and
//! behind them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use dspex_bridge::llm::{
    self, Breaker, Budget, Cache, Concurrency, Hedge, History, LanguageModel, Lm, LmError,
    LmErrorKind, LmOptions, LmRoute, Middleware as _, Models, Retry, Sampling,
};
use dspex_bridge::python::{MODELS_POOL, PoolConfig, PythonConfig, PythonEngine, PythonLm};
use dspex_signature::nearest;
use dspex_telemetry::Recorder;

use crate::config::{
    BreakerConfig, BudgetConfig, CacheConfig, ConfigError, ConfigFault, LmConfig, Place,
};

/// A model that is there, or the settings to make one from.
#[derive(Debug)]
pub(crate) enum Model {
    Instance(Lm),
    Settings(Box<LmConfig>),
}

impl Model {
    /// The names of the models behind it.
    fn fallback(&self) -> &[String] {
        match self {
            Self::Instance(_) => &[],
            Self::Settings(config) => &config.fallback,
        }
    }
}

/// What models are made with.
pub(crate) struct Maker {
    history: Option<History>,
    /// `None` where Python is switched off.
    python: Option<PythonConfig>,
    pool: PoolConfig,
    recorder: Recorder,
    /// What waits between tries depend on.
    seed: u64,
    /// The workers of the models that DSPy asks; a module's worker that asks one of them waits for a
    /// worker that no module can hold.
    workers: OnceLock<Arc<PythonEngine>>,
}

impl Maker {
    /// The pool `lm` of the configured ones is the models' own.
    pub(crate) fn new(
        history: Option<History>,
        python: Option<PythonConfig>,
        pools: &mut BTreeMap<String, PoolConfig>,
        recorder: &Recorder,
        seed: u64,
    ) -> Self {
        let pool = pools.remove(MODELS_POOL).unwrap_or_default();
        let (recorder, workers) = (recorder.clone(), OnceLock::new());
        Self { history, python, pool, recorder, seed, workers }
    }

    /// All models, and the workers of those that DSPy asks.
    pub(crate) fn make(
        self,
        origin: &str,
        lms: &BTreeMap<String, Model>,
    ) -> Result<(Models, Option<Arc<PythonEngine>>), ConfigError> {
        let mut models = Models::new();
        let mut faults = Vec::new();
        let mut made: BTreeMap<&str, Lm> = BTreeMap::new();
        for (name, model) in lms {
            match self.model(model) {
                Ok(model) => {
                    made.insert(name, Lm::Model(model));
                }
                Err(error) => {
                    let fault = ConfigFault::new(Place::Builder, format!("`lm.{name}`: {error}"));
                    faults.push(match error.hint() {
                        Some(hint) => fault.with_hint(hint),
                        None => fault,
                    });
                }
            }
        }
        for (name, lm) in &made {
            match with_fallback(name, lm, &made, lms) {
                Ok(model) => models = models.with(*name, model),
                Err(more) => faults.extend(more),
            }
        }
        if lms.is_empty() {
            let fault = ConfigFault::new(Place::Builder, "no language model is configured");
            let hint = "add `[lm.default]` with `model = \"openai/gpt-4o-mini\"`, or `.lm(\"default\", ..)`";
            faults.push(fault.with_hint(hint));
        }
        match faults.is_empty() {
            true => Ok((models, self.workers.into_inner())),
            false => Err(ConfigError::new(origin, faults)),
        }
    }

    /// One model, without those behind it.
    fn model(&self, model: &Model) -> Result<Arc<dyn LanguageModel>, LmError> {
        match model {
            Model::Instance(lm) => {
                let model = lm.resolve(&|name| {
                    let mut options = LmOptions::default();
                    options.history = self.history.clone();
                    options.retry = options.retry.seed(self.seed);
                    llm::from_name(name, options)
                })?;
                // What stands around a model is as whoever put it there wants it.
                Ok(match model.stands_alone() {
                    true => Retry::default().seed(self.seed).wrap(model),
                    false => model,
                })
            }
            Model::Settings(config) => {
                let mut options = options(config, self.history.clone());
                options.retry = options.retry.seed(self.seed);
                let model = match config.route() {
                    LmRoute::Python => options.clone().around(self.through_dspy(config)?),
                    _ => llm::from_name(&config.model, options)?,
                };
                Ok(kept(config, model))
            }
        }
    }

    /// A model that DSPy asks in a worker.
    fn through_dspy(&self, config: &LmConfig) -> Result<Arc<dyn LanguageModel>, LmError> {
        let Some(python) = &self.python else {
            let message = "DSPy alone asks it, and Python is switched off".to_owned();
            return Err(LmError::new(&config.model, LmErrorKind::Misconfigured { message }));
        };
        let workers = self.workers.get_or_init(|| {
            let (python, pool) = (python.clone(), self.pool.clone());
            Arc::new(PythonEngine::for_models(python, pool, self.recorder.clone()))
        });
        let mut model = PythonLm::new(workers, &config.model).sampling(sampling(config));
        for variable in &config.environment {
            model = model.key_env(variable);
        }
        if let Some(base_url) = &config.base_url {
            model = model.base_url(base_url);
        }
        if let Some(timeout) = config.timeouts.total {
            model = model.timeout(timeout);
        }
        if let Some(price) = &config.price {
            model = model.price(price.clone());
        }
        if let Some(capabilities) = config.capabilities {
            model = model.can(capabilities);
        }
        Ok(Arc::new(model))
    }
}

fn sampling(config: &LmConfig) -> Sampling {
    let mut sampling = Sampling::default();
    (sampling.temperature, sampling.max_tokens) = (config.temperature, config.max_tokens);
    sampling
}

fn options(config: &LmConfig, history: Option<History>) -> LmOptions {
    let mut options = LmOptions::default();
    options.history = history;
    options.key.clone_from(&config.key);
    options.base_url.clone_from(&config.base_url);
    options.model_type = config.model_type;
    options.api_version.clone_from(&config.api_version);
    options.timeout = config.timeouts.total;
    options.connect_timeout = config.timeouts.connect;
    options.first_token_timeout = config.timeouts.first_token;
    options.idle_timeout = config.timeouts.idle;
    options.price.clone_from(&config.price);
    options.capabilities = config.capabilities;
    options.concurrency = config.concurrency.map(Concurrency::at_most);
    options.breaker = config.breaker.map(breaker);
    options.hedge = config.hedge_after.map(Hedge::after);
    options.sampling = sampling(config);
    options.rate_limit = config.rate_limit;
    options.retry = config.retry;
    options
}

/// The model within its budget and behind its cache.
fn kept(config: &LmConfig, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
    let model = match config.budget {
        Some(spent) => budget(spent).wrap(model),
        None => model,
    };
    match config.cache {
        None => model,
        Some(CacheConfig { entries, ttl }) => {
            let cache = Cache::memory(entries);
            ttl.map_or(cache.clone(), |ttl| cache.ttl(ttl)).wrap(model)
        }
    }
}

fn breaker(config: BreakerConfig) -> Breaker {
    let breaker = Breaker::after(config.failures);
    config.rest.map_or(breaker, |rest| breaker.rest(rest))
}

fn budget(config: BudgetConfig) -> Budget {
    let budget = Budget::per_day();
    let budget = config.usd_per_day.map_or(budget.clone(), |usd| budget.usd(usd));
    config.tokens_per_day.map_or(budget.clone(), |tokens| budget.tokens(tokens))
}

/// The model with those behind it that its settings name; what stands behind them is no part of
/// it, so that two may name each other.
fn with_fallback(
    name: &str,
    lm: &Lm,
    made: &BTreeMap<&str, Lm>,
    lms: &BTreeMap<String, Model>,
) -> Result<Arc<dyn LanguageModel>, Vec<ConfigFault>> {
    let mut chain = lm.clone();
    let mut faults = Vec::new();
    for other in lms.get(name).map_or(&[][..], Model::fallback) {
        match made.get(other.as_str()).filter(|_| other != name) {
            Some(lm) => chain = chain.or_else(lm.clone()),
            // One that could not be made is a fault of its own already.
            None if lms.contains_key(other) && other != name => {}
            None => faults.push(no_fallback(name, other, lms)),
        }
    }
    match chain {
        Lm::Model(model) if faults.is_empty() => Ok(model),
        _ => Err(faults),
    }
}

fn no_fallback(name: &str, other: &str, lms: &BTreeMap<String, Model>) -> ConfigFault {
    let message = match other == name {
        true => format!("`lm.{name}.fallback` names the model itself"),
        false => format!("`lm.{name}.fallback` names `{other}`, which is no model here"),
    };
    let known: Vec<&str> = lms.keys().map(String::as_str).filter(|known| *known != name).collect();
    let fault = ConfigFault::new(Place::Builder, message);
    match nearest(other, &known) {
        Some(guess) => fault.with_hint(format!("did you mean `{guess}`?")),
        None => fault.with_hint("name a model of another `[lm.NAME]`"),
    }
}
