//! Keywords that bound a value itself.

use super::faults;
use super::nested::{is_additional, n_prefixed};
use crate::{Fields, Value, pattern};

/// What one keyword has against a value itself.
pub(super) fn messages(
    schema: &Fields,
    keyword: &str,
    limit: &Value,
    value: &Value,
) -> Vec<String> {
    match (keyword, limit, value) {
        ("required", Value::List(names), Value::Map(fields)) => {
            let missing = names
                .iter()
                .filter(|name| name.as_str().is_some_and(|name| !fields.contains(name)));
            missing.map(|name| format!("{} is a required property", name.python_repr())).collect()
        }
        ("dependentRequired", Value::Map(needs), Value::Map(fields)) => {
            let needs = needs.iter().filter(|(name, _)| fields.contains(name));
            needs.flat_map(|(name, needed)| missing_beside(fields, name, needed)).collect()
        }
        _ => message(schema, keyword, limit, value).into_iter().collect(),
    }
}

fn missing_beside(fields: &Fields, name: &str, needed: &Value) -> Vec<String> {
    let needed = needed.as_list().unwrap_or_default().iter();
    let missing = needed.filter(|name| name.as_str().is_some_and(|name| !fields.contains(name)));
    let name = Value::from(name).python_repr();
    missing.map(|it| format!("{} is a dependency of {name}", it.python_repr())).collect()
}

fn message(schema: &Fields, keyword: &str, limit: &Value, value: &Value) -> Option<String> {
    let shown = || value.python_repr();
    match keyword {
        "type" if !is_of(limit, value) => {
            let names = limit.as_list().unwrap_or(std::slice::from_ref(limit));
            let names: Vec<_> = names.iter().map(Value::python_repr).collect();
            Some(format!("{} is not of type {}", shown(), names.join(", ")))
        }
        "enum" if !limit.as_list()?.iter().any(|member| is_same(member, value)) => {
            Some(format!("{} is not one of {}", shown(), limit.python_repr()))
        }
        "const" if !is_same(limit, value) => Some(format!("{} was expected", limit.python_repr())),
        "not" if faults(limit, value).is_empty() => {
            Some(format!("{} should not be valid under {}", shown(), limit.python_repr()))
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            let (number, bound) = (number(value)?, number(limit)?);
            let (is_beyond, words) = match keyword {
                "minimum" => (number < bound, "less than the minimum of"),
                "maximum" => (number > bound, "greater than the maximum of"),
                "exclusiveMinimum" => (number <= bound, "less than or equal to the minimum of"),
                _ => (number >= bound, "greater than or equal to the maximum of"),
            };
            is_beyond.then(|| format!("{} is {words} {}", shown(), limit.python_repr()))
        }
        "multipleOf" if !is_multiple(value, limit)? => {
            Some(format!("{} is not a multiple of {}", shown(), limit.python_repr()))
        }
        "minLength" | "minItems" | "minProperties" | "maxLength" | "maxItems" | "maxProperties" => {
            size_message(keyword, limit, value)
        }
        "uniqueItems" if *limit == Value::Bool(true) && !is_unique(value.as_list()?) => {
            Some(format!("{} has non-unique elements", shown()))
        }
        "contains" => contains_message(schema, limit, value),
        "items" if *limit == Value::Bool(false) => surplus_message(schema, value.as_list()?),
        "pattern" => {
            let is_match = pattern::matches(limit.as_str()?, value.as_str()?)?;
            (!is_match).then(|| format!("{} does not match {}", shown(), limit.python_repr()))
        }
        "additionalProperties" if *limit == Value::Bool(false) => unexpected(schema, value),
        _ => None,
    }
}

/// Too small or too large: of a text, a list or an object.
fn size_message(keyword: &str, limit: &Value, value: &Value) -> Option<String> {
    let (size, of, too_few, too_many) = match value {
        Value::Text(text) => (text.chars().count(), "Length", "is too short", "is too long"),
        Value::List(items) => (items.len(), "Items", "is too short", "is too long"),
        Value::Map(fields) => {
            let words = ("does not have enough properties", "has too many properties");
            (fields.len(), "Properties", words.0, words.1)
        }
        _ => return None,
    };
    let bound = usize::try_from(limit.as_int()?).ok()?;
    let (bounds, kind) = keyword.split_at(3);
    let words = match bounds {
        _ if kind != of => return None,
        "min" if size >= bound => return None,
        "min" if bound == 1 => "should be non-empty",
        "min" => too_few,
        _ if size <= bound => return None,
        _ if bound == 0 => "is expected to be empty",
        _ => too_many,
    };
    Some(format!("{} {words}", value.python_repr()))
}

