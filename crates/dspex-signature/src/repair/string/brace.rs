//! Closing braces in the text of a member: do they belong to the text, or end its object?

use super::{Text, body::Verdict};
use crate::repair::{Family, lookahead::Targets, parser::Parser};

impl Parser<'_> {
    /// What the closing brace at the position means.
    pub(super) fn judge_brace(&mut self, text: &mut Text) -> Verdict {
        if !text.content.ends_with(text.closer) {
            if text.braces > 0 {
                self.saw(Family::InlineContainers);
                return Verdict::Next(self.keep(text, '}'));
            }
            if self.brace_ends_text(text) {
                return Verdict::End(Some('}'));
            }
        }
        let next = self.cursor.after_space(self.cursor.position + 1);
        if self.cursor.starts_with_at(next, "```") {
            self.saw(Family::Fences);
            if self.fence_belongs_to_text(text, next) {
                return Verdict::Next(self.keep(text, '}'));
            }
            return Verdict::End(Some('}'));
        }
        match self.cursor.char_at(next) {
            None => Verdict::End(Some('}')),
            Some(_) => Verdict::Go,
        }
    }

    /// Whether the text's closing quote is missing before the brace.
    ///
    /// It is there, further on, if a quote that can close the text follows; not if the next quotes
    /// are those of a key.
    fn brace_ends_text(&mut self, text: &mut Text) -> bool {
        let start = self.cursor.position + 1;
        let is_before_backslash = self.cursor.char_at(start) == Some('\\');
        let close = self.find_within(text, Targets::one(text.closer), start);
        if self.cursor.char_at(close).is_none() {
            return self.no_brace_follows(start, is_before_backslash);
        }
        let next = self.cursor.after(close);
        let next = self.cursor.after_space(next);
        if matches!(self.cursor.char_at(next), None | Some(',' | '}')) {
            return false;
        }
        let open = self.cursor.find(Targets::one(text.opener), next);
        if self.cursor.char_at(open).is_none() {
            return false;
        }
        let colon = self.cursor.after(open);
        let colon = self.cursor.after_space(colon);
        match self.cursor.char_at(colon) {
            None | Some(':') => !is_before_backslash,
            Some(_) => false,
        }
    }

    /// Without a further quote the brace ends the text if a colon follows, or nothing much before
    /// the next brace.
    fn no_brace_follows(&mut self, start: usize, is_before_backslash: bool) -> bool {
        let colon = self.cursor.find(Targets::one(':'), start);
        if self.cursor.char_at(colon).is_some() {
            return true;
        }
        let next = self.cursor.after_space(start);
        let brace = self.cursor.find(Targets::one('}'), next);
        let has_more = brace > self.cursor.after(next);
        !has_more && !is_before_backslash
    }
}
