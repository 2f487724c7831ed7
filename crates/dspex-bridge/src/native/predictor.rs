//! What a module asks a model with: by its adapter, and once more by `JSONAdapter` where nothing can be
//! read.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use dspex_signature::{Adapter, Fields, ParseError, Parsed, Signature, Type, Unsure};
use dspex_telemetry::Event;

use super::sampling::Sampled;
use super::telling::timed;
use super::way::Way;
use crate::call::{CallContext, CallError, CallErrorKind, Exactness, Meta, PathStep, Turn};
use crate::engine::{Capability, ParseDelegate};
use crate::llm::{
    Completion, CompletionRequest, LanguageModel, LmError, LmErrorKind, Sampling, nth,
};

/// `dspy.Predict`, ready to ask: its signature complete, what stays the same in every prompt rendered,
/// its model resolved.
pub(super) struct Predictor {
    /// The module's name, in reports.
    pub(super) module: String,
    /// Its own name in the module, as DSPy has it.
    pub(super) name: String,
    /// How it is to sample, as the module says.
    pub(super) given: Sampling,
    pub(super) demos: Vec<Fields>,
    pub(super) sampled: Sampled,
    pub(super) way: Way,
    /// How the model is asked again where its completion cannot be read.
    pub(super) fallback: Option<Way>,
    pub(super) model: Arc<dyn LanguageModel>,
    pub(super) delegate: Option<Arc<dyn ParseDelegate>>,
}

impl Predictor {
    pub(super) fn signature(&self) -> &Signature {
        self.way.signature()
    }

    pub(super) fn capability(&self) -> Capability {
        // JSON may need repairs that only Python knows, whatever the types.
        let is_plain = self.way.adapter() != Adapter::Json
            && self.signature().outputs().iter().all(|field| field.ty == Type::Str);
        let part = || "the parsing of unusual values".to_owned();
        match &self.delegate {
            _ if is_plain => Capability::Exact,
            Some(_) => Capability::Delegates(part()),
            None => Capability::Approximates(part()),
        }
    }

