//! The limits and the surroundings of one call, handed through every layer.

#[cfg(feature = "python")]
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use dspex_signature::{Clock, SystemClock};
use dspex_telemetry::Recorder;
use tokio_util::sync::CancellationToken;

use super::{
    Affinity, CallError, CallErrorKind, InSession, Priority, Teller, TraceParent, Transcript,
};
use crate::llm::Sampling;

/// Deadline, attempts, cancellation, depth, tenant, recorder and clock of one call.
///
/// Whoever waits or retries spends from here; nobody has a private budget. Clones share the
/// attempts and the cancellation.
#[derive(Clone, Debug)]
pub struct CallContext {
    started: Instant,
    deadline: Option<Instant>,
    attempts_left: Arc<AtomicU32>,
    cancelled: CancellationToken,
    depth: u32,
    tenant: Option<Arc<str>>,
    id: Option<Arc<str>>,
    trace_parent: Option<TraceParent>,
    priority: Priority,
    session: Option<InSession>,
    sampling: Option<Arc<Sampling>>,
    transcript: Option<Transcript>,
    teller: Teller,
    #[cfg(feature = "python")]
    asker: Option<Arc<AskedBy>>,
    recorder: Recorder,
    clock: Arc<dyn Clock>,
}

/// A worker that waits for a call, and whoever waits for that worker's own.
#[cfg(feature = "python")]
#[derive(Debug)]
struct AskedBy {
    worker: Arc<dyn Any + Send + Sync>,
    outer: Option<Arc<Self>>,
}

impl CallContext {
    /// How many attempts a call has unless it says otherwise: the first and two more.
    pub const DEFAULT_ATTEMPTS: u32 = 3;
    /// How deep calls may nest: a call that is made while another one runs is one level deeper.
    pub const MAX_DEPTH: u32 = 8;

    /// A context without deadline, on the machine's clock.
    #[must_use]
    pub fn new(recorder: Recorder) -> Self {
        Self::with_clock(recorder, Arc::new(SystemClock))
    }

    /// A context without deadline, on the given clock.
    #[must_use]
    pub fn with_clock(recorder: Recorder, clock: Arc<dyn Clock>) -> Self {
        Self {
            started: clock.now(),
            deadline: None,
            attempts_left: Arc::new(AtomicU32::new(Self::DEFAULT_ATTEMPTS)),
            cancelled: CancellationToken::new(),
            depth: 0,
            tenant: None,
            id: None,
            trace_parent: None,
            priority: Priority::default(),
            session: None,
            sampling: None,
            transcript: None,
            teller: Teller::default(),
            #[cfg(feature = "python")]
            asker: None,
            recorder,
            clock,
        }
    }

