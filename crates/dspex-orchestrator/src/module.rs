//! The handle of a module: options, and the calls made through it.

use std::fmt;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use dspex_bridge::llm::Lm;
use dspex_bridge::{
    Acted, CallContext, CallError, Capability, EngineKind, ModuleKind, ModuleSpec, Outcome,
    Reasoned, Saved,
};
use dspex_signature::{
    Adapter, Example, Field, Fields, Program, ProgramError, ProgramNote, Record, Side, Signature,
    Tool, Type, TypedSignature, Value,
};

use crate::execute::execute;
use crate::refine_text::{HINT, HINT_DESC};
use crate::route::{Choice, Route};
use crate::rules::Rules;
use crate::shadow::{Asked, Shadow, ShadowReport, Shadowed};
use crate::{Call, Orchestrator, ShadowDifference};

/// A signature plus a way to answer it. Cheap to clone; an option makes a new module and leaves
/// the clones as they are.
pub struct Module<I = Fields, O = Fields> {
    core: Arc<Core>,
    rules: Rules<O>,
    types: PhantomData<fn(I) -> O>,
}

/// A module that answers directly.
pub type Predict<S> = Module<S, <S as TypedSignature>::Output>;

/// A module that reasons before it answers.
pub type ChainOfThought<S> = Module<S, Reasoned<<S as TypedSignature>::Output>>;

