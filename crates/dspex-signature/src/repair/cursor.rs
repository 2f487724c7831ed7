//! A place in the text, and steps from it that never fail.

use std::borrow::Cow;

use super::{
    RepairDoubt,
    lookahead::{Index, Targets},
};
use crate::value::unicode::is_space;

/// How many bytes may be looked at more than once, for each byte of the text.
const STEPS_PER_BYTE: usize = 32;

/// Short texts may always be looked at so often.
const FREE_STEPS: usize = 200_000;

/// White space shorter than this is looked through again instead of remembered.
const LONG_SPACE: usize = 64;

/// A text and a position in it.
///
/// Positions are offsets in bytes, on the border of a character. As in the library they may run
/// past the end, one by one. When the parser has to stop, the text becomes empty: every loop then
/// sees the end and comes home by itself, and [`Cursor::stopped`] tells why.
pub(super) struct Cursor<'a> {
    text: Cow<'a, str>,
    pub(super) position: usize,
    steps_left: usize,
    stopped: Option<RepairDoubt>,
    index: Index,
    long_space: (usize, usize),
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            position: 0,
            steps_left: FREE_STEPS + STEPS_PER_BYTE.saturating_mul(text.len()),
            stopped: None,
            index: Index::default(),
            long_space: (0, 0),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) const fn stopped(&self) -> Option<RepairDoubt> {
        self.stopped
    }

    /// Gives up: from here on the text is empty. The first reason counts.
    #[cold]
    pub(super) fn stop(&mut self, stop: RepairDoubt) {
        self.stopped.get_or_insert(stop);
        self.text = Cow::Borrowed("");
        self.index.forget();
        self.long_space = (0, 0);
    }

    /// Accounts for work that may be done again and again over the same bytes.
    pub(super) fn spend(&mut self, steps: usize) {
        match self.steps_left.checked_sub(steps) {
            Some(left) => self.steps_left = left,
            None => self.stop(RepairDoubt::TooMuchLookAhead),
        }
    }

    /// The character at the position.
    pub(super) fn peek(&self) -> Option<char> {
        self.char_at(self.position)
    }

    pub(super) fn char_at(&self, position: usize) -> Option<char> {
        match self.text.as_bytes().get(position) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            Some(_) => self.text.get(position..)?.chars().next(),
            None => None,
        }
    }

    /// The character before `position`.
    pub(super) fn char_before(&self, position: usize) -> Option<char> {
        if position == 0 { None } else { self.char_at(self.before(position)) }
    }

    /// The position one character on.
    pub(super) fn after(&self, position: usize) -> usize {
        position + self.char_at(position).map_or(1, char::len_utf8)
    }

    /// The position one character back; 0 has none before it.
    pub(super) fn before(&self, position: usize) -> usize {
        let Some(back) = position.checked_sub(1) else { return 0 };
        if back < self.len() { self.text.floor_char_boundary(back) } else { back }
    }

    /// One character on.
    pub(super) fn advance(&mut self) {
        self.position = self.after(self.position);
    }

    /// The text between two positions, as far as there is any.
    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        let end = end.min(self.len());
        self.text.get(start.min(end)..end).unwrap_or_default()
    }

    /// Whether the text at `position` begins with `start`.
    pub(super) fn starts_with_at(&self, position: usize, start: &str) -> bool {
        self.text.as_bytes().get(position..).is_some_and(|rest| rest.starts_with(start.as_bytes()))
    }

    /// How many characters stand between two positions, if they are fewer than `limit`.
    pub(super) fn has_chars_between(&self, start: usize, end: usize, limit: usize) -> bool {
        let inside = self.slice(start, end).chars().take(limit).count();
        inside + end.saturating_sub(self.len().max(start)) >= limit
    }

    /// The first position from `position` on that is not white space.
    pub(super) fn after_space(&mut self, position: usize) -> usize {
        if self.long_space.0 <= position && position < self.long_space.1 {
            return self.long_space.1;
        }
        let mut end = position;
        while let Some(char) = self.char_at(end)
            && is_space(char)
        {
            end += char.len_utf8();
        }
        if end - position > LONG_SPACE {
            self.long_space = (position, end);
            self.spend(end - position);
        }
        end
    }

    /// The last character before `position` that is not white space, with its position.
    pub(super) fn before_space(&mut self, position: usize) -> Option<(usize, char)> {
        let start = position;
        let mut position = position;
        while let Some(char) = self.char_before(position) {
            position = self.before(position);
            if !is_space(char) {
                self.spend(start.saturating_sub(position));
                return Some((position, char));
            }
        }
        self.spend(start);
        None
    }

    pub(super) fn skip_space(&mut self) {
        self.position = self.after_space(self.position);
    }

    /// The first of `targets` from `position` on that no backslash escapes, or the end of the
    /// text. Backslashes before `position` do not count.
    pub(super) fn find(&mut self, targets: Targets, position: usize) -> usize {
        let (found, steps) = self.index.find(&self.text, targets, position);
        self.spend(steps);
        found.min(self.len())
    }

    /// How many unescaped targets stand between two positions.
    pub(super) fn count_between(&mut self, targets: Targets, start: usize, end: usize) -> usize {
        let (count, steps) = self.index.count(&self.text, targets, start, end);
        self.spend(steps);
        count
    }

    /// Puts `new` in the place of what stands between two positions.
    pub(super) fn replace(&mut self, start: usize, end: usize, new: &str) {
        // A copy is cheap beside a look at each byte, but not free.
        self.spend(self.len() / 8 + 1);
        if self.stopped.is_none() {
            let end = end.min(self.len());
            self.text.to_mut().replace_range(start.min(end)..end, new);
            self.index.forget();
            self.long_space = (0, 0);
        }
    }
}
