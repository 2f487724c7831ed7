//! pydantic models and typed dicts.

use std::borrow::Cow;

use super::{Exactness, Lax, given};
use crate::{Field, Fields, RecordKind, RecordType, Value, ValueError};

impl<'t> Lax<'t> {
    /// A dict into a record: fields in the order of their declaration, defaults as they were
    /// given, nothing else.
    pub(super) fn record(&mut self, class: &'t RecordType, given: Cow<'_, Value>) -> Option<Value> {
        let mut entries = match given::entries(given) {
            Ok(entries) => entries,
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
            checked.push((field.name.clone(), value.unwrap_or_default()));
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
            (None, Some(default)) if class.kind == RecordKind::Model => Some(default.clone()),
            (None, Some(_)) => self.leak(format!("`{}` has a default in a dict", field.name)),
            (None, None) => self.fault_found(&field.ty, "no such field"),
        }
    }
}
