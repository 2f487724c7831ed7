//! A completion of `ChatAdapter` while it is written.

use super::header::{HeaderStart, Line};
use super::output::PartialOutput;
use super::position;
use crate::adapter::{PreparedAdapter, lines::is_line_break};
use crate::coerce;

/// Where a completion is read, which outlives a piece of it.
#[derive(Clone, Debug, Default)]
pub(super) struct ChatReader {
    /// Whether a newline would belong to the line's end that was read last.
    after_return: bool,
    /// The line's start, while it may be a header.
    start: HeaderStart,
    /// Whether the line is none.
    is_plain: bool,
    /// The output whose section is open.
    open: Option<usize>,
}

impl ChatReader {
    pub(super) fn push(
        &mut self,
        piece: &str,
        adapter: &PreparedAdapter,
        outputs: &mut [PartialOutput],
    ) {
        let mut rest = piece;
        while let Some(char) = rest.chars().next() {
            let is_end_read = std::mem::take(&mut self.after_return) && char == '\n';
            if is_line_break(char) {
                rest = &rest[char.len_utf8()..];
                if !is_end_read {
                    self.end_line(outputs);
                    self.after_return = char == '\r';
                }
            } else if self.is_plain {
                let (line, after) = rest.split_at(rest.find(is_line_break).unwrap_or(rest.len()));
                self.content(line, outputs);
                rest = after;
            } else {
                rest = &rest[char.len_utf8()..];
                match self.start.push(char) {
                    Line::Unknown => {}
                    Line::Plain => self.plain(outputs),
                    Line::Header => self.header(adapter, outputs),
                }
            }
        }
    }

    pub(super) fn finish(&mut self, adapter: &PreparedAdapter, outputs: &mut [PartialOutput]) {
        self.plain(outputs);
        self.close(adapter, outputs);
    }

    fn content(&self, piece: &str, outputs: &mut [PartialOutput]) {
        if let Some(open) = self.open {
            outputs[open].push(piece);
        }
    }

    /// What the line began with is content.
    fn plain(&mut self, outputs: &mut [PartialOutput]) {
        self.content(self.start.line(), outputs);
        self.start.clear();
        self.is_plain = true;
    }

    fn end_line(&mut self, outputs: &mut [PartialOutput]) {
        self.plain(outputs);
        self.content("\n", outputs);
        self.is_plain = false;
    }

    fn header(&mut self, adapter: &PreparedAdapter, outputs: &mut [PartialOutput]) {
        self.close(adapter, outputs);
        // As in DSPy the first section of a name counts.
        let named = position(adapter, self.start.name());
        self.open = named.filter(|place| !outputs[*place].has_begun());
        if let Some(open) = self.open {
            outputs[open].begin();
            outputs[open].push(self.start.rest());
        }
        self.start.clear();
        self.is_plain = true;
    }

    fn close(&mut self, adapter: &PreparedAdapter, outputs: &mut [PartialOutput]) {
        if let Some(open) = self.open.take() {
            let field = &adapter.signature().outputs()[open];
            outputs[open].finish(|text| coerce(&field.ty, text));
        }
    }
}
