//! The title that pydantic gives a field: its name in Python's `str.title`, spaces for `_`.

use crate::value::unicode::{self, strip};

/// The title of a field.
pub(super) fn title(name: &str) -> String {
    let title = unicode::title(name).replace('_', " ");
    strip(&title).to_owned()
}
