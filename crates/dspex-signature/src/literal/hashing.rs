//! Which values Python can hash, and which of them it holds for equal: `1`, `1.0` and `True`.

use std::fmt::Write;

use crate::Value;

/// A text that two values share if and only if Python holds them for equal; `None` where a value
/// cannot be hashed.
pub(super) fn hash_key(value: &Value) -> Option<String> {
    let mut key = String::new();
    write_key(value, &mut key)?;
    Some(key)
}

fn write_key(value: &Value, key: &mut String) -> Option<()> {
    match value {
        Value::Null => key.push('0'),
        Value::Bool(bool) => push(key, format_args!("i{};", u8::from(*bool))),
        Value::Int(int) => push(key, format_args!("i{int};")),
        Value::BigInt(big) => push(key, format_args!("i{big};")),
        // A float without decimals equals an integer, whose digits are written here in full.
        Value::Float(float) if *float == 0.0 => key.push_str("i0;"),
        Value::Float(float) if float.fract() == 0.0 => push(key, format_args!("i{float:.0};")),
        Value::Float(float) => push(key, format_args!("f{:x};", float.to_bits())),
        Value::Text(text) => push(key, format_args!("s{};{text}", text.len())),
        Value::Bytes(bytes) => push(key, format_args!("b{bytes:?}")),
        Value::Tuple(items) => {
            push(key, format_args!("t{};", items.len()));
            for item in items {
                write_key(item, key)?;
            }
        }
        _ => return None,
    }
    Some(())
}

fn push(key: &mut String, arguments: std::fmt::Arguments<'_>) {
    key.write_fmt(arguments).expect("writing to a `String` cannot fail");
}
