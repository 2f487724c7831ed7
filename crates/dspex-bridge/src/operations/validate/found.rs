//! What a check has found so far, and where it stands.

use std::ops::Range;

use dspex_signature::Value;

use super::{Violation, Violations};

/// The longest text that is looked at, in bytes; a longer one is a violation itself.
pub(super) const TEXT_BYTES: usize = 1 << 20;

/// Violations, and the path to the part that is looked at.
pub(super) struct Found {
    path: String,
    violations: Vec<Violation>,
}

impl Found {
    pub(super) const fn new() -> Self {
        Self { path: String::new(), violations: Vec::new() }
    }

    /// Whether there is no place for more.
    pub(super) const fn is_full(&self) -> bool {
        self.violations.len() >= Violations::MAX
    }

    /// Adds a violation of the part that is looked at.
    pub(super) fn push(
        &mut self,
        rule: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.push_at(None, rule, message, hint);
    }

    /// Adds a violation of some characters of a text.
    pub(super) fn push_at(
        &mut self,
        at: Option<Range<usize>>,
        rule: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if !self.is_full() {
            let (rule, message, hint) = (rule.into(), message.into(), hint.into());
            self.violations.push(Violation { path: self.path.clone(), rule, message, hint, at });
        }
    }

    /// Adds that the part is of another type.
    pub(super) fn push_type(&mut self, expected: &str, value: &Value) {
        if value.python_type() == expected {
            let message = "has surrogates, which are halves of characters";
            return self.push("type", message, "give whole characters");
        }
        let message = format!("should be `{expected}`, found `{}`", value.python_type());
        self.push("type", message, "give a value of the type, or check another field");
    }

    /// Looks at a part, whose place is added to the path: `[3]`, `name`.
    pub(super) fn at(&mut self, place: &str, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 && !place.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(place);
        look(self);
        self.path.truncate(length);
    }

    /// Looks at a value, or at each item of a list.
    pub(super) fn each(&mut self, value: &Value, mut look: impl FnMut(&Value, &mut Self)) {
        let Some(items) = value.as_list() else { return look(value, self) };
        for (index, item) in items.iter().enumerate() {
            if self.is_full() {
                return;
            }
            self.at(&format!("[{index}]"), |found| look(item, found));
        }
    }

    /// Looks at a text of at most `max_bytes`, or at each text of a list.
    pub(super) fn each_text(
        &mut self,
        value: &Value,
        max_bytes: usize,
        mut look: impl FnMut(&str, &mut Self),
    ) {
        self.each(value, |value, found| match value {
            Value::Text(text) if text.len() > max_bytes => {
                let message = format!("has {} bytes, more than {max_bytes}", text.len());
                found.push("too_long", message, "give a shorter text, or its parts one by one");
            }
            Value::Text(text) => look(text, found),
            other => found.push_type("str", other),
        });
    }

    pub(super) fn into_result(self) -> Result<(), Violations> {
        match self.violations.is_empty() {
            true => Ok(()),
            false => Err(Violations(self.violations)),
        }
    }
}
