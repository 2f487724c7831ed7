//! Typed extraction: a text goes in, a checked value of yours comes out.

mod answer;
mod mode;
mod plan;
mod rule;
mod schema;
mod stream;

#[cfg(all(test, feature = "testing"))]
mod tests;

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use dspex_signature::FieldType;
use dspex_telemetry::Recorder;

pub use mode::ExtractMode;
pub use stream::{ExtractEvent, ExtractStream};

use super::{Lm, Message, Models, Sampling};
use crate::call::{CallContext, CallError, Prediction};
use plan::Plan;
use rule::Rule;

/// Reads a value of type `T` out of a text, or whatever else a message holds.
///
/// The type is the schema: the model is held to it as strictly as it can be (see [`ExtractMode`]), and
/// what it answers is checked against it, with its constraints and the rules of
/// [`ensure`](Self::ensure). What is wrong is told to the model where it may be asked again. Nothing
/// happens before it is awaited, [`run`](Self::run) or streamed.
///
/// ```
/// use dspex_bridge::llm::{Lm, ScriptedModel};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let model = ScriptedModel::new()
///     .text(r#"{"value": {"lamp": "two"}}"#)
///     .text(r#"{"value": {"lamp": 2}}"#);
/// let counts: std::collections::BTreeMap<String, u32> =
///     Lm::new(model).extract("Order A-1042: two lamps").ask_again(1).await?;
/// assert_eq!(counts["lamp"], 2);
/// # Ok::<(), dspex_bridge::CallError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing happens before it is awaited"]
pub struct Extract<T> {
    lm: Lm,
    models: Models,
    message: Message,
    instructions: Option<String>,
    rules: Vec<Rule<T>>,
    ask_again: u32,
    mode: Option<ExtractMode>,
    sampling: Sampling,
    context: Option<CallContext>,
    within: Option<Duration>,
    output: PhantomData<fn() -> T>,
}

impl Lm {
    /// Reads a value out of a text; see [`Extract`]. A model of a configured name is known to
    /// `dspex` alone: take it from there.
    pub fn extract<T: FieldType>(&self, text: impl Into<String>) -> Extract<T> {
        Extract::new(self.clone(), Message::user(text))
    }
}

impl<T: FieldType> Extract<T> {
    /// How long an extraction may take where neither the call nor [`within`](Self::within) says.
    pub const DEFAULT_WITHIN: Duration = Duration::from_secs(60);

    /// Reads a value out of a message.
    pub fn new(lm: impl Into<Lm>, message: Message) -> Self {
        Self {
            lm: lm.into(),
            models: Models::new(),
            message,
            instructions: None,
            rules: Vec::new(),
            ask_again: 0,
            mode: None,
            sampling: Sampling::default(),
            context: None,
            within: None,
            output: PhantomData,
        }
    }

    /// Another model, or a configured one by its name.
    pub fn lm(mut self, lm: impl Into<Lm>) -> Self {
        self.lm = lm.into();
        self
    }

    /// The models that are known by name. One that is not is told when it is run.
    pub fn models(mut self, models: Models) -> Self {
        self.models = models;
        self
    }

    /// Another message, such as one with a picture.
    pub fn message(mut self, message: Message) -> Self {
        self.message = message;
        self
    }

    /// What the model is told to do, in place of the usual.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// A rule that no schema can say: the sentence is what the model is told where it does not hold.
    pub fn ensure(
        mut self,
        sentence: impl Into<String>,
        holds: impl Fn(&T) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.rules.push(Rule::new(sentence, holds));
        self
    }

    /// How often the model is asked again where its answer is not accepted, and told why. Each time
    /// costs one of the call's attempts.
    pub const fn ask_again(mut self, times: u32) -> Self {
        self.ask_again = times;
        self
    }

    /// How the model is held to the type, in place of the strictest that it can.
    pub const fn by(mut self, mode: ExtractMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// How the model samples.
    pub fn sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// The longest it may take, all tries together.
    pub const fn within(mut self, within: Duration) -> Self {
        self.within = Some(within);
        self
    }

    /// The call that this is a part of, whose limits hold and whose events are reported.
    pub fn context(mut self, context: CallContext) -> Self {
        self.context = Some(context);
        self
    }

    /// Extracts, and tells how the value came to be.
    ///
    /// # Errors
    /// [`CallError`]: the model's own failure, or what is wrong with its last answer, by path.
    pub async fn run(self) -> Result<Prediction<T>, CallError> {
        let context = self.limits();
        Plan::new(self)?.run(&context).await
    }

    /// Extracts, and shows what is known while it is written. The model is asked with the first event.
    ///
    /// # Errors
    /// [`CallError`]: the model could not be found, or the type has no schema.
    pub fn stream(self) -> Result<ExtractStream<T>, CallError> {
        let context = self.limits();
        Ok(ExtractStream::new(Plan::new(self)?, context))
    }

    /// The call's limits, or those of a call of its own, with an attempt for each time it may ask.
    fn limits(&self) -> CallContext {
        let own = || {
            let attempts = CallContext::DEFAULT_ATTEMPTS.max(self.ask_again.saturating_add(1));
            CallContext::new(Recorder::new()).attempts(attempts)
        };
        match (self.context.clone(), self.within) {
            (Some(context), None) => context,
            (context, within) => {
                let within = within.unwrap_or(Self::DEFAULT_WITHIN);
                context.unwrap_or_else(own).within(within)
            }
        }
    }
}

impl<T: FieldType> IntoFuture for Extract<T> {
    type Output = Result<T, CallError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { self.run().await.map(Prediction::into_inner) })
    }
}
