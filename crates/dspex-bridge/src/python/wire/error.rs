//! What can be wrong with a frame.

use super::{MAX_DEPTH, MAX_DIGITS, MAX_FRAME_BYTES};

/// Bytes that are not in the protocol, or a value that does not fit it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum WireError {
    /// A frame ends before its message does.
    #[error("a frame ends in the middle of a value")]
    Truncated,
    /// The stream ends before a frame does.
    #[error("the connection closed in the middle of a frame")]
    Closed,
    /// A frame is longer than allowed.
    #[error("a frame of {bytes} bytes is longer than {MAX_FRAME_BYTES}")]
    TooLong {
        /// The length.
        bytes: usize,
    },
    /// A value is nested deeper than allowed.
    #[error("a value is nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// A set or a dict with an item or a key that Python cannot put into one.
    #[error("a set or a key holds a `{item}`, which Python cannot hash")]
    Unhashable {
        /// The item's type.
        item: &'static str,
    },
    /// An integer that Python refuses to read.
    #[error("an integer has {digits} digits, more than {MAX_DIGITS}")]
    TooManyDigits {
        /// How many.
        digits: usize,
    },
    /// Bytes that encode no value.
    #[error("a frame holds {what}")]
    Malformed {
        /// What was found.
        what: &'static str,
    },
    /// A value that is no message.
    #[error("a message {what}")]
    NotAMessage {
        /// What is wrong with it.
        what: String,
    },
    /// The stream failed.
    #[error("the connection failed: {0}")]
    Io(String),
}
