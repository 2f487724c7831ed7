//! Which engines can run a module, in which order, and why.

use std::fmt;
use std::sync::Arc;

use dspex_bridge::{Capability, EngineKind, ModuleSpec, Prepared};

use crate::{Orchestrator, ShadowDifference};

/// The engines that can run one module, best first, and why the others cannot.
pub(crate) struct Route {
    steps: Vec<Step>,
    refused: Vec<(EngineKind, String)>,
}

/// One engine that is ready to run the module.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) engine: EngineKind,
    pub(crate) prepared: Arc<dyn Prepared>,
}

impl Route {
    /// Asks each engine in order of preference; `only` leaves one kind.
    pub(crate) fn plan(
        orchestrator: &Orchestrator,
        module: &Arc<ModuleSpec>,
        only: Option<EngineKind>,
    ) -> Self {
        let mut route = Self { steps: Vec::new(), refused: orchestrator.absent().to_vec() };
        for engine in orchestrator.engines() {
            let kind = engine.kind();
            if only.is_some_and(|only| only != kind) {
                route.refused.push((kind, "the module is held to the other engine".into()));
                continue;
            }
            match engine.prepare(module) {
                Ok(prepared) => route.steps.push(Step { engine: kind, prepared }),
                Err(unsupported) => route.refused.push((kind, unsupported.why)),
            }
        }
        route
    }

    /// The steps of a call. Those of a demoted module begin with Python, where that is one of them.
    pub(crate) fn steps(&self, is_demoted: bool) -> &[Step] {
        let is_python = |step: &Step| step.engine == EngineKind::Python;
        match self.steps.iter().position(is_python) {
            Some(first) if is_demoted => &self.steps[first..],
            _ => &self.steps,
        }
    }

    pub(crate) fn capability(&self, is_demoted: bool) -> Capability {
        match self.steps(is_demoted).first() {
            Some(step) => step.prepared.capability(),
            None => Capability::Unsupported(self.refusals()),
        }
    }

    /// Where the next call goes; `demoted` is why none goes to the native engine any more.
    pub(crate) fn choice(&self, demoted: Option<&ShadowDifference>) -> Choice {
        let Some(step) = self.steps(demoted.is_some()).first() else {
            return Choice { engine: None, why: self.refusals() };
        };
        let mut why = step.prepared.capability().to_string();
        if let Some(difference) = demoted.filter(|_| step.engine == EngineKind::Python) {
            why = format!("{why}; not native: it differs from DSPy at {difference}");
        }
        if !self.refused.is_empty() {
            why = format!("{why}; {}", self.refusals());
        }
        Choice { engine: Some(step.engine), why }
    }

    pub(crate) fn refusals(&self) -> String {
        if self.refused.is_empty() {
            return "no engine is configured".into();
        }
        let refusals = self.refused.iter().map(|(engine, why)| format!("not {engine}: {why}"));
        refusals.collect::<Vec<_>>().join("; ")
    }
}

/// The engine that a module's next call goes to, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// The engine; `None` where no engine runs the module.
    pub engine: Option<EngineKind>,
    /// How far its answers are its own, and why each other engine was not chosen.
    pub why: String,
}

impl fmt::Display for Choice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.engine {
            Some(engine) => write!(formatter, "{engine}: {}", self.why),
            None => write!(formatter, "no engine: {}", self.why),
        }
    }
}
