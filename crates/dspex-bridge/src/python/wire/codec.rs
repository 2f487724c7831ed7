//! Values in MessagePack, without loss.
//!
//! What MessagePack lacks travels as extension types: integers beyond 64 bits, tuples, sets, and
//! the scalars that are neither numbers nor text (dates, decimals, UUIDs).

use dspex_signature::{BigInt, Fields, Tag, Tagged, Value};
use rmp::Marker;

use super::{MAX_DIGITS, MAX_MESSAGE_DEPTH, WireError};

/// Decimal digits in ASCII.
const EXT_BIG_INT: i8 = 1;
/// A MessagePack array.
const EXT_TUPLE: i8 = 2;
/// A MessagePack array.
const EXT_SET: i8 = 3;
/// A MessagePack array of the name of the class and pydantic's text for the value.
const EXT_TAGGED: i8 = 4;

/// Appends the encoding of a value.
///
/// # Errors
/// [`WireError::TooDeep`] beyond [`MAX_DEPTH`](super::MAX_DEPTH), and what Python cannot make:
/// [`WireError::Unhashable`] and [`WireError::TooManyDigits`].
pub(crate) fn encode_value(value: &Value, into: &mut Vec<u8>) -> Result<(), WireError> {
    encode(value, into, 0)
}

fn encode(value: &Value, into: &mut Vec<u8>, depth: usize) -> Result<(), WireError> {
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
        other => {
            let what = format!("cannot hold a `{}`", other.python_type());
            return Err(WireError::NotAMessage { what });
        }
    }
    Ok(())
}

