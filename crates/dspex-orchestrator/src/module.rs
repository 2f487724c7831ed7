//! The handle of a module: options, and the calls made through it.

use std::fmt;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use dspex_bridge::llm::Lm;
use dspex_bridge::{
    Acted, CallContext, CallError, Capability, EngineKind, ModuleKind, ModuleSpec, Outcome,
    Reasoned, Saved,
};
use dspex_signature::{
    Adapter, Example, Fields, Program, ProgramError, ProgramNote, Record, Signature, Tool,
    TypedSignature, Value,
};

use crate::module_core::Core;
use crate::route::Choice;
use crate::rules::Rules;
use crate::{Call, Orchestrator, Shadow, ShadowReport};

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
        let mut spec = ModuleSpec::clone(self.core.spec());
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
        let mut spec = ModuleSpec::clone(self.core.spec());
        spec.load(Program::load(path)?).map_err(|error| error.at(path))?;
        Ok(self.change(|slot| *slot = spec))
    }

    /// What a [loaded](Self::load) file says that has no effect, or another one than its author may
    /// think.
    #[must_use]
    pub fn notes(&self) -> &[ProgramNote] {
        self.core.spec().saved.as_deref().map_or(&[], Saved::notes)
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
        Self { core: Arc::new(self.core.only(engine)), ..self }
    }

    /// The same module, of whose native calls a share is answered by Python once more, off the hot path: with
    /// the completions that were there, prompts and outputs have to be the same. Where they are not, calls go
    /// to Python from then on, unless the [`Shadow`] says otherwise; clones share what was found.
    #[must_use]
    pub fn shadow(self, shadow: impl Into<Shadow>) -> Self {
        Self { core: Arc::new(self.core.shadowed(shadow.into())), ..self }
    }

    /// What came of the module's [`shadow`](Self::shadow) so far; `None` where it has none.
    #[must_use]
    pub fn shadow_report(&self) -> Option<ShadowReport> {
        self.core.shadow_report()
    }

    /// How the module will be answered, before any traffic.
    #[must_use]
    pub fn capability(&self) -> Capability {
        self.core.capability()
    }

    /// The engine that the next call goes to, and why.
    #[must_use]
    pub fn choice(&self) -> Choice {
        self.core.choice()
    }

    /// What the module shares with the others of its program.
    #[must_use]
    pub fn orchestrator(&self) -> &Arc<Orchestrator> {
        &self.core.orchestrator
    }

    /// The name in reports.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.core.spec().name
    }

    /// The signature, without what the module adds to it.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.core.spec().signature
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
