//! What a system message says of fields: the numbered list, and the note beside an output.

use std::fmt;

use super::{
    FormatError,
    chat_text::{
        CONSTRAINT_WORDS, CONSTRAINTS, INPUT_FIELDS, NOTE, NOTE_BOOL, NOTE_ENUM, NOTE_FLOAT,
        NOTE_INT, NOTE_LITERAL, NOTE_SCHEMA, OUTPUT_FIELDS,
    },
    prepared::header,
};
use crate::{
    Constraints, Field, Signature, Type, Unsure, Value, coerce::members, json_schema,
    value::unicode::strip,
};

/// Both sides' fields with their types and descriptions.
pub(super) fn fields(signature: &Signature) -> String {
    let (inputs, outputs) = (field_list(signature.inputs()), field_list(signature.outputs()));
    [INPUT_FIELDS, &inputs, OUTPUT_FIELDS, &outputs].concat()
}

/// A header and `{name}` for each input.
pub(super) fn input_placeholders(signature: &Signature) -> String {
    let mut placeholders = String::new();
    for field in signature.inputs() {
        header(&field.name, &mut placeholders);
        placeholders.extend(["{", &field.name, "}"]);
    }
    placeholders
}

/// The numbered list of one side's fields.
fn field_list(fields: &[Field]) -> String {
    let lines: Vec<_> = fields.iter().enumerate().map(field_line).collect();
    // The list is stripped as a whole: the space after a colon without a description stays on all
    // lines but the last.
    strip(&lines.join("\n")).to_owned()
}

fn field_line((position, field): (usize, &Field)) -> String {
    let desc = field.desc();
    let is_placeholder =
        desc.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) == Some(&field.name);
    let desc = if is_placeholder { "" } else { &desc };
    let name = &field.name;
    let mut line = format!("{}. `{name}` ({}): {desc}", position + 1, field.ty.prompt_name());
    let constraints = field.constraints.to_string();
    if !constraints.is_empty() {
        line.push_str(CONSTRAINTS);
        line.push_str(&constraints);
    }
    line
}

impl fmt::Display for Constraints {
    /// In DSPy's words, as a prompt shows them: `greater than: 0, less than: 5`. A `pattern` is
    /// not shown.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |name: &str| CONSTRAINT_WORDS.iter().find(|(known, _)| *known == name);
        let shown = self.iter().filter_map(|(name, bound)| Some((words(name)?.1, bound)));
        for (position, (words, bound)) in shown.enumerate() {
            let separator = if position > 0 { ", " } else { "" };
            write!(formatter, "{separator}{words}{bound}")?;
        }
        Ok(())
    }
}

/// `{name}`, and for an output that is not text what its value must look like.
///
/// # Errors
/// [`FormatError::Unsupported`] where the type's schema is not rendered natively.
pub(super) fn output_placeholder(field: &Field) -> Result<String, FormatError> {
    let unsupported = |unsure: Unsure| FormatError::Unsupported(unsure.of_field(&field.name));
    let note = note(&field.ty).map_err(unsupported)?;
    Ok(if note.is_empty() {
        format!("{{{}}}", field.name)
    } else {
        format!("{{{}}}{NOTE}{note}", field.name)
    })
}

fn note(ty: &Type) -> Result<String, Unsure> {
    Ok(match ty {
        Type::Str => String::new(),
        Type::Bool => NOTE_BOOL.to_owned(),
        Type::Int => NOTE_INT.to_owned(),
        Type::Float => NOTE_FLOAT.to_owned(),
        Type::Enum(class) => NOTE_ENUM.to_owned() + &join(members(class).into_iter()),
        Type::Literal(values) => NOTE_LITERAL.to_owned() + &join(values.iter()),
        _ => NOTE_SCHEMA.to_owned() + &json_schema(ty)?.to_json(),
    })
}

fn join<'a>(values: impl Iterator<Item = &'a Value>) -> String {
    values.map(Value::python_str).collect::<Vec<_>>().join("; ")
}
