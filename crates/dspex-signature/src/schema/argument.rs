//! The JSON schema of a tool's argument.

use std::collections::BTreeSet;

use super::{build::Schemas, constraint::constrained, default::encoded, order, references, unsure};
use crate::{Field, Fields, Unsure, Value};

/// The schema of an argument as `dspy.Tool` keeps it: pydantic's for the type, with a class in place
/// of each reference, then `default` and `description`.
///
/// # Errors
/// As [`json_schema`](super::json_schema), and for a class that holds itself, at which DSPy fails.
pub(crate) fn argument_schema(field: &Field) -> Result<Value, Unsure> {
    let mut schemas = Schemas::default();
    let (schema, _) = constrained(&mut schemas, &field.ty, &field.constraints)?;
    let schema = schemas.finish(schema)?;
    let mut schema = match order::as_pydantic(schema) {
        Value::Map(schema) => schema,
        other => return Ok(other),
    };
    let classes = match schema.remove("$defs") {
        Some(Value::Map(classes)) => classes,
        _ => Fields::new(),
    };
    let mut schema = match in_place(schema.into(), &classes, &mut BTreeSet::new())? {
        Value::Map(schema) => schema,
        other => return Ok(other),
    };
    if let Some(default) = &field.default
        && let Some(default) = encoded(default, &field.ty)?
    {
        schema.insert("default", default);
    }
    if let Some(desc) = &field.desc {
        schema.insert("description", desc.as_str());
    }
    Ok(schema.into())
}

/// The schema with each class where it is referred to; `around` are those that stand around it.
fn in_place<'a>(
    schema: Value,
    classes: &'a Fields,
    around: &mut BTreeSet<&'a str>,
) -> Result<Value, Unsure> {
    Ok(match schema {
        Value::Map(fields) => match references::referred(&fields) {
            Some(key) => {
                let known = classes.iter().find(|(name, _)| *name == key);
                let (name, class) = known.ok_or_else(|| unsure(&format!("the class `{key}`")))?;
                if !around.insert(name) {
                    return Err(unsure(&format!("the class `{name}`, which holds itself,")));
                }
                let class = in_place(class.clone(), classes, around)?;
                around.remove(name);
                class
            }
            None => {
                let fields = fields.into_iter();
                let fields =
                    fields.map(|(name, value)| Ok((name, in_place(value, classes, around)?)));
                Value::Map(fields.collect::<Result<_, Unsure>>()?)
            }
        },
        Value::List(items) => {
            let items = items.into_iter().map(|item| in_place(item, classes, around));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        other => other,
    })
}
