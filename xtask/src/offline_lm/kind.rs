//! What a field may hold, from a JSON schema, a note in the prompt or a Python annotation.

use serde_json::Value;

/// The kind of value a field asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// True or false.
    Bool,
    /// A whole number.
    Int(Bounds),
    /// A number.
    Float(Bounds),
    /// One of these values.
    Choice(Vec<Value>),
    /// Any number of values of a kind.
    List(Box<Self>),
    /// Named values.
    Record(Vec<Property>),
    /// A value, or null.
    Optional(Box<Self>),
    /// Anything; the field's name decides.
    Any,
}

/// The least and the greatest value allowed, where there are such.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) least: Option<f64>,
    pub(crate) greatest: Option<f64>,
}

/// One field: of the answer, or of a record in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: String,
    /// What the prompt says about it; may be empty.
    pub(crate) description: String,
    pub(crate) kind: Kind,
}

impl Kind {
    /// The kind a JSON schema describes; `root` holds its `$defs`.
    pub(crate) fn from_schema(schema: &Value, root: &Value) -> Self {
        Self::from_schema_within(schema, root, 16)
    }

    fn from_schema_within(schema: &Value, root: &Value, depth: usize) -> Self {
        let Some(depth) = depth.checked_sub(1) else { return Self::Any };
        let inner = |schema: &Value| Self::from_schema_within(schema, root, depth);
        if let Some(definition) =
            schema["$ref"].as_str().and_then(|path| root.pointer(path.trim_start_matches('#')))
        {
            return inner(definition);
        }
        if let Some(values) = schema["enum"].as_array() {
            return Self::Choice(values.clone());
        }
        if !schema["const"].is_null() {
            return Self::Choice(vec![schema["const"].clone()]);
        }
        if let Some(options) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
            let kind =
                options.iter().find(|option| option["type"] != "null").map_or(Self::Any, &inner);
            let has_null = options.iter().any(|option| option["type"] == "null");
            return if has_null { Self::Optional(Box::new(kind)) } else { kind };
        }
        if let [single] = schema["allOf"].as_array().map_or(&[][..], Vec::as_slice) {
            return inner(single);
        }
        match schema["type"].as_str() {
            Some("string") => Self::Text,
            Some("boolean") => Self::Bool,
            Some("integer") => Self::Int(Bounds::from_schema(schema)),
            Some("number") => Self::Float(Bounds::from_schema(schema)),
            Some("array") => Self::List(Box::new(inner(&schema["items"]))),
            Some("object") => Self::Record(properties(schema, inner)),
            _ => Self::Any,
        }
    }

    /// The kind a Python annotation names, as DSPy prints it: `list[str]`, `Literal['a', 'b']`.
    pub(crate) fn from_annotation(annotation: &str) -> Self {
        let argument =
            |prefix: &str| annotation.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(']'));
        match annotation {
            "str" => return Self::Text,
            "bool" => return Self::Bool,
            "int" => return Self::Int(Bounds::default()),
            "float" => return Self::Float(Bounds::default()),
            _ => {}
        }
        if let Some(item) = argument("list[") {
            return Self::List(Box::new(Self::from_annotation(item)));
        }
        if let Some(inner) = argument("Optional[")
            .or_else(|| argument("Union[").and_then(|a| a.strip_suffix(", NoneType")))
        {
            return Self::Optional(Box::new(Self::from_annotation(inner)));
        }
        if let Some(options) = argument("Literal[") {
            let unquoted =
                options.split(", ").map(|option| Value::from(option.trim_matches(['\'', '"'])));
            return Self::Choice(unquoted.collect());
        }
        Self::Any
    }

    /// The kind a note of DSPy's prompt asks for, where it says one.
    pub(crate) fn from_note(note: &str) -> Option<Self> {
        let options = |list: &str| {
            Self::Choice(list.split("; ").map(|option| Value::from(option.trim())).collect())
        };
        if let Some(list) = note.strip_prefix("must be one of: ") {
            return Some(options(list));
        }
        if let Some(list) = note.strip_prefix("must exactly match (no extra characters) one of: ") {
            return Some(options(list));
        }
        let schema: Value =
            serde_json::from_str(note.strip_prefix("must adhere to the JSON schema: ")?).ok()?;
        Some(Self::from_schema(&schema, &schema))
    }

    /// The same kind with the bounds that DSPy's prompt puts in a sentence beside a field.
    pub(crate) fn with_constraints(self, constraints: &str) -> Self {
        let bounds = Bounds::from_constraints(constraints);
        match self {
            Self::Int(_) => Self::Int(bounds),
            Self::Float(_) => Self::Float(bounds),
            other => other,
        }
    }
}

impl Bounds {
    fn from_schema(schema: &Value) -> Self {
        let either = |key: &str, exclusive: &str| {
            schema[key].as_f64().or_else(|| schema[exclusive].as_f64())
        };
        Self {
            least: either("minimum", "exclusiveMinimum"),
            greatest: either("maximum", "exclusiveMaximum"),
        }
    }

    fn from_constraints(constraints: &str) -> Self {
        let mut bounds = Self::default();
        for part in constraints.split(", ") {
            let Some((rule, value)) = part.rsplit_once(": ") else { continue };
            let value = value.trim().parse().ok();
            if rule.contains("greater than") {
                bounds.least = value;
            } else if rule.contains("less than") {
                bounds.greatest = value;
            }
        }
        bounds
    }
}

fn properties(schema: &Value, inner: impl Fn(&Value) -> Kind) -> Vec<Property> {
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    properties
        .iter()
        .map(|(name, property)| Property {
            name: name.clone(),
            description: property["description"].as_str().unwrap_or_default().to_owned(),
            kind: inner(property),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Bounds, Kind};

    #[track_caller]
    fn check(note: &str, expected: Kind) {
        assert_eq!(Kind::from_note(note), Some(expected), "kind of {note:?}");
    }

    #[test]
    fn notes_say_the_kind() {
        check(
            "must be one of: delivery; refund",
            Kind::Choice(vec![json!("delivery"), json!("refund")]),
        );
        check(
            r#"must adhere to the JSON schema: {"type": "array", "items": {"type": "string"}}"#,
            Kind::List(Box::new(Kind::Text)),
        );
        check(
            r##"must adhere to the JSON schema: {"anyOf": [{"$ref": "#/$defs/N"}, {"type": "null"}], "$defs": {"N": {"type": "integer", "minimum": 1}}}"##,
            Kind::Optional(Box::new(Kind::Int(Bounds { least: Some(1.0), greatest: None }))),
        );
    }

    #[test]
    fn annotations_and_constraints_say_it_too() {
        assert_eq!(Kind::from_annotation("list[str]"), Kind::List(Box::new(Kind::Text)));
        assert_eq!(
            Kind::from_annotation("Union[str, NoneType]"),
            Kind::Optional(Box::new(Kind::Text))
        );
        let bounds = Bounds { least: Some(1.0), greatest: Some(5.0) };
        let constraints = "greater than or equal to: 1, less than or equal to: 5";
        assert_eq!(Kind::from_annotation("int").with_constraints(constraints), Kind::Int(bounds));
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        let schema = json!({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}});
        assert_eq!(Kind::from_schema(&schema, &schema), Kind::Any);
    }
}
