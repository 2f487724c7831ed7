//! What signatures are made of, and DSPy's operations on them.

use super::*;
use crate::{Type, Value};

fn base() -> Signature {
    Signature::parse("a, b -> y: int").unwrap()
}

fn described(name: &str) -> Field {
    Field::new(name, Type::Str).with_desc("new")
}

#[track_caller]
fn check(signature: Result<Signature, SignatureError>, expected: &str) {
    let actual =
        signature.map_or_else(|error| error.to_string(), |signature| signature.to_string());
    assert_eq!(actual, expected);
}

#[test]
fn default_instructions_name_the_fields() {
    for (text, expected) in [
        ("question -> answer", "Given the fields `question`, produce the fields `answer`."),
        ("a, b -> c, d", "Given the fields `a`, `b`, produce the fields `c`, `d`."),
        ("-> y", "Given the fields , produce the fields `y`."),
    ] {
        assert_eq!(Signature::parse(text).unwrap().instructions(), expected);
    }
}

#[test]
fn instructions_stay_with_the_signature() {
    let default = "Given the fields `a`, `b`, produce the fields `y`.";
    assert_eq!(base().delete("a").instructions(), default);
    assert_eq!(
        base().append_instructions("One.").append_instructions("Two.").instructions(),
        format!("{default}\n\nOne.\n\nTwo.")
    );
    assert_eq!(base().with_instructions("\n  Sort.\n    Well.\n").instructions(), "Sort.\n  Well.");
}

#[test]
fn empty_instructions_bring_back_the_default() {
    assert_eq!(base().with_instructions(""), base());
    // Space alone is not empty, yet comes out empty; the next operation finds it so.
    let blank = base().with_instructions(" ");
    assert_eq!(blank.instructions(), "");
    assert_eq!(blank.delete("b").instructions(), "Given the fields `a`, produce the fields `y`.");
}

#[test]
fn fields_go_where_dspy_puts_them() {
    let field = || Field::new("z", Type::Bool);
    check(base().prepend(Side::Input, field()), "z: bool, a: str, b: str -> y: int");
    check(base().append(Side::Output, field()), "a: str, b: str -> y: int, z: bool");
    check(base().insert(Side::Input, 1, field()), "a: str, z: bool, b: str -> y: int");
    check(base().insert(Side::Input, 2, field()), "a: str, b: str, z: bool -> y: int");
    check(base().insert(Side::Input, -3, field()), "z: bool, a: str, b: str -> y: int");
    check(base().insert(Side::Input, 3, field()), "index 3 is out of range for 2 input fields");
    check(base().insert(Side::Input, -4, field()), "index -4 is out of range for 2 input fields");
    check(
        base().insert(Side::Output, isize::MIN, field()),
        &format!("index {} is out of range for 1 output fields", isize::MIN),
    );
    check(Ok(base().delete("y").delete("zz")), "a: str, b: str ->");
}

#[test]
fn a_name_that_exists_is_met_as_in_a_python_dict() {
    check(base().append(Side::Output, described("a")), "b: str -> a: str, y: int");
    check(base().append(Side::Output, described("y")), "a: str, b: str -> y: str");
    check(base().prepend(Side::Output, described("y")), "a: str, b: str -> y: int");
    check(base().prepend(Side::Input, described("b")), "b: str, a: str -> y: int");
    check(
        base().with_output_first(described("reasoning")),
        "a: str, b: str -> reasoning: str, y: int",
    );
}

#[test]
fn reasoning_comes_first_and_instructions_stay() {
    for (signature, expected) in [
        ("q -> a: int", "q: str -> reasoning: str, a: int"),
        ("reasoning, q -> a", "q: str -> reasoning: str, a: str"),
        ("q -> a, reasoning: int", "q: str -> reasoning: int, a: str"),
    ] {
        let signature = Signature::parse(signature).unwrap().with_instructions("Do it.");
        let extended = signature.with_reasoning();
        assert_eq!((extended.to_string().as_str(), extended.instructions()), (expected, "Do it."));
    }
}

#[test]
fn a_field_is_updated_in_place() {
    let updated =
        base().with_updated_field("y", |field| field.with_desc("new").with_prefix("P:")).unwrap();
    let [field] = updated.outputs() else { panic!() };
    assert_eq!((&*field.prefix(), &*field.desc()), ("P:", "new"));
    check(
        base().with_updated_field("bb", |field| field),
        "signature has no field `bb`\n  hint: did you mean `b`?",
    );
    check(
        base().with_updated_field("question", |field| field),
        "signature has no field `question`\n  hint: its fields are `a`, `b`, `y`",
    );
    check(
        base().with_updated_field("b", |field| Field { name: "a".into(), ..field }),
        "field `a` stands twice",
    );
}

#[test]
fn prefix_and_description_have_defaults() {
    let field = Field::new("camelCase", Type::Str);
    assert_eq!((&*field.prefix(), &*field.desc()), ("Camel Case:", "${camelCase}"));
}

#[test]
fn all_bad_names_are_told_at_once() {
    let fields = ["a", "_b", "a b", "class", "a", "model_dump", ""];
    let fields = fields.map(|name| Field::new(name, Type::Str).with_default(Value::Null)).into();
    let error = Signature::new("S", None, fields, Vec::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field name `_b` begins with an underscore\n  hint: write `b`\n\
         field name `a b` is no Python identifier\n  hint: a name is letters, digits and underscores, \
         and begins with a letter\n\
         field name `class` is a keyword of Python\n  hint: write `class_`\n\
         field `a` stands twice\n\
         field name `model_dump` is taken\n  hint: DSPy's `Signature` class has a member of that name; \
         write `model_dump_` or a longer name\n\
         field name `` is no Python identifier\n  hint: a name is letters, digits and underscores, \
         and begins with a letter"
    );
}
