//! One extraction, step by step.

use std::sync::Arc;
use std::time::Duration;

use dspex_signature::{FieldType, Type};

use super::answer::{Refused, written};
use super::rule::Rule;
use super::schema::Schema;
use super::{Extract, ExtractMode};
use crate::call::{CallContext, CallError, CallErrorKind, EngineKind, Meta, PathStep, Prediction};
use crate::llm::{
    Completion, CompletionRequest, LanguageModel, LmError, LmErrorKind, Message, ResponseFormat,
    Sampling, ToolChoice, ToolSpec, wait,
};

/// What is known before anything is asked.
pub(super) struct Plan<T> {
    pub(super) model: Arc<dyn LanguageModel>,
    pub(super) ty: Type,
    pub(super) schema: Schema,
    pub(super) rules: Vec<Rule<T>>,
    modes: Vec<ExtractMode>,
    message: Message,
    instructions: String,
    ask_again: u32,
    sampling: Sampling,
}

/// How far it has come.
pub(super) struct Progress {
    /// The ways that are left, the one that is gone first.
    modes: std::vec::IntoIter<ExtractMode>,
    pub(super) mode: ExtractMode,
    /// Answers that were not accepted, and what the model was told of them.
    told: Vec<Message>,
    n_asked_again: u32,
    pub(super) meta: Meta,
    started: Duration,
}

/// What the model is told to do where the user does not say.
const INSTRUCTIONS: &str =
    "Read the data out of what the user sends. Take what it says, and make nothing up.";
/// The tool whose arguments are the answer, and its schema's name.
const ANSWER: &str = "answer";

impl<T: FieldType> Plan<T> {
    pub(super) fn new(extract: Extract<T>) -> Result<Self, CallError> {
        let (model, ty) = (extract.models.resolve(&extract.lm)?, T::field_type());
        let schema = Schema::of(&ty).map_err(|unsure| {
            let what = format!("extraction of the type `{ty}`: {unsure}");
            CallError::from(CallErrorKind::NotSupportedYet { what })
        })?;
        let can = model.capabilities();
        let modes = match extract.mode {
            Some(mode) => vec![mode],
            None => ExtractMode::of(can, schema.is_closed),
        };
        Ok(Self {
            model,
            ty,
            schema,
            rules: extract.rules,
            modes,
            message: extract.message,
            instructions: extract.instructions.unwrap_or_else(|| INSTRUCTIONS.to_owned()),
            ask_again: extract.ask_again,
            sampling: extract.sampling,
        })
    }

    pub(super) async fn run(&self, context: &CallContext) -> Result<Prediction<T>, CallError> {
        let mut progress = self.begin(context);
        loop {
            let request = self.request(&progress);
            let begun = context.elapsed();
            // A model of the user's own may look at no deadline.
            let answer =
                wait::within(self.model.name(), context, self.model.complete(&request, context));
            let answer = answer.await.flatten();
            progress.meta.timing.lm += context.elapsed().saturating_sub(begun);
            match answer {
                Err(error) => self.without_answer(&mut progress, error, context)?,
                Ok(completion) => {
                    if let Judged::Accepted(value) =
                        self.judge(&mut progress, &completion, context)?
                    {
                        return Ok(value);
                    }
                }
            }
        }
    }

    /// Takes the first attempt.
    pub(super) fn begin(&self, context: &CallContext) -> Progress {
        // The first one is always made, also where the call has spent all.
        let _ = context.take_attempt();
        let mut modes = self.modes.clone().into_iter();
        let mode = modes.next().expect("there is always a way");
        let meta = Meta::new(EngineKind::Native, self.model.name());
        let (told, started) = (Vec::new(), context.elapsed());
        Progress { modes, mode, told, n_asked_again: 0, meta, started }
    }

