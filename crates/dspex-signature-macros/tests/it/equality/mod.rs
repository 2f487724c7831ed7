//! Signatures that the derives make, held against those that DSPy makes of the same classes.
//!
//! Each struct has a twin of its name in `crates/dspex-signature/parity/classes`. What DSPy says of
//! the twins is recorded by `cargo xtask parity --record`: the fields of the signature, and the
//! prompts of all three adapters for one input.

mod choice_fields;
mod choices;
mod constraints;
mod containers;
mod defaults;
mod descriptions;
mod enums;
mod foreign;
mod mappings;
mod names;
mod records;
mod scalars;
mod shared_records;

use dspex_signature::{
    Adapter, Coerced, Field, Fields, Signature, TypedSignature, Value, validate,
};

const RECORDED: &str = include_str!("../../../../dspex-signature/parity/classes.jsonl");

/// Holds a struct against what is recorded of its twin.
type Check = fn(&Fields);

/// Structs by name, with the check of each.
macro_rules! classes {
    ($($class:ident),* $(,)?) => {
        [$((stringify!($class), crate::equality::check::<$class> as Check)),*]
    };
}
use classes;

const ALL: [&[(&str, Check)]; 13] = [
    scalars::CASES,
    names::CASES,
    descriptions::CASES,
    constraints::CASES,
    defaults::CASES,
    containers::CASES,
    mappings::CASES,
    records::CASES,
    shared_records::CASES,
    enums::CASES,
    choices::CASES,
    choice_fields::CASES,
    foreign::CASES,
];

#[test]
fn structs_and_classes_are_the_same_signatures() {
    let recorded: Vec<Fields> = RECORDED.lines().map(read).collect();
    let names: Vec<&str> = recorded.iter().map(|line| text(line, "class")).collect();
    let checks: Vec<_> = ALL.into_iter().flatten().collect();
    let structs: Vec<&str> = checks.iter().map(|(name, _)| *name).collect();
    assert!(structs.len() >= 100, "{} structs", structs.len());
    assert_eq!(structs, names, "the structs should be the recorded classes, in their order");
    for ((_, check), line) in checks.into_iter().zip(&recorded) {
        check(line);
    }
}

fn check<S: TypedSignature>(recorded: &Fields) {
    let (class, signature) = (text(recorded, "class"), S::signature());
    let described = map(recorded, "signature");
    assert_eq!(signature.instructions(), text(described, "instructions"), "{class}");
    same_fields(class, signature.inputs(), list(described, "inputs"));
    same_fields(class, signature.outputs(), list(described, "outputs"));
    let given: Fields = map(recorded, "given").iter().map(|one| valid(signature, one)).collect();
    let given: S = given.to().unwrap_or_else(|error| panic!("{class}: {error}"));
    let inputs = given.into_fields();
    for adapter in [Adapter::Chat, Adapter::Json, Adapter::Xml] {
        let messages = list(map(recorded, "messages"), &adapter.to_string());
        same_prompt(class, adapter, signature, &inputs, messages);
    }
}

/// An input as pydantic takes it.
fn valid<'f>(signature: &Signature, (name, value): (&'f str, &Value)) -> (&'f str, Value) {
    let field = signature.inputs().iter().find(|field| field.name == name).expect("it is an input");
    match validate(&field.ty, value.clone()) {
        Coerced::Exact(value) => (name, value),
        refused => panic!("`{name}`: {refused:?}"),
    }
}

fn same_fields(class: &str, fields: &[Field], recorded: &[Value]) {
    let own: Vec<_> = fields
        .iter()
        .map(|field| (field.name.as_str(), field.prefix(), field.desc(), field.default.is_some()))
        .collect();
    let theirs: Vec<_> = recorded
        .iter()
        .map(|field| {
            let field = field.as_map().expect("a field is a map");
            let [name, prefix, desc] = ["name", "prefix", "desc"].map(|key| text(field, key));
            (name, prefix.into(), desc.into(), field.contains("default"))
        })
        .collect();
    assert_eq!(own, theirs, "{class}");
}

fn same_prompt(
    class: &str,
    adapter: Adapter,
    signature: &Signature,
    inputs: &Fields,
    recorded: &[Value],
) {
    let messages = adapter.prepare(signature).and_then(|prepared| prepared.format(&[], inputs));
    let messages = messages.unwrap_or_else(|error| panic!("{class}, {adapter}: {error}"));
    assert_eq!(messages.len(), recorded.len(), "{class}, {adapter}");
    for (message, recorded) in messages.iter().zip(recorded) {
        let recorded = recorded.as_map().expect("a message is a map");
        let role = format!("{:?}", message.role).to_lowercase();
        assert_eq!(role, text(recorded, "role"), "{class}, {adapter}");
        assert_eq!(message.content, text(recorded, "content"), "{class}, {adapter}");
    }
}

fn read(line: &str) -> Fields {
    match Value::from_json(line) {
        Ok(Value::Map(fields)) => fields,
        other => panic!("{other:?}"),
    }
}

fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields[name].as_str().unwrap_or_else(|| panic!("`{name}` should be text: {fields:?}"))
}

fn map<'f>(fields: &'f Fields, name: &str) -> &'f Fields {
    fields[name].as_map().unwrap_or_else(|| panic!("`{name}` should be a map: {fields:?}"))
}

fn list<'f>(fields: &'f Fields, name: &str) -> &'f [Value] {
    fields[name].as_list().unwrap_or_else(|| panic!("`{name}` should be a list: {fields:?}"))
}
