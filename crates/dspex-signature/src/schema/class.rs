//! Schemas of classes: each is written once, under `$defs`, and referred to by its name there.

use super::{
    build::{Schemas, common_type, constant, typed},
    constraint::constrained,
    default::{encoded, jsonable},
    references::referred,
    title::title,
    unsure,
};
use crate::{
    EnumType, Field, Fields, RecordType, Tag, Type, Unsure, Value,
    coerce::{equal, members},
    signature::cleandoc,
    types::enclosing,
    value::unicode::is_word,
};

/// A class under `$defs`.
pub(super) struct Definition<'a> {
    class: Class<'a>,
    /// Absent while it is being written.
    pub(super) schema: Option<Fields>,
    n_references: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Class<'a> {
    Enum(&'a EnumType),
    Record(&'a RecordType),
    /// A class of DSPy, by its text.
    Dspy(&'static str),
}

impl<'a> Schemas<'a> {
    pub(super) fn enumeration(&mut self, class: &'a EnumType) -> Result<Fields, Unsure> {
        self.reference(&class.name, Class::Enum(class), |_| enumeration(class))
    }

    pub(super) fn record(&mut self, class: &'a RecordType) -> Result<Fields, Unsure> {
        self.reference(&class.name, Class::Record(class), |schemas| {
            schemas.around.push(class);
            let schema = schemas.record_schema(class);
            schemas.around.pop();
            schema
        })
    }

    /// A record around this place, by its name.
    pub(super) fn enclosing(&mut self, name: &str) -> Result<Fields, Unsure> {
        match enclosing(&self.around, name) {
            Some(class) => self.record(class),
            None => Err(unsure(&format!("`{name}`, which is not around it,"))),
        }
    }

    pub(super) fn dspy_definition(
        &mut self,
        name: &'static str,
        text: &'static str,
    ) -> Result<Fields, Unsure> {
        self.reference(name, Class::Dspy(text), |_| match Value::from_json(text) {
            Ok(Value::Map(schema)) => Ok(schema),
            _ => Err(unsure(&format!("the class `dspy.{name}`"))),
        })
    }

    fn reference(
        &mut self,
        name: &str,
        class: Class<'a>,
        define: impl FnOnce(&mut Self) -> Result<Fields, Unsure>,
    ) -> Result<Fields, Unsure> {
        if name.is_empty() || !name.chars().all(is_word) {
            return Err(unsure(&format!("a class named `{name}`")));
        }
        let key = key_of(name);
        match self.definitions.get_mut(&key) {
            Some(known) if known.class == class => known.n_references += 1,
            Some(_) => return Err(unsure(&format!("two classes named `{name}`"))),
            None => {
                let definition = Definition { class, schema: None, n_references: 1 };
                self.definitions.insert(key.clone(), definition);
                let schema = define(self)?;
                if let Some(definition) = self.definitions.get_mut(&key) {
                    definition.schema = Some(schema);
                }
            }
        }
        Ok(Fields::new().with("$ref", format!("#/$defs/{key}")))
    }

    /// Whether the classes that may have one reference only have no other. Of several references
    /// pydantic shortens some, in the order in which it meets them, and a record with constraints
    /// is a copy to it, which may get a name of its own.
    pub(super) fn check(&self) -> Result<(), Unsure> {
        let is_certain =
            |key: &String| self.definitions.get(key).is_some_and(|known| known.n_references == 1);
        match self.once_only.iter().find(|key| !is_certain(key)) {
            Some(key) => Err(unsure(&format!(
                "a reference to `{key}` that has constraints or repeats its description"
            ))),
            None => Ok(()),
        }
    }

    fn record_schema(&mut self, class: &'a RecordType) -> Result<Fields, Unsure> {
        let mut properties = Vec::with_capacity(class.fields.len());
        let mut required: Vec<&str> = Vec::new();
        for field in &class.fields {
            if field.name == "$ref" {
                return Err(unsure("a field named `$ref`"));
            }
            properties.push((field.name.as_str().into(), Value::Map(self.property(field)?)));
            if field.default.is_none() {
                required.push(&field.name);
            }
        }
        let mut schema = typed("object").with("properties", Fields::from_pairs(properties));
        if !required.is_empty() {
            schema.insert("required", required);
        }
        schema.insert("title", class.name.as_str());
        describe(&mut schema, class.doc.as_deref());
        Ok(schema)
    }

    fn property(&mut self, field: &'a Field) -> Result<Fields, Unsure> {
        let (mut schema, is_titled) = constrained(self, &field.ty, &field.constraints)?;
        if !field.constraints.is_empty() {
            self.expect_one_reference(&field.ty);
        }
        if let Some(default) = &field.default
            && let Some(default) = encoded(default, &field.ty)?
        {
            schema.insert("default", default);
        }
        if let Some(desc) = &field.desc {
            schema.insert("description", desc.as_str());
            self.shorten(&mut schema);
        }
        if is_titled {
            schema.insert("title", title(&field.name));
        }
        Ok(schema)
    }

    /// Notes that a record is not referred to from another place.
    fn expect_one_reference(&mut self, ty: &Type) {
        match ty.without_none() {
            Type::Record(class) => self.once_only.push(key_of(&class.name)),
            Type::Enclosing(name) => self.once_only.push(key_of(name)),
            _ => {}
        }
    }

    /// Takes a description off a reference whose class says the same; not inside the class itself.
    fn shorten(&mut self, schema: &mut Fields) {
        let Some(key) = referred(schema).map(str::to_owned) else { return };
        let Some(definition) = self.definitions.get(&key) else { return };
        let own = match (&definition.schema, definition.class) {
            (Some(schema), _) => schema.value("description").cloned(),
            (None, Class::Record(class)) if self.around.last() == Some(&class) => None,
            (None, Class::Record(class)) => {
                class.doc.as_deref().filter(|doc| !doc.is_empty()).map(|doc| cleandoc(doc).into())
            }
            (None, _) => None,
        };
        if own.is_some() && own.as_ref() == schema.value("description") {
            schema.remove("description");
            self.once_only.push(key);
        }
    }
}

/// A class's name under `$defs`, which is in ASCII.
fn key_of(name: &str) -> String {
    name.replace(|char: char| !char.is_ascii(), "_")
}

fn enumeration(class: &EnumType) -> Result<Fields, Unsure> {
    if class.members.is_empty() {
        return Err(unsure(&format!("the enum `{}`, which is empty,", class.name)));
    }
    if !is_known_to_be_distinct(class) {
        return Err(unsure(&format!("the enum `{}`, whose values may be equal,", class.name)));
    }
    // Unlike the note of an enum's own field, the schema lists an alias as its member once more.
    let members = members(class);
    let canonical = |value| *members.iter().find(|member| equal(member, value)).unwrap_or(&value);
    let values = class.members.iter().map(|(_, value)| constant(canonical(value)));
    let values: Vec<Value> = values.collect::<Result<_, _>>()?;
    let mut schema = Fields::new().with("title", class.name.as_str());
    // Older versions of Python gave every enum without a docstring this one.
    let doc = class.doc.as_deref().filter(|doc| cleandoc(doc) != "An enumeration.");
    describe(&mut schema, doc);
    let name = common_type(&values).filter(|name| *name != "null");
    schema.insert("enum", values);
    if let Some(name) = name {
        schema.insert("type", name);
    }
    Ok(schema)
}

/// Whether the values that are no plain scalars differ from all others: of equal values the later
/// is an alias.
pub(crate) fn is_known_to_be_distinct(class: &EnumType) -> bool {
    let is_plain = |value: &Value| {
        !matches!(
            value,
            Value::Bytes(_)
                | Value::Tagged(_)
                | Value::List(_)
                | Value::Tuple(_)
                | Value::Set(_)
                | Value::Map(_)
                | Value::Rare(_)
        )
    };
    // In JSON a `Decimal` is text, and yet it is equal to a number.
    let form = |value: &Value| match value {
        Value::Tagged(tagged) if tagged.tag() == Tag::Decimal => Some(value.clone()),
        other => jsonable(other),
    };
    let may_be_equal = |one: &Value, other: &Value| match (form(one), form(other)) {
        (Some(one), Some(other)) => equal(&one, &other),
        _ => true,
    };
    let values: Vec<&Value> = class.members.iter().map(|(_, value)| value).collect();
    values.iter().enumerate().all(|(position, one)| {
        values[..position]
            .iter()
            .all(|other| (is_plain(one) && is_plain(other)) || !may_be_equal(one, other))
    })
}

fn describe(schema: &mut Fields, doc: Option<&str>) {
    if let Some(doc) = doc.filter(|doc| !doc.is_empty()) {
        schema.insert("description", cleandoc(doc));
    }
}

/// Whether pydantic leaves the title to the class: also for one that may be absent.
pub(super) fn is_class(ty: &Type) -> bool {
    match ty.without_none() {
        Type::Enum(_) | Type::Record(_) | Type::Enclosing(_) => true,
        Type::Opaque(class) => class.path.starts_with("dspy."),
        _ => false,
    }
}