    /// The same context, to end `within` from now at the latest; an earlier deadline stays.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Self {
        // What no clock can tell is no deadline.
        let deadline = self.clock.now().checked_add(within);
        self.deadline = [self.deadline, deadline].into_iter().flatten().min();
        self
    }

    /// The same context with its own count of attempts, the first one included.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts_left = Arc::new(AtomicU32::new(attempts));
        self
    }

    /// The same context on behalf of a tenant: what is kept of its calls answers nobody else's.
    #[must_use]
    pub fn on_behalf_of(mut self, tenant: impl Into<Arc<str>>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// On whose behalf the call is made.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// The same context for the call of this id, which says that two calls are one, made again.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Arc<str>>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// What the call is known by, where somebody said.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The same context as a part of a trace: what runs in Python for the call, and what that calls, is
    /// told, and so are the servers of models, in the header `traceparent`.
    #[must_use]
    pub fn in_trace(mut self, parent: TraceParent) -> Self {
        self.trace_parent = Some(parent);
        self
    }

    /// The trace that the call belongs to.
    #[must_use]
    pub const fn trace_parent(&self) -> Option<&TraceParent> {
        self.trace_parent.as_ref()
    }

    /// The same context with another priority than [`Priority::Normal`].
    #[must_use]
    pub const fn at_priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Which call goes first where several wait.
    #[must_use]
    pub const fn priority(&self) -> Priority {
        self.priority
    }

    /// The same context as a part of a session: calls of one session run on one worker, as far as
    /// `affinity` asks for it.
    #[must_use]
    pub fn in_session(mut self, session: impl Into<Arc<str>>, affinity: Affinity) -> Self {
        self.session = Some(InSession { session: session.into(), affinity });
        self
    }

    /// The same context for a call whose models sample so; where this says nothing, as the module says.
    #[must_use]
    pub fn with_sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = Some(sampling.into());
        self
    }

    /// How the call's models sample, where the call itself says.
    #[must_use]
    pub fn sampling(&self) -> Option<&Sampling> {
        self.sampling.as_deref()
    }

    /// The same context, which keeps what was asked and answered in `transcript`.
    #[must_use]
    pub fn with_transcript(mut self, transcript: Transcript) -> Self {
        self.transcript = Some(transcript);
        self
    }

    /// The same context, whose call tells what it knows on the way.
    #[must_use]
    pub fn with_teller(mut self, teller: Teller) -> Self {
        self.teller = teller;
        self
    }

    /// Who is told what is known on the way; nobody where nobody was named.
    #[must_use]
    pub const fn teller(&self) -> &Teller {
        &self.teller
    }

    /// What keeps the call's questions and answers, where something does.
    #[must_use]
    pub const fn transcript(&self) -> Option<&Transcript> {
        self.transcript.as_ref()
    }

    #[cfg(feature = "python")]
    pub(crate) const fn session(&self) -> Option<&InSession> {
        self.session.as_ref()
    }

    /// The same context for what a worker asks, which waits for the answer.
    #[cfg(feature = "python")]
    pub(crate) fn asked_by(mut self, worker: Arc<dyn Any + Send + Sync>) -> Self {
        let asked_by = AskedBy { worker, outer: self.asker.take() };
        self.asker = Some(Arc::new(asked_by));
        self
    }

    /// The workers that wait for this call, the last one first.
    #[cfg(feature = "python")]
    pub(crate) fn askers(&self) -> impl Iterator<Item = &Arc<dyn Any + Send + Sync>> {
        let askers = std::iter::successors(self.asker.as_deref(), |asker| asker.outer.as_deref());
        askers.map(|asker| &asker.worker)
    }

    /// The context of a call that this call makes: cancelled with it, with the same deadline and
    /// out of the same attempts. It has no id of its own, samples as its module says, and tells
    /// nobody.
    ///
    /// # Errors
    /// [`CallErrorKind::NestedTooDeep`] beyond [`CallContext::MAX_DEPTH`].
    pub fn nested(&self) -> Result<Self, CallError> {
        if self.depth >= Self::MAX_DEPTH {
            return Err(CallErrorKind::NestedTooDeep { depth: Self::MAX_DEPTH }.into());
        }
        let (depth, cancelled) = (self.depth + 1, self.cancelled.child_token());
        let (id, sampling, transcript, teller) = (None, None, None, Teller::default());
        Ok(Self { depth, cancelled, id, sampling, transcript, teller, ..self.clone() })
    }

    /// Gives the call one attempt more, as who asks again of its own accord does.
    pub fn grant_attempt(&self) {
        let more = |left: u32| left.checked_add(1);
        let _ = self.attempts_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// Takes one attempt; `false` when none is left.
    #[must_use]
    pub fn take_attempt(&self) -> bool {
        let take = |left: u32| left.checked_sub(1);
        self.attempts_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// The time left until the deadline; `None` without one, zero when it has passed.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(self.clock.now()))
    }

    /// The time since the call was accepted.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.clock.now().saturating_duration_since(self.started)
    }

    /// Runs `work` until it is done, the deadline passes or the call is cancelled.
    ///
    /// # Errors
    /// [`CallErrorKind::Deadline`] or [`CallErrorKind::Cancelled`]; `work` is dropped then.
    pub fn bound<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = Result<T, CallError>> {
        self.bound_by(None, work)
    }

    /// The same as [`bound`](Self::bound), for work that may take `limit` at most.
    pub(crate) async fn bound_by<T>(
        &self,
        limit: Option<Duration>,
        work: impl Future<Output = T>,
    ) -> Result<T, CallError> {
        let deadline = async {
            match [self.remaining(), limit].into_iter().flatten().min() {
                Some(limit) => tokio::time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.cancelled.cancelled() => Err(CallErrorKind::Cancelled.into()),
            done = work => Ok(done),
            () = deadline => Err(CallErrorKind::Deadline { after: self.elapsed() }.into()),
        }
    }

    /// Cancels the call and every call nested in it.
    pub fn cancel(&self) {
        self.cancelled.cancel();
    }

    /// The token that tells of cancellation.
    #[must_use]
    pub const fn cancellation(&self) -> &CancellationToken {
        &self.cancelled
    }

    /// How many calls stand around this one.
    #[must_use]
    pub const fn depth(&self) -> u32 {
        self.depth
    }

    /// Where events go.
    #[must_use]
    pub const fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// The present moment by the call's clock.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> CallContext {
        CallContext::new(Recorder::new())
    }

    #[test]
    fn attempts_are_shared_by_clones() {
        let context = context().attempts(2);
        let clone = context.clone();
        assert!(context.take_attempt() && clone.take_attempt());
        assert!(!context.take_attempt() && !clone.take_attempt());
    }

    #[test]
    fn the_earlier_deadline_wins_and_depth_is_bounded() {
        let context = context().within(Duration::from_secs(1)).within(Duration::from_secs(60));
        assert!(context.remaining().is_some_and(|left| left <= Duration::from_secs(1)));
        assert_eq!(self::context().within(Duration::MAX).remaining(), None);
        let mut nested = context;
        for _ in 0..CallContext::MAX_DEPTH {
            nested = nested.nested().unwrap();
        }
        let error = nested.nested().unwrap_err();
        assert_eq!(error.to_string(), "calls are nested more than 8 deep");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_at_the_deadline_or_when_cancelled() {
        let context = context().within(Duration::from_millis(20));
        let error = context.bound(std::future::pending::<()>()).await.unwrap_err();
        assert!(matches!(error.kind(), CallErrorKind::Deadline { .. }), "{error}");
        context.cancel();
        let error = context.bound(std::future::pending::<()>()).await.unwrap_err();
        assert!(matches!(error.kind(), CallErrorKind::Cancelled), "{error}");
    }
}
