//! DSPy's `JSONAdapter`.

use super::{
    Adapter, FormatError, Message, Parsed, PreparedAdapter, Unsure,
    chat_text::{REMINDER_THEN, STRUCTURE},
    describe,
    dump::{Context, dumped},
    json_text::{INPUT_STRUCTURE, OUTPUT_STRUCTURE, REMINDER},
    outputs::Outputs,
    prepared::{system_message, write_input},
    render::unsupported,
};
use crate::{
    Fields, JsonStyle, RepairDoubt, Signature, Value,
    coerce::{Doubts, coerce_json},
    repair::{balanced_object, repair},
};

/// Renders inputs as [`ChatAdapter`](super::ChatAdapter) does, asks for one JSON object with the
/// outputs, and reads it back.
///
/// This renders and reads the text of messages. What DSPy asks of the model's provider beside it
/// (`response_format`) depends on the model and is settled by whoever calls one.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonAdapter;

impl JsonAdapter {
    /// Renders once what is the same in every call of a signature.
    ///
    /// # Errors
    /// [`FormatError::Unsupported`] where a type's JSON schema is not rendered natively.
    pub fn prepare(&self, signature: &Signature) -> Result<PreparedAdapter, FormatError> {
        Ok(PreparedAdapter {
            adapter: Adapter::Json,
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
    structure.extend([INPUT_STRUCTURE, &describe::input_placeholders(signature)]);
    structure.push_str(OUTPUT_STRUCTURE);
    let mut outputs = Fields::new();
    for field in signature.outputs() {
        outputs.insert(field.name.as_str(), describe::output_placeholder(field)?);
    }
    Value::Map(outputs).write_json(JsonStyle::default().indented(2), &mut structure);
    Ok(structure)
}

/// What the last message of a call ends with.
fn reminder(signature: &Signature) -> String {
    let mut reminder = REMINDER.to_owned();
    for (position, field) in signature.outputs().iter().enumerate() {
        if position > 0 {
            reminder.push_str(REMINDER_THEN);
        }
        reminder.extend(["`", &field.name, "`"]);
        reminder.push_str(&describe::type_reminder(&field.ty));
    }
    reminder.push('.');
    reminder
}

fn write_answer(
    signature: &Signature,
    answer: &Fields,
    missing: &Value,
) -> Result<String, FormatError> {
    let mut content = Fields::new();
    for field in signature.outputs() {
        let value = answer.value(&field.name).unwrap_or(missing);
        let value = dumped(&field.ty, value, Context::InDict);
        let value = value.map_err(|what| unsupported(field, what))?;
        content.insert(field.name.as_str(), value.into_owned());
    }
    let style = JsonStyle::default().indented(2).with_non_finite();
    Ok(Value::Map(content).to_json_with(style))
}

fn parse(signature: &Signature, completion: &str, doubts: Doubts) -> Parsed {
    let mut outputs = Outputs::new(signature);
    match object(completion, doubts) {
        Ok(Some(fields)) => {
            for (name, value) in fields {
                if !outputs.read(&name, |ty| coerce_json(ty, value, doubts)) {
                    break;
                }
            }
            outputs.finish()
        }
        Ok(None) => outputs.fails("the completion holds no JSON object"),
        Err(doubt) => Parsed::Unsure(Unsure { reason: doubt.to_string() }),
    }
}

/// The object in a completion: what `json_repair` makes of the whole, and where that is no object,
/// what it makes of the first braces that are closed.
fn object(completion: &str, doubts: Doubts) -> Result<Option<Fields>, RepairDoubt> {
    if let Value::Map(fields) = repair(completion).known(doubts)? {
        return Ok(Some(fields));
    }
    let Some(braces) = balanced_object(completion) else { return Ok(None) };
    Ok(match repair(braces).known(doubts)? {
        Value::Map(fields) => Some(fields),
        _ => None,
    })
}
