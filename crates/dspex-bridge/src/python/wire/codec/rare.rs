//! The rare kinds of values, an extension type each.

use dspex_signature::{Complex, NdArray, Rare, Reference, SurrogateText, Value};

use super::super::WireError;
use super::decode::extension_items;
use super::encode::{
    ARRAY, BIN, check_hashable, encode as encode_value, encode_extension, encode_header,
    encoded_items,
};
use super::{
    EXT_COMPLEX, EXT_DICT, EXT_FROZEN_SET, EXT_ND_ARRAY, EXT_REFERENCE, EXT_SURROGATES, deeper,
};

/// Appends the encoding of a value of a rare kind.
pub(super) fn encode(rare: &Rare, into: &mut Vec<u8>, depth: usize) -> Result<(), WireError> {
    match rare {
        Rare::Complex(Complex { re, im }) => {
            let bits = [re.to_be_bytes(), im.to_be_bytes()].concat();
            encode_extension(EXT_COMPLEX, &bits, into)
        }
        Rare::FrozenSet(items) => {
            items.iter().try_for_each(check_hashable)?;
            encode_extension(EXT_FROZEN_SET, &encoded_items(items, depth)?, into)
        }
        Rare::Surrogates(text) => encode_extension(EXT_SURROGATES, text.as_bytes(), into),
        Rare::Dict(dict) => {
            let mut encoded = Vec::new();
            encode_header(&ARRAY, dict.len() * 2, &mut encoded)?;
            let depth = deeper(depth)?;
            for (key, value) in dict.iter() {
                check_hashable(key)?;
                encode_value(key, &mut encoded, depth)?;
                encode_value(value, &mut encoded, depth)?;
            }
            encode_extension(EXT_DICT, &encoded, into)
        }
        Rare::NdArray(array) => encode_extension(EXT_ND_ARRAY, &encoded_array(array)?, into),
        Rare::Reference(reference) => {
            let object = i64::try_from(reference.object()).expect("objects count up from one");
            let parts = [object.into(), reference.type_name().into(), reference.to_string().into()];
            encode_extension(EXT_REFERENCE, &encoded_items(&parts, 0)?, into)
        }
        other => {
            let what = format!("cannot hold a `{}`", other.python_type());
            Err(WireError::NotAMessage { what })
        }
    }
}

/// The value of a rare kind that an extension's data encode.
pub(super) fn decode(kind: i8, data: &[u8], depth: usize) -> Result<Value, WireError> {
    match kind {
        EXT_COMPLEX => complex(data),
        EXT_FROZEN_SET => Ok(Value::frozen_set(extension_items(data, depth)?)),
        EXT_DICT => dict(extension_items(data, depth)?),
        EXT_ND_ARRAY => nd_array(extension_items(data, depth)?),
        EXT_REFERENCE => reference(&extension_items(data, depth)?),
        EXT_SURROGATES => SurrogateText::parse(data)
            .ok_or(WireError::Malformed { what: "text that is neither UTF-8 nor surrogates" }),
        _ => Err(WireError::Malformed { what: "an extension type that no value has" }),
    }
}

fn dict(parts: Vec<Value>) -> Result<Value, WireError> {
    if parts.len() % 2 == 1 {
        return Err(WireError::Malformed { what: "a dict with a key that has no value" });
    }
    let mut parts = parts.into_iter();
    Ok(Value::dict(std::iter::from_fn(|| Some((parts.next()?, parts.next()?)))))
}

fn encoded_array(array: &NdArray) -> Result<Vec<u8>, WireError> {
    let mut encoded = Vec::with_capacity(array.as_bytes().len() + 32);
    encode_header(&ARRAY, 3, &mut encoded)?;
    encode_value(&array.dtype().into(), &mut encoded, 0)?;
    let length = |length: &usize| {
        let int = i64::try_from(*length).map_err(|_| WireError::TooLong { bytes: *length })?;
        Ok(Value::Int(int))
    };
    let shape = match array.is_scalar() {
        true => Value::Null,
        false => Value::List(array.shape().iter().map(length).collect::<Result<_, _>>()?),
    };
    encode_value(&shape, &mut encoded, 0)?;
    encode_header(&BIN, array.as_bytes().len(), &mut encoded)?;
    encoded.extend_from_slice(array.as_bytes());
    Ok(encoded)
}

fn nd_array(parts: Vec<Value>) -> Result<Value, WireError> {
    let parts: Result<[Value; 3], _> = parts.try_into();
    let array = match parts {
        Ok([Value::Text(dtype), Value::Null, Value::Bytes(bytes)]) => {
            NdArray::scalar(&dtype, bytes).ok()
        }
        Ok([Value::Text(dtype), Value::List(shape), Value::Bytes(bytes)]) => {
            let length = |length: &Value| usize::try_from(length.as_int()?).ok();
            let shape: Option<Vec<usize>> = shape.iter().map(length).collect();
            shape.and_then(|shape| NdArray::new(&dtype, &shape, bytes).ok())
        }
        _ => None,
    };
    let malformed =
        WireError::Malformed { what: "an array whose type, shape and bytes do not fit" };
    array.map(Value::from).ok_or(malformed)
}

fn reference(parts: &[Value]) -> Result<Value, WireError> {
    let malformed =
        WireError::Malformed { what: "a reference without a number, a class and a text" };
    let [Value::Int(object), Value::Text(type_name), Value::Text(shown)] = parts else {
        return Err(malformed);
    };
    let object = u64::try_from(*object).map_err(|_| malformed)?;
    Ok(Reference::new(object, type_name, shown).into())
}

fn complex(data: &[u8]) -> Result<Value, WireError> {
    let (parts, []) = data.as_chunks() else { return Err(NOT_COMPLEX) };
    let [re, im] = parts else { return Err(NOT_COMPLEX) };
    Ok(Complex { re: f64::from_be_bytes(*re), im: f64::from_be_bytes(*im) }.into())
}

const NOT_COMPLEX: WireError = WireError::Malformed { what: "a complex number not of 16 bytes" };
