//! What a module is behind its handle: its data, its route, its shadow; and how a call of it runs.

use std::fmt;
use std::sync::{Arc, OnceLock};

use dspex_bridge::{CallContext, CallError, Capability, EngineKind, ModuleSpec, Outcome};
use dspex_signature::{Field, Fields, Side, Type};

use crate::execute::execute;
use crate::refine_text::{HINT, HINT_DESC};
use crate::route::{Choice, Route};
use crate::shadow::{Asked, Shadow, ShadowReport, Shadowed};
use crate::{Orchestrator, ShadowDifference};

/// What clones of a module share.
pub(crate) struct Core {
    pub(crate) orchestrator: Arc<Orchestrator>,
    spec: Arc<ModuleSpec>,
    only: Option<EngineKind>,
    route: OnceLock<Route>,
    shadow: Option<Arc<Shadowed>>,
    /// The same module with an input for what was wrong with an earlier answer.
    hinted: OnceLock<Arc<Core>>,
}

impl Core {
    pub(crate) fn new(
        orchestrator: Arc<Orchestrator>,
        spec: ModuleSpec,
        only: Option<EngineKind>,
        shadow: Option<Shadow>,
    ) -> Self {
        let (route, hinted) = (OnceLock::new(), OnceLock::new());
        let shadow = shadow.map(|shadow| Arc::new(Shadowed::new(shadow)));
        Self { orchestrator, spec: Arc::new(spec), only, route, shadow, hinted }
    }

    /// Another module, which goes to the engines that this one may go to; nothing is known of it yet.
    pub(crate) fn changed(&self, spec: ModuleSpec) -> Self {
        Self::new(self.orchestrator.clone(), spec, self.only, self.shadowing())
    }

    /// The same module on this engine and no other.
    pub(crate) fn only(&self, only: EngineKind) -> Self {
        let spec = ModuleSpec::clone(&self.spec);
        Self::new(self.orchestrator.clone(), spec, Some(only), self.shadowing())
    }

    /// The same module with this shadow.
    pub(crate) fn shadowed(&self, shadow: Shadow) -> Self {
        let spec = ModuleSpec::clone(&self.spec);
        Self::new(self.orchestrator.clone(), spec, self.only, Some(shadow))
    }

    fn shadowing(&self) -> Option<Shadow> {
        self.shadow.as_ref().map(|shadow| shadow.settings())
    }

    pub(crate) fn shadow_report(&self) -> Option<ShadowReport> {
        self.shadow.as_ref().map(|shadow| shadow.report())
    }

    pub(crate) fn capability(&self) -> Capability {
        self.route().capability(self.demoted().is_some())
    }

    pub(crate) fn choice(&self) -> Choice {
        self.route().choice(self.demoted().as_ref())
    }

    fn route(&self) -> &Route {
        let plan = || Route::plan(&self.orchestrator, &self.spec, self.only);
        self.route.get_or_init(plan)
    }

    pub(crate) fn spec(&self) -> &ModuleSpec {
        &self.spec
    }

    /// The module that is told what was wrong with an earlier answer, and in which input.
    pub(crate) fn hinted(self: &Arc<Self>) -> (Arc<Self>, &'static str) {
        let is_hinted = self.spec.signature.inputs().iter().any(|input| input.name == HINT);
        if is_hinted {
            return (self.clone(), HINT);
        }
        let hinted = self.hinted.get_or_init(|| {
            let mut spec = ModuleSpec::clone(&self.spec);
            let hint = Field::new(HINT, Type::Str).with_desc(HINT_DESC);
            spec.change_signature(|signature| {
                let hinted = signature.append(Side::Input, hint.clone());
                hinted.expect("no input has the name yet")
            });
            Arc::new(self.changed(spec))
        });
        (hinted.clone(), HINT)
    }

    pub(crate) async fn run(
        &self,
        inputs: &Fields,
        context: &CallContext,
    ) -> Result<Outcome, CallError> {
        let route = self.route();
        if route.steps(false).is_empty() {
            // No engine takes a module whose model is unknown; that is the fault to tell.
            self.orchestrator.known_models().resolve(&self.spec.lm)?;
        }
        let demoted = self.demoted().is_some();
        let Some(shadow) = self.shadow.as_ref().filter(|_| self.is_native() && !demoted) else {
            return execute(&self.spec, route, demoted, inputs, context).await;
        };
        let Some(transcript) = shadow.sampled(context) else {
            return execute(&self.spec, route, false, inputs, context).await;
        };
        // Few calls are kept for a comparison, which takes room.
        Box::pin(async {
            let kept = context.clone().with_transcript(transcript.clone());
            let answer = execute(&self.spec, route, false, inputs, &kept).await;
            let (spec, inputs) = (self.spec.clone(), inputs.clone());
            let sampling = context.sampling().cloned();
            let asked = Asked { spec, inputs, sampling, transcript };
            shadow.compare(&self.orchestrator, asked, &answer);
            answer
        })
        .await
    }

    /// Whether calls go to the native engine at first.
    fn is_native(&self) -> bool {
        self.route().steps(false).first().is_some_and(|step| step.engine == EngineKind::Native)
    }

    /// Why they do so no longer.
    fn demoted(&self) -> Option<ShadowDifference> {
        self.shadow.as_ref()?.demoted()
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Module").field("spec", &self.spec).finish_non_exhaustive()
    }
}
