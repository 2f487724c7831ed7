//! What instances of records hold beside values of their fields' types.

use super::{RecordKind, RecordType, Type, enclosing};
use crate::{Dict, Value};

/// Whether a value holds, somewhere in a model, an integer or a bool where the field is a float,
/// or a bool where it is an integer.
///
/// Such values come from defaults, which pydantic does not validate, and its serialiser writes them
/// as the field's type: `3.0` for a default `3`.
pub(crate) fn holds_other_numbers(ty: &Type, value: &Value) -> bool {
    Walk { around: Vec::new() }.of(ty, value, false)
}

struct Walk<'a> {
    around: Vec<&'a RecordType>,
}

impl<'a> Walk<'a> {
    fn of(&mut self, ty: &'a Type, value: &Value, in_model: bool) -> bool {
        match (ty.without_none(), value) {
            (Type::Float, Value::Int(_) | Value::BigInt(_) | Value::Bool(_))
            | (Type::Int, Value::Bool(_)) => in_model,
            (Type::List(item) | Type::Collection(_, item), value) => {
                let items = value.as_list().unwrap_or_default();
                items.iter().any(|value| self.of(item, value, in_model))
            }
            (Type::Tuple(types), value) => {
                let items = value.as_list().unwrap_or_default();
                types.iter().zip(items).any(|(ty, value)| self.of(ty, value, in_model))
            }
            (Type::Dict(_, item) | Type::Mapping(_, _, item), Value::Map(fields)) => {
                fields.iter().any(|(_, value)| self.of(item, value, in_model))
            }
            (Type::Dict(_, item) | Type::Mapping(_, _, item), value) => {
                let mut entries = value.as_dict().into_iter().flat_map(Dict::iter);
                entries.any(|(_, value)| self.of(item, value, in_model))
            }
            // Which member a container is of decides; a number is written as it is.
            (Type::Union(members), Value::Map(_) | Value::List(_) | Value::Tuple(_)) => {
                members.iter().any(|member| self.of(member, value, in_model))
            }
            (Type::Record(class), value) => self.record(class, value, in_model),
            (Type::Enclosing(name), value) => {
                let class = enclosing(&self.around, name);
                class.is_some_and(|class| self.record(class, value, in_model))
            }
            _ => false,
        }
    }

    fn record(&mut self, class: &'a RecordType, value: &Value, in_model: bool) -> bool {
        let Value::Map(fields) = value else { return false };
        self.around.push(class);
        let in_model = in_model || class.kind == RecordKind::Model;
        let holds = class.fields.iter().any(|field| {
            fields.value(&field.name).is_some_and(|value| self.of(&field.ty, value, in_model))
        });
        self.around.pop();
        holds
    }
}
