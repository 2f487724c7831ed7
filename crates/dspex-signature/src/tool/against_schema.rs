//! Arguments against their JSON schemas, in the words of Python's `jsonschema`, which `dspy.Tool` uses.

use super::{ToolError, tool_text::invalid};
use crate::{Fields, Value, pattern};

/// Holds each argument that has a schema with a `type` against it; DSPy leaves out the others.
///
/// # Errors
/// [`ToolError`] for the first one that does not fit, in DSPy's words.
pub(super) fn check(schemas: &Fields, arguments: &Fields) -> Result<(), ToolError> {
    for (name, value) in arguments.iter() {
        let schema = schemas.value(name).and_then(Value::as_map);
        let checked = schema.filter(|schema| {
            schema.value("type").is_some_and(|ty| !ty.is_null() && ty.as_str() != Some("Any"))
        });
        if let Some(schema) = checked
            && let Some(fault) = worst(schema, value)
        {
            return Err(ToolError::new(invalid(name, &fault)));
        }
    }
    Ok(())
}

/// What is wrong with a value, and how deep in it.
struct Fault {
    depth: usize,
    message: String,
}

/// The fault that `jsonschema.best_match` picks: the first of those that are least deep.
fn worst(schema: &Fields, value: &Value) -> Option<String> {
    let mut faults = Vec::new();
    find(schema, value, 0, &mut faults);
    faults.into_iter().min_by_key(|fault| fault.depth).map(|fault| fault.message)
}

fn find(schema: &Fields, value: &Value, depth: usize, faults: &mut Vec<Fault>) {
    for (keyword, limit) in schema.iter() {
        match (keyword, limit, value) {
            ("properties", Value::Map(properties), Value::Map(fields)) => {
                for (name, schema) in properties.iter() {
                    if let (Some(schema), Some(value)) = (schema.as_map(), fields.value(name)) {
                        find(schema, value, depth + 1, faults);
                    }
                }
            }
            ("items", Value::Map(schema), Value::List(items)) => {
                items.iter().for_each(|item| find(schema, item, depth + 1, faults));
            }
            ("required", Value::List(names), Value::Map(fields)) => {
                let names = names
                    .iter()
                    .filter(|name| name.as_str().is_some_and(|name| !fields.contains(name)));
                faults.extend(names.map(|name| {
                    let message = format!("{} is a required property", name.python_repr());
                    Fault { depth, message }
                }));
            }
            _ => {
                let message = fault(schema, keyword, limit, value);
                faults.extend(message.map(|message| Fault { depth, message }));
            }
        }
    }
}

/// What one keyword has against a value itself.
fn fault(schema: &Fields, keyword: &str, limit: &Value, value: &Value) -> Option<String> {
    let shown = || value.python_repr();
    let text_or_list = || match value {
        Value::Text(text) => Some((text.chars().count(), "Length")),
        Value::List(items) => Some((items.len(), "Items")),
        _ => None,
    };
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
        "minLength" | "minItems" => {
            let (length, _) = text_or_list().filter(|(_, of)| keyword.ends_with(of))?;
            let least = usize::try_from(limit.as_int()?).ok()?;
            let words = if least == 1 { "should be non-empty" } else { "is too short" };
            (length < least).then(|| format!("{} {words}", shown()))
        }
        "maxLength" | "maxItems" => {
            let (length, _) = text_or_list().filter(|(_, of)| keyword.ends_with(of))?;
            let most = usize::try_from(limit.as_int()?).ok()?;
            let words = if most == 0 { "is expected to be empty" } else { "is too long" };
            (length > most).then(|| format!("{} {words}", shown()))
        }
        "pattern" => {
            let is_match = pattern::matches(limit.as_str()?, value.as_str()?)?;
            (!is_match).then(|| format!("{} does not match {}", shown(), limit.python_repr()))
        }
        "additionalProperties" if *limit == Value::Bool(false) => unexpected(schema, value),
        _ => None,
    }
}

/// The properties that a closed object should not have.
fn unexpected(schema: &Fields, value: &Value) -> Option<String> {
    let known = schema.value("properties").and_then(Value::as_map);
    let is_extra = |name: &&str| known.is_none_or(|known| !known.contains(name));
    let mut extras: Vec<&str> = value.as_map()?.names().filter(is_extra).collect();
    extras.sort_unstable();
    let verb = match extras.len() {
        0 => return None,
        1 => "was",
        _ => "were",
    };
    let extras: Vec<_> = extras.iter().map(|name| Value::from(*name).python_repr()).collect();
    let extras = extras.join(", ");
    Some(format!("Additional properties are not allowed ({extras} {verb} unexpected)"))
}

/// Whether a value has one of the types; a whole float is an integer, a bool is none.
fn is_of(types: &Value, value: &Value) -> bool {
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

/// Whether two values are one to JSON schema: `1` and `1.0` are, `1` and `true` are not.
fn is_same(one: &Value, other: &Value) -> bool {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_float()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    fn told(schema: Fields, value: impl Into<Value>) -> Option<String> {
        let (schemas, arguments) = (fields! { "x" => schema }, fields! { "x" => value.into() });
        check(&schemas, &arguments).err().map(|error| error.to_string())
    }

    /// What `dspy.Tool` of DSPy 3.4.1 raises with `jsonschema` 4.26.
    #[test]
    fn faults_are_told_as_dspy_tells_them() {
        let of = |ty: &str| fields! { "type" => ty };
        let cases = [
            (of("integer"), Value::from("1"), "'1' is not of type 'integer'"),
            (of("integer"), true.into(), "True is not of type 'integer'"),
            (
                fields! { "type" => ["integer", "null"] },
                1.5.into(),
                "1.5 is not of type 'integer', 'null'",
            ),
            (of("string").with("enum", ["a", "b"]), "c".into(), "'c' is not one of ['a', 'b']"),
            (of("integer").with("minimum", 2), 1.into(), "1 is less than the minimum of 2"),
            (
                of("number").with("exclusiveMaximum", 2.5),
                2.5.into(),
                "2.5 is greater than or equal to the maximum of 2.5",
            ),
            (of("string").with("minLength", 1), "".into(), "'' should be non-empty"),
            (of("array").with("maxItems", 1), vec![1, 2].into(), "[1, 2] is too long"),
            (of("string").with("pattern", "^a"), "b".into(), "'b' does not match '^a'"),
            (
                of("array").with("items", of("string")),
                vec![Value::from("a"), 2.into()].into(),
                "2 is not of type 'string'",
            ),
            (
                of("object")
                    .with("properties", fields! { "k" => of("number") })
                    .with("required", ["k", "l"]),
                fields! { "k" => "v" }.into(),
                "'l' is a required property",
            ),
            (
                of("object").with("additionalProperties", false),
                fields! { "b" => 1, "a" => 2 }.into(),
                "Additional properties are not allowed ('a', 'b' were unexpected)",
            ),
        ];
        for (schema, value, expected) in cases {
            let expected = format!("ValueError: Arg x is invalid: {expected}");
            assert_eq!(told(schema, value), Some(expected));
        }
    }

    #[test]
    fn what_fits_or_has_no_type_passes() {
        assert_eq!(told(fields! { "type" => "integer" }, 1.0), None);
        assert_eq!(told(fields! { "enum" => ["a"] }, "b"), None);
        let either = fields! { "anyOf" => [fields! { "type" => "null" }] };
        assert_eq!(told(either, 5), None);
        assert!(check(&Fields::new(), &fields! { "unknown" => 1 }).is_ok());
    }
}
