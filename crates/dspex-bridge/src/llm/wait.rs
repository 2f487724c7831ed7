//! Waiting for a model within a call's time, which ends in the same way whoever waits.

use std::time::Duration;

use super::{LmError, LmErrorKind};
use crate::call::{CallContext, CallErrorKind};

/// Does some work for the model `lm`, within the call's time.
///
/// # Errors
/// [`LmErrorKind::Cancelled`], or [`LmErrorKind::Timeout`] where the deadline passes; the work is
/// dropped then.
pub(super) fn within<T>(
    lm: &str,
    context: &CallContext,
    work: impl Future<Output = T>,
) -> impl Future<Output = Result<T, LmError>> {
    within_limit(lm, context, None, work)
}

/// The same as [`within`], for work that may take `limit` at most: that is a timeout too.
pub(super) async fn within_limit<T>(
    lm: &str,
    context: &CallContext,
    limit: Option<Duration>,
    work: impl Future<Output = T>,
) -> Result<T, LmError> {
    let started = context.now();
    context.bound_by(limit, work).await.map_err(|stopped| {
        let kind = match stopped.kind() {
            CallErrorKind::Cancelled => LmErrorKind::Cancelled,
            _ => {
                let after = context.now().saturating_duration_since(started);
                LmErrorKind::Timeout { after }
            }
        };
        LmError::new(lm, kind)
    })
}

/// Waits so long before the model `lm` is asked.
///
/// # Errors
/// As [`within`].
pub(super) async fn pause(lm: &str, context: &CallContext, wait: Duration) -> Result<(), LmError> {
    let sleep = async {
        // A timer that is set for no time at all takes a millisecond.
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    };
    within(lm, context, sleep).await
}

#[cfg(test)]
mod tests {
    use dspex_telemetry::Recorder;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pause_ends_with_the_call() {
        let context = CallContext::new(Recorder::new());
        let minute = Duration::from_secs(60);
        let started = tokio::time::Instant::now();
        assert_eq!(pause("m", &context, Duration::ZERO).await, Ok(()));
        assert_eq!(started.elapsed(), Duration::ZERO);
        assert_eq!(pause("m", &context, minute).await, Ok(()));
        assert_eq!(started.elapsed(), minute);
        let late = context.clone().within(Duration::ZERO);
        let error = pause("m", &late, minute).await.unwrap_err();
        assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");
        context.cancel();
        let error = pause("m", &context, Duration::ZERO).await.unwrap_err();
        assert_eq!(error, LmError::new("m", LmErrorKind::Cancelled));
    }
}
