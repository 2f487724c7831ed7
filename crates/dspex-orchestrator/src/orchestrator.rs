//! What every module of a program shares: engines, limits, statistics.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dspex_bridge::llm::Models;
use dspex_bridge::{CallContext, Engine, EngineKind};
use dspex_signature::{Clock, SystemClock};
use dspex_telemetry::Recorder;

use crate::background::Background;
use crate::{Shadow, Statistics};

/// The engines of a program in order of preference, and what every call starts from.
pub struct Orchestrator {
    engines: Vec<Arc<dyn Engine>>,
    absent: Vec<(EngineKind, String)>,
    models: Models,
    limits: Limits,
    recorder: Recorder,
    statistics: Arc<Statistics>,
    clock: Arc<dyn Clock>,
    shadow: Option<Shadow>,
    background: Background,
}

impl Orchestrator {
    /// An orchestrator without engines; events go to `recorder` and to its own statistics.
    #[must_use]
    pub fn new(recorder: Recorder) -> Self {
        let statistics = Arc::new(Statistics::default());
        Self {
            engines: Vec::new(),
            absent: Vec::new(),
            models: Models::new(),
            limits: Limits::default(),
            recorder: recorder.with(statistics.clone()),
            statistics,
            clock: Arc::new(SystemClock),
            shadow: None,
            background: Background::default(),
        }
    }

    /// The same orchestrator with one more engine, asked after those before it.
    #[must_use]
    pub fn engine(mut self, engine: Arc<dyn Engine>) -> Self {
        self.engines.push(engine);
        self
    }

    /// The same orchestrator, which can say why it lacks an engine.
    #[must_use]
    pub fn without(mut self, engine: EngineKind, why: impl Into<String>) -> Self {
        self.absent.push((engine, why.into()));
        self
    }

    /// The same orchestrator, which knows these models by name.
    #[must_use]
    pub fn models(mut self, models: Models) -> Self {
        self.models = models;
        self
    }

    /// The same orchestrator with other limits for calls that set none.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same orchestrator on another clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The same orchestrator, which compares a share of all modules' native calls with DSPy, unless a
    /// module says otherwise.
    #[must_use]
    pub fn shadow(mut self, shadow: impl Into<Shadow>) -> Self {
        self.shadow = Some(shadow.into());
        self
    }

    /// What came of the calls so far, by module.
    #[must_use]
    pub fn statistics(&self) -> &Arc<Statistics> {
        &self.statistics
    }

    /// Where events go, the statistics included.
    #[must_use]
    pub const fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// A context for one call, within the limits.
    #[must_use]
    pub fn context(&self, within: Option<Duration>, attempts: Option<u32>) -> CallContext {
        CallContext::with_clock(self.recorder.clone(), self.clock.clone())
            .within(within.unwrap_or(self.limits.within))
            .attempts(attempts.unwrap_or(self.limits.attempts))
    }

    pub(crate) fn engines(&self) -> &[Arc<dyn Engine>] {
        &self.engines
    }

    pub(crate) const fn known_models(&self) -> &Models {
        &self.models
    }

    pub(crate) const fn usual_shadow(&self) -> Option<Shadow> {
        self.shadow
    }

    pub(crate) const fn background(&self) -> &Background {
        &self.background
    }

    pub(crate) fn absent(&self) -> &[(EngineKind, String)] {
        &self.absent
    }
}

impl fmt::Debug for Orchestrator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let engines: Vec<EngineKind> = self.engines.iter().map(|engine| engine.kind()).collect();
        formatter
            .debug_struct("Orchestrator")
            .field("engines", &engines)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// What a call may spend when it does not say so itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From acceptance to answer.
    pub within: Duration,
    /// How many tries in all, the first one included.
    pub attempts: u32,
}

impl Default for Limits {
    /// Two minutes, and [`CallContext::DEFAULT_ATTEMPTS`].
    fn default() -> Self {
        Self { within: Duration::from_secs(120), attempts: CallContext::DEFAULT_ATTEMPTS }
    }
}
