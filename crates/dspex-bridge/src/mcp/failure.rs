//! What `rmcp` says went wrong, as [`McpErrorKind`].

use std::error::Error;

use rmcp::ErrorData;
use rmcp::ServiceError;
use rmcp::service::ClientInitializeError;
use rmcp::transport::streamable_http_client::StreamableHttpError;

use super::error::McpErrorKind;
use crate::llm::{Sent, innermost};

type HttpError = StreamableHttpError<reqwest::Error>;

const CLOSED: &str = "it closed the connection";

/// Why a request has no answer.
pub(super) fn of_service(error: &ServiceError, during: String) -> McpErrorKind {
    match error {
        ServiceError::McpError(error) => refused(error, during),
        ServiceError::TransportSend(error) => of_transport(&*error.error, during),
        ServiceError::TransportClosed | ServiceError::Cancelled { .. } => {
            McpErrorKind::Unreachable { during, reason: CLOSED.to_owned() }
        }
        other => McpErrorKind::Protocol { during, message: innermost(other) },
    }
}

/// Why a server did not greet.
pub(super) fn of_start(error: &ClientInitializeError, during: String) -> McpErrorKind {
    match error {
        ClientInitializeError::JsonRpcError(error) => refused(error, during),
        ClientInitializeError::TransportError { error, .. } => of_transport(&*error.error, during),
        ClientInitializeError::ConnectionClosed(_) => {
            McpErrorKind::Unreachable { during, reason: CLOSED.to_owned() }
        }
        ClientInitializeError::ExpectedInitResponse(_)
        | ClientInitializeError::ExpectedInitResult(_) => {
            McpErrorKind::Protocol { during, message: "what came is no greeting".to_owned() }
        }
        other => McpErrorKind::Protocol { during, message: other.to_string() },
    }
}

fn refused(error: &ErrorData, during: String) -> McpErrorKind {
    McpErrorKind::Refused { during, code: error.code.0, message: error.message.to_string() }
}

fn of_transport(error: &(dyn Error + 'static), during: String) -> McpErrorKind {
    let Some(error) = find(error) else {
        return McpErrorKind::Unreachable { during, reason: innermost(error) };
    };
    match error {
        StreamableHttpError::AuthRequired(asked) => {
            let reason = format!("it asks for `{}`", asked.www_authenticate_header);
            McpErrorKind::Unauthorized { during, reason }
        }
        StreamableHttpError::InsufficientScope(asked) => {
            let reason = format!("it asks for `{}`", asked.www_authenticate_header);
            McpErrorKind::Unauthorized { during, reason }
        }
        StreamableHttpError::Client(error) => {
            McpErrorKind::Unreachable { during, reason: innermost(error) }
        }
        StreamableHttpError::UnexpectedServerResponse(told) if is_refusal(told) => {
            McpErrorKind::Unauthorized { during, reason: told.to_string() }
        }
        StreamableHttpError::UnexpectedServerResponse(_)
        | StreamableHttpError::UnexpectedContentType(_)
        | StreamableHttpError::ResponseBodyTooLarge { .. }
        | StreamableHttpError::Deserialize(_)
        | StreamableHttpError::MissingSessionIdInResponse => {
            McpErrorKind::Protocol { during, message: error.to_string() }
        }
        other => McpErrorKind::Unreachable { during, reason: innermost(other) },
    }
}

/// Whether a server refuses who asks, without saying what it asks for.
fn is_refusal(told: &str) -> bool {
    told.starts_with("HTTP 401") || told.starts_with("HTTP 403")
}

/// The failure of HTTP that an error comes from.
fn find<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e HttpError> {
    match error.downcast_ref::<HttpError>() {
        Some(found) => Some(found),
        None => error.source().and_then(find),
    }
}

impl McpErrorKind {
    /// The same without keys, which a server may repeat.
    pub(super) fn scrubbed(mut self, sent: &Sent) -> Self {
        if let Self::Unreachable { reason: text, .. }
        | Self::Unauthorized { reason: text, .. }
        | Self::Refused { message: text, .. }
        | Self::Protocol { message: text, .. } = &mut self
        {
            *text = sent.scrub(text);
        }
        self
    }
}
