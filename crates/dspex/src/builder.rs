//! A program's settings, and how they become a running [`Dspex`].

use std::collections::BTreeMap;
use std::sync::Arc;

use dspex_bridge::EngineKind;
use dspex_bridge::llm::{
    self, Breaker, Budget, Cache, Concurrency, Hedge, History, LanguageModel, Lm, LmError,
    LmOptions, LmStatistics, Middleware as _, Models, Sampling,
};
use dspex_bridge::native::NativeEngine;
use dspex_bridge::python::{PoolConfig, PythonConfig, PythonEngine};
use dspex_orchestrator::{Limits, Orchestrator};
use dspex_signature::{Clock, SystemClock, nearest};
use dspex_telemetry::{EventSink, Recorder};

use crate::config::{
    BreakerConfig, BudgetConfig, CacheConfig, Config, ConfigError, ConfigFault, LmConfig, Place,
};
use crate::{Dspex, Result};

/// Settings in the words of `dspex.toml`, for programs that want no file.
///
/// ```no_run
/// # async fn example() -> dspex::Result<()> {
/// use dspex::prelude::*;
///
/// let dspex = Dspex::builder().lm("default", "openai/gpt-4o-mini").start().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a builder does nothing until it is started"]
#[derive(Debug)]
pub struct DspexBuilder {
    origin: String,
    lms: BTreeMap<String, Model>,
    python: Option<PythonConfig>,
    pools: BTreeMap<String, PoolConfig>,
    limits: Limits,
    recorder: Recorder,
    history: Option<History>,
    clock: Arc<dyn Clock>,
}

/// A model that is there, or the settings to make one from.
#[derive(Debug)]
enum Model {
    Instance(Lm),
    Settings(Box<LmConfig>),
}

