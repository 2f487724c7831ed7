//! The handle of a module: options, and the calls made through it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use dspex_bridge::llm::Lm;
use dspex_bridge::{
    CallContext, CallError, Capability, EngineKind, ModuleKind, ModuleSpec, Outcome, Reasoned,
};
use dspex_signature::{Adapter, Example, Fields, Record, Signature, TypedSignature, Value};

use crate::route::{Choice, Route};
use crate::{Call, Orchestrator, execute};

/// A signature plus a way to answer it. Cheap to clone; an option makes a new module and leaves
/// the clones as they are.
pub struct Module<I = Fields, O = Fields> {
    core: Arc<Core>,
    types: PhantomData<fn(I) -> O>,
}

/// A module that answers directly.
pub type Predict<S> = Module<S, <S as TypedSignature>::Output>;

/// A module that reasons before it answers.
pub type ChainOfThought<S> = Module<S, Reasoned<<S as TypedSignature>::Output>>;

/// What clones of a module share.
pub(crate) struct Core {
    pub(crate) orchestrator: Arc<Orchestrator>,
    spec: Arc<ModuleSpec>,
    only: Option<EngineKind>,
    route: OnceLock<Route>,
}

impl Core {
    fn new(orchestrator: Arc<Orchestrator>, spec: ModuleSpec, only: Option<EngineKind>) -> Self {
        Self { orchestrator, spec: Arc::new(spec), only, route: OnceLock::new() }
    }

    fn route(&self) -> &Route {
        let plan = || Route::plan(&self.orchestrator, &self.spec, self.only);
        self.route.get_or_init(plan)
    }

    pub(crate) async fn run(
        &self,
        inputs: &Fields,
        context: &CallContext,
    ) -> Result<Outcome, CallError> {
        let route = self.route();
        if route.steps().is_empty() {
            // No engine takes a module whose model is unknown; that is the fault to tell.
            self.orchestrator.known_models().resolve(&self.spec.lm)?;
        }
        execute::execute(&self.spec, route, inputs, context).await
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Module").field("spec", &self.spec).finish_non_exhaustive()
    }
}

impl<S: TypedSignature> Module<S, S::Output> {
    /// A module for the signature of `S`, whose output is exactly `S`'s.
    #[must_use]
    pub fn typed(orchestrator: Arc<Orchestrator>, kind: ModuleKind) -> Self {
        Self::from_spec(orchestrator, ModuleSpec::new(kind, Arc::new(S::signature().clone())))
    }
}

impl<S: TypedSignature> Module<S, Reasoned<S::Output>> {
    /// `dspy.ChainOfThought` for the signature of `S`.
    #[must_use]
    pub fn chain_of_thought(orchestrator: Arc<Orchestrator>) -> Self {
        let signature = Arc::new(S::signature().clone());
        Self::from_spec(orchestrator, ModuleSpec::new(ModuleKind::ChainOfThought, signature))
    }
}

impl Module {
    /// A module for a signature that is known at run time only.
    #[must_use]
    pub fn untyped(
        orchestrator: Arc<Orchestrator>,
        kind: ModuleKind,
        signature: impl Into<Arc<Signature>>,
    ) -> Self {
        Self::from_spec(orchestrator, ModuleSpec::new(kind, signature.into()))
    }
}

impl<I: Record, O: Record> Module<I, O> {
    fn from_spec(orchestrator: Arc<Orchestrator>, spec: ModuleSpec) -> Self {
        Self { core: Arc::new(Core::new(orchestrator, spec, None)), types: PhantomData }
    }

    fn change(self, change: impl FnOnce(&mut ModuleSpec)) -> Self {
        let mut spec = ModuleSpec::clone(&self.core.spec);
        change(&mut spec);
        let core = Core::new(self.core.orchestrator.clone(), spec, self.core.only);
        Self { core: Arc::new(core), types: PhantomData }
    }

