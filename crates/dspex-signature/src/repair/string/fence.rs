//! Code fences after a closing brace: around the whole answer, or within a text.

use super::Text;
use crate::repair::{characters::is_opener, lookahead::Targets, parser::Parser};

impl Parser<'_> {
    /// Whether the fence at `fence` belongs to the text, because a quote that can close the text
    /// follows.
    pub(super) fn fence_belongs_to_text(&mut self, text: &mut Text, fence: usize) -> bool {
        let mut start = fence + 3;
        let next = self.after_comments(start);
        let mut keeps_container = false;
        if self.cursor.char_at(next).is_some_and(is_opener)
            && let Some(end) = self.after_container(next)
        {
            if self.ends_member(end) {
                return false;
            }
            keeps_container = true;
            start = end;
        }
        let closer = Targets::one(text.closer);
        let mut close = self.cursor.find(closer, start);
        while self.cursor.char_at(close).is_some() {
            let next = self.cursor.after(close);
            let after = self.cursor.after_space(next);
            if matches!(self.cursor.char_at(after), None | Some(',' | '}' | ']')) {
                text.expects_container |= keeps_container;
                return true;
            }
            self.cursor.spend(1);
            close = self.cursor.find(closer, next);
        }
        false
    }

    /// Whether a container that ends at `end` is followed by the end of the object or by its next
    /// member.
    fn ends_member(&mut self, end: usize) -> bool {
        let next = self.cursor.after_space(end);
        match self.cursor.char_at(next) {
            None | Some('}') => true,
            Some(',') => {
                let member = self.after_comments(next + 1);
                matches!(self.cursor.char_at(member), None | Some('}')) || self.is_key(member)
            }
            Some(_) => false,
        }
    }
}
