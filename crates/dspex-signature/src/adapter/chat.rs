//! DSPy's `ChatAdapter`.

use super::{
    Adapter, FormatError, Message, Parsed, PreparedAdapter,
    chat_text::{
        COMPLETED, HEADER_CLOSE, HEADER_OPEN, REMINDER, REMINDER_END, REMINDER_THEN, STRUCTURE,
    },
    describe,
    outputs::Outputs,
    prepared::{header, system_message, trim_end, write_input},
    render,
    sections::sections,
};
use crate::{
    Fields, Signature, Value,
    coerce::{Doubts, coerce_with},
};

/// Renders fields under `[[ ## name ## ]]` headers and reads them back.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChatAdapter;

impl ChatAdapter {
    /// Renders once what is the same in every call of a signature.
    ///
    /// # Errors
    /// [`FormatError::Unsupported`] where a type's JSON schema is not rendered natively.
    pub fn prepare(&self, signature: &Signature) -> Result<PreparedAdapter, FormatError> {
        Ok(PreparedAdapter {
            adapter: Adapter::Chat,
            system: system_message(signature, &structure(signature)?),
            reminder: reminder(signature),
            signature: signature.clone(),
            schemas: Vec::new(),
            write_input,
            write_answer,
            parse: |prepared, completion, doubts| parse(&prepared.signature, completion, doubts),
        })
    }

    /// The messages of one call; see [`PreparedAdapter::format`], which is faster from the second
    /// call on.
    ///
    /// # Errors
    /// [`FormatError`] when DSPy refuses the inputs, or when only DSPy can render them.
    pub fn format(
        &self,
        signature: &Signature,
        demos: &[Fields],
        inputs: &Fields,
    ) -> Result<Vec<Message>, FormatError> {
        self.prepare(signature)?.format(demos, inputs)
    }

    /// The outputs in a completion, in the signature's order.
    ///
    /// Outputs that are missing get their default, or `None` where their type allows it.
    #[must_use]
    pub fn parse(&self, signature: &Signature, completion: &str) -> Parsed {
        parse(signature, completion, Doubts::Told)
    }
}

fn structure(signature: &Signature) -> Result<String, FormatError> {
    let mut structure = STRUCTURE.to_owned();
    structure.extend([&describe::input_placeholders(signature), "\n\n"]);
    let mut outputs = String::new();
    for field in signature.outputs() {
        header(&field.name, &mut outputs);
        outputs.push_str(&describe::output_placeholder(field)?);
    }
    trim_end(&mut outputs);
    structure.extend([&outputs, "\n\n", COMPLETED]);
    Ok(structure)
}

/// What the last message of a call ends with.
fn reminder(signature: &Signature) -> String {
    let mut reminder = REMINDER.to_owned();
    for (position, field) in signature.outputs().iter().enumerate() {
        if position > 0 {
            reminder.push_str(REMINDER_THEN);
        }
        reminder.extend(["`", HEADER_OPEN, &field.name, HEADER_CLOSE, "`"]);
        reminder.push_str(&describe::type_reminder(&field.ty));
    }
    reminder.push_str(REMINDER_END);
    reminder
}

fn write_answer(
    signature: &Signature,
    answer: &Fields,
    missing: &Value,
) -> Result<String, FormatError> {
    let mut content = String::with_capacity(128);
    for field in signature.outputs() {
        header(&field.name, &mut content);
        render::value(field, answer.value(&field.name).unwrap_or(missing), &mut content)?;
    }
    trim_end(&mut content);
    content.extend(["\n\n", COMPLETED, "\n"]);
    Ok(content)
}

fn parse(signature: &Signature, completion: &str, doubts: Doubts) -> Parsed {
    let mut outputs = Outputs::new(signature);
    sections(completion, |name, content| outputs.read(name, |ty| coerce_with(ty, content, doubts)));
    outputs.finish()
}
