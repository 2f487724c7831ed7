//! A completion as XML, read as Python's `ElementTree.fromstring` reads it between the tags of a
//! root: what expat refuses is refused, and what it takes gives the same elements.

use std::{collections::HashSet, hash::Hash, ops::Range};

use super::{
    cursor::{Cursor, NotWellFormed, QualifiedName, illegal_char},
    document::{Attribute, Document, Name, Node, NodeIndex, Span},
    namespace::{Scope, XML_NAMESPACE},
};

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// Python refuses the completion too.
    NotWellFormed(NotWellFormed),
    /// The completion goes beyond what is read natively.
    Unsure(&'static str),
}

impl From<NotWellFormed> for ReadError {
    fn from(fault: NotWellFormed) -> Self {
        Self::NotWellFormed(fault)
    }
}

/// `ElementTree` writes an element's namespace into each name; a longer one would multiply.
const MAX_NAMESPACE: usize = 256;

/// Reads a completion in one pass, in time linear in its length and whatever its depth.
pub(super) fn read(source: &str) -> Result<Document<'_>, ReadError> {
    if i32::try_from(source.len()).is_err() {
        return Err(ReadError::Unsure("the completion is longer than 2 GiB"));
    }
    if let Some(fault) = illegal_char(source) {
        return Err(fault.into());
    }
    let mut reader = Reader::new(source);
    reader.content()?;
    Ok(Document { source, nodes: reader.nodes, attributes: reader.attributes, text: reader.text })
}

struct Reader<'a> {
    source: &'a str,
    cursor: Cursor<'a>,
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    text: String,
    /// The elements around the cursor, outermost first; never empty, as the root ends last.
    open: Vec<Open<'a>>,
    scope: Scope<'a>,
    /// Where the text that is being gathered belongs.
    slot: Slot,
    /// The attributes of one start tag.
    raw_attributes: Vec<RawAttribute<'a>>,
}

struct Open<'a> {
    index: NodeIndex,
    last_child: NodeIndex,
    name: &'a str,
    /// What to return to in the scope of namespaces.
    scope: usize,
}

struct Slot {
    index: NodeIndex,
    is_tail: bool,
    /// Where the text starts that had to be copied.
    start: usize,
    /// What all of the text is, as long as it stands in the source as it is.
    run: Range<usize>,
}