impl Model {
    /// The model itself.
    fn make(&self, history: Option<&History>) -> Result<Arc<dyn LanguageModel>, LmError> {
        let mut options = LmOptions::default();
        options.history = history.cloned();
        match self {
            Self::Instance(lm) => lm.resolve(&|name| llm::from_name(name, options.clone())),
            Self::Settings(config) => {
                let mut sampling = Sampling::default();
                sampling.temperature = config.temperature;
                sampling.max_tokens = config.max_tokens;
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
                options.sampling = sampling;
                options.rate_limit = config.rate_limit;
                options.retry = config.retry;
                let model = llm::from_name(&config.model, options)?;
                let model = match config.budget {
                    Some(spent) => budget(spent).wrap(model),
                    None => model,
                };
                Ok(match config.cache {
                    None => model,
                    Some(CacheConfig { entries, ttl }) => {
                        let cache = Cache::memory(entries);
                        ttl.map_or(cache.clone(), |ttl| cache.ttl(ttl)).wrap(model)
                    }
                })
            }
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

impl Model {
    /// The names of the models behind it.
    fn fallback(&self) -> &[String] {
        match self {
            Self::Instance(_) => &[],
            Self::Settings(config) => &config.fallback,
        }
    }
}

impl Default for DspexBuilder {
    fn default() -> Self {
        let python = Some(PythonConfig::default());
        Self::from(Config { python, ..Config::default() }).origin("the configuration")
    }
}

impl From<Config> for DspexBuilder {
    fn from(config: Config) -> Self {
        let lms = config.lm.into_iter().map(|(name, lm)| (name, Model::Settings(Box::new(lm))));
        Self {
            origin: "dspex.toml".to_owned(),
            lms: lms.collect(),
            python: config.python,
            pools: config.pools,
            limits: config.limits,
            recorder: Recorder::new(),
            history: None,
            clock: Arc::new(SystemClock),
        }
    }
}

impl DspexBuilder {
    fn origin(mut self, origin: &str) -> Self {
        origin.clone_into(&mut self.origin);
        self
    }

    /// A model under a name: a `provider/model`, or an instance. `default` is the model of every
    /// call that names none.
    pub fn lm(mut self, name: &str, lm: impl Into<Lm>) -> Self {
        let model = match lm.into() {
            Lm::Named(model) => Model::Settings(Box::new(LmConfig::new(&*model))),
            instance => Model::Instance(instance),
        };
        self.lms.insert(name.to_owned(), model);
        self
    }

    /// A model under a name, made from settings.
    pub fn lm_config(mut self, name: &str, config: LmConfig) -> Self {
        self.lms.insert(name.to_owned(), Model::Settings(Box::new(config)));
        self
    }

    /// Where Python is and what it may import.
    pub fn python(mut self, python: PythonConfig) -> Self {
        self.python = Some(python);
        self
    }

    /// No Python: modules that only Python runs say so.
    pub fn no_python(mut self) -> Self {
        self.python = None;
        self
    }

    /// A pool of Python workers under a name.
    pub fn pool(mut self, name: &str, pool: PoolConfig) -> Self {
        self.pools.insert(name.to_owned(), pool);
        self
    }

    /// What a call may spend that does not say so itself.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// One more receiver of all events.
    pub fn sink(mut self, sink: Arc<dyn EventSink>) -> Self {
        self.recorder = self.recorder.with(sink);
        self
    }

    /// Keeps the last exchanges of the models that are configured by name: see
    /// [`Dspex::history`](crate::Dspex::history).
    pub fn history(mut self, history: History) -> Self {
        self.history = Some(history);
        self
    }

    /// The clock that deadlines and timings are taken from.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Makes models and engines. Python workers start with the first call that needs one.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) with every model that cannot be made.
    #[expect(clippy::unused_async, reason = "opening a store, once there is one, waits")]
    pub async fn start(self) -> Result<Dspex> {
        let models = self.models()?;
        let statistics = Arc::new(LmStatistics::default());
        let orchestrator = Orchestrator::new(self.recorder.with(statistics.clone()))
            .models(models.clone())
            .limits(self.limits)
            .clock(self.clock);
        let recorder = orchestrator.recorder().clone();
        let python = self.python.map(|python| {
            Arc::new(PythonEngine::new(python, self.pools, models.clone(), recorder))
        });
        let orchestrator = match &python {
            Some(python) => orchestrator
                .engine(Arc::new(NativeEngine::new(models.clone(), Some(python.clone()))))
                .engine(python.clone()),
            None => orchestrator
                .engine(Arc::new(NativeEngine::new(models.clone(), None)))
                .without(EngineKind::Python, "python is switched off"),
        };
        Ok(Dspex::new(orchestrator, models, statistics, self.history, python))
    }

    /// The model with those behind it that its settings name; what stands behind them is no part
    /// of it, so that two may name each other.
    fn with_fallback(
        &self,
        name: &str,
        lm: &Lm,
        made: &BTreeMap<&str, Lm>,
    ) -> Result<Arc<dyn LanguageModel>, Vec<ConfigFault>> {
        let mut chain = lm.clone();
        let mut faults = Vec::new();
        for other in self.lms.get(name).map_or(&[][..], Model::fallback) {
            match made.get(other.as_str()).filter(|_| other != name) {
                Some(lm) => chain = chain.or_else(lm.clone()),
                // One that could not be made is a fault of its own already.
                None if self.lms.contains_key(other) && other != name => {}
                None => {
                    let known: Vec<&str> = self
                        .lms
                        .keys()
                        .map(String::as_str)
                        .filter(|known| *known != name)
                        .collect();
                    let message = match other == name {
                        true => format!("`lm.{name}.fallback` names the model itself"),
                        false => {
                            format!("`lm.{name}.fallback` names `{other}`, which is no model here")
                        }
                    };
                    let fault = ConfigFault::new(Place::Builder, message);
                    faults.push(match nearest(other, &known) {
                        Some(guess) => fault.with_hint(format!("did you mean `{guess}`?")),
                        None => fault.with_hint("name a model of another `[lm.NAME]`"),
                    });
                }
            }
        }
        match chain {
            Lm::Model(model) if faults.is_empty() => Ok(model),
            _ => Err(faults),
        }
    }

    fn models(&self) -> Result<Models, ConfigError> {
        let mut models = Models::new();
        let mut faults = Vec::new();
        let mut made: BTreeMap<&str, Lm> = BTreeMap::new();
        for (name, model) in &self.lms {
            match model.make(self.history.as_ref()) {
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
            match self.with_fallback(name, lm, &made) {
                Ok(model) => models = models.with(*name, model),
                Err(more) => faults.extend(more),
            }
        }
        if self.lms.is_empty() {
            let fault = ConfigFault::new(Place::Builder, "no language model is configured");
            let hint = "add `[lm.default]` with `model = \"openai/gpt-4o-mini\"`, or `.lm(\"default\", ..)`";
            faults.push(fault.with_hint(hint));
        }
        match faults.is_empty() {
            true => Ok(models),
            false => Err(ConfigError::new(self.origin.clone(), faults)),
        }
    }
}
