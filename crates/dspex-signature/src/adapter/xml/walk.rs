//! Elements into the value that pydantic then sees, led by the field's JSON schema.

use std::{borrow::Cow, collections::HashMap};

use super::{
    document::Element,
    outline::{definition_name, type_of},
    serialize,
};
use crate::{
    Fields, Unsure, Value,
    adapter::xml_text::{ENTRY, ENTRY_KEY, ITEM},
    value::unicode::{is_space, strip},
};

/// Python's recursion is certain to reach as deep as this, in any program.
const MAX_DEPTH: usize = 100;

/// Elements by name, each name in the place of its first one.
pub(super) type Groups<'d> = Vec<(Cow<'d, str>, Vec<Element<'d>>)>;

/// The children of an element by name; an `entry` goes by its key.
pub(super) fn groups(element: Element<'_>) -> Groups<'_> {
    // Below this, looking through the names costs less than a table of them.
    const FEW: usize = 8;
    let mut groups: Groups<'_> = Vec::new();
    let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
    for child in element.children() {
        let name = group_name(child);
        let place = match groups.len() {
            0..=FEW => groups.iter().position(|(known, _)| *known == name),
            _ => places.get(&name).copied(),
        };
        match place {
            Some(place) => groups[place].1.push(child),
            None => {
                groups.push((name, vec![child]));
                match groups.len() {
                    0..=FEW => {}
                    // The table begins with all names so far.
                    length if places.is_empty() => {
                        let names = groups.iter().map(|(name, _)| name.clone());
                        places = names.zip(0..length).collect();
                    }
                    length => {
                        places.insert(groups[length - 1].0.clone(), length - 1);
                    }
                }
            }
        }
    }
    groups
}

fn group_name(child: Element<'_>) -> Cow<'_, str> {
    match child.tag() {
        tag if tag == ENTRY => child.attribute(ENTRY_KEY).map_or(tag, Cow::Borrowed),
        tag => tag,
    }
}

/// What elements hold: a text, which is still to be read, or a value that is made of several.
pub(super) enum Content<'d> {
    Text(Cow<'d, str>),
    Value(Value),
}

impl Content<'_> {
    fn into_value(self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text.into_owned()),
            Self::Value(value) => value,
        }
    }
}

/// What a field's elements hold, of which there is at least one.
///
/// # Errors
/// [`Unsure`] where Python's recursion may end, or an error that is no `ValueError` may leak.
pub(super) fn content<'d>(
    elements: &[Element<'d>],
    schema: &Fields,
    definitions: &Fields,
) -> Result<Content<'d>, Unsure> {
    Walk { definitions }.content(elements, schema, 0)
}

static ANYTHING: Fields = Fields::new();

struct Walk<'s> {
    definitions: &'s Fields,
}

impl<'s> Walk<'s> {
    fn value(
        &self,
        elements: &[Element<'_>],
        schema: &'s Fields,
        depth: usize,
    ) -> Result<Value, Unsure> {
        self.content(elements, schema, depth).map(Content::into_value)
    }

    fn content<'d>(
        &self,
        elements: &[Element<'d>],
        schema: &'s Fields,
        depth: usize,
    ) -> Result<Content<'d>, Unsure> {
        let Some(first) = elements.first().copied() else {
            return Ok(Content::Value(Value::Null));
        };
        if depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        let mut schema = self.resolve(schema);
        if let Some(Value::List(choices)) = schema.value("anyOf")
            && !choices.is_empty()
        {
            match choose(first, choices) {
                Chosen::Nothing => return Ok(Content::Value(Value::Null)),
                Chosen::Schema(choice) => schema = choice,
                Chosen::None => return Err(unsure("a union of nothing but `None`")),
            }
        }
        match type_of(schema) {
            Some("array") => self.list(elements, first, schema, depth),
            Some("string") if first.has_children() => markup(first).map(Content::Text),
            kind if !first.has_children() => {
                if kind == Some("object") && is_blank(first) {
                    return Ok(Content::Value(Value::Map(Fields::new())));
                }
                let text = |element: &Element<'d>| strip(element.text());
                Ok(match elements {
                    [only] => Content::Text(text(only).into()),
                    several => {
                        let texts = several.iter().map(|element| text(element).into());
                        Content::Value(Value::List(texts.collect()))
                    }
                })
            }
            _ => self.map(first, schema, depth).map(Content::Value),
        }
    }

