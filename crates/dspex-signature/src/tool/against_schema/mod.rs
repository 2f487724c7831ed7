//! Arguments against their JSON schemas, in the words of Python's `jsonschema`, which `dspy.Tool` uses.

mod fault;
mod keyword;
mod nested;

use fault::{Fault, best};

use super::{ToolError, tool_text::invalid};
use crate::{Fields, Value};

/// Holds each argument that has a schema with a `type` against it; DSPy leaves out the others.
///
/// # Errors
/// [`ToolError`] for the first one that does not fit, in DSPy's words.
pub(super) fn check(schemas: &Fields, arguments: &Fields) -> Result<(), ToolError> {
    for (name, value) in arguments.iter() {
        let schema = schemas.value(name).filter(|schema| {
            let ty = schema.as_map().and_then(|schema| schema.value("type"));
            ty.is_some_and(|ty| !ty.is_null() && ty.as_str() != Some("Any"))
        });
        if let Some(schema) = schema
            && let Some(fault) = best(faults(schema, value))
        {
            return Err(ToolError::new(invalid(name, &fault.message)));
        }
    }
    Ok(())
}

/// All that a schema has against a value, in `jsonschema`'s order. Keywords that are not known here
/// have nothing against any value: `$ref`, `unevaluatedItems` and their like.
fn faults(schema: &Value, value: &Value) -> Vec<Fault> {
    match schema {
        Value::Bool(false) => {
            let message = format!("False schema does not allow {}", value.python_repr());
            vec![Fault::new(message)]
        }
        Value::Map(schema) => {
            let matches_type =
                schema.value("type").is_some_and(|types| keyword::is_of(types, value));
            let own = schema.iter().flat_map(|(keyword, limit)| {
                let inner = nested::faults_of(schema, keyword, limit, value);
                let own = keyword::messages(schema, keyword, limit, value).into_iter();
                let own = own.map(move |told| Fault::new(told).in_schema(keyword, matches_type));
                inner.into_iter().chain(own)
            });
            own.collect()
        }
        _ => Vec::new(),
    }
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

    /// What `dspy.Tool` of DSPy 3.4.1 raises with `jsonschema` 4.26, as JSON.
    #[test]
    fn schemas_within_schemas_are_told_as_dspy_tells_them() {
        let cases = [
            (
                r#"{"type": "array", "items": {"type": "integer"}}"#,
                r#"["a", 1, "b"]"#,
                "'b' is not of type 'integer'",
            ),
            (
                r#"{"type": "object", "properties": {"s": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}"#,
                r#"{"s": 5}"#,
                "5 is not valid under any of the given schemas",
            ),
            (
                r#"{"type": "object", "properties": {"s": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["k"]}]}}}"#,
                r#"{"s": {}}"#,
                "'k' is a required property",
            ),
            (
                r#"{"type": "object", "properties": {"s": {"oneOf": [{"type": "integer"}, {"minimum": 2}]}}}"#,
                r#"{"s": 3}"#,
                "3 is valid under each of {'minimum': 2}, {'type': 'integer'}",
            ),
            (
                r#"{"type": "string", "allOf": [{"minLength": 2}, {"pattern": "^b"}]}"#,
                r#""a""#,
                "'a' is too short",
            ),
            (
                r#"{"type": "string", "not": {"enum": ["a"]}}"#,
                r#""a""#,
                "'a' should not be valid under {'enum': ['a']}",
            ),
            (r#"{"type": "number", "multipleOf": 0.5}"#, "0.75", "0.75 is not a multiple of 0.5"),
            (
                r#"{"type": "array", "uniqueItems": true}"#,
                "[1, 1.0]",
                "[1, 1.0] has non-unique elements",
            ),
            (r#"{"type": "object", "minProperties": 1}"#, "{}", "{} should be non-empty"),
            (
                r#"{"type": "object", "patternProperties": {"^n_": {"type": "integer"}}, "additionalProperties": false}"#,
                r#"{"x": 1, "n_a": 1}"#,
                "'x' does not match any of the regexes: '^n_'",
            ),
            (
                r#"{"type": "object", "additionalProperties": {"type": "integer"}}"#,
                r#"{"x": "1"}"#,
                "'1' is not of type 'integer'",
            ),
            (
                r#"{"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}}"#,
                r#"{"A": 1}"#,
                "'A' does not match '^[a-z]+$'",
            ),
            (
                r#"{"type": "array", "prefixItems": [{"type": "integer"}], "items": false}"#,
                "[1, 2, 3]",
                "Expected at most 1 item but found 2 extra: [2, 3]",
            ),
            (
                r#"{"type": "array", "contains": {"type": "string"}}"#,
                "[1]",
                "[1] does not contain items matching the given schema",
            ),
            (
                r#"{"type": "object", "dependentRequired": {"a": ["b"]}}"#,
                r#"{"a": 1}"#,
                "'b' is a dependency of 'a'",
            ),
            (
                r#"{"type": "integer", "if": {"minimum": 5}, "then": {"maximum": 9}, "else": {"minimum": 1}}"#,
                "10",
                "10 is greater than the maximum of 9",
            ),
            (
                r#"{"type": "array", "items": {"type": "object", "properties": {"n": false}}}"#,
                r#"[{"n": 1}]"#,
                "False schema does not allow 1",
            ),
        ];
        for (schema, value, expected) in cases {
            let Ok(Value::Map(schema)) = Value::from_json(schema) else { panic!("{schema}") };
            let told = told(schema.clone(), Value::from_json(value).unwrap());
            let expected = format!("ValueError: Arg x is invalid: {expected}");
            assert_eq!(told, Some(expected), "{schema:?}");
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
