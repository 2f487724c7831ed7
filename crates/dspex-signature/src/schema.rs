//! JSON schemas as pydantic writes them and DSPy shows them to a model.

use std::collections::BTreeMap;

use crate::{
    Constraints, EnumType, Field, Fields, RecordType, Type, Unsure, Value,
    coerce::{equal, members},
    signature::cleandoc,
    value::unicode::{self, strip},
};

/// The JSON schema of a type as DSPy's prompts show it.
///
/// Keys stand in DSPy's order, on every level: `type` first, then by the alphabet. (So do the
/// fields of a record; the order of their declaration shows in `required` only.) Enums and records
/// inside another type stand under `$defs`.
///
/// ```
/// use dspex_signature::{Type, json_schema};
///
/// let schema = json_schema(&Type::parse("Optional[list[int]]")?)?;
/// assert_eq!(
///     schema.to_json(),
///     r#"{"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Unsure`] for what pydantic may write otherwise: dict keys that are optional or containers,
/// two classes of one name, titles of names beyond ASCII, constraints that do not fit their type.
pub fn json_schema(ty: &Type) -> Result<Value, Unsure> {
    Ok(ordered(unordered(ty)?))
}

/// The JSON schema of a type as pydantic itself gives it: keys by the alphabet, but the fields of
/// a record in the order of their declaration.
///
/// # Errors
/// As [`json_schema`].
pub(crate) fn declared_schema(ty: &Type) -> Result<Value, Unsure> {
    Ok(declared(unordered(ty)?, ""))
}

fn unordered(ty: &Type) -> Result<Value, Unsure> {
    let mut schemas = Schemas { definitions: BTreeMap::new() };
    let mut schema = match ty {
        // The class itself is written out; only classes within it are referred to.
        Type::Record(class) => schemas.record(class)?,
        Type::Enum(class) => enumeration(class),
        _ => schemas.of(ty)?,
    };
    if !schemas.definitions.is_empty() {
        let definitions = schemas.definitions.into_iter();
        let definitions: Fields = definitions.map(|(name, (_, schema))| (name, schema)).collect();
        schema.insert("$defs", definitions);
    }
    Ok(Value::Map(schema))
}

struct Schemas {
    /// The classes referred to so far, by name.
    definitions: BTreeMap<String, (Type, Fields)>,
}

impl Schemas {
    fn of(&mut self, ty: &Type) -> Result<Fields, Unsure> {
        Ok(match ty {
            Type::Any => Fields::new(),
            Type::Str => typed("string"),
            Type::Int => typed("integer"),
            Type::Float => typed("number"),
            Type::Bool => typed("boolean"),
            Type::List(item) => typed("array").with("items", self.of(item)?),
            Type::Dict(key, value) => self.dict(key, value)?,
            Type::Optional(inner) => any_of_null(self.of(inner)?),
            Type::Literal(members) => literal(members),
            Type::Enum(class) => self.reference(&class.name, ty, |_| Ok(enumeration(class)))?,
            Type::Record(class) => {
                self.reference(&class.name, ty, |schemas| schemas.record(class))?
            }
            other => return Err(unsure(&format!("the type `{other}`"))),
        })
    }

    fn dict(&mut self, key: &Type, value: &Type) -> Result<Fields, Unsure> {
        let values = match value {
            Type::Any => Value::Bool(true),
            _ => self.of(value)?.into(),
        };
        let schema = typed("object").with("additionalProperties", values);
        Ok(match key {
            Type::Str | Type::Any | Type::Int | Type::Float | Type::Bool => schema,
            Type::Enum(_) => schema.with("propertyNames", self.of(key)?),
            Type::Literal(_) => {
                let mut names = self.of(key)?;
                // pydantic names the keys only where all of them are text.
                match names.remove("type") {
                    Some(Value::Text(name)) if name == "string" => {
                        schema.with("propertyNames", names)
                    }
                    _ => schema,
                }
            }
            _ => return Err(unsure(&format!("a dict whose keys are `{key}`"))),
        })
    }

