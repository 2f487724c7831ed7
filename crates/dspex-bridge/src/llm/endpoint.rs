//! A provider's server: its address, its key, and one bounded exchange with it.

use std::pin::pin;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Response, Url};
use serde::Serialize;

use super::catalogue::Known;
use super::failure::{from_status, without_keys};
use super::http::{self, BodyError};
use super::remote::Path;
use super::secret::{Key, Round, Secret, Sent};
use super::server::Server;
use super::underway::Underway;
use super::{Completion, History, LmError, LmErrorKind, quota, wait};
use crate::call::{CallContext, TraceParent};

/// What all providers have in common; what they say differs.
#[derive(Clone)]
pub(super) struct Endpoint {
    /// DSPy's name for the model.
    pub(super) name: String,
    pub(super) base_url: String,
    pub(super) key: Option<Key>,
    /// The header that holds the key, and what stands before the key in it.
    pub(super) authorization: (HeaderName, &'static str),
    /// Headers of every request.
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) timeout: Option<Duration>,
    /// The longest wait for a streamed answer to begin.
    pub(super) first_token: Option<Duration>,
    /// The longest silence of a streamed answer that has begun.
    pub(super) idle: Option<Duration>,
    /// The longest wait for a connection.
    connect: Duration,
    /// What the model is known to do and to cost.
    pub(super) known: Known,
    /// Where exchanges are kept, if anywhere.
    pub(super) history: Option<History>,
    /// Whether the provider counts thoughts beside what else is written.
    pub(super) counts_thoughts_apart: bool,
    server: OnceLock<Result<Server, LmError>>,
}

/// Reads a provider's answer.
type Read = fn(&[u8], &HeaderMap) -> Result<Completion, LmErrorKind>;

impl Endpoint {
    /// The longest exchange where nobody says how long.
    pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

