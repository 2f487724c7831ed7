//! MessagePack into values.

use dspex_signature::{BigInt, Fields, Tag, Tagged, Value};
use rmp::Marker;

use super::super::WireError;
use super::{EXT_BIG_INT, EXT_SET, EXT_TAGGED, EXT_TUPLE, deeper, rare};

/// The value that a frame's payload encodes; nothing may stand after it.
///
/// # Errors
/// [`WireError`] for every other sequence of bytes; never a panic, and never more memory than a
/// small multiple of the payload's.
pub(crate) fn decode_value(payload: &[u8]) -> Result<Value, WireError> {
    let mut decoder = Decoder { rest: payload };
    let value = decoder.value(0)?;
    decoder.end(value)
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

    /// What was read, where nothing stands after it.
    fn end<T>(&self, read: T) -> Result<T, WireError> {
        match self.rest {
            [] => Ok(read),
            _ => Err(WireError::Malformed { what: "bytes after its value" }),
        }
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
            _ => rare::decode(kind, data, depth),
        }
    }
}

/// The items of the array that an extension's data are. Nothing but an array is read: an extension
/// within an extension would be no step deeper, and end with the stack.
pub(super) fn extension_items(data: &[u8], depth: usize) -> Result<Vec<Value>, WireError> {
    let mut decoder = Decoder { rest: data };
    let [marker] = decoder.array()?;
    let length = match Marker::from_u8(marker) {
        Marker::FixArray(length) => length.into(),
        Marker::Array16 => decoder.length::<2>()?,
        Marker::Array32 => decoder.length::<4>()?,
        _ => {
            return Err(WireError::Malformed {
                what: "a tuple, set or dict that is not written as an array",
            });
        }
    };
    let items = decoder.items(length, depth)?;
    decoder.end(items)
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
