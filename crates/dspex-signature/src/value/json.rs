//! JSON text into values, as strictly as Python's `json.loads`.

use std::fmt;

use JsonErrorKind::{Expected, LoneSurrogate, TooDeep, TooManyDigits};

use super::{BigInt, Value, growth};
use crate::Fields;

/// How many lists and objects may stand inside one another.
pub(super) const MAX_DEPTH: usize = 128;

/// Python 3.11 refuses to read an integer with more digits than this.
const MAX_INT_DIGITS: usize = 4300;

impl Value {
    /// Reads one JSON value; nothing but white space may stand around it.
    ///
    /// Integers of any size keep all their digits, `1` and `1.0` stay apart, and a key that comes
    /// twice keeps its first place and its last value, as in Python.
    ///
    /// ```
    /// use dspex_signature::Value;
    ///
    /// let value = Value::from_json(r#"{"k": [1, 1.0]}"#)?;
    /// assert_eq!(value.to_json(), r#"{"k": [1, 1.0]}"#);
    ///
    /// let error = Value::from_json("{\n  'k': 1}").unwrap_err();
    /// assert_eq!(error.to_string(), "expected a key in double quotes at line 2, column 3");
    /// # Ok::<(), dspex_signature::JsonError>(())
    /// ```
    ///
    /// # Errors
    /// [`JsonError`] tells what was expected and where.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        parse(text, false)
    }

    /// As [`Value::from_json`], and reads `NaN`, `Infinity` and `-Infinity`, as `json.loads` does.
    ///
    /// # Errors
    /// As [`Value::from_json`].
    pub fn from_python_json(text: &str) -> Result<Self, JsonError> {
        parse(text, true)
    }

    /// Reads the JSON value with which a text begins, as `JSONDecoder.raw_decode`; with it comes
    /// its length.
    pub(crate) fn python_json_prefix(text: &str) -> Result<(Self, usize), JsonErrorKind> {
        let mut parser = Parser::new(text, true);
        let value = parser.value(0)?;
        match parser.lone_surrogate {
            None => Ok((value, parser.position)),
            Some(_) => Err(LoneSurrogate),
        }
    }
}

/// A text that is not one JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    kind: JsonErrorKind,
    place: Place,
}

/// Where something stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    offset: usize,
    line: usize,
    column: usize,
}

/// What is wrong with a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The text is not JSON: what was expected instead.
    Expected(&'static str),
    /// Lists and objects stand more than 128 deep inside one another.
    TooDeep,
    /// An integer has more than 4300 digits, Python's own limit.
    TooManyDigits,
    /// An escape stands for half a character (`\ud83d` alone), which Rust's text cannot hold.
    LoneSurrogate,
}

impl Place {
    /// The start of the text.
    pub(super) const START: Self = Self { offset: 0, line: 1, column: 1 };

    /// The place behind `text`, which stands at this one.
    pub(super) fn after(self, text: &str) -> Self {
        let offset = self.offset + text.len();
        match text.rfind('\n') {
            None => Self { offset, line: self.line, column: self.column + text.chars().count() },
            Some(newline) => Self {
                offset,
                line: self.line + text.matches('\n').count(),
                column: 1 + text[newline + 1..].chars().count(),
            },
        }
    }
}

impl JsonError {
    pub(super) const fn new(kind: JsonErrorKind, place: Place) -> Self {
        Self { kind, place }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> JsonErrorKind {
        self.kind
    }

    /// Where, in bytes from the start of the text.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.place.offset
    }

    /// The line, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.place.line
    }

    /// The column in characters, counted from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.place.column
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.kind)?;
        write!(formatter, " at line {}, column {}", self.line(), self.column())
    }
}

impl fmt::Display for JsonErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected(what) => write!(formatter, "expected {what}"),
            TooDeep => write!(formatter, "more than {MAX_DEPTH} levels of nesting"),
            TooManyDigits => write!(formatter, "an integer of more than {MAX_INT_DIGITS} digits"),
            LoneSurrogate => formatter.write_str("an escape of half a character"),
        }
    }
}

