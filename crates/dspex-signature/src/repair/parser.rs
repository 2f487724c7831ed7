//! What all parts of the repairing parser share, and the choice between kinds of values.

use super::{
    Families, Family, RepairDoubt,
    characters::{is_alphabetic, is_digit, is_quote},
    cursor::Cursor,
    place::{Place, Places},
};
use crate::Value;

/// How many frames the library may have on Python's stack for one value.
///
/// Python ends at 1000 frames with an error, and the program around the library needs some of
/// them; half is certain. The figures below are the frames of the library's own functions.
const MAX_FRAMES: usize = 400;

/// A value: its dispatch.
const VALUE_FRAMES: usize = 1;
/// An object: two for itself, one for the value of a member.
const OBJECT_FRAMES: usize = 3;
/// A list or a group.
const LIST_FRAMES: usize = 3;
/// A comment between values, after which the library calls its dispatch anew.
const COMMENT_FRAMES: usize = 3;

/// The repairing parser: where it is, in what, and which departures it has seen.
pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) places: Places,
    pub(super) families: Families,
    /// After braces without members were read as a list, the library reads the next value as if it
    /// stood in so many more keys.
    pub(super) pending_keys: usize,
    /// Whether a value between others was read as strict JSON, or could not; done once.
    pub(super) has_tried_strict: bool,
    frames: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            cursor: Cursor::new(text),
            places: Places::default(),
            families: Families::default(),
            pending_keys: 0,
            has_tried_strict: false,
            frames: 0,
        }
    }

    pub(super) const fn saw(&mut self, family: Family) {
        self.families.insert(family);
    }

    /// The next value; the empty text where there is none.
    pub(super) fn value(&mut self) -> Value {
        let pending_keys = std::mem::take(&mut self.pending_keys);
        for _ in 0..pending_keys {
            self.places.enter(Place::Key);
        }
        let frames = self.frames;
        let value = if self.descend(VALUE_FRAMES + usize::from(pending_keys > 0)) {
            self.value_by_first_character()
        } else {
            empty()
        };
        self.frames = frames;
        for _ in 0..pending_keys {
            self.places.leave();
        }
        value
    }

    fn value_by_first_character(&mut self) -> Value {
        let is_top_level = self.places.is_top_level();
        let mut may_lack_opener = self.cursor.position == 0 && is_top_level;
        while let Some(char) = self.cursor.peek() {
            if is_top_level
                && matches!(char, '{' | '[')
                && let Some(value) = self.strict_value()
            {
                return value;
            }
            if may_lack_opener && is_quote(char) {
                may_lack_opener = false;
                if let Some(value) = self.object_without_opener(char) {
                    return value;
                }
            }
            match char {
                '{' => {
                    self.cursor.advance();
                    return self.object();
                }
                '[' => {
                    self.cursor.advance();
                    return Value::List(self.list(']'));
                }
                '(' if !is_top_level || self.group_stands_alone() => return self.group(),
                '#' | '/' if is_top_level => {
                    self.skip_comments_between_values();
                    may_lack_opener = false;
                    if !self.descend(COMMENT_FRAMES) {
                        return empty();
                    }
                    continue;
                }
                '#' | '/' => {
                    self.skip_comment();
                    return empty();
                }
                _ if is_top_level => {}
                _ if is_quote(char) || is_alphabetic(char) => return self.string(),
                '-' | '.' => return self.number(),
                _ if is_digit(char) => return self.number(),
                _ => {}
            }
            self.saw_skipped(char);
            self.cursor.advance();
        }
        empty()
    }

    /// An object after its opening brace, however deep it may be.
    pub(super) fn object(&mut self) -> Value {
        self.with_frames(OBJECT_FRAMES, Self::members).unwrap_or_else(empty)
    }

    /// The items of a list or a group after what opened it, however deep it may be.
    pub(super) fn list(&mut self, closer: char) -> Vec<Value> {
        self.with_frames(LIST_FRAMES, |parser| parser.items(closer)).unwrap_or_default()
    }

    fn with_frames<T>(&mut self, frames: usize, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let before = self.frames;
        let result = self.descend(frames).then(|| read(self));
        self.frames = before;
        result
    }

    /// Whether Python's stack certainly holds `frames` more.
    fn descend(&mut self, frames: usize) -> bool {
        self.frames += frames;
        if self.frames > MAX_FRAMES {
            self.cursor.stop(RepairDoubt::TooDeep);
        }
        self.frames <= MAX_FRAMES
    }

    fn saw_skipped(&mut self, char: char) {
        match char {
            ' ' | '\t' | '\n' | '\r' => {}
            _ if self.places.is_top_level() => self.saw(Family::Prose),
            _ => self.saw(Family::StrayCharacters),
        }
    }
}

/// What the library gives where there is nothing.
pub(super) const fn empty() -> Value {
    Value::Text(String::new())
}