/// Refuses what Python cannot put into a set; there it would cost the worker, not the call.
fn check_hashable(item: &Value) -> Result<(), WireError> {
    match item {
        Value::List(_) | Value::Set(_) | Value::Map(_) => {
            Err(WireError::Unhashable { item: item.python_type() })
        }
        Value::Tuple(items) => items.iter().try_for_each(check_hashable),
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

fn encoded_items(items: &[Value], depth: usize) -> Result<Vec<u8>, WireError> {
    let mut encoded = Vec::new();
    encode_items(items, &mut encoded, depth)?;
    Ok(encoded)
}

fn encode_extension(kind: i8, data: &[u8], into: &mut Vec<u8>) -> Result<(), WireError> {
    let bytes = u32::try_from(data.len()).map_err(|_| WireError::TooLong { bytes: data.len() })?;
    rmp::encode::write_ext_meta(into, bytes, kind).expect("a Vec takes every byte");
    into.extend_from_slice(data);
    Ok(())
}

/// Writes a marker with a length, in the shortest form.
type WriteHeader = fn(&mut Vec<u8>, u32);

const STR: WriteHeader = |into, length| {
    rmp::encode::write_str_len(into, length).expect("a Vec takes every byte");
};
const BIN: WriteHeader = |into, length| {
    rmp::encode::write_bin_len(into, length).expect("a Vec takes every byte");
};
const ARRAY: WriteHeader = |into, length| {
    rmp::encode::write_array_len(into, length).expect("a Vec takes every byte");
};
const MAP: WriteHeader = |into, length| {
    rmp::encode::write_map_len(into, length).expect("a Vec takes every byte");
};

fn encode_header(write: &WriteHeader, length: usize, into: &mut Vec<u8>) -> Result<(), WireError> {
    let length = u32::try_from(length).map_err(|_| WireError::TooLong { bytes: length })?;
    write(into, length);
    Ok(())
}

/// The value that a frame's payload encodes; nothing may stand after it.
///
/// # Errors
/// [`WireError`] for every other sequence of bytes; never a panic, and never more memory than a
/// small multiple of the payload's.
pub(crate) fn decode_value(payload: &[u8]) -> Result<Value, WireError> {
    decode_whole(payload, 0)
}

fn decode_whole(payload: &[u8], depth: usize) -> Result<Value, WireError> {
    let mut decoder = Decoder { rest: payload };
    let value = decoder.value(depth)?;
    match decoder.rest {
        [] => Ok(value),
        _ => Err(WireError::Malformed { what: "bytes after its value" }),
    }
}

const fn deeper(depth: usize) -> Result<usize, WireError> {
    if depth < MAX_MESSAGE_DEPTH { Ok(depth + 1) } else { Err(WireError::TooDeep) }
}

struct Decoder<'a> {
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, WireError> {
        let [marker] = self.array()?;
        Ok(match Marker::from_u8(marker) {
            Marker::Null => Value::Null,
            Marker::True => Value::Bool(true),
            Marker::False => Value::Bool(false),
            Marker::FixPos(int) => Value::Int(int.into()),
            Marker::FixNeg(int) => Value::Int(int.into()),
            Marker::U8 => Value::Int(u8::from_be_bytes(self.array()?).into()),
            Marker::U16 => Value::Int(u16::from_be_bytes(self.array()?).into()),
            Marker::U32 => Value::Int(u32::from_be_bytes(self.array()?).into()),
            Marker::U64 => unsigned(u64::from_be_bytes(self.array()?)),
            Marker::I8 => Value::Int(i8::from_be_bytes(self.array()?).into()),
            Marker::I16 => Value::Int(i16::from_be_bytes(self.array()?).into()),
            Marker::I32 => Value::Int(i32::from_be_bytes(self.array()?).into()),
            Marker::I64 => Value::Int(i64::from_be_bytes(self.array()?)),
            Marker::F32 => Value::Float(f32::from_be_bytes(self.array()?).into()),
            Marker::F64 => Value::Float(f64::from_be_bytes(self.array()?)),
            marker @ (Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32) => {
                Value::Text(self.text(marker)?)
            }
            Marker::Bin8 => self.bytes::<1>()?,
            Marker::Bin16 => self.bytes::<2>()?,
            Marker::Bin32 => self.bytes::<4>()?,
            Marker::FixArray(length) => Value::List(self.items(length.into(), depth)?),
            Marker::Array16 => self.list::<2>(depth)?,
            Marker::Array32 => self.list::<4>(depth)?,
            Marker::FixMap(length) => Value::Map(self.map(length.into(), depth)?),
            Marker::Map16 => self.long_map::<2>(depth)?,
            Marker::Map32 => self.long_map::<4>(depth)?,
            Marker::FixExt1 => self.extension(1, depth)?,
            Marker::FixExt2 => self.extension(2, depth)?,
            Marker::FixExt4 => self.extension(4, depth)?,
            Marker::FixExt8 => self.extension(8, depth)?,
            Marker::FixExt16 => self.extension(16, depth)?,
            Marker::Ext8 => self.long_extension::<1>(depth)?,
            Marker::Ext16 => self.long_extension::<2>(depth)?,
            Marker::Ext32 => self.long_extension::<4>(depth)?,
            Marker::Reserved => {
                return Err(WireError::Malformed { what: "a byte that marks no value" });
            }
        })
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(WireError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(WireError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// A length of one, two or four bytes.
    fn length<const N: usize>(&mut self) -> Result<usize, WireError> {
        let bytes: [u8; N] = self.array()?;
        Ok(bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
    }

    fn text(&mut self, marker: Marker) -> Result<String, WireError> {
        let length = match marker {
            Marker::FixStr(length) => length.into(),
            Marker::Str8 => self.length::<1>()?,
            Marker::Str16 => self.length::<2>()?,
            Marker::Str32 => self.length::<4>()?,
            _ => return Err(WireError::Malformed { what: "a map with a key that is no text" }),
        };
        let text = std::str::from_utf8(self.take(length)?);
        text.map(str::to_owned).map_err(|_| WireError::Malformed { what: "text that is not UTF-8" })
    }

    fn bytes<const N: usize>(&mut self) -> Result<Value, WireError> {
        let length = self.length::<N>()?;
        Ok(Value::Bytes(self.take(length)?.to_vec()))
    }

    fn list<const N: usize>(&mut self, depth: usize) -> Result<Value, WireError> {
        let length = self.length::<N>()?;
        Ok(Value::List(self.items(length, depth)?))
    }

    fn items(&mut self, length: usize, depth: usize) -> Result<Vec<Value>, WireError> {
        let depth = deeper(depth)?;
        // Every item takes a byte at least, so a length beyond that is a lie told before it costs.
        if length > self.rest.len() {
            return Err(WireError::Truncated);
        }
        (0..length).map(|_| self.value(depth)).collect()
    }

    fn long_map<const N: usize>(&mut self, depth: usize) -> Result<Value, WireError> {
        let length = self.length::<N>()?;
        Ok(Value::Map(self.map(length, depth)?))
    }

    fn map(&mut self, length: usize, depth: usize) -> Result<Fields, WireError> {
        let depth = deeper(depth)?;
        if length > self.rest.len() {
            return Err(WireError::Truncated);
        }
        let entry = |_| {
            let [marker] = self.array()?;
            let name = self.text(Marker::from_u8(marker))?;
            Ok((name, self.value(depth)?))
        };
        (0..length).map(entry).collect()
    }

    fn long_extension<const N: usize>(&mut self, depth: usize) -> Result<Value, WireError> {
        let length = self.length::<N>()?;
        self.extension(length, depth)
    }

    fn extension(&mut self, length: usize, depth: usize) -> Result<Value, WireError> {
        let kind = i8::from_be_bytes(self.array()?);
        let data = self.take(length)?;
        match kind {
            EXT_BIG_INT => std::str::from_utf8(data)
                .ok()
                .and_then(BigInt::parse)
                .ok_or(WireError::Malformed { what: "an integer that is not written in digits" }),
            EXT_TUPLE => Ok(Value::Tuple(extension_items(data, depth)?)),
            EXT_SET => Ok(Value::Set(extension_items(data, depth)?)),
            EXT_TAGGED => tagged(&extension_items(data, depth)?),
            _ => Err(WireError::Malformed { what: "an extension type that no value has" }),
        }
    }
}

fn extension_items(data: &[u8], depth: usize) -> Result<Vec<Value>, WireError> {
    match decode_whole(data, depth)? {
        Value::List(items) => Ok(items),
        _ => Err(WireError::Malformed { what: "a tuple or set that is not written as an array" }),
    }
}

fn tagged(parts: &[Value]) -> Result<Value, WireError> {
    let malformed = WireError::Malformed { what: "a scalar of a class that no value has" };
    let [Value::Text(class), Value::Text(text)] = parts else { return Err(malformed) };
    let tag = Tag::ALL.into_iter().find(|tag| tag.python_type() == class).ok_or(malformed)?;
    Ok(Tagged::from_canonical(tag, text.as_str()).into())
}

fn unsigned(int: u64) -> Value {
    i64::try_from(int).map_or_else(
        |_| BigInt::parse(&int.to_string()).expect("digits are an integer"),
        Value::Int,
    )
}
