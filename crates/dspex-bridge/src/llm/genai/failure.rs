//! `genai`'s failures as ours. Its own texts repeat requests and answers, and are not passed on.

use genai::{Error, webc};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::llm::failure::from_status;
use crate::llm::http::innermost;
use crate::llm::secret::Sent;
use crate::llm::{LmError, LmErrorKind};

/// The failure of the model `name`; nothing of it repeats a key that was sent.
pub(super) fn of(error: &Error, sent: &Sent, name: &str) -> LmError {
    let kind = match error {
        Error::WebModelCall { webc_error, .. } | Error::WebAdapterCall { webc_error, .. } => {
            return web(webc_error, sent, name);
        }
        Error::HttpError { status, body, headers, .. } => {
            return status_of(*status, headers, body, sent, name);
        }
        Error::RequiresApiKey { .. } | Error::NoAuthData { .. } | Error::NoAuthResolver { .. } => {
            LmErrorKind::Unauthorized { sources: Vec::new() }
        }
        Error::ChatResponseGeneration { .. }
        | Error::InvalidJsonResponseElement { .. }
        | Error::NoChatResponse { .. } => {
            LmErrorKind::Protocol { message: "genai cannot read the answer".to_owned() }
        }
        Error::MessageContentTypeNotSupported { cause, .. } => {
            LmErrorKind::Refused { message: (*cause).to_owned() }
        }
        _ => LmErrorKind::Refused { message: "genai cannot make such a request".to_owned() },
    };
    LmError::new(name, kind)
}

fn web(error: &webc::Error, sent: &Sent, name: &str) -> LmError {
    let kind = match error {
        webc::Error::ResponseFailedStatus { status, body, headers } => {
            return status_of(*status, headers, body, sent, name);
        }
        webc::Error::Reqwest(error) => {
            let url = error.url().and_then(|url| url.host_str()).unwrap_or_default().to_owned();
            LmErrorKind::Unreachable { url, reason: innermost(error) }
        }
        _ => LmErrorKind::Protocol { message: "the answer is not JSON".to_owned() },
    };
    LmError::new(name, kind)
}

fn status_of(
    status: StatusCode,
    headers: &HeaderMap,
    body: &str,
    sent: &Sent,
    name: &str,
) -> LmError {
    from_status(name, &["the key of `Genai`".to_owned()], sent, status, headers, body.as_bytes())
}
