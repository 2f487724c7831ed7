//! What a call says before it is done.

use dspex_signature::{FieldType, Fields, Value};
use futures_util::stream::BoxStream;

use super::{CallError, Prediction};

/// One event of a call that is streamed.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallEvent<T> {
    /// A piece of an output of the type `str`, which follows on the pieces before.
    Text {
        /// The output's name.
        output: String,
        /// The piece.
        piece: String,
    },
    /// What a module of Python's yielded before its answer.
    Yielded(Value),
    /// What is known so far; it only grows.
    Partial(Partial),
    /// The checked answer, after which there is nothing more.
    Done(Prediction<T>),
}

impl<T> CallEvent<T> {
    /// The same event, with the answer as another type.
    ///
    /// # Errors
    /// What `read` says of the answer.
    pub fn try_map<U, E>(
        self,
        read: impl FnOnce(Prediction<T>) -> Result<Prediction<U>, E>,
    ) -> Result<CallEvent<U>, E> {
        Ok(match self {
            Self::Text { output, piece } => CallEvent::Text { output, piece },
            Self::Yielded(value) => CallEvent::Yielded(value),
            Self::Partial(partial) => CallEvent::Partial(partial),
            Self::Done(answer) => CallEvent::Done(read(answer)?),
        })
    }
}

/// The events of a call, in order; it ends after [`CallEvent::Done`] or an error. Nothing happens
/// until it is read, and dropping it ends the call.
pub type CallEvents = BoxStream<'static, Result<CallEvent<Fields>, CallError>>;

/// The outputs as far as they are known, by the names of the signature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Partial {
    fields: Fields,
}

impl Partial {
    /// What is known so far: texts may still grow, and lists hold the items that are complete.
    #[must_use]
    pub const fn new(fields: Fields) -> Self {
        Self { fields }
    }

    /// The outputs that have begun.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The items of a list that are complete and fit their type, in order; none where the list has
    /// not begun.
    #[must_use]
    pub fn finished<T: FieldType>(&self, name: &str) -> Vec<T> {
        let items = self.fields.value(name).and_then(Value::as_list).unwrap_or_default();
        items.iter().map_while(|item| T::from_value(item).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;

    #[test]
    fn finished_items_are_read_as_their_type() {
        let so_far =
            Partial::new(fields! { "lines" => vec![Value::from(1), 2.into(), "3".into()] });
        assert_eq!(so_far.finished::<i64>("lines"), [1, 2]);
        assert_eq!(so_far.finished::<i64>("total"), Vec::<i64>::new());
        assert!(so_far.fields().contains("lines"));
    }
}
