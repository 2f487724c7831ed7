//! Values into MessagePack.

use dspex_signature::{Rare, Value};
use rmp::Marker;

use super::super::{MAX_DIGITS, WireError};
use super::{EXT_BIG_INT, EXT_SET, EXT_TAGGED, EXT_TUPLE, deeper, rare};

/// Appends the encoding of a value.
///
/// # Errors
/// [`WireError::TooDeep`] beyond [`MAX_DEPTH`](crate::python::MAX_DEPTH), and what Python cannot make:
/// [`WireError::Unhashable`] and [`WireError::TooManyDigits`].
pub(crate) fn encode_value(value: &Value, into: &mut Vec<u8>) -> Result<(), WireError> {
    encode(value, into, 0)
}

pub(super) fn encode(value: &Value, into: &mut Vec<u8>, depth: usize) -> Result<(), WireError> {
    match value {
        Value::Null => into.push(Marker::Null.to_u8()),
        Value::Bool(true) => into.push(Marker::True.to_u8()),
        Value::Bool(false) => into.push(Marker::False.to_u8()),
        Value::Int(int) => encode_int(*int, into),
        Value::BigInt(int) => {
            let digits = int.as_str().trim_start_matches('-').len();
            if digits > MAX_DIGITS {
                return Err(WireError::TooManyDigits { digits });
            }
            encode_extension(EXT_BIG_INT, int.as_str().as_bytes(), into)?;
        }
        Value::Float(float) => {
            into.push(Marker::F64.to_u8());
            into.extend_from_slice(&float.to_be_bytes());
        }
        Value::Text(text) => encode_text(text, into)?,
        Value::Bytes(bytes) => {
            encode_header(&BIN, bytes.len(), into)?;
            into.extend_from_slice(bytes);
        }
        Value::List(items) => encode_items(items, into, depth)?,
        Value::Tuple(items) => encode_extension(EXT_TUPLE, &encoded_items(items, depth)?, into)?,
        Value::Set(items) => {
            items.iter().try_for_each(check_hashable)?;
            encode_extension(EXT_SET, &encoded_items(items, depth)?, into)?;
        }
        Value::Tagged(tagged) => {
            let parts = [tagged.tag().python_type().into(), tagged.as_str().into()];
            encode_extension(EXT_TAGGED, &encoded_items(&parts, 0)?, into)?;
        }
        Value::Map(fields) => {
            let depth = deeper(depth)?;
            encode_header(&MAP, fields.len(), into)?;
            for (name, value) in fields.iter() {
                encode_text(name, into)?;
                encode(value, into, depth)?;
            }
        }
        Value::Rare(value) => rare::encode(value, into, depth)?,
        other => {
            let what = format!("cannot hold a `{}`", other.python_type());
            return Err(WireError::NotAMessage { what });
        }
    }
    Ok(())
}

/// Refuses what Python cannot put into a set or make a key; there it would cost the worker, not the call.
pub(super) fn check_hashable(item: &Value) -> Result<(), WireError> {
    match item {
        Value::List(_) | Value::Set(_) | Value::Map(_) => {
            Err(WireError::Unhashable { item: item.python_type() })
        }
        // The items of a `frozenset` are held against this when it is encoded.
        Value::Tuple(items) => items.iter().try_for_each(check_hashable),
        // An array can be no item, but a number of its own can.
        Value::Rare(rare) => match &**rare {
            Rare::Dict(_) => Err(WireError::Unhashable { item: "dict" }),
            Rare::NdArray(array) if !array.is_scalar() => {
                Err(WireError::Unhashable { item: item.python_type() })
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn encode_int(int: i64, into: &mut Vec<u8>) {
    rmp::encode::write_sint(into, int).expect("a Vec takes every byte");
}

fn encode_text(text: &str, into: &mut Vec<u8>) -> Result<(), WireError> {
    encode_header(&STR, text.len(), into)?;
    into.extend_from_slice(text.as_bytes());
    Ok(())
}

fn encode_items(items: &[Value], into: &mut Vec<u8>, depth: usize) -> Result<(), WireError> {
    let depth = deeper(depth)?;
    encode_header(&ARRAY, items.len(), into)?;
    items.iter().try_for_each(|item| encode(item, into, depth))
}

pub(super) fn encoded_items(items: &[Value], depth: usize) -> Result<Vec<u8>, WireError> {
    let mut encoded = Vec::new();
    encode_items(items, &mut encoded, depth)?;
    Ok(encoded)
}

pub(super) fn encode_extension(kind: i8, data: &[u8], into: &mut Vec<u8>) -> Result<(), WireError> {
    let bytes = u32::try_from(data.len()).map_err(|_| WireError::TooLong { bytes: data.len() })?;
    rmp::encode::write_ext_meta(into, bytes, kind).expect("a Vec takes every byte");
    into.extend_from_slice(data);
    Ok(())
}

/// Writes a marker with a length, in the shortest form.
pub(super) type WriteHeader = fn(&mut Vec<u8>, u32);

const STR: WriteHeader = |into, length| {
    rmp::encode::write_str_len(into, length).expect("a Vec takes every byte");
};
pub(super) const BIN: WriteHeader = |into, length| {
    rmp::encode::write_bin_len(into, length).expect("a Vec takes every byte");
};
pub(super) const ARRAY: WriteHeader = |into, length| {
    rmp::encode::write_array_len(into, length).expect("a Vec takes every byte");
};
const MAP: WriteHeader = |into, length| {
    rmp::encode::write_map_len(into, length).expect("a Vec takes every byte");
};

pub(super) fn encode_header(
    write: &WriteHeader,
    length: usize,
    into: &mut Vec<u8>,
) -> Result<(), WireError> {
    let length = u32::try_from(length).map_err(|_| WireError::TooLong { bytes: length })?;
    write(into, length);
    Ok(())
}
