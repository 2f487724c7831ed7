//! Values in MessagePack, without loss.
//!
//! What MessagePack lacks travels as extension types: integers beyond 64 bits, tuples, sets, the
//! scalars that are neither numbers nor text (dates, decimals, UUIDs), and the rare kinds.

mod decode;
mod encode;
mod rare;

pub(crate) use decode::decode_value;
pub(crate) use encode::encode_value;

use super::{MAX_MESSAGE_DEPTH, WireError};

/// Decimal digits in ASCII.
const EXT_BIG_INT: i8 = 1;
/// A MessagePack array.
const EXT_TUPLE: i8 = 2;
/// A MessagePack array.
const EXT_SET: i8 = 3;
/// A MessagePack array of the name of the class and pydantic's text for the value.
const EXT_TAGGED: i8 = 4;
/// The bits of two floats, the real part first, big endian.
const EXT_COMPLEX: i8 = 5;
/// A MessagePack array.
const EXT_FROZEN_SET: i8 = 6;
/// UTF-8 in which surrogates stand as three bytes each.
const EXT_SURROGATES: i8 = 7;
/// A MessagePack array of each key and its value, in turn.
const EXT_DICT: i8 = 8;
/// A MessagePack array of numpy's type, the shape (nil for a number on its own) and the bytes.
const EXT_ND_ARRAY: i8 = 9;
/// A MessagePack array of the number of an object in the worker, its class and a short text for it.
const EXT_REFERENCE: i8 = 10;

const fn deeper(depth: usize) -> Result<usize, WireError> {
    if depth < MAX_MESSAGE_DEPTH { Ok(depth + 1) } else { Err(WireError::TooDeep) }
}
