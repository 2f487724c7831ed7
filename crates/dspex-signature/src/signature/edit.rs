//! Signatures made from other signatures, with DSPy's semantics for each operation.

use super::{Side, Signature, SignatureError, SignatureFault};
use crate::{Field, Type, nearest};

/// Each operation gives a new signature and keeps the instructions, default ones included: they
/// go on naming the fields they were made from, as DSPy's do.
impl Signature {
    /// The same signature with other instructions; empty ones bring back the default.
    #[must_use]
    pub fn with_instructions(self, instructions: &str) -> Self {
        Self::assemble(self.name, Some(instructions), self.inputs, self.outputs)
    }

    /// The same signature with more instructions after an empty line.
    #[must_use]
    pub fn append_instructions(self, instructions: &str) -> Self {
        let instructions = format!("{}\n\n{instructions}", self.instructions);
        self.with_instructions(&instructions)
    }

    /// The same signature with the field `name` changed by `update`.
    ///
    /// ```
    /// # use dspex_signature::{Signature, Type};
    /// let signature = Signature::parse("question -> answer")?
    ///     .with_updated_field("answer", |field| field.with_type(Type::Int).with_desc("a year"))?;
    /// assert_eq!(signature.to_string(), "question: str -> answer: int");
    /// # Ok::<(), dspex_signature::SignatureError>(())
    /// ```
    ///
    /// # Errors
    /// [`SignatureError`] when there is no such field, or `update` gave it a name that cannot be.
    pub fn with_updated_field(
        mut self,
        name: &str,
        update: impl FnOnce(Field) -> Field,
    ) -> Result<Self, SignatureError> {
        let Some(field) = self.field_mut(name) else {
            let fault = SignatureFault::new(format!("signature has no field `{name}`"));
            let names: Vec<&str> = self.fields().map(|field| field.name.as_str()).collect();
            return Err(SignatureError::of(vec![match nearest(name, &names) {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None => fault.hint(format!("its fields are {}", ticked(&names))),
            }]));
        };
        *field = update(field.clone());
        let instructions = self.instructions;
        Self::new(self.name, Some(&instructions), self.inputs, self.outputs)
    }

    /// The same signature with `field` before all others of its side; see [`Signature::insert`].
    ///
    /// # Errors
    /// As [`Signature::insert`].
    pub fn prepend(self, side: Side, field: Field) -> Result<Self, SignatureError> {
        self.insert(side, 0, field)
    }

    /// The same signature with `field` after all others of its side; see [`Signature::insert`].
    ///
    /// # Errors
    /// As [`Signature::insert`].
    pub fn append(self, side: Side, field: Field) -> Result<Self, SignatureError> {
        self.insert(side, -1, field)
    }

    /// The same signature with `field` at `index` among the inputs or outputs; -1 is the end.
    ///
    /// A name that exists is met as in DSPy, where fields become a dict, inputs first: the later
    /// of the two fields takes the place of the earlier one. So an appended field replaces its
    /// namesake, a prepended one moves it to the front, and a new output replaces an input.
    ///
    /// # Errors
    /// [`SignatureError`] when the index is out of range or the name cannot be a field's.
    pub fn insert(self, side: Side, index: isize, field: Field) -> Result<Self, SignatureError> {
        let Self { name, instructions, inputs, outputs, .. } = self;
        let mut sides = [inputs, outputs];
        let fields = &mut sides[usize::from(side == Side::Output)];
        let n_fields = fields.len();
        let position = match usize::try_from(index) {
            Ok(position) => Some(position),
            Err(_) => (n_fields + 1).checked_sub(index.unsigned_abs()),
        };
        let Some(position) = position.filter(|position| *position <= n_fields) else {
            let message = format!("index {index} is out of range for {n_fields} {side} fields");
            return Err(SignatureError::of(vec![SignatureFault::new(message)]));
        };
        fields.insert(position, field);
        let (inputs, outputs) = merge(sides);
        Self::new(name, Some(&instructions), inputs, outputs)
    }

    /// The same signature without the field `name`; without such a field it stays as it is.
    #[must_use]
    pub fn delete(mut self, name: &str) -> Self {
        self.inputs.retain(|field| field.name != name);
        self.outputs.retain(|field| field.name != name);
        let instructions = self.instructions;
        Self::assemble(self.name, Some(&instructions), self.inputs, self.outputs)
    }

    /// The same signature with `field` as its first output, as `ChainOfThought` adds
    /// `reasoning`; short for [`Signature::prepend`].
    ///
    /// # Errors
    /// [`SignatureError`] when the name cannot be a field's.
    pub fn with_output_first(self, field: Field) -> Result<Self, SignatureError> {
        self.prepend(Side::Output, field)
    }

    /// The same signature with `reasoning: str` as its first output, as `ChainOfThought` has it.
    ///
    /// An input of that name becomes the output, and an output of that name moves to the front, as
    /// they do in DSPy.
    #[must_use]
    pub fn with_reasoning(self) -> Self {
        let extended = self.with_output_first(Field::new("reasoning", Type::Str));
        extended.expect("`reasoning` is a name that a field can have")
    }

    fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.inputs.iter_mut().chain(&mut self.outputs).find(|field| field.name == name)
    }
}

/// Fields as Python's `dict(inputs + outputs)` holds them: first place, last value.
fn merge([inputs, outputs]: [Vec<Field>; 2]) -> (Vec<Field>, Vec<Field>) {
    let inputs = inputs.into_iter().map(|field| (Side::Input, field));
    let outputs = outputs.into_iter().map(|field| (Side::Output, field));
    let mut merged: Vec<(Side, Field)> = Vec::new();
    for entry in inputs.chain(outputs) {
        match merged.iter_mut().find(|(_, known)| known.name == entry.1.name) {
            Some(known) => *known = entry,
            None => merged.push(entry),
        }
    }
    let (inputs, outputs): (Vec<_>, Vec<_>) =
        merged.into_iter().partition(|(side, _)| *side == Side::Input);
    let fields =
        |entries: Vec<(Side, Field)>| entries.into_iter().map(|(_, field)| field).collect();
    (fields(inputs), fields(outputs))
}

fn ticked(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
