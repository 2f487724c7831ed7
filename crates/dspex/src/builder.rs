//! A program's settings, and how they become a running [`Dspex`].

use std::collections::BTreeMap;
use std::sync::Arc;

use dspex_bridge::EngineKind;
use dspex_bridge::llm::{History, Lm, LmStatistics};
use dspex_bridge::native::NativeEngine;
use dspex_bridge::python::{PoolConfig, PythonConfig, PythonEngine};
use dspex_orchestrator::{Limits, Orchestrator, Shadow};
use dspex_signature::{Clock, SystemClock};
use dspex_telemetry::{EventSink, Recorder};

use crate::config::{Config, LmConfig};
use crate::models::{Maker, Model};
use crate::{ConfigError, Dspex, Result, auto_clock};

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
    shadow: Option<Shadow>,
    recorder: Recorder,
    history: Option<History>,
    clock: Arc<dyn Clock>,
    seed: u64,
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
            shadow: config.shadow,
            recorder: Recorder::new(),
            history: None,
            clock: Arc::new(SystemClock),
            seed: 0,
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
    ///
    /// Both are tried again where that may help, within the call's attempts. An instance with something
    /// around it ([`Lm::with`]) is left as it is: `Lm::new(model).with(Retry::attempts(1))` is asked once.
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

    /// How many native calls of all modules are answered by Python once more, to see that they are the
    /// same: see [`Module::shadow`](crate::Module::shadow), which goes before this.
    pub fn shadow(mut self, shadow: impl Into<Shadow>) -> Self {
        self.shadow = Some(shadow.into());
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
    ///
    /// [`VirtualClock::auto`](crate::VirtualClock::auto) is for tests (feature `testing`) of a program
    /// that waits for its own timers alone: [`start`](Self::start) pauses the time of the runtime, which
    /// has to be one of a single thread, and from then on time jumps ahead whenever everyone waits. What
    /// waits for a socket or a process is not seen, so that such a program has no Python, and a model behind
    /// a server times out.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What is left to chance depends on this number alone: today the waits between tries.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Makes models and engines. Python workers start with the first call that needs one.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) with every model that cannot be made, or why the clock
    /// cannot go.
    #[expect(clippy::unused_async, reason = "opening a store, once there is one, waits")]
    pub async fn start(mut self) -> Result<Dspex> {
        if let Some(clock) = self.clock.as_auto() {
            auto_clock::set_going(clock, self.python.is_some())
                .map_err(|fault| ConfigError::new(&self.origin, vec![fault]))?;
        }
        let statistics = Arc::new(LmStatistics::default());
        let recorder = self.recorder.with(statistics.clone());
        let maker = Maker::new(
            self.history.clone(),
            self.python.clone(),
            &mut self.pools,
            &recorder,
            self.seed,
        );
        let (models, lm_workers) = maker.make(&self.origin, &self.lms)?;
        let orchestrator = Orchestrator::new(recorder)
            .models(models.clone())
            .limits(self.limits)
            .clock(self.clock);
        let orchestrator = match self.shadow {
            Some(shadow) => orchestrator.shadow(shadow),
            None => orchestrator,
        };
        let recorder = orchestrator.recorder().clone();
        let python = self.python.map(|python| {
            Arc::new(PythonEngine::new(python, self.pools, models.clone(), recorder))
        });
        let orchestrator = match &python {
            Some(python) => {
                let native = NativeEngine::new(models.clone(), Some(python.clone()));
                let native = native.with_tools(python.clone());
                orchestrator.engine(Arc::new(native)).engine(python.clone())
            }
            None => orchestrator
                .engine(Arc::new(NativeEngine::new(models.clone(), None)))
                .without(EngineKind::Python, "python is switched off"),
        };
        Ok(Dspex::new(orchestrator, models, statistics, self.history, python, lm_workers))
    }
}