    /// What is asked now.
    pub(super) fn request(&self, progress: &Progress) -> CompletionRequest {
        let schema = &self.schema.value;
        let mut instructions = self.instructions.clone();
        if matches!(progress.mode, ExtractMode::Json | ExtractMode::Prompt) {
            instructions.push_str(
                "\n\nAnswer with one JSON object that fits this JSON schema, and with nothing else:\n",
            );
            instructions.push_str(&schema.to_json());
        }
        let messages = [Message::system(instructions), self.message.clone()];
        let messages = messages.into_iter().chain(progress.told.iter().cloned());
        let request = CompletionRequest::new(messages).with_sampling(self.sampling.clone());
        match progress.mode {
            ExtractMode::Prompt => request,
            ExtractMode::Json => request.with_response_format(ResponseFormat::JsonObject),
            ExtractMode::Schema => {
                let (name, schema) = (ANSWER.to_owned(), schema.clone());
                request.with_response_format(ResponseFormat::JsonSchema { name, schema })
            }
            ExtractMode::Tool => {
                let tool = ToolSpec::new(ANSWER, "Takes the data.", schema.clone());
                request.with_tools([tool]).with_tool_choice(ToolChoice::Tool(ANSWER.to_owned()))
            }
        }
    }

    /// The value of an answer, or what is wrong with it where the model is to be asked again.
    ///
    /// # Errors
    /// What is wrong, where it is not.
    pub(super) fn judge(
        &self,
        progress: &mut Progress,
        completion: &Completion,
        context: &CallContext,
    ) -> Result<Judged<T>, CallError> {
        progress.meta.spend(completion.spent());
        let refused = match self.read(progress.mode, completion) {
            Ok(value) => {
                progress.step(None, context);
                progress.meta.timing.total = context.elapsed();
                return Ok(Judged::Accepted(Prediction::new(value, progress.meta.clone())));
            }
            Err(refused) => refused,
        };
        progress.step(Some(refused.kind.to_string()), context);
        if progress.n_asked_again >= self.ask_again || !context.take_attempt() {
            return Err(progress.fail(refused.kind.into()));
        }
        progress.n_asked_again += 1;
        progress.told.extend(told(progress.mode, completion, &refused));
        Ok(Judged::AskAgain(refused.faults))
    }

    /// A provider that refuses one way may take the next; any other failure is the end.
    pub(super) fn without_answer(
        &self,
        progress: &mut Progress,
        error: LmError,
        context: &CallContext,
    ) -> Result<(), CallError> {
        progress.step(Some(error.to_string()), context);
        let is_refused = matches!(error.kind, LmErrorKind::Refused { .. });
        let next = progress.modes.as_slice().first().copied().filter(|_| is_refused);
        match next {
            Some(mode) if context.take_attempt() => {
                progress.modes.next();
                progress.mode = mode;
                Ok(())
            }
            _ => Err(progress.fail(error.into())),
        }
    }

    /// The failure of an answer that had begun.
    pub(super) fn broke_off(
        &self,
        progress: &mut Progress,
        error: LmError,
        context: &CallContext,
    ) -> CallError {
        progress.step(Some(error.to_string()), context);
        progress.fail(error.into())
    }
}

/// What became of an answer.
pub(super) enum Judged<T> {
    Accepted(Prediction<T>),
    AskAgain(Vec<String>),
}

impl Progress {
    /// Notes what was tried and what came of it.
    fn step(&mut self, failed: Option<String>, context: &CallContext) {
        let took = context.elapsed().saturating_sub(self.started);
        self.started = context.elapsed();
        self.meta.path.push(PathStep::new(format!("extract by {}", self.mode), took, failed));
    }

    fn fail(&self, error: CallError) -> CallError {
        error.with_spent(self.meta.spent()).with_path(self.meta.path.clone())
    }
}

/// The answer that was not accepted, and what is wrong with it.
fn told(mode: ExtractMode, completion: &Completion, refused: &Refused) -> [Message; 2] {
    let faults: String = refused.faults.iter().map(|fault| format!("- {fault}\n")).collect();
    let told = format!("This answer is not accepted:\n{faults}Answer again, with all of it.");
    let call = completion.tool_calls.first().filter(|_| mode == ExtractMode::Tool);
    match call {
        Some(call) => {
            let said = Message::assistant("");
            let said = Message { parts: vec![crate::llm::Part::ToolCall(call.clone())], ..said };
            [said, Message::results([call.result(told)])]
        }
        None => [Message::assistant(written(mode, completion)), Message::user(told)],
    }
}
