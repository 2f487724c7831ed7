//! An answer while it is written.

use std::convert::Infallible;
use std::fmt;
use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};

use super::{Completion, LmError, LmErrorKind, wait};
use crate::call::CallContext;

/// What a model writes, piece by piece; the last event is the whole.
///
/// It has opened, and the first event is there: what failed before was an error of
/// [`LanguageModel::stream`](super::LanguageModel::stream), which may be tried again. What fails
/// later ends the stream, and nobody tries again, for a part of the answer has been seen. Dropping
/// the stream ends the exchange.
///
/// ```
/// use dspex_bridge::CallContext;
/// use dspex_bridge::llm::{CompletionEvent, CompletionRequest, LanguageModel as _, ScriptedModel};
/// use dspex_telemetry::Recorder;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let model = ScriptedModel::new().text("Leeds");
/// let context = CallContext::new(Recorder::new());
/// let mut stream = model.stream(&CompletionRequest::default(), &context).await?;
/// while let Some(event) = stream.next().await {
///     match event? {
///         CompletionEvent::Text(piece) => assert_eq!(piece, "Leeds"),
///         CompletionEvent::Done(completion) => assert_eq!(completion.text, "Leeds"),
///         _ => {}
///     }
/// }
/// # Ok::<(), dspex_bridge::llm::LmError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CompletionStream {
    /// Nothing once it has ended.
    events: Option<Events>,
}

/// One event of an answer.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "the large one comes once in a stream")]
#[non_exhaustive]
pub enum CompletionEvent {
    /// A piece of the text, which follows on the pieces before.
    Text(String),
    /// A piece of what the model thinks, where its provider tells.
    Reasoning(String),
    /// A piece of a tool call's arguments, which follows on the pieces before; of a call without
    /// arguments an empty one.
    ToolCall {
        /// Which of the answer's calls, from 0.
        index: usize,
        /// The tool.
        name: String,
        /// The piece, of JSON.
        arguments: String,
    },
    /// The whole answer, after which there is nothing more.
    Done(Completion),
}

impl CompletionStream {
    /// A stream of your own model's. It ends with [`CompletionEvent::Done`] or with an error; one that
    /// stops before is told as [`LmErrorKind::Protocol`], and what comes after is not read.
    pub fn new(
        events: impl Stream<Item = Result<CompletionEvent, LmError>> + Send + 'static,
    ) -> Self {
        Self { events: Some(events.boxed()) }
    }

    /// An answer that is there already: its text in one piece, then the whole.
    #[must_use]
    pub fn whole(completion: Completion) -> Self {
        let text = (!completion.text.is_empty()).then(|| completion.text.clone());
        Self::in_pieces(completion, text.into_iter().collect())
    }

    /// An answer that is there already, its text in these pieces.
    pub(crate) fn in_pieces(completion: Completion, text: Vec<String>) -> Self {
        let text = text.into_iter().map(CompletionEvent::Text);
        let reasoning = completion.reasoning.clone().map(CompletionEvent::Reasoning);
        let calls = completion.tool_calls.iter().enumerate();
        let calls = calls.map(|(index, call)| {
            let (name, arguments) = (call.name.clone(), call.arguments.clone());
            CompletionEvent::ToolCall { index, name, arguments }
        });
        let calls: Vec<_> = calls.collect();
        let done = CompletionEvent::Done(completion);
        let events = reasoning.into_iter().chain(text).chain(calls).chain([done]);
        Self::new(stream::iter(events.map(Ok)))
    }

    /// The next event; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<CompletionEvent, LmError>> {
        StreamExt::next(self).await
    }

    /// Reads to the end, and gives the whole answer.
    ///
    /// # Errors
    /// What ended the stream before its time.
    pub async fn finish(mut self) -> Result<Completion, LmError> {
        while let Some(event) = self.next().await {
            if let CompletionEvent::Done(completion) = event? {
                return Ok(completion);
            }
        }
        // It was read to its end before.
        Err(broken_off())
    }

    /// The same stream of the model `lm`, which ends at the latest when the call does.
    pub(crate) fn within(self, lm: &str, context: &CallContext) -> Self {
        let (lm, context) = (lm.to_owned(), context.clone());
        let stopped = async move {
            let Err(error) = wait::within(&lm, &context, pending::<Infallible>()).await;
            error
        };
        // One that flows on is stopped too.
        Self::new(Within { events: self, stopped: stopped.boxed() })
    }

    /// The same stream; `ended` sees how it ends, once: `None` where it is dropped before.
    pub(crate) fn watched(self, ended: impl FnOnce(Option<Ended<'_>>) + Send + 'static) -> Self {
        Self::new(Watched { events: self, ended: Some(Box::new(ended)) })
    }
}

impl Stream for CompletionStream {
    type Item = Result<CompletionEvent, LmError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(events) = &mut self.events else { return Poll::Ready(None) };
        let event = ready!(events.poll_next_unpin(context));
        let event = event.unwrap_or_else(|| Err(broken_off()));
        if matches!(event, Ok(CompletionEvent::Done(_)) | Err(_)) {
            self.events = None;
        }
        Poll::Ready(Some(event))
    }
}

