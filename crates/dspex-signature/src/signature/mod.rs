//! A checked signature: instructions, inputs and outputs.

mod bound;
mod edit;
mod error;
mod instructions;
mod name;
mod prefix;

#[cfg(test)]
mod tests;

use std::fmt;

pub use error::{FaultKind, SignatureError, SignatureFault};
pub(crate) use error::{write_faults, write_hint};
pub(crate) use instructions::cleandoc;
pub(crate) use name::{RESERVED, is_keyword, name_fault, strange_character};
pub(crate) use prefix::infer_prefix;

use crate::{Field, TypeTable, grammar};

/// What goes in, what comes out, and what to do.
///
/// A `Signature` that exists has been checked: names are valid and stand once. It may lack inputs
/// or outputs, as in DSPy. Cloning copies the fields; share it behind an `Arc` where that matters.
///
/// Prints as a text that [`Signature::parse`] reads back: `question: str -> answer: int`.
#[derive(Clone, Debug)]
pub struct Signature {
    name: String,
    instructions: String,
    inputs: Vec<Field>,
    outputs: Vec<Field>,
    /// The names in the text that are no fields; they are for warnings only.
    passed_over: Vec<String>,
}

impl PartialEq for Signature {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.instructions == other.instructions
            && self.inputs == other.inputs
            && self.outputs == other.outputs
    }
}

/// Where a field stands in a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before the arrow: given by the caller.
    Input,
    /// After the arrow: asked of the model.
    Output,
}

impl Signature {
    /// A signature from DSPy's notation: `question, k: int -> answer, sources: list[str]`.
    ///
    /// It is named `StringSignature` and has DSPy's default instructions. A field without a type
    /// is a `str`; the types are `str`, `int`, `float`, `bool`, `Any`, `list[...]`, `dict[..., ...]`,
    /// `Optional[...]`, `... | None` and `Literal[...]`. For types of your own see
    /// [`Signature::parse_with`].
    ///
    /// As in DSPy, a field that stands twice on one side is one field of the later type, either
    /// side may be empty, and a default (`k: int = 3`) is read and dropped.
    ///
    /// # Errors
    /// [`SignatureError`] lists everything that is wrong with the text, each fault with its place
    /// in it. [`SignatureError::is_unsupported`] tells what DSPy refuses from what is not
    /// supported yet: unions of several types, tuples, sets, dates and types of Python modules.
    pub fn parse(text: &str) -> Result<Self, SignatureError> {
        Self::parse_with(text, &TypeTable::new())
    }

    /// As [`Signature::parse`], with types of your own: records and enums by name.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use dspex_signature::{EnumType, Signature, Type, TypeTable};
    ///
    /// let urgency = EnumType::new("Urgency", [("LOW", "low"), ("HIGH", "high")]);
    /// let urgency = Type::Enum(Arc::new(urgency));
    /// let types = TypeTable::new().with("Urgency", urgency);
    /// let signature = Signature::parse_with("ticket -> urgency: Optional[Urgency]", &types)?;
    /// assert_eq!(signature.outputs()[0].ty.to_string(), "Optional[Urgency]");
    /// # Ok::<(), dspex_signature::SignatureError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Signature::parse`].
    pub fn parse_with(text: &str, types: &TypeTable) -> Result<Self, SignatureError> {
        let grammar::ParsedFields { inputs, outputs, passed_over } =
            grammar::parse_fields(text, types)?;
        let signature = Self::assemble("StringSignature".to_owned(), None, inputs, outputs);
        Ok(Self { passed_over, ..signature })
    }

