//! `json_schema`: a value that a JSON schema describes.

use std::sync::Arc;

use dspex_signature::{JsonStyle, Value};
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{PatternOptions, ValidationError, Validator as Schema};

use super::found::TEXT_BYTES;
use super::regex::PROGRAM_BYTES;
use super::{Found, Options, Row, Rule, ValidatorError, Violations};

pub(super) const ROW: Row = Row {
    name: "json_schema",
    about: "a value that `schema` describes, as JSON writes it; with `text`, a text of such JSON",
    options: &["schema", "text"],
    build,
};

/// The most values that stand in one another or beside, each field and each item counted.
const MAX_PARTS: usize = 100_000;

struct Described {
    schema: Schema,
    is_text: bool,
}

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let fault = |why: String| options.fault("schema", why);
    let given = options.value("schema").ok_or_else(|| fault("is missing".to_owned()))?;
    let json = match given {
        Value::Text(text) => text.clone(),
        given => given.to_json_with(JsonStyle::default()),
    };
    let json = serde_json::from_str(&json)
        .map_err(|error| fault(format!("is not JSON (line {})", error.line())))?;
    let schema = jsonschema::options()
        .offline()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .with_pattern_options(PatternOptions::regex().size_limit(PROGRAM_BYTES))
        .build(&json)
        .map_err(|error| fault(format!("is not a schema that can be used: {error}")))?;
    Ok(Arc::new(Described { schema, is_text: options.flag("text", false)? }))
}

impl Rule for Described {
    fn check(&self, value: &Value, found: &mut Found) {
        if !self.is_text {
            return self.look(value, found);
        }
        found.each_text(value, TEXT_BYTES, |text, found| match Value::from_json(text) {
            Ok(value) => self.look(&value, found),
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let message = format!("is not JSON (line {line}, column {column})");
                found.push("json_schema.json", message, "give one JSON value alone");
            }
        });
    }
}

impl Described {
    fn look(&self, value: &Value, found: &mut Found) {
        if !has_at_most(value, &mut { MAX_PARTS }) {
            let message = format!("has more than {MAX_PARTS} parts");
            return found.push("too_long", message, "give the parts one by one");
        }
        let json =
            serde_json::from_str(&value.to_json_with(JsonStyle::default().with_non_finite()));
        let Ok(json) = json else {
            let hint = "take out `nan`, infinities and what is nested more than 100 deep";
            return found.push("json_schema.json", "is nothing that JSON can carry", hint);
        };
        for error in self.schema.iter_errors(&json).take(Violations::MAX) {
            let place = place(&error.instance_path().to_string());
            let rule = format!("json_schema.{}", error.kind().keyword());
            let (message, hint) = words(&error);
            match place.is_empty() {
                true => found.push(rule, message, hint),
                false => found.at(&place, |found| found.push(rule, message, hint)),
            }
        }
    }
}

/// A JSON pointer as paths are written here: `/orders/3/mail` is `orders[3].mail`.
fn place(pointer: &str) -> String {
    let mut place = String::new();
    for part in pointer.split('/').skip(1) {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            place += &format!("[{part}]");
            continue;
        }
        if !place.is_empty() {
            place.push('.');
        }
        place += &part.replace("~1", "/").replace("~0", "~");
    }
    place
}

/// What is wrong and what to do, in words that hold the schema's values and none of the instance.
fn words(error: &ValidationError<'_>) -> (String, String) {
    let with = |message: &str, hint: String| (message.to_owned(), hint);
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            (format!("lacks `{name}`"), format!("give `{name}`"))
        }
        Kind::Type { kind } => with("is of another type", format!("give {}", types(kind))),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let message = format!("has {} fields that the schema lacks", unexpected.len());
            (message, "leave out what the schema does not name".to_owned())
        }
        Kind::Enum { options } => with("is none of the values", format!("give one of {options}")),
        Kind::Constant { expected_value } => {
            with("is not the value", format!("give {expected_value}"))
        }
        Kind::Minimum { limit } => with("is too small", format!("give at least {limit}")),
        Kind::ExclusiveMinimum { limit } => with("is too small", format!("give more than {limit}")),
        Kind::Maximum { limit } => with("is too large", format!("give at most {limit}")),
        Kind::ExclusiveMaximum { limit } => with("is too large", format!("give less than {limit}")),
        Kind::MinLength { limit } => {
            with("is too short", format!("give at least {limit} characters"))
        }
        Kind::MaxLength { limit } => {
            with("is too long", format!("give at most {limit} characters"))
        }
        Kind::MinItems { limit } => with("has too few items", format!("give at least {limit}")),
        Kind::MaxItems { limit } => with("has too many items", format!("give at most {limit}")),
        Kind::Format { format } => with("is not of the format", format!("give a `{format}`")),
        Kind::Pattern { pattern } => {
            with("does not match the pattern", format!("give a text that `{pattern}` matches"))
        }
        Kind::UniqueItems => with("has an item twice", "give each item once".to_owned()),
        kind => {
            let hint = "see the keyword in the schema".to_owned();
            (format!("does not satisfy `{}`", kind.keyword()), hint)
        }
    }
}

/// The types that the schema takes: `` `integer` or `null` ``.
fn types(kind: &TypeKind) -> String {
    let names: Vec<String> = match kind {
        TypeKind::Single(one) => vec![format!("`{one}`")],
        TypeKind::Multiple(several) => several.iter().map(|one| format!("`{one}`")).collect(),
    };
    names.join(" or ")
}

