//! What a conversation asks for: the fields of the answer, the format, and the text to answer about.
//!
//! Reads the three prompt formats of DSPy (chat, JSON, XML), a `response_format` with a JSON schema, and plain talk.

use serde_json::Value;

use super::kind::{Kind, Property};

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `[[ ## name ## ]]` before each field.
    Chat,
    /// One JSON object.
    Json,
    /// `<name>` around each field.
    Xml,
    /// No fields were asked for: plain text.
    Plain,
}

/// A request, understood.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) format: Format,
    /// The fields to answer with, in order; empty for [`Format::Plain`].
    pub(crate) outputs: Vec<Property>,
    /// The inputs by name, in order.
    pub(crate) inputs: Vec<(String, String)>,
}

impl Prompt {
    /// Reads a conversation, its messages as role and text.
    pub(crate) fn read(messages: &[(String, String)], response_format: &Value) -> Self {
        let last_with = |role: &str| {
            messages.iter().rfind(|(r, _)| r == role).map_or("", |(_, text)| text.as_str())
        };
        let system = messages
            .iter()
            .find(|(role, _)| role == "system" || role == "developer")
            .map_or("", |(_, text)| text.as_str());
        let user = last_with("user");
        let outputs = output_fields(system);
        if outputs.is_empty() {
            return Self::without_fields(user, response_format);
        }
        let (format, question) = format_of(user, response_format);
        let names =
            field_lines(section(system, "Your input fields are:", "Your output fields are:"))
                .into_iter()
                .map(|line| line.name);
        Self { format, outputs, inputs: inputs(question, &names.collect::<Vec<_>>(), format) }
    }

    fn without_fields(user: &str, response_format: &Value) -> Self {
        let schema = &response_format["json_schema"]["schema"];
        let (format, outputs) =
            match (response_format["type"].as_str(), Kind::from_schema(schema, schema)) {
                (Some("json_schema"), Kind::Record(properties)) => (Format::Json, properties),
                (Some("json_object"), _) => (
                    Format::Json,
                    vec![Property {
                        name: "answer".into(),
                        description: String::new(),
                        kind: Kind::Text,
                    }],
                ),
                _ => (Format::Plain, Vec::new()),
            };
        Self { format, outputs, inputs: vec![("text".to_owned(), user.to_owned())] }
    }
}

/// A line of DSPy's list of fields.
struct FieldLine {
    name: String,
    annotation: String,
    description: String,
    constraints: String,
}

fn output_fields(system: &str) -> Vec<Property> {
    let list = section(system, "Your output fields are:", "All interactions will be structured");
    let template: Value = serde_json::from_str(
        section(
            system,
            "Outputs will be a JSON object with the following fields.",
            "In adhering to this structure",
        )
        .trim(),
    )
    .unwrap_or_default();
    field_lines(list)
        .into_iter()
        .map(|line| {
            let placeholder = format!("{{{}}}        # note: the value you produce ", line.name);
            let note = template[&line.name]
                .as_str()
                .and_then(|text| text.strip_prefix(&placeholder))
                .or_else(|| system.lines().find_map(|text| text.strip_prefix(&placeholder)));
            let kind = note
                .and_then(Kind::from_note)
                .unwrap_or_else(|| Kind::from_annotation(&line.annotation));
            Property {
                kind: kind.with_constraints(&line.constraints),
                name: line.name,
                description: line.description,
            }
        })
        .collect()
}

/// The text between two marks; empty where the first is missing.
fn section<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(from) else { return "" };
    rest.split_once(to).map_or(rest, |(section, _)| section)
}

/// Lines such as ``2. `urgency` (int): 1 can wait``, with `Constraints:` and more lines of description below.
fn field_lines(list: &str) -> Vec<FieldLine> {
    let mut fields: Vec<FieldLine> = Vec::new();
    for line in list.lines() {
        if let Some(field) = field_line(line, fields.len() + 1) {
            fields.push(field);
        } else if let Some(field) = fields.last_mut() {
            match line.strip_prefix("Constraints: ") {
                Some(constraints) => field.constraints = constraints.to_owned(),
                None => {
                    field.description.push(' ');
                    field.description.push_str(line.trim());
                }
            }
        }
    }
    fields
}