    /// The outputs for these inputs, which are as the prompt is to show them.
    pub(super) async fn answer(
        &self,
        inputs: &Fields,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Fields, CallError> {
        let sampled = match context.sampling() {
            None => Cow::Borrowed(&self.sampled),
            Some(of_call) => Cow::Owned(self.sampled_as(of_call)?),
        };
        let mut unread = None;
        for way in std::iter::once(&self.way).chain(&self.fallback) {
            let n_told = context.teller().n_told();
            match self.ask(way, inputs, &sampled, context, meta).await? {
                Asked::Read(outputs) => return Ok(outputs),
                // What was told cannot be taken back. DSPy is stricter: it asks once more only where
                // nothing came from the model at all.
                Asked::Unread(error) if context.teller().n_told() > n_told => return Err(error),
                Asked::Unread(error) => unread = Some(error),
            }
        }
        Err(unread.expect("a predictor asks at least once"))
    }

    /// How the models of a call sample that says so itself.
    fn sampled_as(&self, of_call: &Sampling) -> Result<Sampled, CallError> {
        let given = of_call.clone().or(&self.given);
        Sampled::new(&given, &*self.model)
            .map_err(|refused| CallErrorKind::NotSupportedYet { what: refused.why }.into())
    }

    /// One prompt, its completions, and what they say.
    async fn ask(
        &self,
        way: &Way,
        inputs: &Fields,
        sampled: &Sampled,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Asked, CallError> {
        let begun = context.elapsed();
        let request = way.request(&self.demos, inputs, &sampled.sampling)?;
        let first = match context.teller().has_reader() {
            // What is kept of a stream meanwhile is large, and few calls have a reader.
            true => Box::pin(self.complete_telling(way, &request, context, meta)).await?,
            false => self.complete(&request, context, meta).await?,
        };
        let mut further = Vec::new();
        for number in 1..sampled.n {
            let another = nth(&request, number);
            further.push(Box::pin(self.complete(&another, context, meta)).await?);
        }
        meta.logprobs.clear();
        let has_logprobs = sampled.has_logprobs;
        let question = Question { way, inputs, request: &request, begun, has_logprobs };
        let outputs = match self.read(&question, first, context, meta).await? {
            Asked::Read(outputs) => outputs,
            unread @ Asked::Unread(_) => return Ok(unread),
        };
        if further.is_empty() {
            return Ok(Asked::Read(outputs));
        }
        let mut all = vec![outputs.clone()];
        for completion in further {
            match self.read(&question, completion, context, meta).await? {
                Asked::Read(outputs) => all.push(outputs),
                unread @ Asked::Unread(_) => return Ok(unread),
            }
        }
        meta.completions = all;
        Ok(Asked::Read(outputs))
    }

    /// What a completion says.
    async fn read(
        &self,
        question: &Question<'_>,
        completion: Completion,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Asked, CallError> {
        let Some(transcript) = context.transcript() else {
            return self.parse(question, completion, context, meta).await;
        };
        let mut turn = Turn {
            predictor: self.name.clone(),
            inputs: question.inputs.clone(),
            messages: question.request.messages.clone(),
            sampling: question.request.sampling.clone(),
            response_format: question.request.response_format.clone(),
            completion: completion.text.clone(),
            outputs: Fields::new(),
        };
        let asked = Box::pin(self.parse(question, completion, context, meta)).await;
        if let Ok(Asked::Read(outputs)) = &asked {
            turn.outputs = outputs.clone();
        }
        transcript.push(turn);
        asked
    }

    async fn parse(
        &self,
        Question { way, begun, has_logprobs, .. }: &Question<'_>,
        completion: Completion,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Asked, CallError> {
        if *has_logprobs {
            meta.logprobs.push(completion.logprobs);
        }
        let parsed = way.parse(&completion.text);
        let took = context.elapsed().saturating_sub(*begun);
        let unread = match parsed {
            // DSPy refuses a completion without text before any adapter reads it.
            _ if completion.text.is_empty() => empty(way.signature()),
            Parsed::Exact(outputs) => {
                meta.path.push(PathStep::new("native", took, None));
                return Ok(Asked::Read(outputs));
            }
            Parsed::Fails(error) => refused(error, completion.text),
            Parsed::Unsure(unsure) => {
                meta.path.push(PathStep::new("native", took, Some(unsure.reason.clone())));
                // Asking Python takes room, and few completions need it.
                let asked = self.delegate(way, unsure, completion.text, context, meta);
                return Box::pin(asked).await;
            }
        };
        meta.path.push(PathStep::new("native", took, Some(unread.to_string())));
        Ok(Asked::Unread(unread))
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Completion, CallError> {
        let asked = context.bound(self.model.complete(request, context));
        let completed = timed(context, meta, asked).await?;
        let completion = completed.map_err(|error| failed(error, context))?;
        meta.spend(completion.spent());
        Ok(completion)
    }

    /// Has Python parse what the native parser is not sure of; the model is not asked again.
    async fn delegate(
        &self,
        way: &Way,
        Unsure { reason }: Unsure,
        completion: String,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Asked, CallError> {
        let Some(delegate) = &self.delegate else {
            return self.approximate(way, reason, completion, context, meta).map_err(|undecided| {
                let Undecided { reason, completion } = undecided;
                let message = format!("only Python can tell what the completion says: {reason}");
                CallErrorKind::Parse { message, missing: Vec::new(), completion }.into()
            });
        };
        let module = self.module.clone();
        context.recorder().record(Event::ParseDelegated { module, reason: reason.clone() });
        let started = context.elapsed();
        let parsed = delegate.parse(way.adapter(), way.signature(), &completion, context).await;
        let took = context.elapsed().saturating_sub(started);
        let failed = parsed.as_ref().err().map(ToString::to_string);
        meta.path.push(PathStep::new("python parse", took, failed));
        match parsed {
            Ok(outputs) => Ok(Asked::Read(outputs)),
            Err(error) if is_unread(&error) => Ok(Asked::Unread(error)),
            // The completion is paid for, and is not asked for again because Python cannot look at it.
            Err(error) if is_unasked(&error) => {
                self.approximate(way, reason, completion, context, meta).map_err(|_| error)
            }
            Err(error) => Err(error),
        }
    }

    /// What the completion most likely says, as the answer that says so of itself.
    fn approximate(
        &self,
        way: &Way,
        reason: String,
        completion: String,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Asked, Undecided> {
        let Some(read) = way.parse_approximately(&completion) else {
            return Err(Undecided { reason, completion });
        };
        meta.exactness = Exactness::Approximate;
        let failed = read.as_ref().err().map(ToString::to_string);
        meta.path.push(PathStep::new("approximate parse", Duration::ZERO, failed));
        let module = self.module.clone();
        context.recorder().record(Event::ParseApproximated { module, reason });
        Ok(match read {
            Ok(outputs) => Asked::Read(outputs),
            Err(error) => Asked::Unread(refused(error, completion)),
        })
    }
}

/// One prompt, by an adapter.
struct Question<'a> {
    way: &'a Way,
    inputs: &'a Fields,
    request: &'a CompletionRequest,
    /// When it was asked.
    begun: Duration,
    /// Whether it is asked how likely the completion's tokens are.
    has_logprobs: bool,
}

/// What came of asking the model once.
enum Asked {
    Read(Fields),
    /// DSPy raises `AdapterParseError` here.
    Unread(CallError),
}

/// A completion of which there is no likely reading, and why.
struct Undecided {
    reason: String,
    completion: String,
}

/// The failure of a model, as one of the call.
pub(super) fn failed(error: LmError, context: &CallContext) -> CallError {
    match error.kind {
        // The model was cut off by the call's deadline, not by a limit of its own.
        LmErrorKind::Timeout { .. } if context.remaining() == Some(Duration::ZERO) => {
            CallErrorKind::Deadline { after: context.elapsed() }.into()
        }
        _ => error.into(),
    }
}

fn empty(signature: &Signature) -> CallError {
    let missing = signature.outputs().iter().map(|field| field.name.clone()).collect();
    let message = "the model wrote nothing".to_owned();
    CallErrorKind::Parse { message, missing, completion: String::new() }.into()
}

fn refused(error: ParseError, completion: String) -> CallError {
    let ParseError { message, found, missing, .. } = error;
    CallError::from(CallErrorKind::Parse { message, missing, completion }).with_partial(found)
}

/// Whether no worker looked at what it was to parse, or none lived to tell.
fn is_unasked(error: &CallError) -> bool {
    matches!(
        error.kind(),
        CallErrorKind::UnsupportedPlatform { .. }
            | CallErrorKind::PoolUnavailable { .. }
            | CallErrorKind::Overloaded { .. }
            | CallErrorKind::WorkerDied { .. }
            | CallErrorKind::Poison { .. }
            | CallErrorKind::MemoryLimit { .. }
            | CallErrorKind::Protocol { .. }
    )
}

/// Whether this is DSPy's `AdapterParseError`.
fn is_unread(error: &CallError) -> bool {
    match error.kind() {
        CallErrorKind::Python(raised) => raised.type_name.ends_with("AdapterParseError"),
        _ => false,
    }
}