struct RawAttribute<'a> {
    name: QualifiedName<'a>,
    value: Span,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        let text = XML_NAMESPACE.to_owned();
        Self {
            source,
            cursor: Cursor::new(source),
            nodes: vec![Node::default()],
            attributes: Vec::new(),
            slot: Slot { index: 0, is_tail: false, start: text.len(), run: 0..0 },
            scope: Scope::new(Span::new(0..text.len())),
            text,
            open: vec![Open { index: 0, last_child: 0, name: "", scope: 0 }],
            raw_attributes: Vec::new(),
        }
    }

    fn content(&mut self) -> Result<(), ReadError> {
        loop {
            let start = self.cursor.offset();
            self.cursor.until(|byte| matches!(byte, b'<' | b'&' | b']' | b'\r'));
            self.gather(start..self.cursor.offset());
            match self.cursor.rest().as_bytes() {
                [] => break,
                [b'<', ..] => self.markup()?,
                [b'&', ..] => {
                    self.cursor.take("&");
                    let char = self.cursor.reference()?;
                    self.copied().push(char);
                }
                [b']', b']', b'>', ..] => return Err(self.cursor.fault("`]]>` in a text").into()),
                [b']', ..] => {
                    let start = self.cursor.offset();
                    self.cursor.take("]");
                    self.gather(start..self.cursor.offset());
                }
                _ => {
                    self.line_break();
                    self.copied().push('\n');
                }
            }
        }
        self.end_text();
        match self.open.len() {
            1 => Ok(()),
            _ => Err(self.cursor.fault("an element that does not end").into()),
        }
    }

    /// Goes past `\r` or `\r\n`.
    fn line_break(&mut self) {
        self.cursor.take("\r");
        self.cursor.take("\n");
    }

    fn markup(&mut self) -> Result<(), ReadError> {
        if self.cursor.take("</") {
            return self.end_tag();
        }
        if self.cursor.take("<!--") {
            return Ok(self.cursor.comment()?);
        }
        if self.cursor.take("<![CDATA[") {
            let text = self.cursor.past("]]>", "a CDATA section that does not end")?;
            push_lines(text, self.copied());
            return Ok(());
        }
        if self.cursor.take("<?") {
            return Ok(self.cursor.instruction()?);
        }
        self.cursor.take("<");
        self.start_tag()
    }

    /// Adds a range of the source to the text.
    fn gather(&mut self, more: Range<usize>) {
        let is_new = self.slot.run.is_empty() && self.slot.start == self.text.len();
        if is_new {
            self.slot.run = more;
        } else if self.slot.run.end == more.start && !self.slot.run.is_empty() {
            self.slot.run.end = more.end;
        } else if !more.is_empty() {
            let source = self.source;
            self.copied().push_str(&source[more]);
        }
    }

    /// The text gathered so far as a copy, to which what stands otherwise in the source is added.
    fn copied(&mut self) -> &mut String {
        let run = std::mem::take(&mut self.slot.run);
        self.text.push_str(&self.source[run]);
        &mut self.text
    }

    /// Gives the text gathered so far to where it belongs.
    fn end_text(&mut self) {
        let Slot { index, is_tail, start, run } = &self.slot;
        let behind = self.source.len();
        let span = match run.is_empty() {
            true => Span::new(behind + start..behind + self.text.len()),
            false => Span::new(run.clone()),
        };
        let node = &mut self.nodes[*index as usize];
        *if *is_tail { &mut node.tail } else { &mut node.text } = span;
    }

    fn start_text(&mut self, index: NodeIndex, is_tail: bool) {
        self.slot = Slot { index, is_tail, start: self.text.len(), run: 0..0 };
    }

    fn start_tag(&mut self) -> Result<(), ReadError> {
        self.end_text();
        let name = self.cursor.qualified_name()?;
        let scope = self.scope.mark();
        let is_empty = self.raw_attributes()?;
        let attributes = self.bind_attributes()?;
        let namespace = match name.prefix {
            Some(prefix) => self.namespace(prefix)?,
            None => self.scope.default(),
        };
        let index = NodeIndex::try_from(self.nodes.len())
            .expect("an element is longer than a byte, and 2 GiB are refused");
        let name_and_namespace = Name { namespace, local: name.local };
        self.nodes.push(Node { name: name_and_namespace, attributes, ..Node::default() });
        let parent = self.open.last_mut().expect("the root is open to the end");
        match std::mem::replace(&mut parent.last_child, index) {
            0 => self.nodes[parent.index as usize].first_child = index,
            previous => self.nodes[previous as usize].next_sibling = index,
        }
        if is_empty {
            self.scope.leave(scope);
        } else {
            self.open.push(Open { index, last_child: 0, name: name.whole, scope });
        }
        self.start_text(index, is_empty);
        Ok(())
    }

    /// Reads attributes and the end of a start tag; tells whether it is an empty element's.
    fn raw_attributes(&mut self) -> Result<bool, ReadError> {
        self.raw_attributes.clear();
        loop {
            let is_apart = self.cursor.skip_space();
            if self.cursor.take(">") {
                return Ok(false);
            }
            if self.cursor.take("/>") {
                return Ok(true);
            }
            if !is_apart {
                return Err(self.cursor.fault("a start tag that does not end").into());
            }
            let name = self.cursor.qualified_name()?;
            self.cursor.skip_space();
            self.cursor.expect("=", "an attribute without a value")?;
            self.cursor.skip_space();
            let value = self.attribute_value()?;
            self.raw_attributes.push(RawAttribute { name, value });
        }
    }

    fn attribute_value(&mut self) -> Result<Span, ReadError> {
        const NO_QUOTE: &str = "an attribute's value is not in quotes";
        let start = self.text.len();
        let quote = if self.cursor.take("\"") { b'"' } else { b'\'' };
        if quote == b'\'' {
            self.cursor.expect("'", NO_QUOTE)?;
        }
        loop {
            let is_stop =
                |byte| byte == quote || matches!(byte, b'<' | b'&' | b'\t' | b'\n' | b'\r');
            let text = self.cursor.until(is_stop);
            self.text.push_str(text);
            match self.cursor.rest().as_bytes() {
                [b'&', ..] => {
                    self.cursor.take("&");
                    let char = self.cursor.reference()?;
                    self.text.push(char);
                }
                [b'\r', ..] => {
                    self.line_break();
                    self.text.push(' ');
                }
                [b'\t' | b'\n', ..] => {
                    let _ = self.cursor.take("\t") || self.cursor.take("\n");
                    self.text.push(' ');
                }
                [byte, ..] if *byte == quote => break,
                _ => {
                    return Err(self.cursor.fault("an attribute's value that does not end").into());
                }
            }
        }
        let _ = self.cursor.take("\"") || self.cursor.take("'");
        Ok(Span::new(start..self.text.len()))
    }

    /// Takes the declarations of namespaces out of a tag's attributes and names the others;
    /// returns their range.
    fn bind_attributes(&mut self) -> Result<Span, ReadError> {
        let start = self.attributes.len();
        if self.raw_attributes.is_empty() {
            return Ok(Span::new(start..start));
        }
        let duplicate = self.cursor.fault("an attribute that stands twice");
        if has_duplicates(self.raw_attributes.iter().map(|attribute| attribute.name.whole)) {
            return Err(duplicate.into());
        }
        for RawAttribute { name, value } in &self.raw_attributes {
            let prefix = match name.prefix {
                Some("xmlns") => name.local.of(self.source),
                None if name.whole == "xmlns" => "",
                _ => continue,
            };
            let text = value.of(&self.text);
            self.scope.bind(prefix, *value, text).map_err(|what| self.cursor.fault(what))?;
            if text.len() > MAX_NAMESPACE {
                return Err(ReadError::Unsure("a namespace is longer than 256 bytes"));
            }
        }
        for RawAttribute { name, value } in &self.raw_attributes {
            let namespace = match name.prefix {
                Some("xmlns") => continue,
                None if name.whole == "xmlns" => continue,
                Some(prefix) => self.namespace(prefix)?,
                None => Span::default(),
            };
            let name = Name { namespace, local: name.local };
            self.attributes.push(Attribute { name, value: *value });
        }
        let own = self.attributes[start..].iter();
        let in_namespaces = own.filter(|attribute| !attribute.name.namespace.is_empty());
        let names = in_namespaces.map(|Attribute { name, .. }| {
            (name.namespace.of(&self.text), name.local.of(self.source))
        });
        if has_duplicates(names) {
            return Err(duplicate.into());
        }
        Ok(Span::new(start..self.attributes.len()))
    }

    fn namespace(&self, prefix: &str) -> Result<Span, NotWellFormed> {
        let namespace = self.scope.of_prefix(prefix);
        namespace.ok_or_else(|| self.cursor.fault("a prefix that stands for no namespace"))
    }

    fn end_tag(&mut self) -> Result<(), ReadError> {
        self.end_text();
        let mismatch = self.cursor.fault("an end tag that fits no start tag");
        // Even the root's own end tag is no good here: another one follows the completion.
        if self.open.len() == 1 {
            return Err(mismatch.into());
        }
        let Some(Open { index, name, scope, .. }) = self.open.pop() else {
            return Err(mismatch.into());
        };
        self.cursor.expect(name, mismatch.what)?;
        self.cursor.skip_space();
        self.cursor.expect(">", mismatch.what)?;
        self.scope.leave(scope);
        self.start_text(index, true);
        Ok(())
    }
}

/// Appends a text with a newline for each break between lines.
fn push_lines(text: &str, out: &mut String) {
    for (position, line) in text.split('\r').enumerate() {
        let line = match position {
            0 => line,
            _ => {
                out.push('\n');
                line.strip_prefix('\n').unwrap_or(line)
            }
        };
        out.push_str(line);
    }
}

fn has_duplicates<T: Eq + Hash>(items: impl Iterator<Item = T> + Clone) -> bool {
    // Below this, looking at all pairs costs less than a table.
    const FEW: usize = 8;
    if items.clone().nth(FEW).is_none() {
        let mut rest = items;
        while let Some(item) = rest.next() {
            if rest.clone().any(|other| other == item) {
                return true;
            }
        }
        return false;
    }
    let mut seen = HashSet::new();
    items.into_iter().any(|item| !seen.insert(item))
}
