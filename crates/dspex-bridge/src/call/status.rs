//! A failed call as the status of an HTTP answer, for services that pass it on.

use reqwest::StatusCode;

use super::{CallError, CallErrorKind};
use crate::llm::LmErrorKind;

impl CallError {
    /// The status by which a service tells its own client of the error. What the client sent is wrong
    /// only where an input is; everything behind the service is a 5xx.
    ///
    /// | status | when |
    /// |---|---|
    /// | 422 | an input is missing or of the wrong type |
    /// | 413 | the inputs are more than the model can read |
    /// | 504 | the deadline passed, or the model's own |
    /// | 503 | it may be worth trying again: no worker is free, a limit of the provider is reached |
    /// | 501 | not supported |
    /// | 502 | a model or Python answered what cannot be used, or failed |
    /// | 500 | the service is set up wrongly |
    ///
    /// A call that was cancelled has nobody to be told; it is a 503.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        match self.kind() {
            CallErrorKind::InvalidInput(_) => StatusCode::UNPROCESSABLE_ENTITY,
            CallErrorKind::Lm(error) => match error.kind {
                LmErrorKind::ContextTooLong => StatusCode::PAYLOAD_TOO_LARGE,
                LmErrorKind::Timeout { .. } => StatusCode::GATEWAY_TIMEOUT,
                LmErrorKind::NotConfigured { .. }
                | LmErrorKind::Misconfigured { .. }
                | LmErrorKind::MissingKey { .. }
                | LmErrorKind::Unauthorized { .. } => StatusCode::INTERNAL_SERVER_ERROR,
                _ if error.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::BAD_GATEWAY,
            },
            CallErrorKind::Deadline { .. } => StatusCode::GATEWAY_TIMEOUT,
            CallErrorKind::Overloaded { .. }
            | CallErrorKind::SessionLost { .. }
            | CallErrorKind::SessionBusy { .. }
            | CallErrorKind::ObjectLost { .. }
            | CallErrorKind::WorkerDied { .. }
            | CallErrorKind::PoolUnavailable { .. }
            | CallErrorKind::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
            CallErrorKind::NotSupportedYet { .. } | CallErrorKind::UnsupportedPlatform { .. } => {
                StatusCode::NOT_IMPLEMENTED
            }
            CallErrorKind::NoSuchModule { .. }
            | CallErrorKind::MissingPackage { .. }
            | CallErrorKind::NotAllowed { .. }
            | CallErrorKind::NestedTooDeep { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            CallErrorKind::Parse { .. }
            | CallErrorKind::Output(_)
            | CallErrorKind::Rules { .. }
            | CallErrorKind::Python(_)
            | CallErrorKind::Poison { .. }
            | CallErrorKind::MemoryLimit { .. }
            | CallErrorKind::Protocol { .. } => StatusCode::BAD_GATEWAY,
        }
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::ValueError;

    use super::*;
    use crate::llm::LmError;

    #[track_caller]
    fn check(kind: CallErrorKind, expected: u16) {
        assert_eq!(CallError::from(kind).status_code().as_u16(), expected);
    }

    #[test]
    fn a_client_is_blamed_for_its_inputs_only() {
        let of_model = |kind| CallErrorKind::Lm(LmError::new("m", kind));
        check(CallErrorKind::InvalidInput(ValueError::new("int", "str")), 422);
        check(of_model(LmErrorKind::ContextTooLong), 413);
        check(of_model(LmErrorKind::RateLimited), 503);
        check(of_model(LmErrorKind::NotConfigured { known: vec![] }), 500);
        check(CallErrorKind::Deadline { after: std::time::Duration::ZERO }, 504);
        check(CallErrorKind::Rules { rules: vec![] }, 502);
        check(CallErrorKind::NotSupportedYet { what: String::new() }, 501);
    }
}
