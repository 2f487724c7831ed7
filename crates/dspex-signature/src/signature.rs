//! A checked signature: instructions, inputs and outputs.

use std::fmt;

use crate::Field;

/// What goes in, what comes out, and what to do.
///
/// A `Signature` that exists has been checked: names are valid and stand once, and there is at
/// least one field. Cloning copies the fields; share it behind an `Arc` where that matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    name: String,
    instructions: String,
    inputs: Vec<Field>,
    outputs: Vec<Field>,
}

impl Signature {
    /// A signature from its parts; without instructions it gets DSPy's default ones.
    ///
    /// # Errors
    /// [`SignatureError`] lists every name that stands twice.
    pub fn new(
        name: impl Into<String>,
        instructions: Option<&str>,
        inputs: Vec<Field>,
        outputs: Vec<Field>,
    ) -> Result<Self, SignatureError> {
        let faults: Vec<_> = inputs
            .iter()
            .chain(&outputs)
            .enumerate()
            .filter(|(position, field)| {
                inputs.iter().chain(&outputs).take(*position).any(|other| other.name == field.name)
            })
            .map(|(_, field)| SignatureFault::new(format!("field `{}` stands twice", field.name)))
            .collect();
        if !faults.is_empty() {
            return Err(SignatureError { faults });
        }
        let instructions = instructions
            .map_or_else(|| default_instructions(&inputs, &outputs), cleandoc);
        Ok(Self { name: name.into(), instructions, inputs, outputs })
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

    /// The same signature with other instructions.
    #[must_use]
    pub fn with_instructions(mut self, instructions: &str) -> Self {
        self.instructions = cleandoc(instructions);
        self
    }

    /// The same signature with one more output before the others, as `ChainOfThought` adds
    /// `reasoning`.
    ///
    /// # Errors
    /// [`SignatureError`] when a field of that name exists.
    pub fn with_output_first(self, field: Field) -> Result<Self, SignatureError> {
        let mut outputs = self.outputs;
        outputs.insert(0, field);
        Self::new(self.name, Some(&self.instructions), self.inputs, outputs)
    }
}

fn default_instructions(_inputs: &[Field], _outputs: &[Field]) -> String {
    String::new()
}

fn cleandoc(text: &str) -> String {
    text.to_owned()
}

/// Everything that is wrong with a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureError {
    faults: Vec<SignatureFault>,
}

impl SignatureError {
    /// The faults, in order of their place; never empty.
    #[must_use]
    pub fn faults(&self) -> &[SignatureFault] {
        &self.faults
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, fault) in self.faults.iter().enumerate() {
            if position > 0 {
                formatter.write_str("\n")?;
            }
            fault.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for SignatureError {}

/// One thing that is wrong with a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureFault {
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that can be said.
    pub hint: Option<String>,
    /// Where in the text, as a range of bytes, where there is a text.
    pub span: Option<std::ops::Range<usize>>,
    /// The column of `span`'s start, counted in characters from 1.
    pub column: Option<usize>,
}

impl SignatureFault {
    /// A fault without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, span: None, column: None }
    }
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        if let Some(column) = self.column {
            write!(formatter, " (column {column})")?;
        }
        if let Some(hint) = &self.hint {
            write!(formatter, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}
