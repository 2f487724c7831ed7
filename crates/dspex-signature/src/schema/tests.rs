//! Schemas as pydantic 2.14.3 writes them, in DSPy's order and in its own.

use std::sync::Arc;

use super::{declared_schema, json_schema};
use crate::{
    EnumType, Field, JsonStyle, RecordKind, RecordType, Tag, Tagged, Type, TypeTable, Value, fields,
};

fn text(schema: Result<Value, crate::Unsure>) -> String {
    let style = JsonStyle::default().with_non_finite();
    schema.map_or_else(|unsure| format!("unsure: {unsure}"), |value| value.to_json_with(style))
}

fn person() -> Type {
    let fields = vec![Field::new("name", Type::Str), Field::new("age", Type::Int)];
    Type::Record(Arc::new(RecordType::new("Person", fields)))
}

fn color() -> Type {
    Type::Enum(Arc::new(EnumType::new("Color", [("RED", "red"), ("BLUE", "blue")])))
}

fn parse(ty: &str) -> Type {
    let types = TypeTable::new().with("Person", person()).with("Color", color());
    Type::parse_with(ty, &types).unwrap()
}

#[track_caller]
fn check(ty: &str, expected: &str) {
    assert_eq!(text(json_schema(&parse(ty))), expected, "schema of `{ty}`");
}

