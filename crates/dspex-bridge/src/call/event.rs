//! What a call says before it is done.

use std::ops::{ControlFlow, Deref};
use std::sync::Arc;

use dspex_signature::{FieldType, Fields, PartialOutputs, Value};
use futures_util::stream::BoxStream;

use super::{CallError, Prediction, TrajectoryStep};

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
    /// What is known so far; it only grows, until the answer begins anew.
    Partial(Partial),
    /// A step of `ReAct` is done; the answer comes after the last one.
    Step(TrajectoryStep),
    /// The answer was not accepted, and the model is asked again: what was told of outputs is void, and
    /// what is known begins anew.
    Again {
        /// What is wrong with it.
        why: String,
    },
    /// The checked answer, after which there is nothing more.
    Done(Prediction<T>),
}

impl<T> CallEvent<T> {
    /// The same event of a call with another answer, or the answer, after which nothing goes on.
    pub fn told<U>(self) -> ControlFlow<Prediction<T>, CallEvent<U>> {
        ControlFlow::Continue(match self {
            Self::Text { output, piece } => CallEvent::Text { output, piece },
            Self::Yielded(value) => CallEvent::Yielded(value),
            Self::Partial(so_far) => CallEvent::Partial(so_far),
            Self::Step(step) => CallEvent::Step(step),
            Self::Again { why } => CallEvent::Again { why },
            Self::Done(answer) => return ControlFlow::Break(answer),
        })
    }
}

/// The events of a call, in order; it ends after [`CallEvent::Done`] or an error. Nothing happens
/// until it is read, and dropping it ends the call.
pub type CallEvents = BoxStream<'static, Result<CallEvent<Fields>, CallError>>;

/// The outputs as far as they are known; cheap to clone, and what it says stays as it is.
///
/// Nothing is checked yet: the answer that ends the call is. See [`PartialOutputs`] for what is known of
/// which type, and when.
#[derive(Clone, Debug)]
pub struct Partial(Arc<PartialOutputs>);

impl Partial {
    pub(crate) const fn new(outputs: Arc<PartialOutputs>) -> Self {
        Self(outputs)
    }

    /// The items of a list that are complete and fit their type, in order; none where the list has
    /// not begun.
    #[must_use]
    pub fn finished<T: FieldType>(&self, name: &str) -> Vec<T> {
        self.items(name).iter().map_while(|item| T::from_value(item).ok()).collect()
    }
}

impl Deref for Partial {
    type Target = PartialOutputs;

    fn deref(&self) -> &PartialOutputs {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Adapter, Signature};

    use super::*;

    #[test]
    fn finished_items_are_read_as_their_type() {
        let signature = Signature::parse("q -> lines: list[int]").unwrap();
        let prepared = Adapter::Json.prepare(&signature).unwrap();
        let mut outputs = PartialOutputs::new(Arc::new(prepared));
        outputs.push("{\"lines\": [1, 2, \"3\", 4");
        let so_far = Partial::new(Arc::new(outputs));
        assert_eq!(so_far.finished::<i64>("lines"), [1, 2]);
        assert_eq!(so_far.finished::<i64>("total"), Vec::<i64>::new());
        assert_eq!(so_far.names().collect::<Vec<_>>(), ["lines"]);
    }
}
