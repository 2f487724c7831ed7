//! pydantic models and typed dicts.

use std::borrow::Cow;

use super::{Exactness, Lax, given};
use crate::{Field, Fields, RecordKind, RecordType, Type, Value, ValueError};

impl<'t> Lax<'t> {
    /// A dict into a record: fields in the order of their declaration, defaults as they were
    /// given, nothing else.
    pub(super) fn record(&mut self, class: &'t RecordType, given: Cow<'_, Value>) -> Option<Value> {
        let mut entries = match given::entries(given) {
            Ok(entries) => entries,
            Err(other) if other.is_dict() => return self.unsure(&class.name, &other),
            Err(other) => return self.fault(&class.name, &other),
        };
        if class.kind == RecordKind::Model {
            self.floor(Exactness::Strict);
        }
        self.around.push(class);
        let mut n_given = 0;
        let mut checked = Vec::with_capacity(class.fields.len());
        for field in &class.fields {
            let value = match &mut entries {
                Cow::Owned(entries) => entries.take(&field.name).map(Cow::Owned),
                Cow::Borrowed(entries) => entries.value(&field.name).map(Cow::Borrowed),
            };
            n_given += usize::from(value.is_some());
            let place = |fault: ValueError| fault.in_field(&field.name);
            let value = self.part(|lax| lax.field(class, field, value), place);
            checked.push((field.name.as_str().into(), value.unwrap_or_default()));
        }
        self.around.pop();
        *self.n_fields.get_or_insert(0) += n_given;
        Some(Value::Map(Fields::from_distinct(checked)))
    }

    fn field(
        &mut self,
        class: &RecordType,
        field: &'t Field,
        given: Option<Cow<'_, Value>>,
    ) -> Option<Value> {
        match (given, &field.default) {
            (Some(given), _) => {
                let value = self.value(&field.ty, given)?;
                if !field.constraints.is_empty() {
                    self.constraints(&field.ty, &field.constraints, &value);
                }
                Some(value)
            }
            (None, Some(default)) if class.kind == RecordKind::Model => {
                Some(dumped(&field.ty, default.clone()))
            }
            (None, Some(_)) => self.leak(format!("`{}` has a default in a dict", field.name)),
            (None, None) => self.fault_found(&field.ty, "no such field"),
        }
    }
}

/// A default, which pydantic does not check, as the model is dumped with it: an integer for a
/// `float` is written as one.
fn dumped(ty: &Type, default: Value) -> Value {
    let all = |ty: &Type, items: Vec<Value>| {
        items.into_iter().map(|item| dumped(ty, item)).collect::<Vec<_>>()
    };
    match (ty, default) {
        (Type::Float, int @ (Value::Int(_) | Value::Bool(_))) => {
            int.as_float().or(int.as_bool().map(|bool| f64::from(u8::from(bool)))).into()
        }
        (Type::Optional(inner), value) => dumped(inner, value),
        (Type::List(item) | Type::Collection(_, item), Value::List(items)) => {
            Value::List(all(item, items))
        }
        (Type::Collection(_, item), Value::Tuple(items)) => Value::Tuple(all(item, items)),
        (Type::Dict(_, item), Value::Map(entries)) => Value::Map(
            entries.into_iter().map(|(name, value)| (name, dumped(item, value))).collect(),
        ),
        (_, value) => value,
    }
}
