//! Which engines can run a module, in which order, and why.

use std::fmt;
use std::sync::Arc;

use dspex_bridge::{Capability, EngineKind, ModuleSpec, Prepared};

use crate::Orchestrator;

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

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) fn capability(&self) -> Capability {
        match self.steps.first() {
            Some(step) => step.prepared.capability(),
            None => Capability::Unsupported(self.refusals()),
        }
    }

    pub(crate) fn choice(&self) -> Choice {
        let engine = self.steps.first().map(|step| step.engine);
        let why = match self.steps.first() {
            Some(step) if self.refused.is_empty() => step.prepared.capability().to_string(),
            Some(step) => format!("{}; {}", step.prepared.capability(), self.refusals()),
            None => self.refusals(),
        };
        Choice { engine, why }
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
