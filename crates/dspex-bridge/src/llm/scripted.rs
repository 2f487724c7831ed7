//! A model that says what a test tells it to.

mod typed;

use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use dspex_signature::TypedSignature;

use super::underway::Underway;
use super::{
    Completion, CompletionRequest, CompletionStream, LanguageModel, LmCapabilities, LmError,
    LmErrorKind, Price,
};
use crate::call::{CallContext, Cost, Usage};

/// Gives scripted replies in order, and keeps every request. Clones share both.
///
/// ```
/// use dspex_bridge::llm::{LmErrorKind, ScriptedModel};
///
/// let model = ScriptedModel::new()
///     .fail(LmErrorKind::RateLimited)
///     .text("[[ ## answer ## ]]\nLeeds\n\n[[ ## completed ## ]]");
/// assert!(model.requests().is_empty());
/// ```
#[derive(Clone)]
pub struct ScriptedModel {
    name: Arc<str>,
    capabilities: LmCapabilities,
    price: Option<Price>,
    n_chars: Option<NonZeroUsize>,
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    replies: VecDeque<Reply>,
    otherwise: Option<Reply>,
    requests: Vec<CompletionRequest>,
}

/// One reply; a function of the request, so that it can answer what it was asked.
type Reply = Arc<dyn Fn(&CompletionRequest) -> Result<Completion, LmErrorKind> + Send + Sync>;

impl ScriptedModel {
    /// A model without replies, named `scripted/model`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            name: "scripted/model".into(),
            capabilities: LmCapabilities::NONE,
            price: None,
            n_chars: None,
            script: Arc::default(),
        }
    }

    /// The same model under another name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// The same model, which says that it can do this.
    #[must_use]
    pub const fn can(mut self, capabilities: LmCapabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// The same model, which says that it costs this.
    #[must_use]
    pub fn priced(mut self, price: Price) -> Self {
        self.price = Some(price);
        self
    }

    /// The same model, which streams what it writes in pieces of so many characters instead of words.
    #[must_use]
    pub const fn in_pieces(mut self, n_chars: NonZeroUsize) -> Self {
        self.n_chars = Some(n_chars);
        self
    }

    /// Then the model answers so.
    #[must_use]
    pub fn completion(self, completion: Completion) -> Self {
        self.reply(Arc::new(move |_| Ok(completion.clone())))
    }

    /// Then the model writes `text`.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.completion(completion(text.into()))
    }

    /// Then the model fails.
    #[must_use]
    pub fn fail(self, kind: LmErrorKind) -> Self {
        self.reply(Arc::new(move |_| Err(kind.clone())))
    }

    /// Then the model answers in your types, in the form that the prompt asks for, which is that of
    /// `ChatAdapter`, `JSONAdapter` or `XMLAdapter`: `answer` is given the inputs as they stand in
    /// the prompt, and its output is written the way a model should. Where the prompt asks for
    /// reasoning too, that is `As scripted.`
    ///
    /// A prompt that does not ask for the outputs, or does not hold the inputs, makes the reply fail.
    #[must_use]
    pub fn answer<S: TypedSignature>(
        self,
        answer: impl Fn(S) -> S::Output + Send + Sync + 'static,
    ) -> Self {
        self.reply(Arc::new(move |request| typed::reply(request, &answer).map(completion)))
    }

    /// The model writes `text` whenever the script has ended.
    #[must_use]
    pub fn otherwise(self, text: impl Into<String>) -> Self {
        let completion = completion(text.into());
        self.locked(|script| script.otherwise = Some(Arc::new(move |_| Ok(completion.clone()))));
        self
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<CompletionRequest> {
        self.locked(|script| script.requests.clone())
    }

    /// A reply with its price, where the model has one and the reply does not say.
    fn costing(&self, mut completion: Completion) -> Completion {
        if let (Cost::Unknown, Some(price)) = (completion.cost, &self.price) {
            completion.cost = price.cost(&completion.usage);
        }
        completion
    }

    fn reply(self, reply: Reply) -> Self {
        self.locked(|script| script.replies.push_back(reply));
        self
    }

    fn locked<T>(&self, work: impl FnOnce(&mut Script) -> T) -> T {
        work(&mut self.script.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for ScriptedModel {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl LanguageModel for ScriptedModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> LmCapabilities {
        self.capabilities
    }

    fn price(&self) -> Option<Price> {
        self.price.clone()
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let underway = Underway::begin(&self.name, context);
        let (reply, n_requests) = self.locked(|script| {
            script.requests.push(request.clone());
            let reply = script.replies.pop_front().or_else(|| script.otherwise.clone());
            (reply, script.requests.len())
        });
        let message = || format!("the script has ended before request {n_requests}");
        let ended = || Err(LmErrorKind::Refused { message: message() });
        let result = reply.map_or_else(ended, |reply| reply(request));
        let result = result.map(|completion| self.costing(completion));
        let result = result.map_err(|kind| LmError::new(&*self.name, kind));
        underway.end(result.as_ref());
        result
    }

    /// The same reply word by word, or in pieces of another length.
    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let completion = self.complete(request, context).await?;
        let text = &completion.text;
        let pieces = match self.n_chars {
            None => text.split_inclusive(char::is_whitespace).map(str::to_owned).collect(),
            Some(n_chars) => {
                let chars: Vec<char> = text.chars().collect();
                chars.chunks(n_chars.get()).map(|piece| piece.iter().collect()).collect()
            }
        };
        Ok(CompletionStream::in_pieces(completion, pieces))
    }
}

impl fmt::Debug for ScriptedModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, asked) = self.locked(|script| (script.replies.len(), script.requests.len()));
        formatter
            .debug_struct("ScriptedModel")
            .field("name", &self.name)
            .field("replies_left", &left)
            .field("requests", &asked)
            .finish()
    }
}

fn completion(text: String) -> Completion {
    // A word counts as a token, so that tests can tell calls with usage from calls without.
    let output_tokens = text.split_whitespace().count() as u64;
    let usage = Usage { output_tokens, ..Usage::default() };
    Completion { text, usage, finish_reason: Some("stop".into()), ..Completion::default() }
}
