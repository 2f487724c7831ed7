//! A circuit breaker: a model that keeps failing is left alone for a while.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::Middleware;
use crate::call::CallContext;
use crate::llm::{
    Completion, CompletionRequest, CompletionStream, LanguageModel, LmError, LmErrorKind,
};

/// Leaves a model alone that failed several times in a row.
///
/// While it rests, calls fail at once with [`LmErrorKind::CircuitOpen`], which costs nobody a wait.
/// Then one call is let through to see: if it is answered, all are; if not, the rest begins anew.
/// Only failures of the model's side count: no connection, no answer in time, an error of the
/// server, an answer outside the protocol.
#[derive(Clone, Copy, Debug)]
pub struct Breaker {
    failures: u32,
    rest: Duration,
}

impl Breaker {
    /// A breaker that opens after this many failures in a row.
    #[must_use]
    pub const fn after(failures: u32) -> Self {
        Self { failures, rest: Duration::from_secs(30) }
    }

    /// The same breaker with another rest than 30 seconds.
    #[must_use]
    pub const fn rest(mut self, rest: Duration) -> Self {
        self.rest = rest;
        self
    }
}

impl Default for Breaker {
    /// After five failures in a row.
    fn default() -> Self {
        Self::after(5)
    }
}

impl Middleware for Breaker {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        Arc::new(Guarded { model, guard: Arc::new(Guard::new(*self, State::CLOSED)) })
    }
}

struct Guarded {
    model: Arc<dyn LanguageModel>,
    guard: Arc<Guard>,
}

struct Guard {
    settings: Breaker,
    state: Mutex<Since>,
}

/// A state, and which one it is of all that were: a call tells something of the state alone in
/// which it was let through.
struct Since {
    state: State,
    number: u64,
}

impl Since {
    fn turn(&mut self, state: State) -> u64 {
        self.state = state;
        self.number += 1;
        self.number
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Calls go through.
    Closed { failures: u32 },
    /// No call goes through before this moment.
    Open { until: Instant },
    /// One call is seeing whether the model is back.
    Probing,
}

impl State {
    const CLOSED: Self = Self::Closed { failures: 0 };
}

/// The longest rest, which a clock can tell.
const MAX_REST: Duration = Duration::from_secs(365 * 24 * 3600);

impl Guard {
    const fn new(settings: Breaker, state: State) -> Self {
        Self { settings, state: Mutex::new(Since { state, number: 0 }) }
    }

    fn since(&self) -> MutexGuard<'_, Since> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a call through and gives the state's number, or says when it may be worth trying again.
    fn admit(&self, now: Instant) -> Result<u64, Duration> {
        let mut since = self.since();
        match since.state {
            State::Closed { .. } => Ok(since.number),
            State::Open { until } if until <= now => Ok(since.turn(State::Probing)),
            State::Open { until } => Err(until - now),
            State::Probing => Err(self.settings.rest),
        }
    }

    /// A call that was let through in the state of this number was answered.
    fn answered(&self, number: u64) {
        let mut since = self.since();
        if since.number != number {
            return;
        }
        match &mut since.state {
            State::Closed { failures } => *failures = 0,
            _ => {
                since.turn(State::CLOSED);
            }
        }
    }

    fn failed(&self, number: u64, now: Instant) {
        let mut since = self.since();
        if since.number != number {
            return;
        }
        if let State::Closed { failures } = &mut since.state {
            *failures += 1;
            if *failures < self.settings.failures {
                return;
            }
        }
        since.turn(State::Open { until: now + self.settings.rest.min(MAX_REST) });
    }

    /// A call ended without telling anything of the model.
    fn told_nothing(&self, number: u64, now: Instant) {
        let mut since = self.since();
        if since.number == number && since.state == State::Probing {
            since.turn(State::Open { until: now });
        }
    }
}

/// A call that is let through; if it is dropped, another one may probe.
struct Admitted {
    guard: Arc<Guard>,
    context: CallContext,
    /// The number of the state in which it was let through.
    number: u64,
    has_ended: bool,
}

impl Admitted {
    /// The call ended, with an answer or for a reason.
    fn end(&mut self, error: Option<&LmError>) {
        match error {
            None => self.guard.answered(self.number),
            Some(error) if is_the_models(&error.kind) => {
                self.guard.failed(self.number, self.context.now());
            }
            Some(_) => return,
        }
        self.has_ended = true;
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        if !self.has_ended {
            self.guard.told_nothing(self.number, self.context.now());
        }
    }
}

impl Guarded {
    fn admit(&self, context: &CallContext) -> Result<Admitted, LmError> {
        match self.guard.admit(context.now()) {
            Ok(number) => {
                let (guard, context) = (self.guard.clone(), context.clone());
                Ok(Admitted { guard, context, number, has_ended: false })
            }
            Err(wait) => {
                let failures = self.guard.settings.failures;
                let error = LmError::new(self.name(), LmErrorKind::CircuitOpen { failures });
                Err(error.with_retry_after(Some(wait)))
            }
        }
    }
}

#[async_trait]
impl LanguageModel for Guarded {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let mut admitted = self.admit(context)?;
        let result = self.model.complete(request, context).await;
        admitted.end(result.as_ref().err());
        result
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let mut admitted = self.admit(context)?;
        let stream = self.model.stream(request, context).await;
        let stream = stream.inspect_err(|error| admitted.end(Some(error)))?;
        // Who drops a stream that has opened has seen the model at work.
        Ok(stream.watched(move |ended| admitted.end(ended.and_then(Result::err))))
    }
}

