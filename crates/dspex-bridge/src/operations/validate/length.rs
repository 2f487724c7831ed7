//! `length`: not too short, not too long.

use std::sync::Arc;

use dspex_signature::Value;

use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "length",
    about: "a text, a list or a map of a length between `min` and `max`, both included",
    options: &["min", "max", "unit"],
    build,
};

/// What a text is counted in.
#[derive(Clone, Copy)]
enum Unit {
    Chars,
    Bytes,
    Words,
}

struct Length {
    min: Option<usize>,
    max: Option<usize>,
    unit: Unit,
}

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let (min, max) = (options.count("min")?, options.count("max")?);
    if min.is_none() && max.is_none() {
        return Err(options.fault("max", "is missing, and so is `min`"));
    }
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err(options.fault("max", "is less than `min`"));
    }
    let unit = match options.text("unit")? {
        None | Some("chars") => Unit::Chars,
        Some("bytes") => Unit::Bytes,
        Some("words") => Unit::Words,
        Some(_) => return Err(options.fault("unit", "should be `chars`, `bytes` or `words`")),
    };
    Ok(Arc::new(Length { min, max, unit }))
}

impl Rule for Length {
    fn check(&self, value: &Value, found: &mut Found) {
        let (length, unit) = match (value, self.unit) {
            (Value::Text(text), Unit::Chars) => (text.chars().count(), "characters"),
            (Value::Text(text), Unit::Bytes) => (text.len(), "bytes"),
            (Value::Text(text), Unit::Words) => (text.split_whitespace().count(), "words"),
            (Value::Bytes(bytes), _) => (bytes.len(), "bytes"),
            (Value::Map(entries), _) => (entries.len(), "entries"),
            (value, _) => match (value.as_list(), value.as_dict()) {
                (Some(items), _) => (items.len(), "items"),
                (None, Some(entries)) => (entries.len(), "entries"),
                (None, None) => return found.push_type("str", value),
            },
        };
        if let Some(min) = self.min.filter(|min| length < *min) {
            let hint = format!("give at least {min}");
            found.push("length.min", format!("has {length} {unit}, fewer than {min}"), hint);
        }
        if let Some(max) = self.max.filter(|max| length > *max) {
            let hint = format!("give at most {max}");
            found.push("length.max", format!("has {length} {unit}, more than {max}"), hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Fields, fields};

    use super::*;
    use crate::operations::validate::tests::{fault, told};

    #[test]
    fn a_length_is_of_characters_words_bytes_or_items() {
        let max = fields! { "max" => 3 };
        for (options, value, expected) in [
            (max.clone(), Value::from("äöü"), ""),
            (max.clone(), "abcd".into(), "the value has 4 characters, more than 3"),
            (max.clone().with("unit", "bytes"), "äöü".into(), "the value has 6 bytes, more than 3"),
            (
                max.clone().with("unit", "words"),
                "a b\u{a0}c\nd".into(),
                "the value has 4 words, more than 3",
            ),
            (max.clone(), vec![1, 2, 3].into(), ""),
            (max.clone(), vec![1, 2, 3, 4].into(), "the value has 4 items, more than 3"),
            (fields! { "min" => 1 }, "".into(), "the value has 0 characters, fewer than 1"),
            (fields! { "min" => 1 }, Fields::new().into(), "the value has 0 entries, fewer than 1"),
            (
                max.clone(),
                Value::dict((0..4).map(|key| (key.into(), key.into()))),
                "the value has 4 entries, more than 3",
            ),
            (max, Value::Int(7), "the value should be `str`, found `int`"),
        ] {
            assert_eq!(told("length", &options, value.clone()), expected, "{value} {options:?}");
        }
        let minutes = fields! { "min" => 3, "max" => 2 };
        assert!(
            fault("length", &minutes)
                .starts_with("option `max` of validator `length` is less than")
        );
        assert!(
            fault("length", &fields! {})
                .starts_with("option `max` of validator `length` is missing")
        );
        assert!(
            fault("length", &fields! { "max" => -1 }).contains("should be a count, found `int`")
        );
    }
}