impl fmt::Debug for CompletionStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CompletionStream")
    }
}

/// Only a stream of the user's own stops so, and it says no name.
fn broken_off() -> LmError {
    let message = "the stream ended before the answer did".to_owned();
    LmError::new("(a stream)", LmErrorKind::Protocol { message })
}

/// How a stream ended.
pub(crate) type Ended<'e> = Result<&'e Completion, &'e LmError>;

type Tell = Box<dyn FnOnce(Option<Ended<'_>>) + Send>;
type Events = BoxStream<'static, Result<CompletionEvent, LmError>>;

struct Within {
    events: CompletionStream,
    stopped: BoxFuture<'static, LmError>,
}

impl Stream for Within {
    type Item = Result<CompletionEvent, LmError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(error) = self.stopped.poll_unpin(context) {
            return Poll::Ready(Some(Err(error)));
        }
        self.events.poll_next_unpin(context)
    }
}

struct Watched {
    events: CompletionStream,
    ended: Option<Tell>,
}

impl Stream for Watched {
    type Item = Result<CompletionEvent, LmError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let event = self.events.poll_next_unpin(context);
        let ended = match &event {
            Poll::Ready(Some(Ok(CompletionEvent::Done(completion)))) => Ok(completion),
            Poll::Ready(Some(Err(error))) => Err(error),
            _ => return event,
        };
        if let Some(tell) = self.ended.take() {
            tell(Some(ended));
        }
        event
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(tell) = self.ended.take() {
            tell(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use dspex_telemetry::Recorder;

    use super::*;

    type Seen = Arc<Mutex<Vec<Option<Result<Completion, LmError>>>>>;

    fn watched(stream: CompletionStream) -> (CompletionStream, Seen) {
        let seen = Seen::default();
        let kept = seen.clone();
        let owned = |ended: Ended<'_>| ended.cloned().map_err(LmError::clone);
        (stream.watched(move |ended| kept.lock().unwrap().push(ended.map(owned))), seen)
    }

    #[tokio::test]
    async fn an_answer_that_is_there_comes_in_one_piece() {
        let mut stream = CompletionStream::whole(Completion::text("Leeds"));
        let text = CompletionEvent::Text("Leeds".to_owned());
        assert_eq!(stream.next().await, Some(Ok(text)));
        let done = CompletionEvent::Done(Completion::text("Leeds"));
        assert_eq!(stream.next().await, Some(Ok(done)));
        assert_eq!(stream.next().await, None);
        let empty = CompletionStream::whole(Completion::default());
        assert_eq!(empty.finish().await, Ok(Completion::default()));
    }

    #[tokio::test]
    async fn who_watches_is_told_once_how_it_ended() {
        let (stream, seen) = watched(CompletionStream::whole(Completion::text("a")));
        stream.finish().await.unwrap();
        assert_eq!(*seen.lock().unwrap(), [Some(Ok(Completion::text("a")))]);

        let error = LmError::new("m", LmErrorKind::RateLimited);
        let failing = stream::iter([Err(error.clone())]);
        let (stream, seen) = watched(CompletionStream::new(failing));
        assert_eq!(stream.finish().await, Err(error.clone()));
        assert_eq!(*seen.lock().unwrap(), [Some(Err(error))]);

        let (mut stream, seen) = watched(CompletionStream::whole(Completion::text("a")));
        stream.next().await;
        drop(stream);
        assert_eq!(*seen.lock().unwrap(), [None]);
    }

    #[tokio::test]
    async fn every_stream_has_an_end() {
        let text = || Ok(CompletionEvent::Text("a".to_owned()));
        let broken = CompletionStream::new(stream::iter([text()]));
        let error = broken.finish().await.unwrap_err();
        assert!(matches!(error.kind, LmErrorKind::Protocol { .. }), "{error}");

        let done = Ok(CompletionEvent::Done(Completion::default()));
        let mut talkative = CompletionStream::new(stream::iter([done, text()]));
        assert!(matches!(talkative.next().await, Some(Ok(CompletionEvent::Done(_)))));
        assert_eq!(talkative.next().await, None);
        assert!(talkative.finish().await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_ends_when_the_call_does() {
        let hour = std::time::Duration::from_secs(3600);
        let first = stream::iter([Ok(CompletionEvent::Text("a".to_owned()))]);
        let silent = first.chain(stream::pending());
        let (stream, seen) = watched(CompletionStream::new(silent));
        let context = CallContext::new(Recorder::new()).within(hour);
        let mut stream = stream.within("m", &context);
        assert!(matches!(stream.next().await, Some(Ok(CompletionEvent::Text(_)))));
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");
        assert_eq!(stream.next().await, None);
        assert_eq!(*seen.lock().unwrap(), [None], "the model's own stream is dropped");
    }
}
