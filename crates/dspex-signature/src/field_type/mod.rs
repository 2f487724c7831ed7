//! Rust types that can stand in a field, and records of them.
//!
//! Types of the standard library have a file for each kind; those of other crates are in
//! `foreign`, one file and one feature for each crate.

mod container;
mod foreign;
mod map;
mod scalar;
mod text;

#[cfg(feature = "serde")]
pub use foreign::SerdeField;
pub use map::KeyType;
pub use text::TextField;

use crate::{Field, Fields, RecordShape, Shape, Signature, Type, Value, ValueError};

/// A Rust type that can stand in a field of a signature.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in a field of a signature",
    label = "not a field type",
    note = "derive `FieldType` on your own struct or enum; for a type of another crate write \
            `#[field(text)]` where it has `FromStr` and `Display`, or `#[field(serde)]`"
)]
pub trait FieldType: Sized + Send + 'static {
    /// What wiring needs to know at compile time.
    const SHAPE: Shape;

    /// The type in Python's terms.
    fn field_type() -> Type;

    /// The value that goes into a prompt or to Python.
    fn into_value(self) -> Value;

    /// Reads a value that has already been coerced to [`FieldType::field_type`].
    ///
    /// # Errors
    /// [`ValueError`] says where, what was expected and what was found.
    fn from_value(value: &Value) -> Result<Self, ValueError>;
}

/// A struct whose fields are the fields of a signature.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand for the fields of a signature",
    label = "not a record",
    note = "derive `FieldType` on a struct with named fields"
)]
pub trait Record: Sized + Send + 'static {
    /// What wiring needs to know at compile time.
    const SHAPE: RecordShape;

    /// Full names in the shape, `draft.reasoning`, each with the name of the field that it stands
    /// for.
    const FULL_NAMES: &'static [(&'static str, &'static str)] = &[];

    /// The record's fields as values.
    fn into_fields(self) -> Fields;

    /// Reads the record; fields that it does not have are passed over.
    ///
    /// # Errors
    /// [`ValueError`] names the first field that is missing or of another type.
    fn from_fields(fields: &Fields) -> Result<Self, ValueError>;

    /// The fields as a signature lists them, in order; none for an open record, which knows no
    /// names before it is filled. A record written by hand that is to be a signature's output
    /// gives them itself.
    #[must_use]
    fn fields_of() -> Vec<Field> {
        Vec::new()
    }

    /// Other names under which fields are found when a record is read, each with the field's own.
    #[must_use]
    fn aliases() -> &'static [(&'static str, &'static str)] {
        &[]
    }
}

/// An input struct together with the output it leads to; `#[derive(Signature)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signature",
    label = "not a signature",
    note = "derive `Signature` on the input struct: `#[derive(Signature)] #[signature(output = Answer)]`"
)]
pub trait TypedSignature: Record {
    /// The struct that holds the answer.
    type Output: Record;

    /// The signature, built once.
    fn signature() -> &'static Signature;
}

impl Record for Fields {
    const SHAPE: RecordShape = RecordShape { name: "Fields", open: true, parts: &[] };

    fn into_fields(self) -> Fields {
        self
    }

    fn from_fields(fields: &Fields) -> Result<Self, ValueError> {
        Ok(fields.clone())
    }
}