    /// What a reference stands for; a schema that is none stands for itself.
    fn resolve(&self, schema: &'s Fields) -> &'s Fields {
        let definition = definition_name(schema).and_then(|name| self.definitions.value(name));
        definition.and_then(Value::as_map).unwrap_or(schema)
    }

    fn list<'d>(
        &self,
        elements: &[Element<'d>],
        first: Element<'d>,
        schema: &'s Fields,
        depth: usize,
    ) -> Result<Content<'d>, Unsure> {
        let item = schema.value("items").and_then(Value::as_map).unwrap_or(&ANYTHING);
        let value = |element| self.value(&[element], item, depth + 1);
        let items: Result<Vec<_>, _> = match elements {
            [_] if !first.has_children() => match strip(first.text()) {
                "" => return Ok(Content::Value(Value::List(Vec::new()))),
                text if text.starts_with('[') => return Ok(Content::Text(text.into())),
                _ => return Ok(Content::Value(Value::List(vec![value(first)?]))),
            },
            [_] => {
                let items: Vec<_> =
                    first.children().filter(|child| group_name(*child) == ITEM).collect();
                let items = if items.is_empty() { vec![first] } else { items };
                items.into_iter().map(value).collect()
            }
            several => several.iter().copied().map(value).collect(),
        };
        Ok(Content::Value(Value::List(items?)))
    }

    fn map(&self, element: Element<'_>, schema: &'s Fields, depth: usize) -> Result<Value, Unsure> {
        let properties = schema.value("properties").and_then(Value::as_map).unwrap_or(&ANYTHING);
        let others = schema.value("additionalProperties").and_then(Value::as_map);
        let groups = groups(element);
        let mut entries = Vec::with_capacity(groups.len());
        for (name, elements) in groups {
            let own = properties.value(&name).and_then(Value::as_map);
            let schema = own.or(others).unwrap_or(&ANYTHING);
            let value = self.value(&elements, schema, depth + 1)?;
            entries.push((name.into(), value));
        }
        Ok(Value::Map(Fields::from_pairs(entries)))
    }
}

enum Chosen<'s> {
    Nothing,
    Schema(&'s Fields),
    None,
}

/// The one of several schemas that an element is read by. As in DSPy the choice may be a
/// reference, and then it is not followed.
fn choose<'s>(element: Element<'_>, choices: &'s [Value]) -> Chosen<'s> {
    let is_only_null = |choice: &Fields| choice.len() == 1 && type_of(choice) == Some("null");
    let maps = || choices.iter().filter_map(Value::as_map);
    if maps().any(is_only_null) && !element.has_children() && is_blank(element) {
        return Chosen::Nothing;
    }
    let mut choices = maps().filter(|choice| type_of(choice) != Some("null"));
    let first = choices.clone().next();
    let chosen = match element.has_children() {
        true => choices.find(|choice| type_of(choice) != Some("string")).or(first),
        false => first,
    };
    chosen.map_or(Chosen::None, Chosen::Schema)
}

/// A text with markup inside, as it stands there.
fn markup(element: Element<'_>) -> Result<Cow<'static, str>, Unsure> {
    let mut text = element.text().to_owned();
    for child in element.children() {
        serialize::write(child, MAX_DEPTH, &mut text).map_err(|_| too_deep())?;
    }
    Ok(Cow::Owned(text))
}

fn is_blank(element: Element<'_>) -> bool {
    element.text().chars().all(is_space)
}

fn too_deep() -> Unsure {
    unsure("elements deeper than Python's recursion is certain to reach")
}

fn unsure(what: &str) -> Unsure {
    Unsure { reason: what.to_owned() }
}
