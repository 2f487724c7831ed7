//! DSPy's `XMLAdapter`.

mod cursor;
mod document;
mod names;
mod namespace;
mod nested;
mod outline;
mod reader;
mod serialize;
mod walk;

#[cfg(test)]
mod reader_tests;
#[cfg(test)]
mod tests;

use super::{
    Adapter, FormatError, Message, Parsed, PreparedAdapter, Unsure,
    chat_text::{REMINDER_THEN, STRUCTURE},
    describe,
    dump::{Context, dumped},
    outputs::Outputs,
    prepared::{separate, system_message},
    render,
    xml_text::{REMINDER, REMINDER_NESTED},
};
use crate::{
    Coerced, Field, Fields, Signature, Type, Value,
    coerce::{Doubts, coerce_json, coerce_with, validate_with},
    schema::declared_schema,
};
use document::Element;
use reader::ReadError;
use walk::Content;

/// Renders each field as an element, structured outputs as nested elements, and reads them back.
///
/// A completion is read as strictly as Python's `ElementTree` reads it: a stray `&` or `<` in it
/// is an error. Elements become the value that the field's JSON schema leads to: `<item>`s a list,
/// other elements a map or a record, and in a text field markup stays as it is written.
///
/// ```
/// use dspex_signature::{Parsed, Signature, XmlAdapter, fields};
///
/// let signature = Signature::parse("question -> answer, sources: list[str]")?;
/// let messages = XmlAdapter.format(&signature, &[], &fields! { "question" => "Why?" })?;
/// assert_eq!(
///     messages[1].content,
///     "<question>\nWhy?\n</question>\n\nRespond with the corresponding output fields wrapped in \
///      XML tags `<answer>`, then `<sources>`. Use this nested XML structure: \
///      <sources><item>...</item></sources>"
/// );
///
/// let completion = "<answer>A &lt; B</answer>\n<sources><item>x</item><item>y</item></sources>";
/// let Parsed::Exact(outputs) = XmlAdapter.parse(&signature, completion) else { panic!() };
/// assert_eq!(outputs, fields! { "answer" => "A < B", "sources" => vec!["x", "y"] });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct XmlAdapter;

