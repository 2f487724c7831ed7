//! The protocol between dspex and its workers: frames of MessagePack on a stream.
//!
//! A frame is a length of four bytes, big endian, and one MessagePack array: the kind of message,
//! then its parts. Ids count up on each side, so that calls and callbacks may stand in one another.

mod codec;
mod error;
mod frame;
mod message;
#[cfg(test)]
mod tests;

pub(crate) use codec::{decode_value, encode_value};
pub(crate) use error::WireError;
pub(crate) use frame::FrameReader;
pub(crate) use message::{FromWorker, Raised, to_worker};

/// Both sides must name the same version in their first message.
pub(crate) const PROTOCOL_VERSION: i64 = 1;

/// The longest frame either side sends or reads.
pub const MAX_FRAME_BYTES: usize = 64 * 1024 * 1024;

/// How deep the lists, tuples, sets and maps of a value may stand in one another.
pub const MAX_DEPTH: usize = 64;

/// How many digits of an integer Python reads unless it is told otherwise.
const MAX_DIGITS: usize = 4300;

/// How deep a message may be: a value of the greatest depth and what stands around it.
const MAX_MESSAGE_DEPTH: usize = MAX_DEPTH + 8;
