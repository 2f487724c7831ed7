//! The outline of a structured output that a prompt asks for: its elements, with `...` for values.

use crate::{
    Fields, Unsure, Value,
    adapter::xml_text::{ANY_VALUE, ITEM},
};

/// Records that share records multiply; DSPy writes them out whatever their length.
const MAX_LENGTH: usize = 1 << 20;

const MAX_DEPTH: usize = 100;

/// The outline of a field's schema, which is pydantic's with the fields of records as declared.
pub(super) fn outline(name: &str, schema: &Fields) -> Result<String, Unsure> {
    static NONE: Fields = Fields::new();
    let definitions = schema.value("$defs").and_then(Value::as_map).unwrap_or(&NONE);
    let mut outline = Outline { definitions, around: Vec::new(), depth: 0, text: String::new() };
    outline.element(name, schema)?;
    Ok(outline.text)
}

struct Outline<'a> {
    definitions: &'a Fields,
    /// The definitions that are being written out, in which they may not be written out again.
    around: Vec<&'a str>,
    depth: usize,
    text: String,
}

impl<'a> Outline<'a> {
    fn element(&mut self, tag: &str, schema: &'a Fields) -> Result<(), Unsure> {
        if self.depth >= MAX_DEPTH || self.text.len() > MAX_LENGTH {
            return Err(Unsure { reason: "an outline that is too deep or too long".to_owned() });
        }
        self.depth += 1;
        let written = self.of_schema(tag, schema);
        self.depth -= 1;
        written
    }

    fn of_schema(&mut self, tag: &str, schema: &'a Fields) -> Result<(), Unsure> {
        if let Some(name) = definition_name(schema) {
            return match self.definitions.value(name).and_then(Value::as_map) {
                Some(definition) if !self.around.contains(&name) => {
                    self.around.push(name);
                    let written = self.element(tag, definition);
                    self.around.pop();
                    written
                }
                _ => {
                    self.leaf(tag);
                    Ok(())
                }
            };
        }
        let choices = schema.value("anyOf").and_then(Value::as_list).unwrap_or_default();
        let is_null = |choice: &Fields| type_of(choice) == Some("null");
        let mut maps = choices.iter().filter_map(Value::as_map);
        if let Some(first) = maps.clone().next() {
            return self.element(tag, maps.find(|choice| !is_null(choice)).unwrap_or(first));
        }
        static ANYTHING: Fields = Fields::new();
        let children: Vec<(&str, &Fields)> = if type_of(schema) == Some("array") {
            vec![(ITEM, schema.value("items").and_then(Value::as_map).unwrap_or(&ANYTHING))]
        } else {
            let properties = schema.value("properties").and_then(Value::as_map);
            let pairs = properties.into_iter().flat_map(Fields::iter);
            pairs.filter_map(|(name, child)| Some((name, child.as_map()?))).collect()
        };
        if children.is_empty() {
            self.leaf(tag);
            return Ok(());
        }
        self.text.extend(["<", tag, ">"]);
        children.into_iter().try_for_each(|(name, child)| self.element(name, child))?;
        self.text.extend(["</", tag, ">"]);
        Ok(())
    }

    fn leaf(&mut self, tag: &str) {
        self.text.extend(["<", tag, ">", ANY_VALUE, "</", tag, ">"]);
    }
}

/// The name of the definition that a schema refers to.
pub(super) fn definition_name(schema: &Fields) -> Option<&str> {
    schema.value("$ref")?.as_str()?.rsplit('/').next()
}

/// The one type that a schema names.
pub(super) fn type_of(schema: &Fields) -> Option<&str> {
    schema.value("type")?.as_str()
}
