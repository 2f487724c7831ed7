//! `Predict`: one prompt, one completion, one parse.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::{
    Fields, FormatError, Message, ParseError, Parsed, PreparedChat, Signature, Type, Unsure,
};
use dspex_telemetry::Event;

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
    pub(super) chat: PreparedChat,
    pub(super) model: Arc<dyn LanguageModel>,
    pub(super) delegate: Option<Arc<dyn ParseDelegate>>,
    pub(super) incomplete_inputs: bool,
}

#[async_trait]
impl Prepared for PreparedPredict {
    fn capability(&self) -> Capability {
        let all_text = self.chat.signature().outputs().iter().all(|field| field.ty == Type::Str);
        match all_text || self.delegate.is_none() {
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
        let started = context.elapsed();
        let request = CompletionRequest::new(self.messages(inputs)?)
            .with_sampling(self.module.sampling.clone());
        let completion = self.complete(&request, context, meta).await?;
        let parsed = self.chat.parse(&completion.text);
        let took = context.elapsed().saturating_sub(started);
        match parsed {
            // DSPy refuses a completion without text before any adapter reads it.
            _ if completion.text.is_empty() => Err(empty(self.chat.signature())),
            Parsed::Exact(outputs) => {
                meta.path.push(PathStep::new("native", took, None));
                Ok(outputs)
            }
            Parsed::Fails(error) => Err(refused(error, completion.text)),
            Parsed::Unsure(unsure) => {
                meta.path.push(PathStep::new("native", took, Some(unsure.reason.clone())));
                self.delegate(unsure, completion.text, context, meta).await
            }
        }
    }

    fn messages(&self, inputs: &Fields) -> Result<Vec<Message>, CallError> {
        let inputs = match self.incomplete_inputs {
            true => fill_defaults(self.chat.signature(), inputs),
            false => check_inputs(self.chat.signature(), inputs)?,
        };
        let messages = self.chat.format(&self.module.demos, &inputs);
        messages.map_err(|error| not_rendered(&error))
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
        Unsure { reason }: Unsure,
        completion: String,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Fields, CallError> {
        let Some(delegate) = &self.delegate else {
            let message = format!("only Python can tell what the completion says: {reason}");
            return Err(CallErrorKind::Parse { message, missing: Vec::new(), completion }.into());
        };
        let module = self.module.name.clone();
        context.recorder().record(Event::ParseDelegated { module, reason });
        let started = context.elapsed();
        let adapter = self.module.adapter;
        let parsed = delegate.parse(adapter, self.chat.signature(), &completion, context).await;
        let took = context.elapsed().saturating_sub(started);
        let failed = parsed.as_ref().err().map(ToString::to_string);
        meta.path.push(PathStep::new("python parse", took, failed));
        parsed
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

/// Inputs that are not rendered natively; DSPy renders them, so another engine may help.
fn not_rendered(error: &FormatError) -> CallError {
    let what = format!("rendering these inputs natively: {error}");
    CallErrorKind::NotSupportedYet { what }.into()
}