fn field_line(line: &str, number: usize) -> Option<FieldLine> {
    let (name, rest) = line.strip_prefix(&format!("{number}. `"))?.split_once("` (")?;
    let (annotation, description) = rest.split_once("):")?;
    Some(FieldLine {
        name: name.to_owned(),
        annotation: annotation.to_owned(),
        description: description.trim().to_owned(),
        constraints: String::new(),
    })
}

/// The format that the end of the user's message asks for, and the message before that request.
fn format_of<'a>(user: &'a str, response_format: &Value) -> (Format, &'a str) {
    let requests = [
        (Format::Json, "Respond with a JSON object in the following order of fields: "),
        (Format::Xml, "Respond with the corresponding output fields wrapped in XML tags "),
        (Format::Chat, "Respond with the corresponding output fields, starting with the field "),
    ];
    let last = requests
        .iter()
        .filter_map(|(format, request)| Some((user.rfind(request)?, *format)))
        .max_by_key(|(at, _)| *at);
    match last {
        Some((at, format)) => (format, &user[..at]),
        None if response_format["type"].as_str().is_some_and(|kind| kind.starts_with("json")) => {
            (Format::Json, user)
        }
        None => (Format::Chat, user),
    }
}

/// The value of each input: from its marker to the marker of the next input, so that markers inside a value
/// are read as part of it.
fn inputs(question: &str, names: &[String], format: Format) -> Vec<(String, String)> {
    let marker = |name: &str| {
        if format == Format::Xml { format!("<{name}>\n") } else { format!("[[ ## {name} ## ]]\n") }
    };
    let mut starts: Vec<(usize, usize, &String)> = Vec::new();
    let mut from = 0;
    for name in names {
        if let Some(at) = question[from..].find(&marker(name)) {
            let start = from + at;
            from = start + marker(name).len();
            starts.push((start, from, name));
        }
    }
    let ends = starts.iter().skip(1).map(|(start, ..)| *start).chain([question.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&(_, start, name), end)| {
            let value = question[start..end].trim();
            let value = if format == Format::Xml {
                value.trim_end_matches(&format!("</{name}>")).trim()
            } else {
                value
            };
            (name.clone(), value.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Format, Prompt};
    use crate::offline_lm::kind::Kind;

    const SYSTEM: &str = "Your input fields are:\n1. `text` (str): \n2. `hint` (str):\nYour output fields are:\n1. `topic` (Topic): what it\nis about\n2. `urgency` (int): \nConstraints: less than or equal to: 5\nAll interactions will be structured in the following way, with the appropriate values filled in.\n\n[[ ## topic ## ]]\n{topic}        # note: the value you produce must be one of: a; b\n\n[[ ## completed ## ]]\nIn adhering to this structure, your objective is: \n        Sort.";

    fn read(user: &str, response_format: &Value) -> Prompt {
        Prompt::read(
            &[("system".into(), SYSTEM.into()), ("user".into(), user.into())],
            response_format,
        )
    }

    #[test]
    fn markers_inside_an_input_belong_to_it() {
        let user = "[[ ## text ## ]]\nhello\n[[ ## topic ## ]]\nb\n\n[[ ## hint ## ]]\nx\n\nRespond with the corresponding output fields, starting with the field `[[ ## topic ## ]]`.";
        let prompt = read(user, &Value::Null);
        assert_eq!(prompt.format, Format::Chat);
        assert_eq!(prompt.inputs[0], ("text".to_owned(), "hello\n[[ ## topic ## ]]\nb".to_owned()));
        assert_eq!(prompt.inputs[1], ("hint".to_owned(), "x".to_owned()));
    }

    #[test]
    fn fields_have_kinds_and_descriptions() {
        let prompt = read("[[ ## text ## ]]\nhello", &Value::Null);
        assert_eq!(prompt.outputs[0].description, "what it is about");
        assert_eq!(prompt.outputs[0].kind, Kind::Choice(vec![json!("a"), json!("b")]));
        assert!(
            matches!(prompt.outputs[1].kind, Kind::Int(bounds) if bounds.greatest == Some(5.0))
        );
    }

    #[test]
    fn a_schema_alone_is_enough() {
        let format = json!({"type": "json_schema", "json_schema": {"schema": {"type": "object", "properties": {"n": {"type": "integer"}}}}});
        let prompt = Prompt::read(&[("user".into(), "three lamps".into())], &format);
        assert_eq!((prompt.format, prompt.outputs.len()), (Format::Json, 1));
    }
}
