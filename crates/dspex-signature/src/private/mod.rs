//! What the code written by the macros calls; nothing here is for use by hand or kept stable.

mod constraint;
mod names;

use std::sync::Arc;

pub use constraint::{
    Fractional, Long, Ordered, Textual, assert_fractional, assert_long, assert_ordered,
    assert_textual, check,
};
pub use names::assert_names;

#[cfg(feature = "serde")]
pub use crate::field_type::SerdeField;
pub use crate::field_type::TextField;
pub use crate::pattern::fault as pattern_fault;
pub use crate::{
    EnumType, Field, FieldType, Fields, IntoObservation, KeyType, Part, Record, RecordShape,
    RecordType, Shape, Signature, Tool, Type, TypedSignature, Value, ValueError,
};
use crate::{SignatureFault, signature::RESERVED};

/// Stands in for the trait that the feature `serde` brings, and says so.
#[cfg(not(feature = "serde"))]
#[diagnostic::on_unimplemented(
    message = "`#[field(serde)]` needs the feature `serde`",
    label = "the feature is off",
    note = "write `features = [\"serde\"]` at the dependency on `dspex` or `dspex-signature`"
)]
pub trait SerdeField: Sized {
    #[expect(missing_docs, reason = "nothing implements it")]
    const SHAPE: Shape;
    #[expect(missing_docs, reason = "nothing implements it")]
    fn field_type() -> Type;
    #[expect(missing_docs, reason = "nothing implements it")]
    fn into_value(self) -> Value;
    #[expect(missing_docs, reason = "nothing implements it")]
    fn from_value(value: &Value) -> Result<Self, ValueError>;
}

/// How a field type reads a value.
type Read<T> = fn(&Value) -> Result<T, ValueError>;

/// The field that is known by these names, the first one that is there; an absent one reads as
/// null, so that an `Option` needs no entry.
pub fn read<T>(fields: &Fields, names: &[&str], read: Read<T>) -> Result<T, ValueError> {
    match find(fields, names) {
        Some(value) => read(value),
        None => {
            read(&Value::Null).map_err(|error| ValueError::new(error.expected(), "no such field"))
        }
    }
    .map_err(|error| error.in_field(own(names)))
}

/// As [`read`], or the field's default where it is absent.
pub fn read_or<T>(
    fields: &Fields,
    names: &[&str],
    read: Read<T>,
    default: fn() -> T,
) -> Result<T, ValueError> {
    match find(fields, names) {
        Some(value) => read(value).map_err(|error| error.in_field(own(names))),
        None => Ok(default()),
    }
}

fn find<'f>(fields: &'f Fields, names: &[&str]) -> Option<&'f Value> {
    names.iter().find_map(|name| fields.value(name))
}

/// The name that messages speak of: the first that is no full name, `draft.reply`.
fn own<'n>(names: &[&'n str]) -> &'n str {
    names.iter().find(|name| !name.contains('.')).copied().unwrap_or_default()
}

/// The fields of a record, in order.
#[must_use]
pub fn collect<const N: usize>(pairs: [(&'static str, Value); N]) -> Fields {
    pairs.into_iter().collect()
}

/// The class that a struct stands for.
#[must_use]
pub fn record_type(name: &str, doc: Option<&str>, fields: Vec<Field>) -> Type {
    Type::Record(Arc::new(RecordType::new(name, fields).with_doc(doc.map(str::to_owned))))
}

/// The class that a unit enum stands for; `members` are names and values.
#[must_use]
pub fn enum_type(name: &str, doc: Option<&str>, members: &[(&str, &str)]) -> Type {
    let class = EnumType::new(name, members.iter().copied());
    Type::Enum(Arc::new(class.with_doc(doc.map(str::to_owned))))
}

/// Which of `members` a value is: by value, then by name, as DSPy does.
pub fn read_member(
    class: &str,
    members: &[(&str, &str)],
    value: &Value,
) -> Result<usize, ValueError> {
    let expected = || {
        let values: Vec<_> = members.iter().map(|(_, value)| format!("{value:?}")).collect();
        format!("{class}: {}", values.join(" | "))
    };
    let Some(text) = value.as_str() else {
        return Err(ValueError::new(expected(), value.python_type()));
    };
    members
        .iter()
        .position(|(_, value)| *value == text)
        .or_else(|| members.iter().position(|(name, _)| *name == text))
        .ok_or_else(|| ValueError::new(expected(), "another str"))
}

/// The field that tells the cases of an enum with data apart.
#[must_use]
pub fn tag_field(tag: &str, value: &str) -> Field {
    Field::new(tag, Type::Literal(vec![value.into()]))
}

/// Which of `cases` a value is, by its tag, and the fields of it.
pub fn read_case<'v>(
    class: &str,
    tag: &str,
    cases: &[&str],
    value: &'v Value,
) -> Result<(usize, &'v Fields), ValueError> {
    let Value::Map(fields) = value else {
        return Err(ValueError::new(class, value.python_type()));
    };
    let found = fields.value(tag).and_then(Value::as_str);
    match found.and_then(|found| cases.iter().position(|case| *case == found)) {
        Some(position) => Ok((position, fields)),
        None => {
            let known: Vec<_> = cases.iter().map(|case| format!("{case:?}")).collect();
            let found = fields.value(tag).map_or("no such field", |value| match value {
                Value::Text(_) => "another str",
                other => other.python_type(),
            });
            Err(ValueError::new(known.join(" | "), found).in_field(tag))
        }
    }
}

/// A record read from a map.
pub fn read_record<T: Record>(class: &str, value: &Value) -> Result<T, ValueError> {
    match value {
        Value::Map(fields) => T::from_fields(fields),
        other => Err(ValueError::new(class, other.python_type())),
    }
}

/// What is wrong with a field's name; a record that is no side of a signature may use the names
/// that DSPy's `Signature` class takes for itself.
#[must_use]
pub fn name_fault(name: &str, in_signature: bool) -> Option<SignatureFault> {
    match !in_signature && RESERVED.contains(&name) {
        true => None,
        false => crate::signature::name_fault(name),
    }
}

/// The signature of two structs whose names [`assert_names`] has found to be distinct.
#[must_use]
pub fn signature_of<S: TypedSignature>(name: &str, instructions: Option<&str>) -> Signature {
    signature(name, instructions, S::fields_of(), S::Output::fields_of())
}

/// A signature whose fields the macro has checked.
#[must_use]
pub fn signature(
    name: &str,
    instructions: Option<&str>,
    inputs: Vec<Field>,
    outputs: Vec<Field>,
) -> Signature {
    Signature::new(name, instructions, inputs, outputs).expect("the macro has checked the fields")
}
