//! What a system message says of fields: the numbered list, and the note beside an output.

use std::fmt;

use super::{
    FormatError,
    chat_text::{
        CONSTRAINT_WORDS, CONSTRAINTS, INPUT_FIELDS, NOTE, NOTE_BOOL, NOTE_ENUM, NOTE_FLOAT,
        NOTE_INT, NOTE_LITERAL, NOTE_SCHEMA, OUTPUT_FIELDS, REMINDER_TYPE,
    },
    prepared::header,
    text_list::printable,
    type_text::{TOOL_CALLS, TYPE_DESCRIPTION, TYPE_DESCRIPTIONS},
};
use crate::{
    Constraints, Field, JsonStyle, Side, Signature, Tag, Type, Unsure, Value, coerce::members,
    json_schema, schema::is_known_to_be_distinct, value::unicode::strip,
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

impl Signature {
    /// The numbered list of one side's fields, with types and descriptions, as every prompt has it.
    ///
    /// ```
    /// use dspex_signature::{Side, Signature};
    ///
    /// let signature = Signature::parse("question, k: int -> answer")?;
    /// assert_eq!(signature.field_list(Side::Input), "1. `question` (str): \n2. `k` (int):");
    /// # Ok::<(), dspex_signature::SignatureError>(())
    /// ```
    #[must_use]
    pub fn field_list(&self, side: Side) -> String {
        field_list(match side {
            Side::Input => self.inputs(),
            Side::Output => self.outputs(),
        })
    }
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
    describe_types(&field.ty, &mut line);
    let constraints = field.constraints.to_string();
    if !constraints.is_empty() {
        line.push_str(CONSTRAINTS);
        line.push_str(&constraints);
    }
    line
}

/// Appends what the types in a field's type say of themselves, each as often as it stands there.
fn describe_types(ty: &Type, line: &mut String) {
    if let Type::Opaque(class) = ty {
        let known = TYPE_DESCRIPTIONS.iter().find(|(path, _)| *path == class.path);
        if let Some((_, description)) = known {
            line.extend([TYPE_DESCRIPTION, &class.prompt_name, ": ", description]);
        }
    }
    ty.parts().for_each(|part| describe_types(part, line));
}

/// What a reminder says of the type of an output; nothing of text.
pub(super) fn type_reminder(ty: &Type) -> String {
    match ty {
        Type::Str => String::new(),
        Type::Opaque(class) if class.path == "dspy.ToolCalls" => TOOL_CALLS.to_owned(),
        ty => [REMINDER_TYPE, &ty.prompt_name(), ")"].concat(),
    }
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
        Type::Enum(class) if !is_known_to_be_distinct(class) => {
            let reason = format!("the values of the enum `{}` may be equal", class.name);
            return Err(Unsure { reason });
        }
        Type::Enum(class) => NOTE_ENUM.to_owned() + &join(members(class).into_iter())?,
        Type::Literal(values) => NOTE_LITERAL.to_owned() + &join(values.iter())?,
        // Reasoning counts as text, and code is described in the list of fields.
        Type::Opaque(class) if matches!(&*class.path, "dspy.Reasoning" | "dspy.Code") => {
            String::new()
        }
        _ => {
            let style = JsonStyle::default().with_non_finite();
            NOTE_SCHEMA.to_owned() + &json_schema(ty)?.to_json_with(style)
        }
    })
}

fn join<'a>(values: impl Iterator<Item = &'a Value>) -> Result<String, Unsure> {
    let texts: Option<Vec<String>> = values.map(text).collect();
    texts.map(|texts| texts.join("; ")).ok_or_else(|| {
        let reason = "a constant is printed by Python in a way of its own".to_owned();
        Unsure { reason }
    })
}

/// Python's `str()` of a constant, where it is known.
fn text(value: &Value) -> Option<String> {
    match value {
        // What JSON shows of these is not what `str()` gives.
        Value::Tagged(tagged)
            if matches!(tagged.tag(), Tag::DateTime | Tag::Time | Tag::TimeDelta) =>
        {
            None
        }
        Value::Tagged(tagged) => Some(tagged.to_string()),
        other => printable(other).map(|value| value.python_str()),
    }
}
