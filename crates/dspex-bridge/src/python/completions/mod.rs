//! Answers Python's questions for completions with a Rust model.

mod request;
mod streams;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::{Fields, Value, fields};

use super::journal::Attempts;
use super::pool::{Asker, CallbackFailure, Callbacks, Source};
use super::stream::Sink;
use super::{operations, tools};
use crate::call::{CallContext, ModuleSpec, Spent};
use crate::llm::{
    Completion, CompletionEvent, CompletionRequest, LanguageModel, LmError, Sampling, ToolCall,
    logprobs,
};
use streams::Streams;

/// Serves the completions of one call, and adds up what they cost.
pub(super) struct Completions {
    model: Arc<dyn LanguageModel>,
    /// What the module says about sampling; a request of DSPy goes before it.
    sampling: Sampling,
    context: CallContext,
    /// What was answered before, of a call that may be repeated.
    attempts: Option<Attempts>,
    so_far: Mutex<SoFar>,
    /// Where pieces of the call's own answer go, of one that is streamed.
    sink: Option<Sink>,
    /// Answers of the model that are being written.
    streams: Streams,
    /// The module that may call tools of Rust.
    module: Option<Arc<ModuleSpec>>,
}

/// What a call's completions came to so far.
#[derive(Clone, Debug, Default)]
pub(super) struct SoFar {
    pub(super) spent: Spent,
    pub(super) took: Duration,
    /// The last failure; DSPy raises it in its own words.
    pub(super) failure: Option<LmError>,
}

impl Completions {
    pub(super) fn new(
        model: Arc<dyn LanguageModel>,
        sampling: Sampling,
        context: CallContext,
        attempts: Option<Attempts>,
        sink: Option<Sink>,
    ) -> Self {
        let (so_far, streams) = (Mutex::default(), Streams::default());
        Self { model, sampling, context, attempts, so_far, sink, streams, module: None }
    }

    /// The same, which calls the module's tools where Python asks for that.
    pub(super) fn with_tools(mut self, module: &Arc<ModuleSpec>) -> Self {
        self.module = (!module.tools.is_empty()).then(|| module.clone());
        self
    }

    async fn call_tool(&self, parameters: &Fields) -> Result<Fields, CallbackFailure> {
        let tools = self.module.iter().flat_map(|module| &module.tools);
        let called = tools::called(tools, parameters, &self.context).await;
        called.map_err(|error| {
            let (kind, message) = (error.kind().name(), error.to_string());
            CallbackFailure { kind, message }
        })
    }

    /// The call has its result: nobody asks the same again.
    pub(super) async fn forget(&self) {
        if let Some(attempts) = &self.attempts {
            attempts.forget().await;
        }
    }

    pub(super) fn so_far(&self) -> MutexGuard<'_, SoFar> {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn complete(
        &self,
        parameters: &Fields,
        asker: Asker,
    ) -> Result<Completion, CallbackFailure> {
        let request = request::read(parameters, &self.sampling)?;
        let Some(attempts) = &self.attempts else { return self.ask(&request, asker).await };
        let question = attempts.question(self.model.name(), &request);
        if let Some(answered) = attempts.answered(&question).await {
            return Ok(answered);
        }
        let completion = self.ask(&request, asker).await?;
        attempts.keep(question, &completion).await;
        Ok(completion)
    }

    async fn ask(
        &self,
        request: &CompletionRequest,
        asker: Asker,
    ) -> Result<Completion, CallbackFailure> {
        let nested = self.nested(asker)?;
        let completion = self.timed(self.model.complete(request, &nested)).await?;
        self.so_far().spent += completion.spent();
        Ok(completion)
    }

    /// The context of what the model does for the call.
    fn nested(&self, asker: Asker) -> Result<CallContext, CallbackFailure> {
        let nested = self.context.nested().map_err(|error| {
            let (kind, message) = (error.kind().name(), error.to_string());
            CallbackFailure { kind, message }
        })?;
        Ok(nested.asked_by(asker))
    }

    /// Adds up how long the model takes, and keeps its failure.
    async fn timed<T>(
        &self,
        asked: impl Future<Output = Result<T, LmError>>,
    ) -> Result<T, CallbackFailure> {
        let begun = self.context.now();
        let answer = asked.await;
        let mut so_far = self.so_far();
        so_far.took += self.context.now().saturating_duration_since(begun);
        answer.map_err(|error| {
            let failure = CallbackFailure { kind: error.kind.name(), message: error.to_string() };
            so_far.failure = Some(error);
            failure
        })
    }

    /// Opens an answer that is read piece by piece, with [`next`](Self::next).
    async fn open(&self, parameters: &Fields, asker: Asker) -> Result<Fields, CallbackFailure> {
        let request = request::read(parameters, &self.sampling)?;
        let nested = self.nested(asker)?;
        let stream = self.timed(self.model.stream(&request, &nested)).await?;
        Ok(fields! { "stream" => self.streams.keep(stream)? })
    }

    /// What the model has written since.
    async fn next(&self, parameters: &Fields) -> Result<Fields, CallbackFailure> {
        let (id, mut stream) = self.streams.take(parameters)?;
        loop {
            let told = match self.timed(streams::next(&mut stream)).await? {
                CompletionEvent::Text(piece) => fields! { "text" => piece },
                CompletionEvent::Reasoning(piece) => fields! { "reasoning" => piece },
                CompletionEvent::Done(completion) => {
                    self.so_far().spent += completion.spent();
                    return Ok(fields! { "done" => told(completion) });
                }
                // They come whole, with the end.
                CompletionEvent::ToolCall { .. } => continue,
            };
            self.streams.put_back(id, stream);
            return Ok(told);
        }
    }
}

#[async_trait]
impl Callbacks for Completions {
    fn begin_attempt(&self) {
        if let Some(attempts) = &self.attempts {
            attempts.begin();
        }
    }

    async fn answer(
        &self,
        method: &str,
        parameters: Value,
        asker: Asker,
    ) -> Result<Value, CallbackFailure> {
        let answer = match (method, &parameters) {
            ("lm.complete", Value::Map(parameters)) => {
                told(self.complete(parameters, asker).await?)
            }
            ("lm.stream", Value::Map(parameters)) => self.open(parameters, asker).await?,
            ("lm.next", Value::Map(parameters)) => self.next(parameters).await?,
            ("tool.call", Value::Map(parameters)) => self.call_tool(parameters).await?,
            _ => return operations::answer(method, parameters).await,
        };
        Ok(Value::Map(answer))
    }

    fn chunk(&self, chunk: Value, source: Source) -> bool {
        self.sink.as_ref().is_some_and(|sink| sink.take(chunk, source))
    }
}

/// A completion, as the worker's engine takes it.
fn told(completion: Completion) -> Fields {
    let count = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
    let usage = completion.usage;
    let call = |ToolCall { id, name, arguments, .. }| {
        Value::Map(fields! { "id" => id, "name" => name, "arguments" => arguments })
    };
    let calls: Vec<Value> = completion.tool_calls.into_iter().map(call).collect();
    fields! {
        "text" => completion.text,
        "reasoning" => completion.reasoning,
        "tool_calls" => calls,
        "logprobs" => logprobs::written(&completion.logprobs),
        "finish_reason" => completion.finish_reason,
        "input_tokens" => count(usage.input_tokens),
        "output_tokens" => count(usage.output_tokens),
        "cache_read_tokens" => count(usage.cache_read_tokens),
        "reasoning_tokens" => count(usage.reasoning_tokens),
    }
}
