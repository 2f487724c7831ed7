//! DSPy's `ChatAdapter`.

use super::{
    FormatError, Message, ParseError, Parsed, Role, Unsure,
    chat_text::{
        COMPLETED, HEADER_CLOSE, HEADER_OPEN, INCOMPLETE_DEMO, INPUT_FIELDS, NOT_SUPPLIED,
        OBJECTIVE, OBJECTIVE_LINE, OUTPUT_FIELDS, REMINDER, REMINDER_END, REMINDER_THEN,
        REMINDER_TYPE, STRUCTURE,
    },
    describe,
    lines::{dedent, split_lines},
    render,
    sections::sections,
};
use crate::{
    Coerced, Field, Fields, Signature, Type, Value, coerce,
    value::unicode::{is_space, strip},
};

/// Renders fields under `[[ ## name ## ]]` headers and reads them back.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChatAdapter;

impl ChatAdapter {
    /// Renders once what is the same in every call of a signature.
    ///
    /// # Errors
    /// [`FormatError::Unsupported`] where a type's JSON schema is not rendered natively.
    pub fn prepare(&self, signature: &Signature) -> Result<PreparedChat, FormatError> {
        Ok(PreparedChat {
            system: system_message(signature)?,
            reminder: reminder(signature),
            signature: signature.clone(),
        })
    }

    /// The messages of one call: the system message, two for each demo, and the inputs.
    ///
    /// Demos that lack a field come before complete ones, and those without an input or without
    /// an output are left out, as in DSPy. Inputs that the signature does not have are passed
    /// over, and so are inputs that are not given.
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

/// [`ChatAdapter`] for one signature, with all that stays the same already rendered.
#[derive(Clone, Debug)]
pub struct PreparedChat {
    signature: Signature,
    system: String,
    reminder: String,
}

impl PreparedChat {
    /// The signature it was prepared for.
    #[must_use]
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The system message.
    #[must_use]
    pub fn system(&self) -> &str {
        &self.system
    }

    /// As [`ChatAdapter::format`].
    ///
    /// # Errors
    /// As [`ChatAdapter::format`].
    pub fn format(&self, demos: &[Fields], inputs: &Fields) -> Result<Vec<Message>, FormatError> {
        let mut messages = Vec::with_capacity(2 + 2 * demos.len());
        messages.push(Message { role: Role::System, content: self.system.clone() });
        let is_complete = |demo: &&Fields| {
            self.signature
                .fields()
                .all(|field| demo.value(&field.name).is_some_and(|value| !value.is_null()))
        };
        let is_usable = |demo: &&Fields| {
            self.signature.inputs().iter().any(|field| demo.contains(&field.name))
                && self.signature.outputs().iter().any(|field| demo.contains(&field.name))
        };
        for demo in demos.iter().filter(|demo| !is_complete(demo) && is_usable(demo)) {
            self.demo(demo, INCOMPLETE_DEMO, &mut messages)?;
        }
        for demo in demos.iter().filter(is_complete) {
            self.demo(demo, "", &mut messages)?;
        }
        let content = self.user_content(inputs, "", &self.reminder)?;
        messages.push(Message { role: Role::User, content });
        Ok(messages)
    }

    /// As [`ChatAdapter::parse`].
    #[must_use]
    pub fn parse(&self, completion: &str) -> Parsed {
        parse(&self.signature, completion)
    }

    fn demo(
        &self,
        demo: &Fields,
        prefix: &str,
        messages: &mut Vec<Message>,
    ) -> Result<(), FormatError> {
        let content = self.user_content(demo, prefix, "")?;
        messages.push(Message { role: Role::User, content });
        let content = self.assistant_content(demo)?;
        messages.push(Message { role: Role::Assistant, content });
        Ok(())
    }

    fn user_content(
        &self,
        fields: &Fields,
        prefix: &str,
        reminder: &str,
    ) -> Result<String, FormatError> {
        let mut content = String::with_capacity(prefix.len() + reminder.len() + 128);
        content.push_str(prefix);
        for field in self.signature.inputs() {
            if let Some(value) = fields.value(&field.name) {
                separate(&mut content);
                header(&field.name, &mut content);
                render::value(field, value, &mut content)?;
            }
        }
        if !reminder.is_empty() {
            separate(&mut content);
            content.push_str(reminder);
        }
        render::no_media(&content)?;
        content.truncate(content.trim_end_matches(is_space).len());
        Ok(content)
    }

