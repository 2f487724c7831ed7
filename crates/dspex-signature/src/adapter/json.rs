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
    Fields, JsonErrorKind, JsonStyle, Signature, Value, coerce::coerce_json,
    value::unicode::is_space,
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
            parse: |prepared, completion| parse(&prepared.signature, completion),
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
        parse(signature, completion)
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

fn parse(signature: &Signature, completion: &str) -> Parsed {
    let mut outputs = Outputs::new(signature);
    match object(completion) {
        Object::Is(fields) => {
            for (name, value) in fields {
                if !outputs.read(&name, |ty| coerce_json(ty, value)) {
                    break;
                }
            }
            outputs.finish()
        }
        Object::IsNot => outputs.fails("the completion holds no JSON object"),
        Object::MayBe(reason) => Parsed::Unsure(Unsure { reason: reason.to_owned() }),
    }
}

enum Object {
    Is(Fields),
    IsNot,
    MayBe(&'static str),
}

/// The object in a completion.
///
/// DSPy reads strict JSON with `json.loads`. In any other text `json_repair` goes to the first
/// bracket, and where a strict value begins there and nothing after it could begin another, that
/// is the value: fences and plain words around an object do no harm.
fn object(completion: &str) -> Object {
    const MAY_BE: Object = Object::MayBe("the completion is not strict JSON and may be repairable");
    match Value::from_python_json(completion) {
        Ok(Value::Map(fields)) => return Object::Is(fields),
        Ok(Value::List(_)) => return MAY_BE,
        Ok(_) if !completion.contains('{') => return Object::IsNot,
        Ok(_) => return MAY_BE,
        Err(error) if matches!(error.kind(), JsonErrorKind::Expected(_)) => {}
        Err(_) => return Object::MayBe("the completion's JSON goes beyond what is read natively"),
    }
    let Some(start) = completion.find(['{', '[', '(', '}', ']']) else { return Object::IsNot };
    // Comments and quotes before the object have a meaning to the repairs.
    if completion[..start].contains(['#', '/', '"', '\'', '“', '”']) {
        return MAY_BE;
    }
    match Value::python_json_prefix(&completion[start..]) {
        Ok((Value::Map(fields), length)) if is_idle(&completion[start + length..], start) => {
            Object::Is(fields)
        }
        _ => MAY_BE,
    }
}

/// Whether nothing in the text behind an object could begin another value or a comment. Behind an
/// object that leads the completion there must be something: else the repairs read the object
/// themselves, in their own way.
fn is_idle(rest: &str, start: usize) -> bool {
    let words = rest.trim_start_matches(is_space);
    !rest.contains(['{', '[', '(', '}', ']', '#', '/'])
        && !words.starts_with(',')
        && (start > 0 || !words.is_empty())
}
