//! Keys: where they come from, and a text that does not print. Nothing else reads one.

mod command;
mod file;
mod key;
mod round;

use std::fmt;
use std::sync::Arc;

use reqwest::header::HeaderValue;

pub use key::Key;
pub(crate) use round::Round;

/// The longest key, in bytes; what is longer is no key.
const MAX_KEY: usize = 64 << 10;

/// A key. It has no `Display`, and its `Debug` shows nothing.
#[derive(PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// The key that a source `holds` or has `printed`, without white space around it.
    ///
    /// # Errors
    /// What its source did instead: `holds nothing`.
    fn parse(bytes: &[u8], verb: &str) -> Result<Self, String> {
        if bytes.len() > MAX_KEY {
            return Err(format!("{verb} more than {} KiB", MAX_KEY >> 10));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| format!("{verb} what is not UTF-8"))?;
        match text.trim() {
            "" => Err(format!("{verb} nothing")),
            key if HeaderValue::try_from(key).is_err() => {
                Err(format!("{verb} characters that no header can carry"))
            }
            key => Ok(Self(key.to_owned())),
        }
    }

    /// The key itself, for the environment of a worker or a client that sends it, and nothing else.
    #[cfg(any(feature = "python", feature = "genai"))]
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The value of a request's header: the key behind what stands `before` it.
    pub(crate) fn header(&self, before: &str) -> HeaderValue {
        let value = HeaderValue::try_from(format!("{before}{}", self.0));
        let mut value = value.expect("a key was parsed as what a header can carry");
        value.set_sensitive(true);
        value
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// The keys that were sent in one exchange, which nothing may repeat.
#[derive(Debug, Default)]
pub(crate) struct Sent(Vec<Arc<Secret>>);

impl Sent {
    /// `text` without the keys, for messages of servers that repeat them.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let mut keys: Vec<&str> = self.0.iter().map(|key| &*key.0).collect();
        // One key may be the beginning of another.
        keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
        keys.into_iter().fold(text.to_owned(), |text, key| text.replace(key, "[key]"))
    }

    fn holds(&self, key: &Secret) -> bool {
        self.0.iter().any(|sent| **sent == *key)
    }

    pub(crate) fn add(&mut self, key: Arc<Secret>) {
        self.0.push(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Arc<Secret> {
        Arc::new(Secret::parse(text.as_bytes(), "holds").unwrap())
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(Secret::parse(bytes, "holds").unwrap_err(), expected);
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", secret("sk-1")), "Secret");
        let sent = Sent(vec![secret("sk-1"), secret(" sk-12\n")]);
        assert_eq!(format!("{sent:?}"), "Sent([Secret, Secret])");
        assert_eq!(sent.scrub("neither sk-12 nor sk-1"), "neither [key] nor [key]");
        assert_eq!(Sent::default().scrub("as it is"), "as it is");
    }

    #[test]
    fn what_is_no_key_is_said_and_not_shown() {
        check(b" \n", "holds nothing");
        check(b"sk-\xff", "holds what is not UTF-8");
        check(b"sk-1\nsk-2", "holds characters that no header can carry");
        check(&[b'k'; MAX_KEY + 1], "holds more than 64 KiB");
    }
}