/// Whether a value has no more parts than are left.
fn has_at_most(value: &Value, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else { return false };
    *left = rest;
    match (value, value.as_dict()) {
        (Value::Map(entries), _) => entries.iter().all(|(_, part)| has_at_most(part, left)),
        (_, Some(entries)) => entries.iter().all(|(_, part)| has_at_most(part, left)),
        _ => value.as_list().unwrap_or(&[]).iter().all(|part| has_at_most(part, left)),
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;
    use crate::operations::validate::tests::{fault, told};

    fn order() -> dspex_signature::Fields {
        let schema = r##"{
            "type": "object",
            "properties": {
                "id": {"type": "string", "pattern": "^[A-Z]+-[0-9]+$"},
                "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}},
                "mail": {"type": "string", "format": "email"},
                "state": {"enum": ["open", "shut"]}
            },
            "required": ["id", "lines"],
            "additionalProperties": false,
            "$defs": {"line": {
                "type": "object",
                "properties": {"count": {"type": "integer", "minimum": 1}},
                "required": ["count"]
            }}
        }"##;
        fields! { "schema" => schema }
    }

    #[test]
    fn values_are_held_against_the_schema_without_telling_them() {
        let line = |count: Value| Value::from(fields! { "count" => count });
        let good =
            fields! { "id" => "A-1", "lines" => vec![line(2.into())], "mail" => "ada@example.org" };
        assert_eq!(told("json_schema", &order(), good.clone()), "");
        for (name, value, expected) in [
            ("id", Value::from("hunter2"), "`id` does not match the pattern"),
            ("lines", Value::List(vec![]), "`lines` has too few items"),
            ("lines", vec![line(1.into()), line(0.into())].into(), "`lines[1].count` is too small"),
            ("lines", vec![line("hunter2".into())].into(), "`lines[0].count` is of another type"),
            ("lines", vec![Value::from(fields! {})].into(), "`lines[0]` lacks `count`"),
            ("mail", "hunter2".into(), "`mail` is not of the format"),
            ("state", "hunter2".into(), "`state` is none of the values"),
            ("hunter2", 1.into(), "the value has 1 fields that the schema lacks"),
            ("id", f64::NAN.into(), "the value is nothing that JSON can carry"),
        ] {
            let validator = crate::operations::Validator::new("json_schema", &order()).unwrap();
            let violations = validator.check(&good.clone().with(name, value).into()).unwrap_err();
            assert_eq!(violations.to_string(), expected);
            assert!(!format!("{violations:?}").contains("hunter2"), "{violations:?}");
        }
    }

    #[test]
    fn a_text_of_json_is_read_first() {
        let schema =
            fields! { "schema" => fields! { "type" => ["integer", "null"] }, "text" => true };
        for (text, expected) in [
            (" 7 ", ""),
            ("7.5", "the value is of another type"),
            ("{", "the value is not JSON (line 1, column 2)"),
            ("7 8", "the value is not JSON (line 1, column 3)"),
            ("NaN", "the value is not JSON (line 1, column 1)"),
        ] {
            assert_eq!(told("json_schema", &schema, text), expected, "{text}");
        }
        let deep = "[".repeat(5000) + &"]".repeat(5000);
        assert!(told("json_schema", &schema, deep).contains("is not JSON"));
        let any = fields! { "schema" => true, "text" => true };
        let many = format!("[{}1]", "1,".repeat(MAX_PARTS));
        assert_eq!(told("json_schema", &any, many), "the value has more than 100000 parts");
    }

    #[test]
    fn a_schema_that_cannot_be_used_is_refused_when_it_is_given() {
        let told = |schema: &str| fault("json_schema", &fields! { "schema" => schema });
        for (schema, expected) in [
            ("{", "is not JSON (line 1)"),
            (r#"{"type": "strng"}"#, "is not a schema that can be used"),
            (r#"{"pattern": "("}"#, "is not a schema that can be used"),
            (r#"{"pattern": "(a)\\1"}"#, "is not a schema that can be used"),
            (r#"{"format": "mail"}"#, "is not a schema that can be used"),
            // Nothing is fetched, from wherever.
            (r#"{"$ref": "https://example.org/a.json"}"#, "is not a schema that can be used"),
            (r#"{"$ref": "file:///etc/hostname"}"#, "is not a schema that can be used"),
            (r#"{"$schema": "https://example.org/own"}"#, "is not a schema that can be used"),
        ] {
            assert!(told(schema).contains(expected), "{schema}: {}", told(schema));
        }
        assert!(fault("json_schema", &fields! {}).contains("is missing"));
    }

    #[test]
    fn a_schema_that_names_itself_ends() {
        for schema in [r##"{"$ref": "#"}"##, r##"{"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}"##] {
            told("json_schema", &fields! { "schema" => schema }, vec![1, 2]);
        }
        let tree = r##"{"type": "array", "items": {"$ref": "#"}}"##;
        let mut deep = Value::List(vec![]);
        for _ in 0..60 {
            deep = Value::List(vec![deep]);
        }
        assert_eq!(told("json_schema", &fields! { "schema" => tree }, deep), "");
    }

    #[test]
    fn patterns_of_a_schema_take_no_time() {
        let schema = fields! { "schema" => fields! { "pattern" => "(a+)+$" } };
        let begun = std::time::Instant::now();
        assert_ne!(told("json_schema", &schema, "a".repeat(1 << 16) + "b"), "");
        assert!(begun.elapsed().as_secs() < 20);
    }
}
