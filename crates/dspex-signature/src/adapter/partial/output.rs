//! One output while it is written.

use super::known::{KnownJson, complete};
use super::text::GrowingText;
use crate::{Bare, Coerced, Type, Value};

/// What is known of an output.
#[derive(Clone, Debug)]
pub(super) struct PartialOutput {
    form: Form,
    text: GrowingText,
    /// What it came to, of one that does not grow or that was read otherwise in the end.
    settled: Option<Value>,
    state: State,
    has_grown: bool,
    /// How long its text was before the last piece.
    pub(super) len_before: usize,
}

/// How an output grows.
#[derive(Clone, Debug)]
enum Form {
    Text,
    Json(Box<KnownJson>),
    /// Item by item.
    Items,
    /// All at once, when it has ended.
    Whole,
    /// Elsewhere, in the object of all outputs.
    Object,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    ToCome,
    Growing,
    Finished,
}

impl PartialOutput {
    /// An output that is given as a text, in which lists and records are JSON.
    pub(super) fn of_text(ty: &Type) -> Self {
        Self::new(match ty.without_none() {
            Type::Str => Form::Text,
            Type::List(_) | Type::Collection(..) | Type::Tuple(_) | Type::Bare(Bare::List) => {
                Form::Json(KnownJson::new(&['[']).into())
            }
            Type::Dict(..) | Type::Mapping(..) | Type::Record(_) | Type::Bare(Bare::Dict) => {
                Form::Json(KnownJson::new(&['{']).into())
            }
            _ => Form::Whole,
        })
    }

    /// An output that is given as an element.
    pub(super) fn of_element(ty: &Type) -> Self {
        Self::new(match ty {
            Type::Str => Form::Text,
            Type::List(_) => Form::Items,
            _ => Form::Whole,
        })
    }

    /// An output that is a key of an object.
    pub(super) fn of_object() -> Self {
        Self::new(Form::Object)
    }

    fn new(form: Form) -> Self {
        Self {
            form,
            text: GrowingText::default(),
            settled: None,
            state: State::ToCome,
            has_grown: false,
            len_before: 0,
        }
    }

    pub(super) const fn mark(&mut self, len_before: usize) {
        self.len_before = len_before;
        self.has_grown = false;
    }

    pub(super) const fn has_grown(&self) -> bool {
        self.has_grown
    }

    pub(super) fn has_begun(&self) -> bool {
        self.state != State::ToCome
    }

    pub(super) fn is_finished(&self) -> bool {
        self.state == State::Finished
    }

    pub(super) const fn is_text(&self) -> bool {
        matches!(self.form, Form::Text)
    }

    pub(super) const fn grows_by_item(&self) -> bool {
        matches!(self.form, Form::Items)
    }

    /// Says that the output has begun, or that more is known of it elsewhere.
    pub(super) fn begin(&mut self) {
        self.state = State::Growing;
        self.has_grown = true;
    }

    /// Adds a piece of its text.
    pub(super) fn push(&mut self, piece: &str) {
        let added = self.text.push(piece);
        self.has_grown |= match &mut self.form {
            Form::Text => !added.is_empty(),
            Form::Json(json) => json.push(added),
            Form::Items | Form::Whole | Form::Object => false,
        };
    }

    /// Adds an item that is complete.
    pub(super) fn push_item(&mut self, item: Value) {
        self.has_grown = true;
        match &mut self.settled {
            Some(Value::List(items)) => items.push(item),
            _ => self.settled = Some(vec![item].into()),
        }
    }

    /// Says that the output has ended; `read` reads all of its text.
    pub(super) fn finish(&mut self, read: impl FnOnce(&str) -> Coerced) {
        self.state = State::Finished;
        self.has_grown = true;
        let is_known = match &self.form {
            Form::Text | Form::Object => true,
            Form::Json(json) => json.is_whole(),
            Form::Items | Form::Whole => false,
        };
        if is_known {
            return;
        }
        // What was shown stays, unless what was read goes on from it.
        if let Coerced::Exact(value) = read(self.text.as_str())
            && self.value().is_none_or(|shown| goes_on(shown, &value))
        {
            self.settled = Some(value);
        }
    }

    pub(super) fn value(&self) -> Option<&Value> {
        if !self.has_begun() {
            return None;
        }
        match (&self.settled, &self.form) {
            (Some(value), _) => Some(value),
            (None, Form::Text) => Some(self.text.value()),
            (None, Form::Json(json)) => json.value(),
            (None, Form::Items | Form::Whole | Form::Object) => None,
        }
    }

    /// The items that are complete.
    pub(super) fn items(&self) -> &[Value] {
        let items = self.value().and_then(Value::as_list).unwrap_or_default();
        match &self.form {
            Form::Json(json) if self.settled.is_none() => {
                // The list itself is open too.
                complete(items, json.depth().saturating_sub(1))
            }
            _ => items,
        }
    }
}

/// Whether a value is what another one may grow to.
pub(super) fn goes_on(shown: &Value, value: &Value) -> bool {
    match (shown, value) {
        (Value::Text(shown), Value::Text(value)) => value.starts_with(shown),
        (Value::List(shown), Value::List(value)) => {
            shown.len() <= value.len()
                && shown.iter().zip(value).all(|(shown, value)| goes_on(shown, value))
        }
        (Value::Map(shown), Value::Map(value)) => {
            shown.len() <= value.len()
                && shown.iter().zip(value.iter()).all(|((key, shown), (same_key, value))| {
                    key == same_key && goes_on(shown, value)
                })
        }
        _ => shown == value,
    }
}
