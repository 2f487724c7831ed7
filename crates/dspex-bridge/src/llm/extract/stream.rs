//! An extraction that shows what is known while it is written.

use std::time::Duration;

use dspex_signature::{FieldType, Fields, PartialJson, Value};

use super::mode::ExtractMode;
use super::plan::{Judged, Plan, Progress};
use super::schema::KEY;
use crate::call::{CallContext, CallError, Prediction};
use crate::llm::{CompletionEvent, CompletionStream, wait};

/// A value while a model writes it.
///
/// ```
/// use dspex_bridge::llm::{ExtractEvent, Lm, ScriptedModel};
/// use dspex_signature::Value;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let model = Lm::new(ScriptedModel::new().text(r#"{"value": ["lamp", "cup"]}"#));
/// let mut stream = model.extract::<Vec<String>>("two lamps and a cup").stream()?;
/// while let Some(event) = stream.next().await {
///     match event? {
///         ExtractEvent::Grown => println!("{:?}", stream.so_far()),
///         ExtractEvent::Done(value) => assert_eq!(*value, ["lamp", "cup"]),
///         _ => {} // the model is asked again
///     }
/// }
/// # Ok::<(), dspex_bridge::CallError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ExtractStream<T> {
    plan: Plan<T>,
    context: CallContext,
    /// Nothing once the value or an error is told.
    progress: Option<Progress>,
    answer: Option<CompletionStream>,
    /// When the model was asked last, in the time of the call.
    asked: Duration,
    written: Written,
}

/// One event of an extraction.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExtractEvent<T> {
    /// More is known; see [`ExtractStream::so_far`].
    Grown,
    /// The answer was not accepted, and the model is asked again: what is known begins anew.
    Again {
        /// What is wrong with it.
        faults: Vec<String>,
    },
    /// The checked value, after which there is nothing more.
    Done(Prediction<T>),
}

impl<T: FieldType> ExtractStream<T> {
    pub(super) fn new(plan: Plan<T>, context: CallContext) -> Self {
        let progress = Some(plan.begin(&context));
        let (answer, asked, written) = (None, Duration::ZERO, Written::default());
        Self { plan, context, progress, answer, asked, written }
    }

    /// The next event; `None` after the last one. Nothing is lost where the wait for it is given up,
    /// but a model that had not begun to answer is asked anew.
    pub async fn next(&mut self) -> Option<Result<ExtractEvent<T>, CallError>> {
        self.progress.as_ref()?;
        let event = self.step().await;
        if !matches!(event, Ok(ExtractEvent::Grown | ExtractEvent::Again { .. })) {
            self.progress = None;
        }
        Some(event)
    }

    /// What is known so far: a value as the type's JSON is written, which only grows until the model
    /// is asked again. Texts may still grow, numbers and words are whole. It is not checked yet.
    #[must_use]
    pub fn so_far(&self) -> Option<&Value> {
        match self.written.json.value()? {
            Value::Map(fields) if self.plan.schema.is_wrapped => fields.value(KEY),
            value => Some(value),
        }
    }

    /// The items of a list that are complete and fit their type, in order; `name` is the list's field,
    /// of a record.
    #[must_use]
    pub fn finished<I: FieldType>(&self, name: &str) -> Vec<I> {
        let Some(Value::Map(fields)) = self.so_far() else { return Vec::new() };
        let items = fields.value(name).and_then(Value::as_list).unwrap_or_default();
        // The last item of what is written last may still grow.
        let n_complete = items.len() - usize::from(is_last(fields, name) && !items.is_empty());
        items[..n_complete].iter().map_while(|item| I::from_value(item).ok()).collect()
    }

    async fn step(&mut self) -> Result<ExtractEvent<T>, CallError> {
        let Self { plan, context, progress, answer: stream, asked, written } = self;
        let progress = progress.as_mut().expect("an extraction that goes on");
        loop {
            let Some(answer) = stream else {
                let request = plan.request(progress);
                *asked = context.elapsed();
                let (name, ask) = (plan.model.name(), plan.model.stream(&request, context));
                // A model of the user's own may look at no deadline.
                match wait::within(name, context, ask).await.flatten() {
                    Ok(answer) => *stream = Some(answer.within(name, context)),
                    Err(error) => {
                        progress.meta.timing.lm += context.elapsed().saturating_sub(*asked);
                        plan.without_answer(progress, error, context)?;
                    }
                }
                continue;
            };
            let event = answer.next().await;
            let event = event.expect("it is not read after its end");
            if matches!(event, Ok(CompletionEvent::Done(_)) | Err(_)) {
                progress.meta.timing.lm += context.elapsed().saturating_sub(*asked);
                *stream = None;
            }
            match event {
                Ok(CompletionEvent::Done(completion)) => {
                    return match plan.judge(progress, &completion, context)? {
                        Judged::Accepted(value) => Ok(ExtractEvent::Done(value)),
                        Judged::AskAgain(faults) => {
                            *written = Written::default();
                            Ok(ExtractEvent::Again { faults })
                        }
                    };
                }
                Ok(event) => {
                    if written.add(progress.mode, &event) {
                        return Ok(ExtractEvent::Grown);
                    }
                }
                // A part has been seen: nobody tries again.
                Err(error) => return Err(plan.broke_off(progress, error, context)),
            }
        }
    }
}

fn is_last(fields: &Fields, name: &str) -> bool {
    fields.names().last() == Some(name)
}

/// The JSON of an answer while it is written.
#[derive(Default)]
struct Written {
    json: PartialJson,
    has_begun: bool,
    /// Whether something else stands there than JSON; the whole answer tells what was meant.
    is_broken: bool,
}

impl Written {
    /// Adds a piece; says whether more is known.
    fn add(&mut self, mode: ExtractMode, event: &CompletionEvent) -> bool {
        let piece = match (mode, event) {
            (ExtractMode::Tool, CompletionEvent::ToolCall { index: 0, arguments, .. }) => arguments,
            (ExtractMode::Tool, _) => return false,
            (_, CompletionEvent::Text(piece)) => piece,
            _ => return false,
        };
        // What stands before the object is what models say around it.
        let start = if self.has_begun { Some(0) } else { piece.find('{') };
        let Some(start) = start.filter(|_| !self.is_broken) else { return false };
        self.has_begun = true;
        self.is_broken = self.json.push(&piece[start..]).is_err();
        !self.is_broken && self.json.value().is_some()
    }
}

impl<T> std::fmt::Debug for ExtractStream<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ExtractStream").finish_non_exhaustive()
    }
}