    fn reference(
        &mut self,
        name: &str,
        ty: &Type,
        define: impl FnOnce(&mut Self) -> Result<Fields, Unsure>,
    ) -> Result<Fields, Unsure> {
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(unsure(&format!("a class named `{name}`")));
        }
        match self.definitions.get(name) {
            Some((known, _)) if known == ty => {}
            Some(_) => return Err(unsure(&format!("two classes named `{name}`"))),
            None => {
                let schema = define(self)?;
                self.definitions.insert(name.to_owned(), (ty.clone(), schema));
            }
        }
        Ok(Fields::new().with("$ref", format!("#/$defs/{name}")))
    }

    fn record(&mut self, class: &RecordType) -> Result<Fields, Unsure> {
        let mut properties = Vec::with_capacity(class.fields.len());
        let mut required: Vec<&str> = Vec::new();
        for field in &class.fields {
            properties.push((field.name.clone(), Value::Map(self.property(field)?)));
            if field.default.is_none() {
                required.push(&field.name);
            }
        }
        let mut schema = typed("object").with("properties", Fields::from_pairs(properties));
        describe(&mut schema, class.doc.as_deref());
        if !required.is_empty() {
            schema.insert("required", required);
        }
        Ok(schema.with("title", class.name.as_str()))
    }

    fn property(&mut self, field: &Field) -> Result<Fields, Unsure> {
        let mut schema = match &field.ty {
            Type::Optional(inner) if !field.constraints.is_empty() => {
                let mut schema = self.of(inner)?;
                constrain(&mut schema, inner, &field.constraints)?;
                any_of_null(schema)
            }
            ty => {
                let mut schema = self.of(ty)?;
                constrain(&mut schema, ty, &field.constraints)?;
                schema
            }
        };
        if !is_class(&field.ty) {
            schema.insert("title", title(&field.name));
        }
        if let Some(desc) = &field.desc {
            schema.insert("description", desc.as_str());
        }
        if let Some(default) = &field.default {
            schema.insert("default", default.clone());
        }
        Ok(schema)
    }
}

fn typed(name: &str) -> Fields {
    Fields::new().with("type", name)
}

fn any_of_null(schema: Fields) -> Fields {
    Fields::new().with("anyOf", vec![schema, typed("null")])
}

fn literal(members: &[Value]) -> Fields {
    let schema = match common_type(members.iter()) {
        Some(name) => typed(name),
        None => Fields::new(),
    };
    match members {
        [only] => schema.with("const", only.clone()),
        _ => schema.with("enum", members.to_vec()),
    }
}

fn enumeration(class: &EnumType) -> Fields {
    // Unlike the note of an enum's own field, the schema lists an alias as its member once more.
    let members = members(class);
    let canonical = |value| *members.iter().find(|member| equal(member, value)).unwrap_or(&value);
    let values: Vec<&Value> = class.members.iter().map(|(_, value)| canonical(value)).collect();
    let mut schema = match common_type(values.iter().copied()) {
        Some(name) if name != "null" => typed(name),
        _ => Fields::new(),
    };
    describe(&mut schema, class.doc.as_deref());
    let values: Vec<_> = values.into_iter().cloned().collect();
    schema.with("enum", values).with("title", class.name.as_str())
}

/// The JSON type of values that all have the same one.
fn common_type<'a>(mut values: impl Iterator<Item = &'a Value>) -> Option<&'static str> {
    let name = |value: &Value| match value {
        Value::Null => Some("null"),
        Value::Bool(_) => Some("boolean"),
        Value::Int(_) | Value::BigInt(_) => Some("integer"),
        Value::Float(_) => Some("number"),
        Value::Text(_) => Some("string"),
        _ => None,
    };
    let first = name(values.next()?)?;
    values.all(|value| name(value) == Some(first)).then_some(first)
}

