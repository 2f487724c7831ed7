//! JSON schemas as pydantic writes them, and as DSPy shows them to a model.

mod any_of;
mod argument;
mod build;
mod class;
mod constraint;
mod default;
mod dspy_text;
mod order;
mod references;
mod title;

#[cfg(test)]
mod tests;

pub(crate) use argument::argument_schema;
pub(crate) use class::is_known_to_be_distinct;

use crate::{Type, Unsure, Value};

/// The JSON schema of a type as DSPy's prompts show it.
///
/// Keys stand in DSPy's order, on every level: `type` first, then by the alphabet. (So do the
/// fields of a record; the order of their declaration shows in `required` only.) Enums and records
/// inside another type stand under `$defs`, and so does a record that holds itself.
///
/// ```
/// use dspex_signature::{Type, json_schema};
///
/// let schema = json_schema(&Type::parse("Optional[list[int]]")?)?;
/// assert_eq!(
///     schema.to_json(),
///     r#"{"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A bound or a default that is `nan` or infinite stays a float; `json.dumps`, and so a prompt,
/// writes `NaN`.
///
/// # Errors
/// [`Unsure`] for what pydantic may write otherwise: two classes of one name, constraints that
/// pydantic refuses for their type, `defaultdict` without a plain default, names of fields and
/// classes with letters whose case Python and Rust see differently, classes that only DSPy knows.
pub fn json_schema(ty: &Type) -> Result<Value, Unsure> {
    Ok(order::as_dspy(build::schema(ty)?))
}

/// The JSON schema of a type as `pydantic.TypeAdapter(ty).json_schema()` returns it: keys by the
/// alphabet, the fields of a record in the order of their declaration, in which a model that is held
/// to the schema writes them.
///
/// # Errors
/// As [`json_schema`].
pub fn declared_schema(ty: &Type) -> Result<Value, Unsure> {
    Ok(order::as_pydantic(build::schema(ty)?))
}

fn unsure(what: &str) -> Unsure {
    Unsure { reason: format!("{what} has no native JSON schema") }
}
