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
        let state = Mutex::new(State::Closed { failures: 0 });
        Arc::new(Guarded { model, guard: Arc::new(Guard { settings: *self, state }) })
    }
}

struct Guarded {
    model: Arc<dyn LanguageModel>,
    guard: Arc<Guard>,
}

struct Guard {
    settings: Breaker,
    state: Mutex<State>,
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

impl Guard {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a call through, or says when it may be worth trying again.
    fn admit(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => Ok(()),
            State::Open { until } if until <= now => {
                *state = State::Probing;
                Ok(())
            }
            State::Open { until } => Err(until - now),
            State::Probing => Err(self.settings.rest),
        }
    }

    fn answered(&self) {
        *self.state() = State::Closed { failures: 0 };
    }

    fn failed(&self, now: Instant) {
        let mut state = self.state();
        let failures = match *state {
            State::Closed { failures } => failures + 1,
            State::Probing | State::Open { .. } => self.settings.failures,
        };
        *state = match failures >= self.settings.failures {
            true => State::Open { until: now + self.settings.rest },
            false => State::Closed { failures },
        };
    }

    /// A call ended without telling anything of the model.
    fn told_nothing(&self, now: Instant) {
        let mut state = self.state();
        if *state == State::Probing {
            *state = State::Open { until: now };
        }
    }
}

/// A call that is let through; if it is dropped, another one may probe.
struct Admitted {
    guard: Arc<Guard>,
    context: CallContext,
    has_ended: bool,
}

impl Admitted {
    /// The call ended, with an answer or for a reason.
    fn end(&mut self, error: Option<&LmError>) {
        match error {
            None => self.guard.answered(),
            Some(error) if is_the_models(&error.kind) => self.guard.failed(self.context.now()),
            Some(_) => return,
        }
        self.has_ended = true;
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        if !self.has_ended {
            self.guard.told_nothing(self.context.now());
        }
    }
}

impl Guarded {
    fn admit(&self, context: &CallContext) -> Result<Admitted, LmError> {
        match self.guard.admit(context.now()) {
            Ok(()) => {
                let (guard, context) = (self.guard.clone(), context.clone());
                Ok(Admitted { guard, context, has_ended: false })
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
        let guard =
            Guard { settings: Breaker::default(), state: Mutex::new(State::Open { until: now }) };
        assert_eq!(guard.admit(now), Ok(()));
        assert_eq!(guard.admit(now), Err(Duration::from_secs(30)));
        guard.told_nothing(now);
        assert_eq!(guard.admit(now), Ok(()));
        guard.answered();
        assert_eq!(guard.admit(now), Ok(()));
        assert_eq!(guard.admit(now), Ok(()));
    }
}
