//! A completion of `XmlAdapter` while it is written.

use super::output::PartialOutput;
use super::position;
use super::tag::{Markup, Tag};
use crate::adapter::{PreparedAdapter, xml};
use crate::{Coerced, Value};

/// Where a completion is read, which outlives a piece of it.
///
/// Comments, sections of `CDATA` and instructions are not followed: what comes after one is known in the
/// end only, and so is what follows a fault.
#[derive(Clone, Debug, Default)]
pub(super) struct XmlReader {
    /// Whether a newline would belong to the line's end that was read last.
    after_return: bool,
    markup: Markup,
    /// How many elements are open.
    depth: usize,
    /// The output whose element is open.
    open: Option<usize>,
    /// Whether it has an element inside, from where on a text stays as it is written.
    has_children: bool,
    /// The item that is open in it, as it is written.
    item: String,
    is_broken: bool,
}

impl XmlReader {
    pub(super) fn push(
        &mut self,
        piece: &str,
        adapter: &PreparedAdapter,
        outputs: &mut [PartialOutput],
    ) {
        let mut rest = piece;
        while !rest.is_empty() && !self.is_broken {
            // Text in one go, and what may be markup by its characters.
            let is_special = |char| matches!(char, '<' | '&' | '\r' | '\n');
            let end = rest.find(is_special).unwrap_or(rest.len());
            if end > 0 && !self.markup.is_open() {
                self.after_return = false;
                self.written(&rest[..end], outputs);
                rest = &rest[end..];
                continue;
            }
            let Some(char) = rest.chars().next() else { break };
            rest = &rest[char.len_utf8()..];
            if std::mem::take(&mut self.after_return) && char == '\n' {
                continue;
            }
            self.after_return = char == '\r';
            self.char(if char == '\r' { '\n' } else { char }, adapter, outputs);
        }
    }

    fn char(&mut self, char: char, adapter: &PreparedAdapter, outputs: &mut [PartialOutput]) {
        match self.markup.push(char) {
            Tag::None => self.written(char.encode_utf8(&mut [0; 4]), outputs),
            Tag::Open => {}
            Tag::Reference(decoded) => self.reference(decoded, outputs),
            Tag::Start { is_empty } => self.start(is_empty, adapter, outputs),
            Tag::End => self.end(adapter, outputs),
            Tag::Broken => self.is_broken = true,
        }
    }

    /// Adds to the open output.
    fn written(&mut self, text: &str, outputs: &mut [PartialOutput]) {
        let Some(open) = self.open else { return };
        outputs[open].push(text);
        if outputs[open].grows_by_item() && self.depth > 1 {
            self.item.push_str(text);
        }
    }

    fn reference(&mut self, decoded: char, outputs: &mut [PartialOutput]) {
        let is_text = self.open.is_some_and(|open| outputs[open].is_text());
        let source = self.markup.take();
        match is_text && !self.has_children {
            true => self.written(decoded.encode_utf8(&mut [0; 4]), outputs),
            false => self.written(&source, outputs),
        }
    }

    fn start(&mut self, is_empty: bool, adapter: &PreparedAdapter, outputs: &mut [PartialOutput]) {
        let source = self.markup.take();
        if self.depth == 0 {
            // As in DSPy's streams the first element of a name counts.
            let named = position(adapter, Markup::name(&source));
            self.open = named.filter(|place| !outputs[*place].has_begun());
            self.has_children = false;
            if let Some(open) = self.open {
                outputs[open].begin();
            }
            self.depth = 1;
            if is_empty {
                self.close(adapter, outputs);
            }
            return;
        }
        self.has_children = true;
        self.depth += 1;
        self.written(&source, outputs);
        if is_empty {
            self.leave(adapter, outputs);
        }
    }

    fn end(&mut self, adapter: &PreparedAdapter, outputs: &mut [PartialOutput]) {
        let source = self.markup.take();
        match self.depth {
            0 => self.is_broken = true,
            1 => {
                let outputs_of = adapter.signature().outputs();
                let is_other = |open: usize| outputs_of[open].name != Markup::name(&source);
                self.is_broken = self.open.is_some_and(is_other);
                if !self.is_broken {
                    self.close(adapter, outputs);
                }
            }
            _ => {
                self.written(&source, outputs);
                self.leave(adapter, outputs);
            }
        }
    }

    /// Leaves an element inside an output, which may be an item.
    fn leave(&mut self, adapter: &PreparedAdapter, outputs: &mut [PartialOutput]) {
        self.depth -= 1;
        let Some(open) = self.open.filter(|_| self.depth == 1 && !self.item.is_empty()) else {
            return;
        };
        let item = std::mem::take(&mut self.item);
        if let Coerced::Exact(Value::List(items)) = xml::read_output(adapter, open, &item)
            && let Ok([item]) = <[Value; 1]>::try_from(items)
        {
            outputs[open].push_item(item);
        }
    }

    /// Leaves the element of an output, or one that is none.
    fn close(&mut self, adapter: &PreparedAdapter, outputs: &mut [PartialOutput]) {
        self.depth = 0;
        if let Some(open) = self.open.take() {
            outputs[open].finish(|text| xml::read_output(adapter, open, text));
        }
    }
}
