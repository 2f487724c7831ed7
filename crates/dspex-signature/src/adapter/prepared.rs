//! An adapter for one signature, with all that stays the same already rendered.

use super::{
    Adapter, ChatAdapter, FormatError, JsonAdapter, Message, ParseError, Parsed, Role, XmlAdapter,
    chat_text::{
        HEADER_CLOSE, HEADER_OPEN, INCOMPLETE_DEMO, NOT_SUPPLIED, OBJECTIVE, OBJECTIVE_LINE,
    },
    describe, history,
    lines::{dedent, split_lines},
    render, xml,
};
use crate::{Field, Fields, Signature, Type, Value, coerce::Doubts, value::unicode::is_space};

impl Adapter {
    /// Renders once what is the same in every call of a signature.
    ///
    /// # Errors
    /// [`FormatError::Unsupported`] where a type's JSON schema is not rendered natively.
    pub fn prepare(self, signature: &Signature) -> Result<PreparedAdapter, FormatError> {
        match self {
            Self::Chat => ChatAdapter.prepare(signature),
            Self::Json => JsonAdapter.prepare(signature),
            Self::Xml => XmlAdapter.prepare(signature),
        }
    }
}

/// A [`ChatAdapter`], [`JsonAdapter`] or [`XmlAdapter`] for one signature: formats and parses
/// without rendering again what does not change between calls.
#[derive(Clone, Debug)]
pub struct PreparedAdapter {
    pub(super) adapter: Adapter,
    pub(super) signature: Signature,
    pub(super) system: String,
    pub(super) reminder: String,
    /// The schemas of the outputs, where the adapter reads by them.
    pub(super) schemas: Vec<xml::Schema>,
    pub(super) write_input: WriteInput,
    pub(super) write_answer: WriteAnswer,
    pub(super) parse: fn(&Self, &str, Doubts) -> Parsed,
}

/// A [`PreparedAdapter`] of [`ChatAdapter`].
pub type PreparedChat = PreparedAdapter;

/// Appends an input, after an empty line where something stands before it.
pub(super) type WriteInput = fn(&Field, &Value, &mut String) -> Result<(), FormatError>;

/// Renders the answer of a demo or of a past message; the last argument stands for each output
/// that is missing.
pub(super) type WriteAnswer = fn(&Signature, &Fields, &Value) -> Result<String, FormatError>;

impl PreparedAdapter {
    /// Which adapter this is.
    #[must_use]
    pub const fn adapter(&self) -> Adapter {
        self.adapter
    }

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

    /// The messages of one call: the system message, the demos, the conversation so far, and the
    /// inputs.
    ///
    /// Incomplete demos come first; those without an input or without an output are left out, and
    /// so are inputs that the signature does not know. The conversation is the value of the first
    /// input of type `dspy.History`: `{"messages": [...]}` with a map from the names of inputs and
    /// outputs to values for each turn. It becomes messages of its own, an output that a turn lacks
    /// is `None` there, and the field is not among the inputs.
    ///
    /// # Errors
    /// [`FormatError`] when DSPy refuses the inputs, or when only DSPy can render them.
    pub fn format(&self, demos: &[Fields], inputs: &Fields) -> Result<Vec<Message>, FormatError> {
        let history = self.signature.inputs().iter().find(|field| history::is_history(field));
        let given = history.and_then(|field| Some((field, inputs.value(&field.name)?)));
        // DSPy reads the conversation before anything else, and so refuses it first.
        let past = match given {
            Some((field, value)) => self.past(field, value)?,
            None => Vec::new(),
        };
        let mut messages = Vec::with_capacity(2 + 2 * demos.len() + past.len());
        messages.push(Message { role: Role::System, content: self.system.clone() });
        if !demos.is_empty() {
            self.demos(demos, &mut messages)?;
        }
        messages.extend(past);
        let content = self.user_content(inputs, history, "", &self.reminder)?;
        messages.push(Message { role: Role::User, content });
        Ok(messages)
    }

    /// The outputs in a completion, in the signature's order.
    ///
    /// Outputs that are missing get their default, or `None` where their type allows it.
    #[must_use]
    pub fn parse(&self, completion: &str) -> Parsed {
        (self.parse)(self, completion, Doubts::Told)
    }

    /// The most likely outputs of a completion that [`parse`](Self::parse) is not sure of, or its most
    /// likely refusal; `None` where there is neither. For programs without Python, which should say so.
    ///
    /// Rules of `json_repair` that are not earned are taken as they are: half a character becomes
    /// `U+FFFD`. A `complex` is read as Python does, and sets keep the order in which they are written.
    ///
    /// # Errors
    /// [`ParseError`], inside, says why DSPy most likely refuses the completion.
    #[must_use]
    pub fn parse_approximately(&self, completion: &str) -> Option<Result<Fields, ParseError>> {
        match (self.parse)(self, completion, Doubts::Ignored) {
            Parsed::Exact(fields) => Some(Ok(fields)),
            Parsed::Fails(error) => Some(Err(error)),
            Parsed::Unsure(_) => None,
        }
    }

