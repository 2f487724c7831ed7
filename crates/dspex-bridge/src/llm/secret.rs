//! Keys: the one place that reads them from the environment, and a text that does not print.

use std::fmt;

use super::LmErrorKind;

/// The name of the variable that holds a key; the key itself is read at each call, so that a
/// rotated key is found without a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeySource {
    variable: String,
}

impl KeySource {
    pub(crate) fn variable(variable: impl Into<String>) -> Self {
        Self { variable: variable.into() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.variable
    }

    /// The key, without white space around it.
    ///
    /// # Errors
    /// [`LmErrorKind::MissingKey`] when the variable is unset, empty or not Unicode.
    #[expect(clippy::disallowed_methods, reason = "the home of every read of a key")]
    pub(crate) fn read(&self) -> Result<Secret, LmErrorKind> {
        match std::env::var(&self.variable) {
            Ok(key) if !key.trim().is_empty() => Ok(Secret(key.trim().to_owned())),
            _ => Err(LmErrorKind::MissingKey { key_env: self.variable.clone() }),
        }
    }
}

/// A key. It has no `Display`, and its `Debug` shows nothing.
pub(crate) struct Secret(String);

impl Secret {
    /// The key itself, for the request's header and nothing else.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// `text` without the key, for messages of servers that repeat it.
    pub(crate) fn scrub(&self, text: &str) -> String {
        text.replace(&self.0, "[key]")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_printed() {
        let secret = KeySource::variable("CARGO_PKG_NAME").read().unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(secret.scrub("no such key: dspex-bridge"), "no such key: [key]");
    }

    #[test]
    fn a_missing_key_names_its_variable() {
        let error = KeySource::variable("DSPEX_NO_SUCH_VARIABLE").read().unwrap_err();
        assert_eq!(
            error.to_string(),
            "needs a key, and the variable `DSPEX_NO_SUCH_VARIABLE` is not set"
        );
    }
}