    /// A call with this input; await it.
    pub fn call(&self, input: I) -> Call<O> {
        Call::new(self.core.clone(), input.into_fields())
    }

    /// Answers untyped inputs within a context that is already there, as a stage of a pipeline
    /// does.
    ///
    /// # Errors
    /// The same as awaiting a [`Call`].
    pub async fn run_fields(
        &self,
        inputs: &Fields,
        context: &CallContext,
    ) -> Result<Outcome, CallError> {
        self.core.run(inputs, context).await
    }

    /// The same module on another model: a configured name, or a model of yours.
    #[must_use]
    pub fn lm(self, lm: impl Into<Lm>) -> Self {
        self.change(|spec| spec.lm = lm.into())
    }

    /// The same module with this much randomness, in place of the model's configured one.
    #[must_use]
    pub fn temperature(self, temperature: f64) -> Self {
        self.change(|spec| spec.sampling.temperature = Some(temperature))
    }

    /// The same module with at most this many tokens an answer.
    #[must_use]
    pub fn max_tokens(self, max_tokens: u64) -> Self {
        self.change(|spec| spec.sampling.max_tokens = Some(max_tokens))
    }

    /// The same module with other instructions.
    #[must_use]
    pub fn instructions(self, instructions: &str) -> Self {
        self.change(|spec| {
            spec.signature =
                Arc::new(Signature::clone(&spec.signature).with_instructions(instructions));
        })
    }

    /// The same module with these worked examples: inputs and outputs of one example together.
    #[must_use]
    pub fn demo_fields(self, demos: impl IntoIterator<Item = Fields>) -> Self {
        self.change(|spec| spec.demos = demos.into_iter().collect())
    }

    /// The same module with these worked examples. Their output may be the module's, or the
    /// signature's alone: what the module adds is then told as missing, as in DSPy.
    #[must_use]
    pub fn demos<D: Record>(self, demos: impl IntoIterator<Item = Example<I, D>>) -> Self {
        self.demo_fields(demos.into_iter().map(Example::into_fields))
    }

    /// The same module with another adapter.
    #[must_use]
    pub fn adapter(self, adapter: Adapter) -> Self {
        self.change(|spec| spec.adapter = adapter)
    }

    /// The same module with one more constructor argument for its Python class.
    #[must_use]
    pub fn init(self, name: &str, value: impl Into<Value>) -> Self {
        self.change(|spec| {
            spec.init.insert(name, value);
        })
    }

    /// The same module in another pool of Python workers than `general`.
    #[must_use]
    pub fn pool(self, pool: &str) -> Self {
        self.change(|spec| spec.pool = Some(pool.to_owned()))
    }

    /// The same module under another name in reports.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.change(|spec| name.clone_into(&mut spec.name))
    }

    /// The same module, on this engine and no other.
    #[must_use]
    pub fn only(self, engine: EngineKind) -> Self {
        let spec = ModuleSpec::clone(&self.core.spec);
        let core = Core::new(self.core.orchestrator.clone(), spec, Some(engine));
        Self { core: Arc::new(core), types: PhantomData }
    }

    /// How the module will be answered, before any traffic.
    #[must_use]
    pub fn capability(&self) -> Capability {
        self.core.route().capability()
    }

    /// The engine that the next call goes to, and why.
    #[must_use]
    pub fn choice(&self) -> Choice {
        self.core.route().choice()
    }

    /// What the module shares with the others of its program.
    #[must_use]
    pub fn orchestrator(&self) -> &Arc<Orchestrator> {
        &self.core.orchestrator
    }

    /// The name in reports.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.core.spec.name
    }

    /// The signature, without what the module adds to it.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.core.spec.signature
    }
}

impl<I, O> Clone for Module<I, O> {
    fn clone(&self) -> Self {
        Self { core: self.core.clone(), types: PhantomData }
    }
}

impl<I, O> fmt::Debug for Module<I, O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.core.fmt(formatter)
    }
}
