//! A whole text: one value, or several side by side.

use super::{
    Family, RepairDoubt,
    lookahead::Targets,
    parser::Parser,
    same_shape::{has_same_shape, is_truthy},
};
use crate::{JsonErrorKind, Value};

impl Parser<'_> {
    /// The value of the whole text. Several values come as a list; one that looks like the one
    /// before it is taken for a newer version and replaces it.
    pub(super) fn text(&mut self) -> Value {
        let first = self.value();
        if self.cursor.position >= self.cursor.len() {
            return first;
        }
        let mut newest = first;
        let mut older = Vec::new();
        while self.cursor.position < self.cursor.len() {
            self.places.clear();
            self.pending_keys = 0;
            let is_after_comma = self.is_after_comma();
            let value = self.value();
            if !is_truthy(&value) {
                self.cursor.advance();
                continue;
            }
            self.saw(Family::ManyValues);
            let is_newer_version = !is_after_comma && has_same_shape(&newest, &value);
            let replaced = std::mem::replace(&mut newest, value);
            if !is_newer_version && is_truthy(&replaced) {
                older.push(replaced);
            }
        }
        if older.is_empty() {
            return newest;
        }
        older.push(newest);
        Value::List(older)
    }

    /// Whether a comma stands between the value before and what follows.
    fn is_after_comma(&mut self) -> bool {
        let next = self.cursor.after_space(self.cursor.position);
        self.cursor.char_at(next) == Some(',')
            || self.cursor.before_space(self.cursor.position).is_some_and(|(_, char)| char == ',')
    }

    /// Reads the whole text as an object that lacks its first brace only.
    ///
    /// The position is at the quote with which the first key begins.
    pub(super) fn object_without_opener(&mut self, quote: char) -> Option<Value> {
        if self.cursor.after_space(0) != self.cursor.position {
            return None;
        }
        let key_start = self.cursor.after(self.cursor.position);
        let key_end = self.cursor.find(Targets::one(quote), key_start);
        self.cursor.char_at(key_end)?;
        let colon = self.cursor.after(key_end);
        let colon = self.cursor.after_space(colon);
        let last = self.cursor.before_space(self.cursor.len());
        if self.cursor.char_at(colon) != Some(':') || last.is_none_or(|(_, char)| char != '}') {
            return None;
        }
        let candidate = format!("{{{}", self.cursor.slice(0, self.cursor.len()));
        match Value::python_json_prefix(&candidate) {
            Ok((value, end)) => {
                let rest = candidate[end..].trim_matches([' ', '\t', '\r', '\n']);
                if !rest.is_empty() {
                    return None;
                }
                self.saw(Family::MissingOpener);
                self.cursor.position = self.cursor.len();
                Some(value)
            }
            Err(kind) => {
                self.doubt_where_python_reads_on(kind);
                None
            }
        }
    }

    /// The list or object at the position, if it is strict JSON.
    ///
    /// Only the first one that prose stands before or after is tried so.
    pub(super) fn strict_value(&mut self) -> Option<Value> {
        let start = self.cursor.position;
        if self.has_tried_strict || (start == 0 && !self.has_words_after_first_container()) {
            return None;
        }
        self.has_tried_strict = true;
        match Value::python_json_prefix(self.cursor.slice(start, self.cursor.len())) {
            Ok((value, length)) => {
                self.cursor.position = start + length;
                Some(value)
            }
            Err(kind) => {
                if kind == JsonErrorKind::TooManyDigits {
                    self.cursor.stop(RepairDoubt::Raises);
                }
                self.doubt_where_python_reads_on(kind);
                None
            }
        }
    }

    /// Whether the container with which the text begins is balanced, and followed by something
    /// other than a comma.
    fn has_words_after_first_container(&mut self) -> bool {
        let text = self.cursor.slice(0, self.cursor.len());
        let mut closers = Vec::new();
        let (mut in_text, mut is_escaped) = (false, false);
        for (position, byte) in text.bytes().enumerate() {
            match byte {
                _ if std::mem::take(&mut is_escaped) => {}
                b'\\' if in_text => is_escaped = true,
                b'"' => in_text = !in_text,
                _ if in_text => {}
                b'{' => closers.push(b'}'),
                b'[' => closers.push(b']'),
                b'}' | b']' => {
                    if closers.pop() != Some(byte) {
                        return false;
                    }
                    if closers.is_empty() {
                        let next = self.cursor.after_space(position + 1);
                        return self.cursor.char_at(next).is_some_and(|char| char != ',');
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// Takes note where our reader of strict JSON has narrower limits than Python's.
    fn doubt_where_python_reads_on(&mut self, kind: JsonErrorKind) {
        match kind {
            JsonErrorKind::TooDeep => self.cursor.stop(RepairDoubt::TooDeep),
            JsonErrorKind::LoneSurrogate => self.saw(Family::HalfCharacters),
            _ => {}
        }
    }
}
