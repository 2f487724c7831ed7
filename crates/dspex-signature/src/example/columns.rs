//! The fields of both sides, by which what a file holds is read.

use super::{LineCause, table::Row};
use crate::{Coerced, Field, Fields, Record, Type, Value, ValueError, coerce, validate};

/// The fields that files name, and their other names.
pub(super) struct Columns {
    fields: Vec<Field>,
    aliases: Vec<(&'static str, &'static str)>,
}

impl Columns {
    pub(super) fn of<I: Record, O: Record>() -> Self {
        let fields = I::fields_of().into_iter().chain(O::fields_of()).collect();
        Self { fields, aliases: [I::aliases(), O::aliases()].concat() }
    }

    /// The fields of a JSON object.
    pub(super) fn of_json(&self, line: &str) -> Result<Fields, LineCause> {
        let fields = match Value::from_python_json(line).map_err(LineCause::Json)? {
            Value::Map(fields) => fields,
            other => return Err(LineCause::Value(ValueError::new("dict", other.python_type()))),
        };
        let read = |(name, value): (String, Value)| match self.field(&name) {
            Some(field) => {
                let checked = settled(field, validate(&field.ty, value.clone()), value)?;
                Ok((field.name.clone(), checked))
            }
            None => Ok((name, value)),
        };
        fields.into_iter().map(read).collect()
    }

    /// The fields of a row under these names.
    pub(super) fn of_row(&self, names: &[String], row: Row) -> Result<Fields, LineCause> {
        let (expected, found) = (names.len(), row.cells.len());
        if expected != found {
            return Err(LineCause::Cells { expected, found });
        }
        let mut fields = Fields::new();
        for (name, cell) in names.iter().zip(row.cells) {
            let Some(field) = self.field(name) else {
                fields.insert(name, cell);
                continue;
            };
            let is_text = field.ty.without_none() == &Type::Str;
            let value = match cell.is_empty() {
                true if field.ty.allows_none() => Value::Null,
                true if !is_text => continue,
                _ if is_text => cell.into(),
                _ => settled(field, coerce(&field.ty, &cell), cell.into())?,
            };
            fields.insert(&field.name, value);
        }
        Ok(fields)
    }

    fn field(&self, name: &str) -> Option<&Field> {
        let alias = self.aliases.iter().find(|(alias, _)| *alias == name);
        let name = alias.map_or(name, |(_, name)| name);
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The value of its type. What only DSPy itself could tell is left to the Rust type, which is as
/// strict.
fn settled(field: &Field, coerced: Coerced, given: Value) -> Result<Value, LineCause> {
    match coerced {
        Coerced::Exact(value) => Ok(value),
        Coerced::Unsure(_) => Ok(given),
        Coerced::Fails(faults) => {
            let first = faults.into_iter().next();
            let first =
                first.unwrap_or_else(|| ValueError::new(field.ty.to_string(), given.python_type()));
            Err(LineCause::Value(first.in_field(&field.name)))
        }
    }
}
