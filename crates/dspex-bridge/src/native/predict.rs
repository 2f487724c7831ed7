//! `Predict`: asks by its adapter, and once more by `JSONAdapter` where nothing can be read.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::{Adapter, Fields, ParseError, Parsed, Signature, Type, Unsure};
use dspex_telemetry::Event;

use super::way::Way;
use crate::call::{
    CallContext, CallError, CallErrorKind, EngineKind, Meta, ModuleSpec, Outcome, PathStep,
    check_inputs, fill_defaults,
};
use crate::engine::{Capability, ParseDelegate, Prepared};
use crate::llm::{Completion, CompletionRequest, LanguageModel, LmErrorKind};

/// A module that is ready to be called: its signature complete, what stays the same in every
/// prompt rendered, its model resolved.
pub(super) struct PreparedPredict {
    pub(super) module: Arc<ModuleSpec>,
    pub(super) way: Way,
    /// How the model is asked again where its completion cannot be read.
    pub(super) fallback: Option<Way>,
    pub(super) model: Arc<dyn LanguageModel>,
    pub(super) delegate: Option<Arc<dyn ParseDelegate>>,
    pub(super) incomplete_inputs: bool,
}

#[async_trait]
impl Prepared for PreparedPredict {
    fn capability(&self) -> Capability {
        // JSON may need repairs that only Python knows, whatever the types.
        let is_plain = self.way.adapter() != Adapter::Json
            && self.way.signature().outputs().iter().all(|field| field.ty == Type::Str);
        match is_plain || self.delegate.is_none() {
            true => Capability::Exact,
            false => Capability::Delegates("the parsing of unusual values".into()),
        }
    }

    async fn run(&self, inputs: &Fields, context: &CallContext) -> Result<Outcome, CallError> {
        let mut meta = Meta::new(EngineKind::Native, self.model.name());
        let result = self.answer(inputs, context, &mut meta).await;
        meta.timing.total = context.elapsed();
        match result {
            Ok(outputs) => Ok(Outcome::new(outputs, meta)),
            Err(error) => Err(error.with_spent(meta.spent()).with_path(meta.path)),
        }
    }
}

impl PreparedPredict {
    async fn answer(
        &self,
        inputs: &Fields,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Fields, CallError> {
        let mut unread = None;
        let inputs = match self.incomplete_inputs {
            true => fill_defaults(self.way.signature(), inputs),
            false => check_inputs(self.way.signature(), inputs)?,
        };
        for way in std::iter::once(&self.way).chain(&self.fallback) {
            match self.ask(way, &inputs, context, meta).await? {
                Asked::Read(outputs) => return Ok(outputs),
                Asked::Unread(error) => unread = Some(error),
            }
        }
        Err(unread.expect("a module asks at least once"))
    }

    /// One prompt, one completion, one parse.
    async fn ask(
        &self,
        way: &Way,
        inputs: &Fields,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Asked, CallError> {
        let started = context.elapsed();
        let request = way.request(&self.module.demos, inputs, &self.module.sampling)?;
        let completion = self.complete(&request, context, meta).await?;
        let parsed = way.parse(&completion.text);
        let took = context.elapsed().saturating_sub(started);
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
                return self.delegate(way, unsure, completion.text, context, meta).await;
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
        let started = context.elapsed();
        let completed = context.bound(self.model.complete(request, context)).await?;
        meta.timing.lm += context.elapsed().saturating_sub(started);
        let completion = completed.map_err(|error| match error.kind {
            // The model was cut off by the call's deadline, not by a limit of its own.
            LmErrorKind::Timeout { .. } if context.remaining() == Some(Duration::ZERO) => {
                CallErrorKind::Deadline { after: context.elapsed() }.into()
            }
            _ => CallError::from(error),
        })?;
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
            let message = format!("only Python can tell what the completion says: {reason}");
            return Err(CallErrorKind::Parse { message, missing: Vec::new(), completion }.into());
        };
        let module = self.module.name.clone();
        context.recorder().record(Event::ParseDelegated { module, reason });
        let started = context.elapsed();
        let parsed = delegate.parse(way.adapter(), way.signature(), &completion, context).await;
        let took = context.elapsed().saturating_sub(started);
        let failed = parsed.as_ref().err().map(ToString::to_string);
        meta.path.push(PathStep::new("python parse", took, failed));
        match parsed {
            Ok(outputs) => Ok(Asked::Read(outputs)),
            Err(error) if is_unread(&error) => Ok(Asked::Unread(error)),
            Err(error) => Err(error),
        }
    }
}

/// What came of asking the model once.
enum Asked {
    Read(Fields),
    /// DSPy raises `AdapterParseError` here.
    Unread(CallError),
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

/// Whether this is DSPy's `AdapterParseError`.
fn is_unread(error: &CallError) -> bool {
    match error.kind() {
        CallErrorKind::Python(raised) => raised.type_name.ends_with("AdapterParseError"),
        _ => false,
    }
}