    /// A signature from its parts; without instructions it gets DSPy's default ones.
    ///
    /// Instructions pass Python's `inspect.cleandoc`; empty ones count as none, as in DSPy.
    ///
    /// # Errors
    /// [`SignatureError`] lists every name that stands twice or cannot be a field's, and every
    /// constraint that cannot bound its field's type.
    pub fn new(
        name: impl Into<String>,
        instructions: Option<&str>,
        inputs: Vec<Field>,
        outputs: Vec<Field>,
    ) -> Result<Self, SignatureError> {
        let mut faults = Vec::new();
        for (position, field) in inputs.iter().chain(&outputs).enumerate() {
            faults.extend(name_fault(&field.name));
            faults.extend(bound::bound_faults(field));
            let mut before = inputs.iter().chain(&outputs).take(position);
            if before.any(|other| other.name == field.name) {
                let message = format!("field `{}` stands twice", field.name);
                faults.push(SignatureFault::new(message));
            }
        }
        if faults.is_empty() {
            Ok(Self::assemble(name.into(), instructions, inputs, outputs))
        } else {
            Err(SignatureError::of(faults))
        }
    }

    /// Puts checked parts together.
    fn assemble(
        name: String,
        instructions: Option<&str>,
        inputs: Vec<Field>,
        outputs: Vec<Field>,
    ) -> Self {
        let instructions = match instructions {
            None | Some("") => instructions::default_instructions(&inputs, &outputs),
            Some(text) => cleandoc(text),
        };
        Self { name, instructions, inputs, outputs, passed_over: Vec::new() }
    }

    /// The name: the struct's, or `StringSignature` for one that was parsed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instructions.
    #[must_use]
    pub fn instructions(&self) -> &str {
        &self.instructions
    }

    /// The input fields, in order.
    #[must_use]
    pub fn inputs(&self) -> &[Field] {
        &self.inputs
    }

    /// The output fields, in order.
    #[must_use]
    pub fn outputs(&self) -> &[Field] {
        &self.outputs
    }

    /// All fields, inputs first.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.inputs.iter().chain(&self.outputs)
    }

    /// What a reader of this signature may not expect, one sentence each; empty for most.
    ///
    /// ```
    /// use dspex_signature::Signature;
    ///
    /// let signature = Signature::parse("question, k: int = 3 -> answer")?;
    /// assert_eq!(
    ///     signature.warnings(),
    ///     ["default `3` of field `k` has no effect: DSPy drops defaults in a signature's text; \
    ///       set it with `Field::with_default`"]
    /// );
    /// # Ok::<(), dspex_signature::SignatureError>(())
    /// ```
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let dropped = |field: &Field| {
            field.dropped_default.as_ref().map(|default| {
                format!(
                    "default `{default}` of field `{}` has no effect: DSPy drops defaults in a \
                     signature's text; set it with `Field::with_default`",
                    field.name
                )
            })
        };
        let passed_over = self.passed_over.iter().map(|name| {
            format!("`{name}` is no field: DSPy passes over what stands before `/` or behind `*`")
        });
        self.fields().filter_map(dropped).chain(passed_over).collect()
    }

    /// The same signature under another name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl fmt::Display for Signature {
    /// Names and types only: `question: str, k: int -> answer: str`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_fields(&self.inputs, formatter)?;
        formatter.write_str(if self.inputs.is_empty() { "->" } else { " ->" })?;
        formatter.write_str(if self.outputs.is_empty() { "" } else { " " })?;
        write_fields(&self.outputs, formatter)
    }
}

/// Writes the fields of one side. A dropped default is written where Python could read it back:
/// no field without one may follow.
fn write_fields(fields: &[Field], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let with_default = fields.iter().rev().take_while(|field| field.dropped_default.is_some());
    let n_plain = fields.len() - with_default.count();
    for (position, field) in fields.iter().enumerate() {
        let separator = if position > 0 { ", " } else { "" };
        write!(formatter, "{separator}{}: {}", field.name, field.ty)?;
        if let Some(default) = field.dropped_default.as_ref().filter(|_| position >= n_plain) {
            write!(formatter, " = {default}")?;
        }
    }
    Ok(())
}

impl std::str::FromStr for Signature {
    type Err = SignatureError;

    fn from_str(text: &str) -> Result<Self, SignatureError> {
        Self::parse(text)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Input => "input",
            Self::Output => "output",
        })
    }
}