/// Too few items that match, or too many.
fn contains_message(schema: &Fields, wanted: &Value, value: &Value) -> Option<String> {
    let items = value.as_list()?;
    let bound = |keyword| schema.value(keyword).and_then(Value::as_int);
    let n_matching = items.iter().filter(|item| faults(wanted, item).is_empty()).count();
    let count = i64::try_from(n_matching).unwrap_or(i64::MAX);
    let least = bound("minContains").unwrap_or(1);
    match bound("maxContains") {
        Some(most) if count > most => {
            Some(format!("Too many items match the given schema (expected at most {most})"))
        }
        _ if count >= least => None,
        _ if count == 0 => {
            let value = value.python_repr();
            Some(format!("{value} does not contain items matching the given schema"))
        }
        _ => Some(format!(
            "Too few items match the given schema (expected at least {least} but only {count} matched)"
        )),
    }
}

/// More items than have a schema, where there may be no more.
fn surplus_message(schema: &Fields, items: &[Value]) -> Option<String> {
    let n_known = n_prefixed(schema);
    let rest = items.get(n_known..).filter(|rest| !rest.is_empty())?;
    let noun = if n_known == 1 { "item" } else { "items" };
    let shown = match rest {
        [one] => one.python_repr(),
        rest => Value::List(rest.to_vec()).python_repr(),
    };
    let n_extra = rest.len();
    Some(format!("Expected at most {n_known} {noun} but found {n_extra} extra: {shown}"))
}

/// The properties that a closed object should not have.
fn unexpected(schema: &Fields, value: &Value) -> Option<String> {
    let fields = value.as_map()?;
    let mut extras: Vec<&str> = fields.names().filter(|name| is_additional(schema, name)).collect();
    extras.sort_unstable();
    let listed = |mut names: Vec<&str>| {
        names.sort_unstable();
        let names: Vec<_> = names.iter().map(|name| Value::from(*name).python_repr()).collect();
        names.join(", ")
    };
    let is_one = extras.len() == 1;
    if extras.is_empty() {
        return None;
    }
    let extras = listed(extras);
    if let Some(Value::Map(patterns)) = schema.value("patternProperties") {
        let verb = if is_one { "does" } else { "do" };
        let patterns = listed(patterns.names().collect());
        return Some(format!("{extras} {verb} not match any of the regexes: {patterns}"));
    }
    let verb = if is_one { "was" } else { "were" };
    Some(format!("Additional properties are not allowed ({extras} {verb} unexpected)"))
}

/// Whether a value has one of the types; a whole float is an integer, a bool is none.
pub(super) fn is_of(types: &Value, value: &Value) -> bool {
    let types = types.as_list().unwrap_or(std::slice::from_ref(types));
    types.iter().filter_map(Value::as_str).any(|name| match (name, value) {
        ("null", Value::Null)
        | ("boolean", Value::Bool(_))
        | ("integer" | "number", Value::Int(_) | Value::BigInt(_))
        | ("number", Value::Float(_))
        | ("string", Value::Text(_))
        | ("array", Value::List(_))
        | ("object", Value::Map(_)) => true,
        ("integer", Value::Float(float)) => float.fract() == 0.0,
        _ => false,
    })
}

/// Whether a name has a place that the pattern matches; one that cannot be told has none.
pub(super) fn is_match(of: &str, name: &str) -> bool {
    pattern::matches(of, name).unwrap_or(false)
}

/// Whether two values are one to JSON schema: `1` and `1.0` are, `1` and `true` are not.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            let is_same = |(name, value): (&str, &Value)| {
                other.value(name).is_some_and(|other| is_same(value, other))
            };
            one.len() == other.len() && one.iter().all(is_same)
        }
        _ => match (number(one), number(other)) {
            (Some(one), Some(other)) => one == other,
            _ => one == other,
        },
    }
}

fn is_unique(items: &[Value]) -> bool {
    let is_new = |(position, item): (usize, &Value)| {
        !items[..position].iter().any(|earlier| is_same(earlier, item))
    };
    items.iter().enumerate().all(is_new)
}

/// Whether a number is a multiple; `None` of what is no number, and where Python reckons otherwise.
fn is_multiple(value: &Value, of: &Value) -> Option<bool> {
    match (value, of) {
        (Value::Int(value), Value::Int(of)) if *of != 0 => Some(value.checked_rem(*of)? == 0),
        (_, Value::Int(of)) if *of != 0 => {
            Some(value.as_float().filter(|it| it.is_finite())? % number(&Value::Int(*of))? == 0.0)
        }
        (_, Value::Float(of)) if *of != 0.0 => {
            let quotient = number(value)? / of;
            quotient.is_finite().then(|| quotient.fract() == 0.0)
        }
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_float()
}