/// A module that calls tools before it answers.
pub type React<S> = Module<S, Acted<<S as TypedSignature>::Output>>;

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
    fn new(
        orchestrator: Arc<Orchestrator>,
        spec: ModuleSpec,
        only: Option<EngineKind>,
        shadow: Option<Shadow>,
    ) -> Self {
        let (route, hinted) = (OnceLock::new(), OnceLock::new());
        let shadow = shadow.map(|shadow| Arc::new(Shadowed::new(shadow)));
        Self { orchestrator, spec: Arc::new(spec), only, route, shadow, hinted }
    }

    /// The same with something else in it, of which nothing is known yet.
    fn changed(&self, spec: ModuleSpec) -> Self {
        let shadow = self.shadow.as_ref().map(|shadow| shadow.settings());
        Self::new(self.orchestrator.clone(), spec, self.only, shadow)
    }

    fn route(&self) -> &Route {
        let plan = || Route::plan(&self.orchestrator, &self.spec, self.only);
        self.route.get_or_init(plan)
    }

    pub(crate) fn spec(&self) -> &ModuleSpec {
        &self.spec
    }

    /// Another module, which goes to the engines that this one may go to.
    pub(crate) fn sibling(&self, spec: ModuleSpec) -> Self {
        self.changed(spec)
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

impl<S: TypedSignature> Module<S, S::Output> {
    /// A module for the signature of `S`, whose output is exactly `S`'s.
    #[must_use]
    pub fn typed(orchestrator: Arc<Orchestrator>, kind: ModuleKind) -> Self {
        Self::from_spec(orchestrator, ModuleSpec::new(kind, Arc::new(S::signature().clone())))
    }
}

impl<S: TypedSignature> Module<S, Acted<S::Output>> {
    /// `dspy.ReAct` for the signature of `S`, with these tools.
    #[must_use]
    pub fn react(orchestrator: Arc<Orchestrator>, tools: impl IntoIterator<Item = Tool>) -> Self {
        let mut spec = ModuleSpec::new(ModuleKind::React, Arc::new(S::signature().clone()));
        spec.tools = tools.into_iter().collect();
        Self::from_spec(orchestrator, spec)
    }

    /// The same module with at most this many calls of tools before it answers.
    #[must_use]
    pub fn max_iters(self, max_iters: u32) -> Self {
        self.init("max_iters", max_iters)
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
    pub(crate) fn from_spec(orchestrator: Arc<Orchestrator>, spec: ModuleSpec) -> Self {
        let shadow = orchestrator.usual_shadow();
        let core = Arc::new(Core::new(orchestrator, spec, None, shadow));
        Self { core, rules: Rules::default(), types: PhantomData }
    }

    fn change(self, change: impl FnOnce(&mut ModuleSpec)) -> Self {
        let mut spec = ModuleSpec::clone(&self.core.spec);
        change(&mut spec);
        Self { core: Arc::new(self.core.changed(spec)), ..self }
    }

    pub(crate) fn change_rules(self, change: impl FnOnce(Rules<O>) -> Rules<O>) -> Self {
        Self { rules: change(self.rules), ..self }
    }

    /// A call with this input; await it.
    pub fn call(&self, input: I) -> Call<O> {
        Call::new(self.core.clone(), self.rules.clone(), input.into_fields())
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
        if self.rules.are_none() {
            return self.core.run(inputs, context).await;
        }
        let (outcome, _) = self.rules.answer(&self.core, inputs, context).await?;
        Ok(outcome)
    }

    /// The same module with a rule for its answers that no schema can say. The sentence says what
    /// has to hold: `the total is the sum of the lines`. It is what the model is told where it is
    /// [asked again](Module::ask_again), and what the error says where it is not.
    #[must_use]
    pub fn ensure(
        self,
        sentence: &str,
        holds: impl Fn(&O) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.change_rules(|rules| rules.with(sentence, holds))
    }

    /// The same module, which asks up to this many times again where an answer cannot be read, does
    /// not fit its type, or does not keep a [rule](Module::ensure); each time it says why. These
    /// tries are counted beside the call's attempts.
    #[must_use]
    pub fn ask_again(self, times: u32) -> Self {
        self.change_rules(|rules| rules.ask_again(times))
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

    /// The same module with one more parameter of the model's requests: `top_p`, `stop`, `seed`.
    #[must_use]
    pub fn parameter(self, name: &str, value: impl Into<Value>) -> Self {
        self.change(|spec| {
            spec.sampling.extra.insert(name, value);
        })
    }

    /// The same module, which asks for this many completions, one after the other. The first one is
    /// the prediction; [`Meta::completions`](dspex_bridge::Meta::completions) has all of them. As in
    /// DSPy, a model that hardly varies is asked with a temperature of 0.7 then.
    #[must_use]
    pub fn n(self, n: u32) -> Self {
        self.change(|spec| {
            spec.sampling.extra.insert("n", n);
        })
    }

    /// The same module with other instructions.
    #[must_use]
    pub fn instructions(self, instructions: &str) -> Self {
        self.change(|spec| spec.set_instructions(instructions))
    }

    /// The same module with these worked examples: inputs and outputs of one example together.
    #[must_use]
    pub fn demo_fields(self, demos: impl IntoIterator<Item = Fields>) -> Self {
        self.change(|spec| spec.set_demos(demos.into_iter().collect()))
    }

    /// The same module with these worked examples. Their output may be the module's, or the
    /// signature's alone: what the module adds is then told as missing, as in DSPy.
    #[must_use]
    pub fn demos<D: Record>(self, demos: impl IntoIterator<Item = Example<I, D>>) -> Self {
        self.demo_fields(demos.into_iter().map(Example::into_fields))
    }

    /// The same module, continuing a program that DSPy saved: instructions, descriptions and demos are
    /// those of the file, and so are its language models, unless the module names one with
    /// [`lm`](Self::lm).
    ///
    /// # Errors
    /// [`ProgramError`] where the file cannot be read, or does not fit the module: DSPy saves neither
    /// the names nor the types of fields, so both sides are told.
    pub fn load(self, path: impl AsRef<Path>) -> Result<Self, ProgramError> {
        let path = path.as_ref();
        let mut spec = ModuleSpec::clone(&self.core.spec);
        spec.load(Program::load(path)?).map_err(|error| error.at(path))?;
        Ok(self.change(|slot| *slot = spec))
    }

    /// What a [loaded](Self::load) file says that has no effect, or another one than its author may
    /// think.
    #[must_use]
    pub fn notes(&self) -> &[ProgramNote] {
        self.core.spec.saved.as_deref().map_or(&[], Saved::notes)
    }

    /// The same module with these tools, for a `dspy.ReAct` of a signature that is known at run time.
    #[must_use]
    pub fn tools(self, tools: impl IntoIterator<Item = Tool>) -> Self {
        self.change(|spec| spec.tools = tools.into_iter().collect())
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

    /// The same module, whose outputs may be objects that stay in the Python worker that made them: what
    /// cannot leave it comes as a [`Reference`](dspex_signature::Reference), an input of later calls to
    /// the same pool. Without this such an output is an error.
    #[must_use]
    pub fn keep_outputs(self) -> Self {
        self.change(|spec| spec.keeps_outputs = true)
    }

    /// The same module in another pool of Python workers than `general`.
    #[must_use]
    pub fn pool(self, pool: &str) -> Self {
        self.change(|spec| spec.pool = Some(pool.to_owned()))
    }

    /// The same module, marked as one that does no harm where it is run a second time: a call whose worker
    /// dies goes to another one. `Predict` and `ChainOfThought` are so already.
    #[must_use]
    pub fn idempotent(self) -> Self {
        self.change(|spec| spec.idempotent = true)
    }

    /// The same module under another name in reports.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.change(|spec| name.clone_into(&mut spec.name))
    }

    /// The same module, on this engine and no other.
    #[must_use]
    pub fn only(self, engine: EngineKind) -> Self {
        self.core_with(Some(engine), self.core.shadow.as_ref().map(|shadow| shadow.settings()))
    }

    /// The same module, of whose native calls a share is answered by Python once more, off the hot path: with
    /// the completions that were there, prompts and outputs have to be the same. Where they are not, calls go
    /// to Python from then on, unless the [`Shadow`] says otherwise; clones share what was found.
    #[must_use]
    pub fn shadow(self, shadow: impl Into<Shadow>) -> Self {
        self.core_with(self.core.only, Some(shadow.into()))
    }

    fn core_with(&self, only: Option<EngineKind>, shadow: Option<Shadow>) -> Self {
        let spec = ModuleSpec::clone(&self.core.spec);
        let core = Core::new(self.core.orchestrator.clone(), spec, only, shadow);
        Self { core: Arc::new(core), rules: self.rules.clone(), types: PhantomData }
    }

    /// What came of the module's [`shadow`](Self::shadow) so far; `None` where it has none.
    #[must_use]
    pub fn shadow_report(&self) -> Option<ShadowReport> {
        self.core.shadow.as_ref().map(|shadow| shadow.report())
    }

    /// How the module will be answered, before any traffic.
    #[must_use]
    pub fn capability(&self) -> Capability {
        self.core.route().capability(self.core.demoted().is_some())
    }

    /// The engine that the next call goes to, and why.
    #[must_use]
    pub fn choice(&self) -> Choice {
        self.core.route().choice(self.core.demoted().as_ref())
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
        Self { core: self.core.clone(), rules: self.rules.clone(), types: PhantomData }
    }
}

impl<I, O> fmt::Debug for Module<I, O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.core.fmt(formatter)
    }
}
