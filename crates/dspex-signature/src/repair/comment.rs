//! Comments: `# …`, `// …` and `/* … */`.

use super::{Family, parser::Parser, place::Place};

impl Parser<'_> {
    pub(super) fn skip_space_and_comments(&mut self) {
        loop {
            self.cursor.skip_space();
            if !self.is_at_comment() {
                return;
            }
            self.skip_comment();
        }
    }

    /// Between values a lone slash counts as a comment of its own.
    pub(super) fn skip_comments_between_values(&mut self) {
        while let Some('#' | '/') = self.cursor.peek() {
            self.skip_comment();
            self.cursor.skip_space();
        }
    }

    /// Skips one comment, or a slash that begins none.
    pub(super) fn skip_comment(&mut self) {
        self.saw(Family::Comments);
        let start = self.cursor.position;
        let second = self.cursor.after(start);
        match (self.cursor.peek(), self.cursor.char_at(second)) {
            (Some('#'), _) => self.skip_hash_comment(),
            (Some('/'), Some('/')) => self.cursor.position = self.after_line(start),
            // The star that opens a comment may close it too: `/*/`.
            (Some('/'), Some('*')) => self.cursor.position = self.after_block(second),
            _ => self.cursor.advance(),
        }
    }

    /// Where the comments at `position` and the white space around them end.
    pub(super) fn after_comments(&mut self, position: usize) -> usize {
        let mut position = self.cursor.after_space(position);
        loop {
            let start = position;
            let second = self.cursor.after(start);
            position = match (self.cursor.char_at(start), self.cursor.char_at(second)) {
                (Some('#'), _) | (Some('/'), Some('/')) => self.after_line(start),
                (Some('/'), Some('*')) => self.after_block(second + 1),
                _ => return start,
            };
            self.cursor.spend(position - start);
            position = self.cursor.after_space(position);
        }
    }

    fn is_at_comment(&self) -> bool {
        let second = self.cursor.char_at(self.cursor.position + 1);
        match self.cursor.peek() {
            Some('#') => true,
            Some('/') => matches!(second, Some('/' | '*')),
            _ => false,
        }
    }

    /// What closes a container around it also ends a `#` comment.
    fn skip_hash_comment(&mut self) {
        let ends = [
            ('\n', true),
            ('\r', true),
            (']', self.places.is_within(Place::Item)),
            ('}', self.places.is_within(Place::Value)),
            (':', self.places.is_within(Place::Key)),
        ];
        while let Some(char) = self.cursor.peek()
            && !ends.contains(&(char, true))
        {
            self.cursor.advance();
        }
    }

    /// The end of the line, before its `\n` or `\r`.
    fn after_line(&self, position: usize) -> usize {
        let rest = self.cursor.slice(position, self.cursor.len());
        position + rest.find(['\n', '\r']).unwrap_or(rest.len())
    }

    fn after_block(&self, position: usize) -> usize {
        let rest = self.cursor.slice(position, self.cursor.len());
        position + rest.find("*/").map_or(rest.len(), |end| end + 2)
    }
}