impl XmlAdapter {
    /// Renders once what is the same in every call of a signature.
    ///
    /// # Errors
    /// [`FormatError::Unsupported`] where a type's JSON schema is not rendered natively.
    pub fn prepare(&self, signature: &Signature) -> Result<PreparedAdapter, FormatError> {
        let schemas: Vec<_> = signature.outputs().iter().map(schema).collect();
        let (structure, reminder) = structure_and_reminder(signature, &schemas)?;
        Ok(PreparedAdapter {
            adapter: Adapter::Xml,
            system: system_message(signature, &structure),
            reminder,
            signature: signature.clone(),
            schemas,
            write_input: write_field,
            write_answer,
            parse: |prepared, completion, doubts| {
                parse(&prepared.signature, &prepared.schemas, completion, doubts)
            },
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

    /// The outputs in a completion, in the signature's order; faster on a [`PreparedAdapter`],
    /// which keeps the schemas that elements are read by.
    ///
    /// Outputs that are missing get their default, or `None` where their type allows it.
    #[must_use]
    pub fn parse(&self, signature: &Signature, completion: &str) -> Parsed {
        let schemas: Vec<_> = signature.outputs().iter().map(schema).collect();
        parse(signature, &schemas, completion, Doubts::Told)
    }
}

/// The schema that an output's elements are read by.
pub(super) type Schema = Result<Fields, Unsure>;

fn schema(field: &Field) -> Schema {
    match declared_schema(&field.ty)? {
        Value::Map(schema) => Ok(schema),
        _ => Ok(Fields::new()),
    }
}

/// The structure of a prompt, and what the last message of a call ends with.
fn structure_and_reminder(
    signature: &Signature,
    schemas: &[Schema],
) -> Result<(String, String), FormatError> {
    let mut inputs = String::new();
    for field in signature.inputs() {
        separate(&mut inputs);
        element(&field.name, &format!("{{{}}}", field.name), &mut inputs);
    }
    let (mut outputs, mut names, mut outlines) = (String::new(), String::new(), String::new());
    for (field, schema) in signature.outputs().iter().zip(schemas) {
        separate(&mut outputs);
        if is_nested(&field.ty) {
            let unsupported =
                |unsure: Unsure| FormatError::Unsupported(unsure.of_field(&field.name));
            let outline = schema.as_ref().map_err(Clone::clone);
            let outline = outline.and_then(|schema| outline::outline(&field.name, schema));
            let outline = outline.map_err(unsupported)?;
            outputs.push_str(&outline);
            outlines.extend([if outlines.is_empty() { "" } else { " " }, &outline]);
        } else {
            element(&field.name, &describe::output_placeholder(field)?, &mut outputs);
        }
        names.extend([if names.is_empty() { "" } else { REMINDER_THEN }, "`<", &field.name, ">`"]);
    }
    let structure = [STRUCTURE, &inputs, "\n\n", &outputs].concat();
    let mut reminder = [REMINDER, &names, "."].concat();
    if !outlines.is_empty() {
        reminder.extend([REMINDER_NESTED, &outlines]);
    }
    Ok((structure, reminder))
}

/// Whether DSPy writes an output as nested elements: a list, a dict or a record, or one of these
/// or `None`; of DSPy's own classes there is no such list.
fn is_nested(ty: &Type) -> bool {
    match ty.without_none() {
        // DSPy's own models are written as JSON.
        Type::List(item) => {
            !matches!(&**item, Type::Opaque(class) if class.path.starts_with("dspy."))
        }
        Type::Dict(..) | Type::Record(_) => true,
        _ => false,
    }
}

fn element(name: &str, content: &str, out: &mut String) {
    out.extend(["<", name, ">\n", content, "\n</", name, ">"]);
}

/// Appends an input, or an output that is no nested one.
pub(super) fn write_field(
    field: &Field,
    value: &Value,
    out: &mut String,
) -> Result<(), FormatError> {
    separate(out);
    out.extend(["<", &field.name, ">\n"]);
    render::value(field, value, out)?;
    out.extend(["\n</", &field.name, ">"]);
    Ok(())
}

fn write_answer(
    signature: &Signature,
    answer: &Fields,
    missing: &Value,
) -> Result<String, FormatError> {
    let mut content = String::with_capacity(128);
    for field in signature.outputs() {
        separate(&mut content);
        match answer.value(&field.name).unwrap_or(missing) {
            value if is_nested(&field.ty) && value.is_container() => {
                let value = dumped(&field.ty, value, Context::Whole)
                    .map_err(|what| render::unsupported(field, what))?;
                nested::write(&field.name, &value, &mut content)
                    .map_err(|unsure| FormatError::Unsupported(unsure.of_field(&field.name)))?;
            }
            value => {
                content.extend(["<", &field.name, ">\n"]);
                let start = content.len();
                render::value(field, value, &mut content)?;
                if field.ty == Type::Str {
                    let text = content.split_off(start);
                    nested::escape(&text, &mut content);
                }
                content.extend(["\n</", &field.name, ">"]);
            }
        }
    }
    Ok(content)
}

fn parse(signature: &Signature, schemas: &[Schema], completion: &str, doubts: Doubts) -> Parsed {
    let mut outputs = Outputs::new(signature);
    let document = match reader::read(completion) {
        Ok(document) => document,
        Err(ReadError::Unsure(reason)) => {
            return Parsed::Unsure(Unsure { reason: reason.to_owned() });
        }
        Err(ReadError::NotWellFormed(fault)) => {
            return outputs.fails(format!("the completion is not XML: {}", fault.at(completion)));
        }
    };
    let groups = walk::groups(document.root());
    for (field, schema) in signature.outputs().iter().zip(schemas) {
        let Some((_, elements)) = groups.iter().find(|(name, _)| *name == field.name) else {
            continue;
        };
        if !outputs.read(&field.name, |ty| read_field(ty, schema, elements, doubts)) {
            break;
        }
    }
    outputs.finish()
}

/// Reads an output from what stands between its tags.
pub(super) fn read_output(adapter: &PreparedAdapter, place: usize, content: &str) -> Coerced {
    let Field { name, ty, .. } = &adapter.signature.outputs()[place];
    let source = format!("<{name}>{content}</{name}>");
    let unsure = |reason: &str| Coerced::Unsure(Unsure { reason: reason.to_owned() });
    match reader::read(&source) {
        Ok(document) => {
            let elements: Vec<_> = document.root().children().collect();
            read_field(ty, &adapter.schemas[place], &elements, Doubts::Told)
        }
        Err(ReadError::Unsure(reason)) => unsure(reason),
        Err(ReadError::NotWellFormed(_)) => unsure("what is no XML"),
    }
}

/// Reads an output by its schema, and where pydantic refuses what came out, by each of the
/// schema's choices.
fn read_field(ty: &Type, schema: &Schema, elements: &[Element<'_>], doubts: Doubts) -> Coerced {
    static NONE: Fields = Fields::new();
    let schema = match schema {
        Ok(schema) => schema,
        Err(unsure) => return Coerced::Unsure(unsure.clone()),
    };
    let definitions = schema.value("$defs").and_then(Value::as_map).unwrap_or(&NONE);
    let choices = schema.value("anyOf").and_then(Value::as_list).unwrap_or_default();
    let mut faults = Vec::new();
    for candidate in std::iter::once(schema).chain(choices.iter().filter_map(Value::as_map)) {
        let content = match walk::content(elements, candidate, definitions) {
            Ok(content) => content,
            Err(unsure) => return Coerced::Unsure(unsure),
        };
        match read_content(ty, content, doubts) {
            Coerced::Fails(why) => faults = why,
            settled => return settled,
        }
    }
    Coerced::Fails(faults)
}

/// Reads what elements hold as DSPy's other adapters do, and where pydantic refuses that, as it
/// stands.
fn read_content(ty: &Type, content: Content<'_>, doubts: Doubts) -> Coerced {
    match content {
        Content::Value(value) => coerce_json(ty, value, doubts),
        Content::Text(text) => match coerce_with(ty, &text, doubts) {
            // An enum is looked up without pydantic.
            Coerced::Fails(_) if !matches!(ty, Type::Enum(_)) => {
                validate_with(ty, text.into_owned().into(), doubts)
            }
            read => read,
        },
    }
}