    /// The answer of a demo.
    fn assistant_content(&self, demo: &Fields) -> Result<String, FormatError> {
        let mut content = String::with_capacity(128);
        for field in self.signature.outputs() {
            separate(&mut content);
            header(&field.name, &mut content);
            match demo.value(&field.name) {
                Some(value) => render::value(field, value, &mut content)?,
                None => content.push_str(NOT_SUPPLIED),
            }
        }
        content.truncate(content.trim_end_matches(is_space).len());
        content.extend(["\n\n", COMPLETED, "\n"]);
        Ok(content)
    }
}

fn separate(content: &mut String) {
    if !content.is_empty() {
        content.push_str("\n\n");
    }
}

fn header(name: &str, content: &mut String) {
    content.extend([HEADER_OPEN, name, HEADER_CLOSE, "\n"]);
}

fn system_message(signature: &Signature) -> Result<String, FormatError> {
    let mut system = String::with_capacity(1024);
    system.extend([INPUT_FIELDS, &describe::field_list(signature.inputs())]);
    system.extend([OUTPUT_FIELDS, &describe::field_list(signature.outputs())]);
    system.push_str(STRUCTURE);
    let inputs = signature.inputs().iter().map(|field| Ok((field, format!("{{{}}}", field.name))));
    placeholders(inputs, &mut system)?;
    let outputs = signature.outputs().iter();
    let outputs = outputs.map(|field| Ok((field, describe::output_placeholder(field)?)));
    placeholders(outputs, &mut system)?;
    system.extend([COMPLETED, OBJECTIVE]);
    for line in split_lines(&dedent(signature.instructions())) {
        system.extend([OBJECTIVE_LINE, line]);
    }
    Ok(system)
}

/// A header and what stands for the value, for each field of one side.
fn placeholders<'a>(
    fields: impl Iterator<Item = Result<(&'a Field, String), Unsure>>,
    system: &mut String,
) -> Result<(), FormatError> {
    let mut block = String::new();
    for field in fields {
        let (field, placeholder) = field.map_err(FormatError::Unsupported)?;
        separate(&mut block);
        header(&field.name, &mut block);
        block.push_str(&placeholder);
    }
    system.extend([strip(&block), "\n\n"]);
    Ok(())
}

/// What the last message of a call ends with.
fn reminder(signature: &Signature) -> String {
    let mut reminder = REMINDER.to_owned();
    for (position, field) in signature.outputs().iter().enumerate() {
        if position > 0 {
            reminder.push_str(REMINDER_THEN);
        }
        reminder.extend(["`", HEADER_OPEN, &field.name, HEADER_CLOSE, "`"]);
        if field.ty != Type::Str {
            reminder.extend([REMINDER_TYPE, &field.ty.prompt_name(), ")"]);
        }
    }
    reminder.push_str(REMINDER_END);
    reminder
}

fn parse(signature: &Signature, completion: &str) -> Parsed {
    let outputs = signature.outputs();
    let mut values: Vec<Option<Value>> = vec![None; outputs.len()];
    let mut stopped = None;
    sections(completion, |name, content| {
        let Some(position) = outputs.iter().position(|field| field.name == name) else {
            return true;
        };
        if values[position].is_some() {
            return true;
        }
        match coerce(&outputs[position].ty, content) {
            Coerced::Exact(value) => values[position] = Some(value),
            other => stopped = Some((position, other)),
        }
        stopped.is_none()
    });
    match stopped {
        None => complete(signature, values),
        Some((position, Coerced::Unsure(unsure))) => {
            Parsed::Unsure(unsure.of_field(&outputs[position].name))
        }
        Some((position, Coerced::Fails(faults))) => {
            let name = &outputs[position].name;
            let faults: Vec<_> =
                faults.into_iter().map(|fault| fault.in_field(name).to_string()).collect();
            fails(signature, values, faults.join("; "))
        }
        Some((_, Coerced::Exact(_))) => unreachable!("an exact value does not stop the reading"),
    }
}

/// All outputs in order, those that are missing filled in as DSPy does.
fn complete(signature: &Signature, mut values: Vec<Option<Value>>) -> Parsed {
    for (field, value) in signature.outputs().iter().zip(&mut values) {
        if value.is_none() {
            *value = match (&field.default, &field.ty) {
                (Some(default), _) => Some(default.clone()),
                (None, Type::Optional(_)) => Some(Value::Null),
                (None, _) => None,
            };
        }
    }
    if values.iter().all(Option::is_some) {
        return Parsed::Exact(found(signature, values));
    }
    fails(signature, values, String::new())
}

fn fails(signature: &Signature, values: Vec<Option<Value>>, message: String) -> Parsed {
    let missing =
        |(field, value): (&Field, &Option<Value>)| value.is_none().then(|| field.name.clone());
    let missing: Vec<_> = signature.outputs().iter().zip(&values).filter_map(missing).collect();
    let message = match message.is_empty() {
        true => format!("the completion has no field `{}`", missing.join("`, `")),
        false => message,
    };
    Parsed::Fails(ParseError::new(message, found(signature, values), missing))
}

fn found(signature: &Signature, values: Vec<Option<Value>>) -> Fields {
    let names = signature.outputs().iter().map(|field| field.name.clone());
    let pairs = names.zip(values).filter_map(|(name, value)| Some((name, value?)));
    Fields::from_pairs(pairs.collect())
}
