//! What is known of a completion's outputs while it is written.

mod chat;
mod header;
mod json;
mod known;
mod output;
mod tag;
mod text;
mod xml;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::{Adapter, PreparedAdapter};
use crate::{Fields, Type, Value};
use chat::ChatReader;
use json::JsonReader;
use output::PartialOutput;
use xml::XmlReader;

/// Reads the outputs out of a completion that comes in pieces.
///
/// What is known only grows, and it is the same wherever the completion was cut. What may still be a
/// header, a tag or an escape is held back, and so is white space that may be the last. Nothing is
/// checked: the whole completion is what [`PreparedAdapter::parse`] reads in the end.
///
/// | the output is | what is known of it |
/// |---|---|
/// | a text | its beginning: in the end what `parse` gives |
/// | a list, a dict or a record | its first items or keys, as in [`PartialJson`](crate::PartialJson); with [`XmlAdapter`](super::XmlAdapter) the items of a list that are complete |
/// | anything else | nothing before it has ended |
///
/// A text is not what `parse` gives where a completion is not read as it stands: where JSON is
/// repaired, an output comes twice in JSON or XML, a JSON value under a text's name is none, or a text
/// holds elements of XML, around which `parse` keeps white space. There it is what was written first,
/// as in DSPy's streams; what cannot be followed at all stays as it was known before.
///
/// Time is linear in the length of the completion, whatever its pieces.
///
/// ```
/// use std::sync::Arc;
///
/// use dspex_signature::{Adapter, PartialOutputs, Signature};
///
/// let signature = Signature::parse("question -> answer, sources: list[str]")?;
/// let mut outputs = PartialOutputs::new(Arc::new(Adapter::Chat.prepare(&signature)?));
/// assert!(outputs.push("[[ ## answer ## ]]\nLe"));
/// assert!(outputs.push("eds\n\n[[ ## sou"));
/// assert_eq!((outputs.text("answer"), outputs.added("answer")), (Some("Leeds"), "eds"));
/// assert!(!outputs.is_finished("answer"));
/// outputs.push("rces ## ]]\n[\"a map\", \"a let");
/// assert!(outputs.is_finished("answer"));
/// assert_eq!(outputs.items("sources"), ["a map".into()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct PartialOutputs {
    adapter: Arc<PreparedAdapter>,
    reader: Reader,
    /// In the order of the signature.
    outputs: Vec<PartialOutput>,
}

/// Where an adapter's completion is read.
#[derive(Clone, Debug)]
enum Reader {
    Chat(ChatReader),
    Json(JsonReader),
    Xml(XmlReader),
}

impl PartialOutputs {
    /// Nothing is written yet.
    #[must_use]
    pub fn new(adapter: Arc<PreparedAdapter>) -> Self {
        let fields = adapter.signature().outputs();
        let (reader, outputs) = match adapter.adapter() {
            Adapter::Chat => (
                Reader::Chat(ChatReader::default()),
                fields.iter().map(|field| PartialOutput::of_text(&field.ty)).collect(),
            ),
            Adapter::Json => (
                Reader::Json(JsonReader::new(fields.len())),
                fields.iter().map(|_| PartialOutput::of_object()).collect(),
            ),
            Adapter::Xml => (
                Reader::Xml(XmlReader::default()),
                fields.iter().map(|field| PartialOutput::of_element(&field.ty)).collect(),
            ),
        };
        Self { adapter, reader, outputs }
    }

    /// Takes the next piece of the completion, of any length; says whether more is known.
    pub fn push(&mut self, piece: &str) -> bool {
        self.mark();
        let Self { adapter, reader, outputs } = self;
        match reader {
            Reader::Chat(chat) => chat.push(piece, adapter, outputs),
            Reader::Json(json) => json.push(piece, adapter, outputs),
            Reader::Xml(xml) => xml.push(piece, adapter, outputs),
        }
        self.has_grown()
    }

    /// Says that the completion has ended: what was held back is no header; says whether more is known.
    pub fn finish(&mut self) -> bool {
        self.mark();
        let Self { adapter, reader, outputs } = self;
        if let Reader::Chat(chat) = reader {
            chat.finish(adapter, outputs);
        }
        self.has_grown()
    }

    /// The names of the outputs that have begun, in the order of the signature.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let fields = self.adapter.signature().outputs().iter();
        let pairs = fields.zip(&self.outputs).filter(|(_, output)| output.has_begun());
        pairs.map(|(field, _)| field.name.as_str())
    }

    /// The value of an output so far; `None` where nothing is known of it.
    ///
    /// JSON values stand as they are written, which may be another form than their type's.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        let output = position(&self.adapter, name)?;
        match &self.reader {
            Reader::Json(json) => json.value(output),
            _ => self.outputs[output].value(),
        }
    }

    /// The text of an output so far, where its value is one.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }

    /// What the last piece added to an output of the type `str` or `Optional[str]`.
    #[must_use]
    pub fn added(&self, name: &str) -> &str {
        let Some(place) = position(&self.adapter, name) else { return "" };
        let is_text = *self.adapter.signature().outputs()[place].ty.without_none() == Type::Str;
        let added = self.text(name).and_then(|text| text.get(self.outputs[place].len_before..));
        added.filter(|_| is_text).unwrap_or_default()
    }

    /// The items of a list that are complete, in order; none where the output is no list.
    #[must_use]
    pub fn items(&self, name: &str) -> &[Value] {
        let Some(output) = position(&self.adapter, name) else { return &[] };
        match &self.reader {
            Reader::Json(json) => json.items(output),
            _ => self.outputs[output].items(),
        }
    }

    /// Whether all of an output is there.
    #[must_use]
    pub fn is_finished(&self, name: &str) -> bool {
        let Some(output) = position(&self.adapter, name) else { return false };
        match &self.reader {
            Reader::Json(json) => json.is_finished(output),
            _ => self.outputs[output].is_finished(),
        }
    }

    /// A copy of all values, in the order of the signature.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        let values = self.names().filter_map(|name| Some((name, self.value(name)?.clone())));
        values.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Remembers what is known before a piece.
    fn mark(&mut self) {
        for (place, field) in self.adapter.signature().outputs().iter().enumerate() {
            let len_before = self.text(&field.name).map_or(0, str::len);
            self.outputs[place].mark(len_before);
        }
    }

    fn has_grown(&self) -> bool {
        self.outputs.iter().any(PartialOutput::has_grown)
    }
}

/// Where an output stands in the signature.
fn position(adapter: &PreparedAdapter, name: &str) -> Option<usize> {
    adapter.signature().outputs().iter().position(|field| field.name == name)
}