impl std::error::Error for JsonError {}

fn parse(text: &str, non_finite: bool) -> Result<Value, JsonError> {
    let mut parser = Parser::new(text, non_finite);
    parser
        .value(0)
        .and_then(|value| {
            parser.skip_space();
            match (parser.peek(), parser.lone_surrogate) {
                (Some(_), _) => Err(Expected("the end of the text")),
                (None, Some(offset)) => {
                    parser.position = offset;
                    Err(LoneSurrogate)
                }
                (None, None) => Ok(value),
            }
        })
        .map_err(|kind| JsonError::new(kind, Place::START.after(parser.read())))
}

pub(super) struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pub(super) position: usize,
    non_finite: bool,
    /// Where the first escape of half a character stands, which is no fault to Python.
    pub(super) lone_surrogate: Option<usize>,
}

impl<'a> Parser<'a> {
    pub(super) const fn new(text: &'a str, non_finite: bool) -> Self {
        let bytes = text.as_bytes();
        Self { text, bytes, position: 0, non_finite, lone_surrogate: None }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.position += 1;
        }
    }

    /// What is read so far.
    pub(super) fn read(&self) -> &'a str {
        &self.text[..self.position]
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.position..]
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonErrorKind> {
        self.skip_space();
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'[' | b'{') if depth == MAX_DEPTH => Err(TooDeep),
            Some(b'[') => self.list(depth),
            Some(b'{') => self.object(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    pub(super) fn word(&mut self) -> Result<Value, JsonErrorKind> {
        let words = [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("NaN", Value::Float(f64::NAN)),
            ("Infinity", Value::Float(f64::INFINITY)),
        ];
        for (word, value) in words {
            let is_known = self.non_finite || !matches!(value, Value::Float(_));
            if is_known && self.rest().starts_with(word.as_bytes()) {
                self.position += word.len();
                return Ok(value);
            }
        }
        Err(Expected("a JSON value"))
    }

    fn list(&mut self, depth: usize) -> Result<Value, JsonErrorKind> {
        let start = self.position;
        self.position += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.position += 1;
            return Ok(Value::List(items));
        }
        loop {
            let item = self.value(depth + 1)?;
            growth::push(&mut items, item, self.position - start, self.bytes.len() - self.position);
            self.skip_space();
            match self.peek() {
                Some(b',') => self.position += 1,
                Some(b']') => {
                    self.position += 1;
                    items.shrink_to_fit();
                    return Ok(Value::List(items));
                }
                _ => return Err(Expected("`,` or `]`")),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonErrorKind> {
        self.position += 1;
        let mut pairs = Vec::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.position += 1;
            return Ok(Value::Map(Fields::new()));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(Expected("a key in double quotes"));
            }
            let key = self.string()?;
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(Expected("`:`"));
            }
            self.position += 1;
            pairs.push((key.into_boxed_str(), self.value(depth + 1)?));
            self.skip_space();
            match self.peek() {
                Some(b',') => self.position += 1,
                Some(b'}') => {
                    self.position += 1;
                    pairs.shrink_to_fit();
                    return Ok(Value::Map(Fields::from_pairs(pairs)));
                }
                _ => return Err(Expected("`,` or `}`")),
            }
        }
    }

    pub(super) fn number(&mut self) -> Result<Value, JsonErrorKind> {
        let start = self.position;
        if self.peek() == Some(b'-') {
            self.position += 1;
            if self.non_finite && self.rest().starts_with(b"Infinity") {
                self.position += "Infinity".len();
                return Ok(Value::Float(f64::NEG_INFINITY));
            }
        }
        match self.peek() {
            Some(b'0') => self.position += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(Expected("a digit")),
        }
        let mut is_float = false;
        // What does not continue the number is left for the caller, who refuses it.
        if self.peek() == Some(b'.') && self.digit_at(self.position + 1) {
            self.position += 1;
            self.digits();
            is_float = true;
        }
        if let Some(b'e' | b'E') = self.peek() {
            let signed = matches!(self.bytes.get(self.position + 1), Some(b'+' | b'-'));
            let exponent = self.position + 1 + usize::from(signed);
            if self.digit_at(exponent) {
                self.position = exponent;
                self.digits();
                is_float = true;
            }
        }
        let text = &self.text[start..self.position];
        if is_float {
            return Ok(Value::Float(text.parse().expect("the grammar of JSON is within Rust's")));
        }
        if text.trim_start_matches('-').len() > MAX_INT_DIGITS {
            self.position = start;
            return Err(TooManyDigits);
        }
        Ok(BigInt::parse(text).expect("the scanner has seen a sign and digits only"))
    }

    fn digit_at(&self, position: usize) -> bool {
        self.bytes.get(position).is_some_and(u8::is_ascii_digit)
    }

    fn digits(&mut self) {
        while self.digit_at(self.position) {
            self.position += 1;
        }
    }

    pub(super) fn string(&mut self) -> Result<String, JsonErrorKind> {
        self.position += 1;
        if let Some(text) = self.plain_string() {
            return Ok(text.to_owned());
        }
        let mut text = String::new();
        loop {
            text.push_str(self.run());
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(Expected("control characters to be escaped")),
                None => return Err(Expected("`\"` at the end of the string")),
            }
        }
    }

    /// A string up to its closing quote, where nothing in it is escaped. Most strings are such, and
    /// their text is known without slack.
    pub(super) fn plain_string(&mut self) -> Option<&'a str> {
        let length = self.run_length();
        if self.rest().get(length) != Some(&b'"') {
            return None;
        }
        let start = self.position;
        self.position += length + 1;
        Some(&self.text[start..start + length])
    }

    /// The characters of a string up to one that has a meaning of its own, or the end.
    pub(super) fn run(&mut self) -> &'a str {
        let start = self.position;
        self.position += self.run_length();
        &self.text[start..self.position]
    }

    fn run_length(&self) -> usize {
        let rest = self.rest();
        rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len())
    }

    pub(super) fn escape(&mut self) -> Result<char, JsonErrorKind> {
        let char = match self.bytes.get(self.position + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(Expected("a known escape after `\\`")),
        };
        self.position += 2;
        Ok(char)
    }

    /// `\uXXXX`, two of them for a character beyond the basic plane.
    fn unicode_escape(&mut self) -> Result<char, JsonErrorKind> {
        let first = self.hex(self.position + 2)?;
        if let Some(char) = char::from_u32(first) {
            self.position += 6;
            return Ok(char);
        }
        let is_high = (0xd800..0xdc00).contains(&first);
        if is_high && self.bytes[self.position + 6..].starts_with(b"\\u") {
            let second = self.hex(self.position + 8)?;
            if (0xdc00..0xe000).contains(&second) {
                self.position += 12;
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).expect("a surrogate pair is a character"));
            }
        }
        self.lone_surrogate.get_or_insert(self.position);
        self.position += 6;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&self, start: usize) -> Result<u32, JsonErrorKind> {
        let error = Expected("four hexadecimal digits after `\\u`");
        let digits = self.bytes.get(start..start + 4).ok_or(error)?;
        digits.iter().try_fold(0, |code, digit| {
            char::from(*digit).to_digit(16).map(|digit| code * 16 + digit).ok_or(error)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = Value::from_json(text)
            .map_or_else(|error| error.to_string(), |value| value.python_repr());
        assert_eq!(actual, expected, "reading {text:?}");
    }

    #[test]
    fn values() {
        check(" null ", "None");
        check("[true,\tfalse\r\n]", "[True, False]");
        check(r#"{"b": 1, "a": {}, "b": 2}"#, "{'b': 2, 'a': {}}");
        check(r#""\ud83c\udf89\u00e9\/\b""#, r"'🎉é/\x08'");
        check("[]", "[]");
    }

    #[test]
    fn numbers_keep_their_kind_and_all_their_digits() {
        check("-0", "0");
        check("-0.0", "-0.0");
        check("1.0", "1.0");
        check("1e3", "1000.0");
        check("1E-7", "1e-07");
        check("1e999", "inf");
        check("9223372036854775807", "9223372036854775807");
        check("-123456789012345678901234567890", "-123456789012345678901234567890");
    }

    #[test]
    fn faults_are_found_where_they_stand() {
        check("", "expected a JSON value at line 1, column 1");
        check("[1,]", "expected a JSON value at line 1, column 4");
        check("{\"é\" 1}", "expected `:` at line 1, column 6");
        check("[1\n 2]", "expected `,` or `]` at line 2, column 2");
        check("{\"a\": 1,}", "expected a key in double quotes at line 1, column 9");
        check("01", "expected the end of the text at line 1, column 2");
        check("1.", "expected the end of the text at line 1, column 2");
        check("-", "expected a digit at line 1, column 2");
        check("NaN", "expected a JSON value at line 1, column 1");
        check("\"a", "expected `\"` at the end of the string at line 1, column 3");
        check("\"\n\"", "expected control characters to be escaped at line 1, column 2");
        check(r#""\x""#, "expected a known escape after `\\` at line 1, column 2");
        check(r#""\u12é""#, "expected four hexadecimal digits after `\\u` at line 1, column 2");
        check(r#""\ud83c\u0041""#, "an escape of half a character at line 1, column 2");
        check(r#"["\udc00", 1 2]"#, "expected `,` or `]` at line 1, column 14");
        check(
            r#""\ud83c\u00""#,
            "expected four hexadecimal digits after `\\u` at line 1, column 2",
        );
        check("\u{feff}1", "expected a JSON value at line 1, column 1");
    }

    #[test]
    fn depth_and_digits_are_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Value::from_json(&nested(MAX_DEPTH)).is_ok());
        let error = Value::from_json(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert_eq!(error.kind(), TooDeep);
        assert_eq!(error.offset(), MAX_DEPTH);
        let error = Value::from_json(&nested(100_000)).unwrap_err();
        assert_eq!(error.kind(), TooDeep);
        let error = Value::from_json(&"1".repeat(MAX_INT_DIGITS + 1)).unwrap_err();
        assert_eq!(error.kind(), TooManyDigits);
        assert!(Value::from_json(&format!("-{}", "1".repeat(MAX_INT_DIGITS))).is_ok());
    }

    #[test]
    fn non_finite_numbers_are_an_option() {
        let value = Value::from_python_json("[NaN, Infinity, -Infinity]").unwrap();
        assert_eq!(value.python_repr(), "[nan, inf, -inf]");
        assert!(Value::from_json("-Infinity").is_err());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let finite = any::<f64>().prop_filter("finite", |float| float.is_finite());
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            "-?[1-9][0-9]{18,40}".prop_map(|digits| BigInt::parse(&digits).unwrap()),
            finite.prop_map(Value::Float),
            ".*".prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::List),
                proptest::collection::vec((".*", inner), 0..24)
                    .prop_map(|pairs| Value::Map(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in any_json()) {
            prop_assert_eq!(Value::from_json(&value.to_json()), Ok(value.clone()));
            let indented = value.to_json_with(crate::JsonStyle::default().indented(2));
            prop_assert_eq!(Value::from_json(&indented), Ok(value));
        }

        #[test]
        fn no_text_is_too_strange(text in r#"([\[\]{}",:\\u0-9a-f.eE+ -]|\PC){0,40}"#) {
            let _ = Value::from_python_json(&text);
        }
    }
}