/// Whether a failure tells that the model does not work, and not that the request was no good.
const fn is_the_models(kind: &LmErrorKind) -> bool {
    matches!(
        kind,
        LmErrorKind::Unreachable { .. }
            | LmErrorKind::Timeout { .. }
            | LmErrorKind::Server { .. }
            | LmErrorKind::Protocol { .. }
    )
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use dspex_signature::VirtualClock;
    use dspex_telemetry::Recorder;

    use super::*;
    use crate::llm::ScriptedModel;

    struct Bench {
        clock: VirtualClock,
        context: CallContext,
        script: ScriptedModel,
        model: Arc<dyn LanguageModel>,
    }

    /// A breaker that opens after two failures and rests ten seconds.
    fn bench(script: ScriptedModel) -> Bench {
        let clock = VirtualClock::new();
        let context = CallContext::with_clock(Recorder::new(), Arc::new(clock.clone()));
        let breaker = Breaker::after(2).rest(Duration::from_secs(10));
        let model = breaker.wrap(Arc::new(script.clone()));
        Bench { clock, context, script, model }
    }

    impl Bench {
        async fn ask(&self) -> Result<String, LmError> {
            let done = self.model.complete(&CompletionRequest::default(), &self.context).await;
            done.map(|completion| completion.text)
        }

        fn asked(&self) -> usize {
            self.script.requests().len()
        }
    }

    fn broken(script: ScriptedModel) -> ScriptedModel {
        script.fail(LmErrorKind::Server { message: "down".to_owned() })
    }

    #[tokio::test]
    async fn a_model_that_keeps_failing_rests_and_is_probed() {
        let bench = bench(broken(broken(broken(ScriptedModel::new()))).text("back").text("well"));
        for _ in 0..2 {
            assert_eq!(bench.ask().await.unwrap_err().kind.name(), "server");
        }
        let error = bench.ask().await.unwrap_err();
        assert_eq!(error.kind, LmErrorKind::CircuitOpen { failures: 2 });
        assert_eq!(error.retry_after, Some(Duration::from_secs(10)));
        let told = "language model `scripted/model` rests: it failed 2 times in a row";
        assert_eq!(error.to_string(), told);
        bench.clock.advance(Duration::from_secs(10));
        assert_eq!(bench.ask().await.unwrap_err().kind.name(), "server", "the probe fails");
        assert_eq!(bench.ask().await.unwrap_err().kind.name(), "circuit_open");
        bench.clock.advance(Duration::from_secs(10));
        assert_eq!(bench.ask().await, Ok("back".to_owned()));
        assert_eq!(bench.ask().await, Ok("well".to_owned()));
        assert_eq!(bench.asked(), 5);
    }

    #[tokio::test]
    async fn only_failures_in_a_row_and_of_the_model_count() {
        let script = broken(ScriptedModel::new()).text("well");
        let script = broken(script).fail(LmErrorKind::ContextTooLong);
        let bench = bench(broken(script).text("never"));
        for expected in ["server", "ok", "server", "context_too_long", "server", "circuit_open"] {
            let found = bench.ask().await.map_or_else(|error| error.kind.name(), |_| "ok");
            assert_eq!(found, expected);
        }
    }

    #[tokio::test]
    async fn a_probe_that_is_dropped_leaves_the_way_free() {
        let bench = bench(broken(broken(ScriptedModel::new())).text("back"));
        for _ in 0..2 {
            let _ = bench.ask().await;
        }
        bench.clock.advance(Duration::from_secs(10));
        let request = CompletionRequest::default();
        drop(bench.model.complete(&request, &bench.context));
        let guarded_probe = async {
            let probe = bench.model.complete(&request, &bench.context);
            tokio::select! { biased; () = std::future::ready(()) => {}, _ = probe => {} }
        };
        guarded_probe.await;
        assert_eq!(bench.ask().await, Ok("back".to_owned()));
    }

    #[test]
    fn one_probe_at_a_time() {
        let now = Instant::now();
        let guard = Guard::new(Breaker::default(), State::Open { until: now });
        assert_eq!(guard.admit(now), Ok(1));
        assert_eq!(guard.admit(now), Err(Duration::from_secs(30)));
        guard.told_nothing(1, now);
        assert_eq!(guard.admit(now), Ok(3));
        guard.answered(3);
        assert_eq!(guard.admit(now), Ok(4));
        assert_eq!(guard.admit(now), Ok(4));
    }

    #[test]
    fn what_comes_late_tells_nothing_of_the_probe() {
        let now = Instant::now();
        let guard = Guard::new(Breaker::after(2).rest(Duration::MAX), State::CLOSED);
        let late = guard.admit(now).unwrap();
        guard.failed(late, now);
        guard.failed(late, now);
        assert!(guard.admit(now).is_err());
        guard.answered(late);
        assert!(guard.admit(now).is_err(), "it rests, whatever was sent before");
        let then = now + MAX_REST;
        let probe = guard.admit(then).unwrap();
        guard.answered(late);
        guard.failed(late, then);
        guard.told_nothing(late, then);
        assert!(guard.admit(then).is_err(), "the probe is on its way");
        guard.answered(probe);
        assert!(guard.admit(then).is_ok());
    }
}