#[test]
fn scalars_have_a_type_and_perhaps_a_format() {
    assert_eq!(text(json_schema(&Type::None)), r#"{"type": "null"}"#);
    check("bytes", r#"{"type": "string", "format": "binary"}"#);
    check("complex", r#"{"type": "string"}"#);
    check("datetime.date", r#"{"type": "string", "format": "date"}"#);
    check("datetime.datetime", r#"{"type": "string", "format": "date-time"}"#);
    check("datetime.time", r#"{"type": "string", "format": "time"}"#);
    check("datetime.timedelta", r#"{"type": "string", "format": "duration"}"#);
    check("uuid.UUID", r#"{"type": "string", "format": "uuid"}"#);
    check("decimal.Decimal", r#"{"anyOf": [{"type": "number"}, {"type": "string"}]}"#);
}

#[test]
fn containers_have_items() {
    check("list", r#"{"type": "array", "items": {}}"#);
    check("dict", r#"{"type": "object", "additionalProperties": true}"#);
    check("set[int]", r#"{"type": "array", "items": {"type": "integer"}, "uniqueItems": true}"#);
    check("tuple[int, ...]", r#"{"type": "array", "items": {"type": "integer"}}"#);
    check(
        "tuple[int, str]",
        r#"{"type": "array", "maxItems": 2, "minItems": 2, "prefixItems": [{"type": "integer"}, {"type": "string"}]}"#,
    );
    check("Tuple[()]", r#"{"type": "array", "maxItems": 0, "minItems": 0}"#);
    check("Counter[str]", r#"{"type": "object", "additionalProperties": {"type": "integer"}}"#);
    check("DefaultDict[str, Any]", "unsure: a `defaultdict` of `Any` has no native JSON schema");
}

#[test]
fn keys_show_where_they_are_more_than_text() {
    check("dict[int, Any]", r#"{"type": "object", "additionalProperties": true}"#);
    check(
        "dict[datetime.date, Any]",
        r#"{"type": "object", "additionalProperties": true, "propertyNames": {"format": "date"}}"#,
    );
    check(
        "dict[Literal['a'], int]",
        r#"{"type": "object", "additionalProperties": {"type": "integer"}, "propertyNames": {"const": "a"}}"#,
    );
    check(
        "dict[tuple[Person], bool]",
        r#"{"type": "object", "additionalProperties": {"type": "boolean"}}"#,
    );
}

#[test]
fn unions_are_flat_and_none_is_last() {
    check(
        "Union[None, int, decimal.Decimal]",
        r#"{"anyOf": [{"type": "integer"}, {"type": "number"}, {"type": "string"}, {"type": "null"}]}"#,
    );
    check("Union[Sequence[int], list[int]]", r#"{"type": "array", "items": {"type": "integer"}}"#);
    check("Union[str, complex]", r#"{"type": "string"}"#);
    check("Optional[Any]", r#"{"anyOf": [{}, {"type": "null"}]}"#);
    check("Literal[1, 'a', None]", r#"{"enum": [1, "a", null]}"#);
    check("Literal[None]", r#"{"type": "null", "const": null}"#);
}

#[test]
fn classes_inside_other_types_are_referred_to() {
    check(
        "list[Color]",
        r##"{"type": "array", "$defs": {"Color": {"type": "string", "enum": ["red", "blue"], "title": "Color"}}, "items": {"$ref": "#/$defs/Color"}}"##,
    );
    check(
        "Person",
        r#"{"type": "object", "properties": {"age": {"type": "integer", "title": "Age"}, "name": {"type": "string", "title": "Name"}}, "required": ["name", "age"], "title": "Person"}"#,
    );
    check(
        "dspy.Image",
        r#"{"type": "object", "additionalProperties": false, "properties": {"url": {"type": "string", "title": "Url"}}, "required": ["url"], "title": "Image"}"#,
    );
    check("list[None]", r#"{"type": "array", "items": {"type": "null"}}"#);
    check("pathlib.Path", r#"{"type": "string", "format": "path"}"#);
    check(
        "Optional[fractions.Fraction]",
        r#"{"anyOf": [{"type": "number"}, {"type": "string", "format": "fraction"}, {"type": "null"}]}"#,
    );
    check(
        "pydantic.HttpUrl",
        r#"{"type": "string", "format": "uri", "maxLength": 2083, "minLength": 1}"#,
    );
    check("dspy.Tool", "unsure: the class `dspy.Tool` has no native JSON schema");
}

#[test]
fn a_record_that_holds_itself_stays_a_reference() {
    let kids = Field::new("kids", Type::list(Type::Enclosing("Node".into())));
    let node = Type::Record(Arc::new(RecordType::new("Node", vec![kids])));
    assert_eq!(
        text(json_schema(&node)),
        r##"{"$defs": {"Node": {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/Node"}, "title": "Kids"}}, "required": ["kids"], "title": "Node"}}, "$ref": "#/$defs/Node"}"##
    );
    let lost = Type::list(Type::Enclosing("Node".into()));
    assert_eq!(
        text(json_schema(&lost)),
        "unsure: `Node`, which is not around it, has no native JSON schema"
    );
}

/// The schema of the field `x` in a record of that field alone.
#[track_caller]
fn check_field(field: Field, expected: &str) {
    let name = field.name.clone();
    let record = Type::Record(Arc::new(RecordType::new("M", vec![field])));
    let actual = match json_schema(&record) {
        Ok(schema) => {
            let properties = schema.as_map().unwrap()["properties"].clone();
            text(Ok(properties.as_map().unwrap()[name.as_str()].clone()))
        }
        Err(unsure) => format!("unsure: {unsure}"),
    };
    assert_eq!(actual, expected);
}

fn x(ty: &str) -> Field {
    Field::new("x", parse(ty))
}

#[test]
fn constraints_that_a_type_knows_have_keys_of_json_schema() {
    check_field(
        x("int").with_constraint("le", 5).with_constraint("multiple_of", 2),
        r#"{"type": "integer", "maximum": 5, "multipleOf": 2, "title": "X"}"#,
    );
    check_field(
        x("float").with_constraint("gt", 0).with_constraint("lt", f64::INFINITY),
        r#"{"type": "number", "exclusiveMinimum": 0, "title": "X"}"#,
    );
    check_field(
        x("decimal.Decimal").with_constraint("ge", 5).with_constraint("lt", 9.5),
        r#"{"anyOf": [{"type": "number", "exclusiveMaximum": 9.5, "minimum": 5.0}, {"type": "string"}], "title": "X"}"#,
    );
    check_field(
        x("Optional[list[int]]").with_constraint("min_length", 1),
        r#"{"anyOf": [{"type": "array", "items": {"type": "integer"}, "minItems": 1}, {"type": "null"}], "title": "X"}"#,
    );
    check_field(
        x("Counter[str]").with_constraint("max_length", 3),
        r#"{"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 3, "title": "X"}"#,
    );
    check_field(
        x("datetime.date")
            .with_constraint("gt", Value::Tagged(Tagged::from_canonical(Tag::Date, "2024-01-01"))),
        r#"{"type": "string", "format": "date", "title": "X"}"#,
    );
}

#[test]
fn constraints_that_a_type_does_not_know_have_keys_of_their_own() {
    check_field(
        x("dict[str, int]").with_constraint("min_length", 1).with_constraint("gt", 0),
        r#"{"type": "object", "additionalProperties": {"type": "integer"}, "gt": 0, "minLength": 1, "title": "X"}"#,
    );
    check_field(
        x("Union[int, str, None]").with_constraint("ge", 5),
        r#"{"anyOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}], "ge": 5}, {"type": "null"}], "title": "X"}"#,
    );
    check_field(
        x("DefaultDict[str, int]").with_constraint("min_length", 1),
        r#"{"type": "object", "additionalProperties": {"type": "integer"}, "minLength": 1, "title": "X"}"#,
    );
    check_field(
        x("Color").with_constraint("multiple_of", 2),
        r##"{"$ref": "#/$defs/Color", "multiple_of": 2}"##,
    );
    check_field(x("int").with_constraint("pattern", "^a"), r#"{"type": "integer", "title": "X"}"#);
}

#[test]
fn constraints_that_pydantic_may_refuse_are_left_to_it() {
    for (ty, name, bound) in [
        ("int", "ge", Value::from(0.5)),
        ("float", "multiple_of", Value::from(0)),
        ("str", "min_length", Value::from(-1)),
        ("datetime.date", "gt", Value::from(5)),
    ] {
        let field = x(ty).with_constraint(name, bound);
        let record = Type::Record(Arc::new(RecordType::new("M", vec![field])));
        assert!(json_schema(&record).is_err(), "`{name}` on `{ty}`");
    }
}

#[test]
fn defaults_are_written_as_json() {
    check_field(x("int").with_default(5), r#"{"type": "integer", "default": 5, "title": "X"}"#);
    check_field(
        x("float").with_default(f64::NAN),
        r#"{"type": "number", "default": NaN, "title": "X"}"#,
    );
    check_field(
        x("list[float]").with_default(vec![f64::NAN]),
        r#"{"type": "array", "default": [null], "items": {"type": "number"}, "title": "X"}"#,
    );
    check_field(
        x("set[str]").with_default(Value::Set(vec!["b".into(), "a".into()])),
        r#"{"type": "array", "default": ["a", "b"], "items": {"type": "string"}, "title": "X", "uniqueItems": true}"#,
    );
    check_field(
        x("bytes").with_default(Value::Bytes(b"\xff".to_vec())),
        r#"{"type": "string", "format": "binary", "title": "X"}"#,
    );
    check_field(
        x("Person").with_default(fields! { "name" => "Ada", "age" => 36 }),
        r##"{"$ref": "#/$defs/Person", "default": {"age": 36, "name": "Ada"}}"##,
    );
    let sets = Value::List(vec![Value::Set(vec!["b".into(), "a".into()])]);
    check_field(
        x("list").with_default(sets),
        "unsure: a default with a set, whose order is Python's own, has no native JSON schema",
    );
}

#[track_caller]
fn check_title(name: &str, expected: &str) {
    let field = Field::new(name, Type::Str);
    let expected = match expected.strip_prefix("unsure") {
        Some(_) => format!("unsure: the title of a field named `{name}` has no native JSON schema"),
        None => format!(r#"{{"type": "string", "title": "{expected}"}}"#),
    };
    check_field(field, &expected);
}

#[test]
fn titles_are_names_in_pythons_title_case() {
    check_title("HTTPServer_x2y", "Httpserver X2Y");
    check_title("_a__b_", "A  B");
    check_title("naïve_über", "Naïve Über");
    check_title("日本a", "日本A");
    check_title("ŉx", "ʼNx");
    check_title("straße", "Straße");
    check_title("ΑΣ", "Ας");
}

#[test]
fn docs_and_descriptions_describe() {
    let doc = |doc: &str| {
        let class = RecordType::new("D", vec![]).with_doc(Some(doc.to_owned()));
        Type::Record(Arc::new(class.with_kind(RecordKind::TypedDict)))
    };
    assert_eq!(
        text(json_schema(&doc("  Two\n    lines. "))),
        r#"{"type": "object", "description": "Two\nlines. ", "properties": {}, "title": "D"}"#
    );
    // A reference does not repeat what its class says; of several, only pydantic knows which do.
    let same = |name: &str| Field::new(name, doc("Same.")).with_desc("Same.");
    check_field(same("x"), r##"{"$ref": "#/$defs/D"}"##);
    check_field(
        Field::new("x", doc("Same.")).with_desc("Other."),
        r##"{"$ref": "#/$defs/D", "description": "Other."}"##,
    );
    let twice = Type::Record(Arc::new(RecordType::new("M", vec![same("x"), same("y")])));
    assert_eq!(
        text(json_schema(&twice)),
        "unsure: a reference to `D` that has constraints or repeats its description has no native \
         JSON schema"
    );
}

#[test]
fn classes_of_one_name_are_left_to_pydantic() {
    let other = Type::Record(Arc::new(RecordType::new("Person", vec![])));
    let pair = Type::Tuple(vec![person(), other]);
    assert_eq!(
        text(json_schema(&pair)),
        "unsure: two classes named `Person` has no native JSON schema"
    );
    let same = Type::Tuple(vec![person(), person()]);
    assert!(json_schema(&same).is_ok());
}

#[test]
fn pydantics_order_keeps_the_fields_as_they_are_declared() {
    assert_eq!(
        text(declared_schema(&person())),
        r#"{"properties": {"name": {"title": "Name", "type": "string"}, "age": {"title": "Age", "type": "integer"}}, "required": ["name", "age"], "title": "Person", "type": "object"}"#
    );
    // A field of this name keeps the order in which its keys were written.
    let field = Field::new("default", Type::list(Type::Int)).with_desc("d");
    let record = Type::Record(Arc::new(RecordType::new("M", vec![field])));
    assert_eq!(
        text(declared_schema(&record)),
        r#"{"properties": {"default": {"type": "array", "items": {"type": "integer"}, "description": "d", "title": "Default"}}, "required": ["default"], "title": "M", "type": "object"}"#
    );
}

#[test]
fn types_of_absurd_depth_are_refused() {
    let deep = (0..500).fold(Type::Int, |inner, _| Type::list(inner));
    assert_eq!(text(json_schema(&deep)), "unsure: a type of that depth has no native JSON schema");
}