    pub(super) fn new(
        name: String,
        base_url: impl Into<String>,
        key: Option<Key>,
        authorization: (HeaderName, &'static str),
    ) -> Self {
        Self {
            name,
            base_url: base_url.into(),
            key,
            authorization,
            headers: &[],
            timeout: None,
            first_token: None,
            idle: None,
            connect: http::CONNECT_TIMEOUT,
            known: Known::default(),
            history: None,
            counts_thoughts_apart: false,
            server: OnceLock::new(),
        }
    }

    /// From now on at another address.
    pub(super) fn move_to(&mut self, base_url: String) {
        self.base_url = base_url;
        self.server = OnceLock::new();
    }

    /// From now on connections are made within this time.
    pub(super) fn connect_within(&mut self, time: Duration) {
        self.connect = time;
        self.server = OnceLock::new();
    }

    /// Sends a body to `path` below the address, reads the answer, and reports how it ended; a
    /// request that has no body is not sent.
    pub(super) async fn complete(
        &self,
        path: Path<'_>,
        body: Result<impl Serialize, LmError>,
        read: Read,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let underway = self.underway(body.as_ref().ok(), context);
        // Pinned: what is handed on is a pointer, in place of some kilobytes of state.
        let exchange = pin!(async {
            let (response, sent) = self.open(&path, &body?, context).await?;
            self.completion(response, &sent, read).await
        });
        let result = self.bounded(exchange, None, context).await;
        let result =
            result.map(|completion| self.finished(completion, underway.started(), context));
        underway.end(result.as_ref());
        result
    }

    /// An exchange that begins, with its body as it is sent where exchanges are kept.
    pub(super) fn underway(
        &self,
        body: Option<&impl Serialize>,
        context: &CallContext,
    ) -> Underway {
        let kept = self.history.as_ref().and_then(|history| {
            let sent = serde_json::to_string(body?).ok()?;
            Some((history.clone(), sent))
        });
        Underway::begin(&self.name, context).kept(kept)
    }

    /// An answer with what only its end tells: how long it took, and what it cost.
    pub(super) fn finished(
        &self,
        mut completion: Completion,
        started: Instant,
        context: &CallContext,
    ) -> Completion {
        if self.counts_thoughts_apart {
            let usage = &mut completion.usage;
            usage.output_tokens = usage.output_tokens.saturating_add(usage.reasoning_tokens);
        }
        completion.cost = self.known.cost(&self.name, &completion);
        completion.took = context.now().saturating_duration_since(started);
        completion
    }

    /// Reads a completion, with what its headers say.
    pub(super) async fn completion(
        &self,
        response: Response,
        sent: &Sent,
        read: Read,
    ) -> Result<Completion, LmError> {
        let quota = quota::read(response.headers());
        let mut completion = self.answer(response, sent, read).await?;
        completion.metadata.quota = quota;
        Ok(completion)
    }

    /// Reads a whole answer.
    pub(super) async fn answer<T>(
        &self,
        mut response: Response,
        sent: &Sent,
        read: impl FnOnce(&[u8], &HeaderMap) -> Result<T, LmErrorKind>,
    ) -> Result<T, LmError> {
        let body = self.read(&mut response).await?;
        let status = response.status().as_u16();
        read(&body, response.headers())
            .map_err(|kind| self.error(without_keys(kind, sent)).with_status(status))
    }

    /// Does one step of an exchange within its own limit, or the one of all exchanges.
    pub(super) async fn bounded<T>(
        &self,
        step: impl Future<Output = Result<T, LmError>>,
        limit: Option<Duration>,
        context: &CallContext,
    ) -> Result<T, LmError> {
        let limit = Some(self.limit(limit, context));
        wait::within_limit(&self.name, context, limit, step).await.flatten()
    }

    /// How long one step of an exchange may take.
    fn limit(&self, own: Option<Duration>, context: &CallContext) -> Duration {
        let limits = [context.remaining(), own.or(self.timeout)];
        limits.into_iter().flatten().min().unwrap_or(Self::DEFAULT_TIMEOUT)
    }

    /// Sends a body, and gives the answer of which the headers have come, with the keys that were
    /// sent. A refused key is followed by the next one: nothing was answered yet.
    ///
    /// # Errors
    /// What an answer without success says; it is read to its end.
    pub(super) async fn open(
        &self,
        path: &Path<'_>,
        body: &impl Serialize,
        context: &CallContext,
    ) -> Result<(Response, Sent), LmError> {
        let trace = context.trace_parent();
        let Some(key) = &self.key else {
            let (response, sent) = (self.send(path, body, None, trace).await?, Sent::default());
            return self.succeeded(response, &[], &sent).await.map(|response| (response, sent));
        };
        let (mut round, mut refusal) = (Round::new(key), None);
        while let Some(secret) = round.next().await {
            let response = self.send(path, body, Some(&secret), trace).await?;
            match self.succeeded(response, round.givers(), round.sent()).await {
                Ok(response) => {
                    round.was_taken();
                    return Ok((response, round.into_sent()));
                }
                Err(error) if matches!(error.kind, LmErrorKind::Unauthorized { .. }) => {
                    refusal = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(refusal.unwrap_or_else(|| self.error(round.missing())))
    }

    /// Sends a body once.
    async fn send(
        &self,
        path: &Path<'_>,
        body: &impl Serialize,
        key: Option<&Secret>,
        trace: Option<&TraceParent>,
    ) -> Result<Response, LmError> {
        let server = self.server()?;
        let mut builder = server.client.post(server.url(path)).json(body);
        for (name, value) in self.headers {
            builder = builder.header(*name, *value);
        }
        if let Some(key) = key {
            let (name, before) = &self.authorization;
            builder = builder.header(name.clone(), key.header(before));
        }
        if let Some(trace) = trace {
            builder = builder.header("traceparent", trace.as_str());
        }
        builder.send().await.map_err(|error| self.unreachable(&error))
    }

    /// The same answer where it is a success.
    async fn succeeded(
        &self,
        mut response: Response,
        sources: &[String],
        sent: &Sent,
    ) -> Result<Response, LmError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = self.read(&mut response).await?;
        Err(from_status(&self.name, sources, sent, status, response.headers(), &body))
    }

    /// The whole body of an answer.
    async fn read(&self, response: &mut Response) -> Result<Vec<u8>, LmError> {
        let status = response.status().as_u16();
        http::read_body(response).await.map_err(|error| match error {
            BodyError::TooLarge => self.too_large().with_status(status),
            BodyError::Broken(error) => self.unreachable(&error).with_status(status),
        })
    }

    pub(super) fn too_large(&self) -> LmError {
        let message = format!("the answer is larger than {} MiB", http::MAX_BODY >> 20);
        self.error(LmErrorKind::Protocol { message })
    }

    /// The server, made at the first call.
    fn server(&self) -> Result<&Server, LmError> {
        let server = self.server.get_or_init(|| {
            let unreachable =
                |reason| self.error(LmErrorKind::Unreachable { url: self.place(), reason });
            if self.base_url.is_empty() {
                let (url, reason) = ("(no address)".to_owned(), "it needs a `base_url`".to_owned());
                return Err(self.error(LmErrorKind::Unreachable { url, reason }));
            }
            let url = Url::parse(&self.base_url)
                .map_err(|error| unreachable(format!("not an address: {error}")))?;
            if !matches!(url.scheme(), "http" | "https") {
                return Err(unreachable(
                    "the address starts neither `http://` nor `https://`".into(),
                ));
            }
            Server::new(url, self.connect).map_err(unreachable)
        });
        server.as_ref().map_err(Clone::clone)
    }

    pub(super) fn unreachable(&self, error: &reqwest::Error) -> LmError {
        let reason = match error.is_connect() && error.is_timeout() {
            true => "no connection in time".to_owned(),
            false => http::innermost(error),
        };
        self.error(LmErrorKind::Unreachable { url: self.place(), reason })
    }

    /// The address without what may be private in it; see [`http::place`].
    pub(super) fn place(&self) -> String {
        http::place(&self.base_url)
    }

    pub(super) fn error(&self, kind: LmErrorKind) -> LmError {
        LmError::new(&self.name, kind)
    }
}
