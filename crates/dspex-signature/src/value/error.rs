//! A value that does not fit where it was put.

use std::fmt;

/// A value of the wrong kind, with the place where it stands.
///
/// ```
/// use dspex_signature::fields;
///
/// let error = fields! { "k" => "three" }.get::<i64>("k").unwrap_err();
/// assert_eq!(error.to_string(), "`k` should be `int`, found `str`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    path: String,
    expected: String,
    found: String,
}

impl ValueError {
    /// A value that should have been `expected` and is `found`; the path starts empty.
    pub fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { path: String::new(), expected: expected.into(), found: found.into() }
    }

    /// The same error seen from the record around it: `name` goes before the path.
    #[must_use]
    pub fn in_field(mut self, name: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => name.to_owned(),
            path if path.starts_with('[') => format!("{name}{path}"),
            path => format!("{name}.{path}"),
        };
        self
    }

    /// The same error seen from the list around it: `[index]` goes before the path.
    #[must_use]
    pub fn in_item(mut self, index: usize) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("[{index}]{dot}{}", self.path);
        self
    }

    /// Where the value stands: `orders[3].price`; empty for a value on its own.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What should stand there, in Python's words.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What stands there, in Python's words; never the value itself, which may be private.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(formatter, "expected `{}`, found `{}`", self.expected, self.found),
            path => {
                write!(formatter, "`{path}` should be `{}`, found `{}`", self.expected, self.found)
            }
        }
    }
}

impl std::error::Error for ValueError {}
