//! A JSON value that can be looked at while its text is still being written.

mod later;
mod reader;
mod source;
#[cfg(test)]
mod tests;

use super::Value;
use super::json::{JsonError, Place};
use reader::{Progress, Reader};
use source::Source;

/// Reads one JSON value out of a text that comes in pieces.
///
/// In the end there is what [`Value::from_json`] makes of the whole text, wherever it was cut.
/// Before that [`PartialJson::value`] is what is known so far, and it only grows:
///
/// - a text is the beginning of what it will be; it never ends within an escape,
/// - a list or an object is there once it has begun, with its first items or keys, in order,
/// - a key is there once its value is,
/// - numbers, `true`, `false` and `null` are there once it is certain that they have ended,
/// - of a key that comes twice the first value stays. The last one is kept aside, and takes its
///   place in [`PartialJson::finish`].
///
/// The value grows where it stands: nothing is copied in order to look at it. Time is linear in the
/// size of the text, whatever its pieces; a piece also costs a step for each list and object that
/// is open around it, of which there are 128 at most. Of the text itself only a key, a number or
/// an escape that has no end yet is kept.
///
/// ```
/// use dspex_signature::{PartialJson, fields};
///
/// let mut json = PartialJson::new();
/// json.push(r#"{"title": "Em"#)?;
/// assert_eq!(json.value(), Some(&fields! { "title" => "Em" }.into()));
/// json.push(r#"ma", "year": 18"#)?;
/// assert_eq!(json.value(), Some(&fields! { "title" => "Emma" }.into()));
/// json.push("15}")?;
/// assert_eq!(json.finish()?, fields! { "title" => "Emma", "year" => 1815 }.into());
/// # Ok::<(), dspex_signature::JsonError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PartialJson {
    /// A list of which the value is the only item, so that it grows as every item does.
    document: Value,
    progress: Progress,
    /// The text from the last token on that has no end yet.
    unread: String,
    /// How much of that token was searched for its end.
    n_searched: usize,
    /// Where the unread text begins.
    start: Place,
    error: Option<JsonError>,
}

impl PartialJson {
    /// Nothing is written yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            document: Value::List(Vec::new()),
            progress: Progress::new(),
            unread: String::new(),
            n_searched: 0,
            start: Place::START,
            error: None,
        }
    }

    /// Takes the next piece of the text, of any length.
    ///
    /// # Errors
    /// [`JsonError`] where no text that begins so is JSON, with the place in the whole text; a fault
    /// within a key, a number or an escape may come with its end only. From then on every call
    /// gives the same error, and the value stays as it was known up to there.
    /// It is the error of [`Value::from_json`], but that half a surrogate pair is an error at once,
    /// even where other faults would follow it.
    pub fn push(&mut self, piece: &str) -> Result<(), JsonError> {
        self.read(piece, false)
    }

    /// What is known so far; `None` where the value has not begun.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.document.as_list()?.first()
    }

    /// How many lists, objects and texts are open: those whose end is still to come, one in the other.
    /// Values that are kept aside do not count.
    ///
    /// ```
    /// use dspex_signature::PartialJson;
    ///
    /// let mut json = PartialJson::new();
    /// json.push(r#"{"titles": ["Em"#)?;
    /// assert_eq!(json.depth(), 3);
    /// json.push(r#"ma"]"#)?;
    /// assert_eq!(json.depth(), 1);
    /// # Ok::<(), dspex_signature::JsonError>(())
    /// ```
    #[must_use]
    pub fn depth(&self) -> usize {
        self.progress.depth()
    }

    /// The value, now that the text has ended.
    ///
    /// # Errors
    /// As [`PartialJson::push`], and where the text ends too early.
    pub fn finish(mut self) -> Result<Value, JsonError> {
        self.read("", true)?;
        let Self { document: Value::List(items), progress, .. } = self else {
            unreachable!("the document is a list from the start")
        };
        let mut value = items.into_iter().next().expect("a text without a value is an error");
        progress.later.settle(&mut value);
        Ok(value)
    }

    fn read(&mut self, piece: &str, is_whole: bool) -> Result<(), JsonError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        self.unread.push_str(piece);
        let source = Source::new(&self.unread, is_whole, &mut self.n_searched);
        let mut reader = Reader::new(source, &mut self.progress);
        let result = reader.read_on(&mut self.document);
        let read = reader.read();
        self.start = self.start.after(read);
        let n_read = read.len();
        self.unread.drain(..n_read);
        result.map_err(|kind| {
            let error = JsonError::new(kind, self.start);
            self.unread = String::new();
            self.error.insert(error).clone()
        })
    }
}

impl Default for PartialJson {
    fn default() -> Self {
        Self::new()
    }
}
