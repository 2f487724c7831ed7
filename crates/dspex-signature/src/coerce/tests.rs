//! What texts and values come to, checked against DSPy 3.4.1.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(ty: &str, text: &str, expected: &str) {
    let ty = Type::parse(ty).unwrap();
    assert_eq!(show(coerce(&ty, text)), expected, "reading {text:?} as {ty}");
}

fn show(coerced: Coerced) -> String {
    match coerced {
        Coerced::Exact(value) => value.python_repr(),
        Coerced::Fails(faults) => {
            let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
            format!("fails: {}", faults.join("; "))
        }
        Coerced::Unsure(_) => "unsure".to_owned(),
    }
}

#[test]
fn text_is_taken_as_it_is() {
    check("str", "null", "'null'");
    check("Optional[str]", "null", "'null'");
    check("Any", "hello there", "'hello there'");
}

#[test]
fn integers() {
    check("int", "42", "42");
    check("int", "\"42\"", "42");
    check("int", "'42'", "42");
    check("int", "3.0", "3");
    check("int", "1e3", "1000");
    check("int", "0x10", "16");
    check("int", "+5", "5");
    check("int", "007", "7");
    check("int", "true", "1");
    check("int", "123456789012345678901234567890", "123456789012345678901234567890");
    check("int", "3.5", "fails: expected `int`, found `float`");
    check("int", "1,000", "fails: expected `int`, found `tuple`");
    check("int", "The answer is 42", "fails: expected `int`, found `str`");
    check("int", "2024-05-06", "fails: expected `int`, found `str`");
    check("int", "", "fails: expected `int`, found `str`");
    check("int", "```json\n3\n```", "fails: expected `int`, found `str`");
    check("int", "0-1", "-1");
    check("int", "[3", "fails: expected `int`, found `list`");
    check("int", "\"3\" # three", "3");
}

#[test]
fn floats_and_bools() {
    check("float", "1", "1.0");
    check("float", "1e-7", "1e-07");
    check("float", ".5", "0.5");
    check("float", "1.e0", "1.0");
    check("float", "NaN", "nan");
    check("float", "null", "fails: expected `float`, found `NoneType`");
    check("float", "90%", "fails: expected `float`, found `str`");
    check("bool", "True", "True");
    check("bool", "yes", "True");
    check("bool", "1.0", "True");
    check("bool", "No", "False");
    check("bool", "2", "fails: expected `bool`, found `int`");
    check("bool", "maybe", "fails: expected `bool`, found `str`");
}

#[test]
fn containers() {
    check("list[str]", r#"["a", "b"]"#, "['a', 'b']");
    check("list[int]", "1, 2", "[1, 2]");
    check("list[str]", r#"["a", "b",]"#, "['a', 'b']");
    check("list[str]", "['a']", "['a']");
    check("list[str]", r"['\ud800']", "unsure");
    check(
        "list[int]",
        r#"[1, "x", 2.5]"#,
        "fails: `[1]` should be `int`, found `str`; `[2]` should be `int`, found `float`",
    );
    check("dict[str, list[int]]", r#"{"a": ["1"], "b": []}"#, "{'a': [1], 'b': []}");
    check("dict[int, str]", r#"{"01": "x"}"#, "{1: 'x'}");
    check("dict[str, int]", r#"{"a": null}"#, "fails: `a` should be `int`, found `NoneType`");
    check("Optional[int]", "None", "None");
    check("Optional[list[int]]", "null", "None");
}

#[test]
fn literals() {
    check("Literal['yes', 'no']", "no", "'no'");
    check("Literal['yes', 'no']", " \"yes\" ", "'yes'");
    check("Literal['yes', 'no']", "Literal['yes']", "'yes'");
    check("Literal['yes', 'no']", "maybe", "fails: expected `Literal['yes', 'no']`, found `str`");
    check("Literal[1, 2]", "\"2\"", "2");
    check("Literal[1, 2]", "true", "1");
    check("Literal[True, 1]", "1.0", "True");
    check("Optional[Literal['a']]", "null", "None");
}

#[test]
fn an_enum_is_found_by_value_then_by_name() {
    let class = EnumType::new("Rank", [("LOW", Value::from(1)), ("HIGH", "low".into())]);
    let ty = Type::Enum(class.into());
    assert_eq!(show(coerce(&ty, "low")), "'low'");
    assert_eq!(show(coerce(&ty, "LOW")), "1");
    assert_eq!(show(coerce(&ty, "1")), "fails: expected `Rank`, found `another str`");
    let list = Type::list(ty);
    assert_eq!(show(coerce(&list, r#"[1, "low"]"#)), "[1, 'low']");
    assert_eq!(show(coerce(&list, r#"["LOW"]"#)), "fails: `[0]` should be `Rank`, found `str`");
    assert_eq!(show(coerce(&list, r#"["1"]"#)), "fails: `[0]` should be `Rank`, found `str`");
}

#[test]
fn defaults_are_as_a_model_is_dumped_with_them() {
    let fields = vec![
        Field::new("a", Type::Float).with_default(3),
        Field::new("b", Type::optional(Type::Float)).with_default(true),
        Field::new("c", Type::list(Type::Float)).with_default(vec![1, 2]),
        Field::new("d", Type::Int).with_default("x"),
    ];
    let ty = Type::Record(crate::RecordType::new("Model", fields).into());
    assert_eq!(show(coerce(&ty, "{}")), "{'a': 3.0, 'b': 1.0, 'c': [1.0, 2.0], 'd': 'x'}");
}

#[test]
fn records_get_defaults_and_name_all_faults() {
    let fields = vec![
        Field::new("name", Type::Str).with_constraint("max_length", 3),
        Field::new("age", Type::Int).with_constraint("ge", 0),
        Field::new("tags", Type::list(Type::Str)).with_default(Vec::<String>::new()),
    ];
    let class = crate::RecordType::new("Person", fields);
    let ty = Type::list(Type::Record(class.into()));
    let read = |text| show(coerce(&ty, text));
    assert_eq!(
        read(r#"[{"age": "36", "name": "Ada", "extra": 1}]"#),
        "[{'name': 'Ada', 'age': 36, 'tags': []}]"
    );
    assert_eq!(
        read(r#"[{"name": "Charles", "age": -1, "tags": [1]}, {"name": "B"}, 7]"#),
        "fails: `[0].name` should be `str with max_length=3`, found `str`; \
         `[0].age` should be `int with ge=0`, found `int`; \
         `[0].tags[0]` should be `str`, found `int`; \
         `[1].age` should be `int`, found `no such field`; \
         `[2]` should be `Person`, found `int`"
    );
}

use crate::Field;

proptest! {
    #[test]
    fn no_text_is_too_strange(text in r#"([\[\]{}'",:0-9a-z.eE+ -]|\PC){0,30}"#) {
        for ty in ["int", "float", "bool", "list[Any]", "Literal['a', 1]", "Optional[dict[int, Any]]"] {
            let _ = coerce(&Type::parse(ty).unwrap(), &text);
        }
    }
}
