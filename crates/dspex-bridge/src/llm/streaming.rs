//! A streamed exchange: a provider's events as they come, each within its time.

use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Instant;

use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use reqwest::Response;
use reqwest::header;
use serde::Serialize;
use sse_stream::{Sse, SseByteStream};

use super::draft::Draft;
use super::endpoint::{Endpoint, Path};
use super::failure::without_key;
use super::remote::Protocol;
use super::secret::Secret;
use super::{
    Completion, CompletionEvent, CompletionStream, LmError, LmErrorKind, event, http, json,
};
use crate::call::CallContext;

impl Endpoint {
    /// Sends a body to `path` below the address, and reads the answer event by event.
    ///
    /// The first event is waited for here, so that a provider that accepts a request and then
    /// refuses it fails before anything is seen. How it ended is reported.
    pub(super) async fn stream<P: Protocol>(
        self: &Arc<Self>,
        path: Path<'_>,
        body: Result<impl Serialize, LmError>,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let started = context.now();
        let opened = match body {
            Ok(body) => self.opened::<P>(&path, &body, started, context).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(stream) => {
                let (endpoint, context) = (self.clone(), context.clone());
                Ok(stream.watched(move |ended| {
                    let dropped = || Err(endpoint.error(LmErrorKind::Cancelled));
                    let ended = ended.cloned().unwrap_or_else(dropped);
                    event::finished(&endpoint.name, started, &ended, &context);
                }))
            }
            Err(error) => {
                let ended = Err(error);
                event::finished(&self.name, started, &ended, context);
                ended.map(CompletionStream::whole)
            }
        }
    }

    async fn opened<P: Protocol>(
        self: &Arc<Self>,
        path: &Path<'_>,
        body: &impl Serialize,
        started: Instant,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let open = async {
            let (mut response, key) = self.open(path, body).await?;
            let content_type = response.headers().get(header::CONTENT_TYPE).cloned();
            let content_type = content_type.as_ref().and_then(|value| value.to_str().ok());
            let content_type = content_type.unwrap_or_default();
            if content_type.starts_with("text/event-stream") {
                return Ok(Opened::Events(response, key));
            }
            let status = response.status().as_u16();
            if content_type.starts_with("application/json") {
                // A server that cannot stream, or an error with a status of success.
                let headers = response.headers().clone();
                let body = self.read(&mut response).await?;
                return P::read(&body, &headers).map(Opened::Whole).map_err(|kind| {
                    self.error(without_key(kind, key.as_ref())).with_status(status)
                });
            }
            let content_type = json::content_type(response.headers());
            let message = format!("the answer is not a stream of events ({content_type})");
            Err(self.error(LmErrorKind::Protocol { message }).with_status(status))
        };
        let mut reading = match self.bounded(open, context).await? {
            Opened::Events(response, key) => {
                let events = bounded(response).boxed();
                Reading::<P> {
                    endpoint: self.clone(),
                    key,
                    events,
                    draft: Draft::default(),
                    started,
                    context: context.clone(),
                    has_ended: false,
                    protocol: PhantomData,
                }
            }
            Opened::Whole(completion) => {
                let took = context.now().saturating_duration_since(started);
                return Ok(CompletionStream::whole(Completion { took, ..completion }));
            }
        };
        let first = reading.step().await?;
        let first = stream::iter(first.into_iter().map(Ok));
        let rest = stream::unfold(Some(reading), |reading| async move {
            let mut reading = reading.filter(|reading| !reading.has_ended)?;
            match reading.step().await {
                Ok(events) => Some((events.into_iter().map(Ok).collect(), Some(reading))),
                Err(error) => Some((vec![Err(error)], None)),
            }
        });
        Ok(CompletionStream::new(first.chain(rest.flat_map(stream::iter))))
    }
}

enum Opened {
    Events(Response, Option<Secret>),
    Whole(Completion),
}

/// The events of an answer, up to the longest that is read.
fn bounded(response: Response) -> impl Stream<Item = Result<Sse, sse_stream::Error>> {
    let mut left = http::MAX_BODY;
    SseByteStream::new(response.bytes_stream().map(move |chunk| {
        let chunk = chunk.map_err(io::Error::other)?;
        left = left.checked_sub(chunk.len()).ok_or_else(|| io::Error::other(TooLarge))?;
        Ok::<_, io::Error>(chunk)
    }))
}

/// An answer that is being read.
struct Reading<P> {
    endpoint: Arc<Endpoint>,
    /// The key that was sent, which nothing may repeat.
    key: Option<Secret>,
    events: BoxStream<'static, Result<Sse, sse_stream::Error>>,
    draft: Draft,
    started: Instant,
    context: CallContext,
    has_ended: bool,
    protocol: PhantomData<fn() -> P>,
}

impl<P: Protocol> Reading<P> {
    /// Reads on until there is something to tell.
    async fn step(&mut self) -> Result<Vec<CompletionEvent>, LmError> {
        let endpoint = self.endpoint.clone();
        let context = self.context.clone();
        loop {
            let next = async { Ok(self.events.next().await) };
            match endpoint.bounded(next, &context).await? {
                Some(Ok(event)) => {
                    // Events without data keep a connection alive.
                    let Some(data) = event.data.filter(|data| !data.is_empty()) else { continue };
                    P::read_event(&data, &mut self.draft)
                        .map_err(|kind| endpoint.error(without_key(kind, self.key.as_ref())))?;
                }
                Some(Err(error)) => return Err(self.broken(&error)),
                None => self.end()?,
            }
            let mut events = self.draft.take_pieces();
            if self.draft.is_complete {
                self.has_ended = true;
                let took = context.now().saturating_duration_since(self.started);
                let completion = std::mem::take(&mut self.draft.completion);
                events.push(CompletionEvent::Done(Completion { took, ..completion }));
            }
            if !events.is_empty() {
                return Ok(events);
            }
        }
    }

    /// The connection ended. Not every provider says that there is nothing more; all say why the
    /// model stopped.
    fn end(&mut self) -> Result<(), LmError> {
        if self.draft.completion.finish_reason.is_none() && !self.draft.is_complete {
            let message = "the stream ended before the answer did".to_owned();
            return Err(self.endpoint.error(LmErrorKind::Protocol { message }));
        }
        self.draft.is_complete = true;
        Ok(())
    }

    fn broken(&self, error: &sse_stream::Error) -> LmError {
        let sse_stream::Error::Body(inner) = error else {
            let message = "an event is not in UTF-8".to_owned();
            return self.endpoint.error(LmErrorKind::Protocol { message });
        };
        let inner = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match inner.and_then(|inner| inner.downcast_ref::<reqwest::Error>()) {
            Some(error) => self.endpoint.unreachable(error),
            None => self.endpoint.too_large(),
        }
    }
}

/// More was sent than any answer is long.
#[derive(Debug, thiserror::Error)]
#[error("the answer is too large")]
struct TooLarge;
