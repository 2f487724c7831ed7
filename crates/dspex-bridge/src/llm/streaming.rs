//! A streamed exchange: a provider's events as they come, each within its time.

use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use reqwest::Response;
use reqwest::header;
use serde::Serialize;
use sse_stream::{Sse, SseByteStream};

use super::draft::Draft;
use super::endpoint::Endpoint;
use super::failure::without_keys;
use super::remote::{Path, Protocol};
use super::secret::Sent;
use super::stops::Stops;
use super::{
    Completion, CompletionEvent, CompletionStream, LmError, LmErrorKind, http, json, quota,
};
use crate::call::{CallContext, Cost};

impl Endpoint {
    /// Sends a body to `path` below the address, and reads the answer event by event.
    ///
    /// The first event is waited for here, so that a provider that accepts a request and then
    /// refuses it fails before anything is seen. How it ended is reported.
    pub(super) async fn stream<P: Protocol>(
        self: &Arc<Self>,
        path: Path<'_>,
        body: Result<impl Serialize, LmError>,
        stops: Stops,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let underway = self.underway(body.as_ref().ok(), context);
        let started = underway.started();
        let opened = async { self.opened::<P>(&path, &body?, stops, started, context).await }.await;
        match opened {
            Ok(opened) => Ok(opened.watched(move |ended| {
                // One that is dropped reports itself.
                if let Some(ended) = ended {
                    underway.end(ended);
                }
            })),
            Err(error) => {
                underway.end(Err(&error));
                Err(error)
            }
        }
    }

    async fn opened<P: Protocol>(
        self: &Arc<Self>,
        path: &Path<'_>,
        body: &impl Serialize,
        stops: Stops,
        started: Instant,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let asked = self.ask::<P>(path, body, context);
        let asked = self.bounded(asked, self.first_token, context).await?;
        let (response, sent) = match asked {
            Opened::Events(response, sent) => (response, sent),
            Opened::Whole(mut completion) => {
                stops.cut(&mut completion, 0);
                let completion = self.finished(completion, started, context);
                return Ok(CompletionStream::whole(completion));
            }
        };
        let mut reading = Reading::<P> {
            endpoint: self.clone(),
            sent,
            draft: Draft::told(quota::read(response.headers()), stops),
            events: bounded(response).boxed(),
            started,
            context: context.clone(),
            has_ended: false,
            protocol: PhantomData,
        };
        let left = self
            .first_token
            .map(|limit| limit.saturating_sub(context.now().saturating_duration_since(started)));
        let first = match left {
            // What comes before the answer begins, such as signs of life, does not stop this time.
            Some(_) => self.bounded(reading.step(left), left, context).await?,
            None => reading.step(None).await?,
        };
        Ok(CompletionStream::new(reading.after(first)))
    }

    /// Sends a body, and sees what kind of answer has begun.
    async fn ask<P: Protocol>(
        &self,
        path: &Path<'_>,
        body: &impl Serialize,
        context: &CallContext,
    ) -> Result<Opened, LmError> {
        let (response, sent) = self.open(path, body, context).await?;
        let content_type = response.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        if content_type.starts_with("text/event-stream") {
            return Ok(Opened::Events(response, sent));
        }
        if content_type.starts_with("application/json") {
            // A server that cannot stream, or an error with a status of success.
            return self.completion(response, &sent, P::read).await.map(Opened::Whole);
        }
        let content_type = json::content_type(response.headers());
        let message = format!("the answer is not a stream of events ({content_type})");
        let error = self.error(LmErrorKind::Protocol { message });
        Err(error.with_status(response.status().as_u16()))
    }
}

enum Opened {
    Events(Response, Sent),
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
    sent: Sent,
    events: BoxStream<'static, Result<Sse, sse_stream::Error>>,
    draft: Draft,
    started: Instant,
    context: CallContext,
    has_ended: bool,
    protocol: PhantomData<fn() -> P>,
}

impl<P: Protocol> Reading<P> {
    /// These events, and all that follow.
    fn after(
        self,
        first: Vec<CompletionEvent>,
    ) -> impl Stream<Item = Result<CompletionEvent, LmError>> {
        let first = stream::iter(first.into_iter().map(Ok));
        let rest = stream::unfold(Some(self), |reading| async move {
            let mut reading = reading.filter(|reading| !reading.has_ended)?;
            match reading.step(reading.endpoint.idle).await {
                Ok(events) => Some((events.into_iter().map(Ok).collect(), Some(reading))),
                Err(error) => Some((vec![Err(error)], None)),
            }
        });
        first.chain(rest.flat_map(stream::iter))
    }

    /// Reads on until there is something to tell, and waits for each event at most this long.
    async fn step(&mut self, silence: Option<Duration>) -> Result<Vec<CompletionEvent>, LmError> {
        loop {
            let next = async { Ok(self.events.next().await) };
            match self.endpoint.bounded(next, silence, &self.context).await? {
                Some(Ok(event)) => {
                    // Events without data keep a connection alive.
                    let Some(data) = event.data.filter(|data| !data.is_empty()) else { continue };
                    P::read_event(&data, &mut self.draft)
                        .map_err(|kind| self.endpoint.error(without_keys(kind, &self.sent)))?;
                }
                Some(Err(error)) => return Err(self.broken(&error)),
                None => self.end()?,
            }
            let is_cut = self.draft.cut();
            let mut events = self.draft.untold();
            if self.draft.is_complete {
                self.has_ended = true;
                let completion = std::mem::take(&mut self.draft.completion);
                let mut completion =
                    self.endpoint.finished(completion, self.started, &self.context);
                if is_cut {
                    // What it costs stands at the end, which is not read.
                    completion.cost = Cost::Unknown;
                }
                events.push(CompletionEvent::Done(completion));
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