fn describe(schema: &mut Fields, doc: Option<&str>) {
    if let Some(doc) = doc.filter(|doc| !doc.is_empty()) {
        schema.insert("description", cleandoc(doc));
    }
}

/// Whether pydantic leaves the title to the class: also for one that may be absent.
fn is_class(ty: &Type) -> bool {
    match ty {
        Type::Optional(inner) => is_class(inner),
        Type::Enum(_) | Type::Record(_) => true,
        _ => false,
    }
}

/// The title that pydantic makes of a field's name.
fn title(name: &str) -> String {
    let title = unicode::title(name).replace('_', " ");
    strip(&title).to_owned()
}

fn constrain(schema: &mut Fields, ty: &Type, constraints: &Constraints) -> Result<(), Unsure> {
    for (name, bound) in constraints.iter() {
        let key = match (name, ty) {
            ("gt", Type::Int | Type::Float) => "exclusiveMinimum",
            ("ge", Type::Int | Type::Float) => "minimum",
            ("lt", Type::Int | Type::Float) => "exclusiveMaximum",
            ("le", Type::Int | Type::Float) => "maximum",
            ("multiple_of", Type::Int | Type::Float) => "multipleOf",
            ("min_length", Type::Str) => "minLength",
            ("max_length", Type::Str) => "maxLength",
            ("pattern", Type::Str) => "pattern",
            ("min_length", Type::List(_)) => "minItems",
            ("max_length", Type::List(_)) => "maxItems",
            ("min_length", Type::Dict(..)) => "minProperties",
            ("max_length", Type::Dict(..)) => "maxProperties",
            _ => return Err(unsure(&format!("constraint `{name}` on `{ty}`"))),
        };
        if matches!(bound, Value::Float(float) if !float.is_finite()) {
            return Err(unsure(&format!("constraint `{name}` without a finite bound")));
        }
        schema.insert(key, bound.clone());
    }
    Ok(())
}

/// `type` first, then by the alphabet, all the way down.
fn ordered(value: Value) -> Value {
    match value {
        Value::Map(fields) => {
            let mut pairs: Vec<_> =
                fields.into_iter().map(|(name, value)| (name, ordered(value))).collect();
            pairs.sort_by(|(one, _), (other, _)| {
                (one != "type").cmp(&(other != "type")).then_with(|| one.cmp(other))
            });
            Value::Map(Fields::from_pairs(pairs))
        }
        Value::List(items) => Value::List(items.into_iter().map(ordered).collect()),
        other => other,
    }
}

/// By the alphabet all the way down, except right below `properties` and `default`; `key` is what
/// the value stands under.
fn declared(value: Value, key: &str) -> Value {
    match value {
        Value::Map(fields) => {
            let mut pairs: Vec<_> = fields
                .into_iter()
                .map(|(name, value)| {
                    let value = declared(value, &name);
                    (name, value)
                })
                .collect();
            if !matches!(key, "properties" | "default") {
                pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
            }
            Value::Map(Fields::from_pairs(pairs))
        }
        Value::List(items) => {
            Value::List(items.into_iter().map(|item| declared(item, key)).collect())
        }
        other => other,
    }
}

fn unsure(what: &str) -> Unsure {
    Unsure { reason: format!("{what} has no native JSON schema") }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Field, RecordType};

    #[test]
    fn titles_of_fields_are_pydantics() {
        for (name, expected) in [
            ("größe_ǆx", "Größe ǅx"),
            ("ΟΔΟΣ", "Οδος"),
            ("a1b__c_", "A1B  C"),
            ("htmlURL", "Htmlurl"),
        ] {
            let record = RecordType::new("M", vec![Field::new(name, Type::Str)]);
            let schema = json_schema(&Type::Record(Arc::new(record))).unwrap().to_json();
            assert!(schema.contains(&format!(r#""title": "{expected}""#)), "{name}: {schema}");
        }
    }
}