    /// The part with the inputs of a user's message that asks for an answer; `None` where it does not
    /// ask as this adapter would for this signature. For models that tests make up.
    #[must_use]
    pub fn inputs_of<'m>(&self, message: &'m str) -> Option<&'m str> {
        let inputs = &message[..message.rfind(&self.reminder)?];
        Some(inputs.strip_suffix("\n\n").unwrap_or(inputs))
    }

    fn is_complete(&self, demo: &Fields) -> bool {
        let is_given = |name| demo.value(name).is_some_and(|value| !value.is_null());
        self.signature.fields().all(|field| is_given(&field.name))
    }

    fn is_usable(&self, demo: &Fields) -> bool {
        self.signature.inputs().iter().any(|field| demo.contains(&field.name))
            && self.signature.outputs().iter().any(|field| demo.contains(&field.name))
    }

    fn demos(&self, demos: &[Fields], messages: &mut Vec<Message>) -> Result<(), FormatError> {
        for field in self.signature.fields() {
            let is_null = |demo: &Fields| demo.value(&field.name).is_some_and(Value::is_null);
            // A member of an enum is never `None` to DSPy, though its value may be.
            if demos.iter().any(is_null) && has_null_member(&field.ty) {
                return Err(render::unsupported(field, "`None`, which may be a member of an enum"));
            }
        }
        for demo in demos.iter().filter(|demo| !self.is_complete(demo) && self.is_usable(demo)) {
            self.demo(demo, INCOMPLETE_DEMO, messages)?;
        }
        demos
            .iter()
            .filter(|demo| self.is_complete(demo))
            .try_for_each(|demo| self.demo(demo, "", messages))
    }

    fn demo(
        &self,
        demo: &Fields,
        prefix: &str,
        messages: &mut Vec<Message>,
    ) -> Result<(), FormatError> {
        let content = self.user_content(demo, None, prefix, "")?;
        messages.push(Message { role: Role::User, content });
        let content = (self.write_answer)(&self.signature, demo, &NOT_SUPPLIED.into())?;
        messages.push(Message { role: Role::Assistant, content });
        Ok(())
    }

    /// The turns of a conversation: what was asked, where a turn has inputs, and what was answered.
    fn past(&self, history: &Field, value: &Value) -> Result<Vec<Message>, FormatError> {
        let mut messages = Vec::new();
        for turn in history::messages(history, value)? {
            let mut inputs =
                self.signature.inputs().iter().filter(|field| field.name != history.name);
            if inputs.any(|field| turn.contains(&field.name)) {
                let content = self.user_content(&turn, Some(history), "", &self.reminder)?;
                messages.push(Message { role: Role::User, content });
            }
            let content = (self.write_answer)(&self.signature, &turn, &Value::Null)?;
            messages.push(Message { role: Role::Assistant, content });
        }
        Ok(messages)
    }

    /// The inputs among `fields` other than `left_out`.
    fn user_content(
        &self,
        fields: &Fields,
        left_out: Option<&Field>,
        prefix: &str,
        reminder: &str,
    ) -> Result<String, FormatError> {
        // Long texts are most of a prompt, and are not to be moved again as it grows.
        let lengths = self.signature.inputs().iter().map(|field| {
            let text = fields.value(&field.name).and_then(Value::as_str);
            2 * field.name.len() + text.map_or(64, str::len) + 16
        });
        let length = prefix.len() + lengths.sum::<usize>() + reminder.len();
        let mut content = String::with_capacity(length);
        content.push_str(prefix);
        for field in self.signature.inputs() {
            if left_out.is_some_and(|left_out| left_out.name == field.name) {
                continue;
            }
            if let Some(value) = fields.value(&field.name) {
                (self.write_input)(field, value, &mut content)?;
            }
        }
        if !reminder.is_empty() {
            separate(&mut content);
            content.push_str(reminder);
        }
        render::no_media(&content)?;
        trim_end(&mut content);
        Ok(content)
    }
}

/// Whether one of an enumeration's members is `None`.
fn has_null_member(ty: &Type) -> bool {
    let has = |ty: &Type| match ty {
        Type::Enum(class) => class.members.iter().any(|(_, value)| value.is_null()),
        _ => false,
    };
    ty.holds(&has)
}

/// The system message around an adapter's own account of the structure.
pub(super) fn system_message(signature: &Signature, structure: &str) -> String {
    let mut system = describe::fields(signature);
    system.push_str(structure);
    system.push_str(OBJECTIVE);
    for line in split_lines(&dedent(signature.instructions())) {
        system.extend([OBJECTIVE_LINE, line]);
    }
    system
}

/// Appends a field's header, after an empty line where something stands before it.
pub(super) fn header(name: &str, content: &mut String) {
    separate(content);
    content.extend([HEADER_OPEN, name, HEADER_CLOSE, "\n"]);
}

/// Appends an input under its header.
pub(super) fn write_input(
    field: &Field,
    value: &Value,
    content: &mut String,
) -> Result<(), FormatError> {
    header(&field.name, content);
    render::value(field, value, content)
}

/// Takes white space off the end.
pub(super) fn trim_end(content: &mut String) {
    content.truncate(content.trim_end_matches(is_space).len());
}

/// An empty line where something stands already.
pub(super) fn separate(content: &mut String) {
    if !content.is_empty() {
        content.push_str("\n\n");
    }
}
