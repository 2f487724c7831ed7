//! Where a key comes from: a variable, a file or a command, and others behind the first.

use std::env::VarError;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use super::Secret;
use super::command::Command;
use super::file::File;

/// Where the key of a model comes from.
///
/// A variable is read at each request; a file where it has changed; a command runs once. A key that
/// the provider refuses is asked for anew, and a fresh one is sent at once, so that a key can be
/// exchanged without a restart.
///
/// With [`or`](Self::or) two keys may overlap: where one is missing or refused the other is sent, and
/// the one that was taken is the first to be tried from then on.
///
/// Clones share what they have read.
///
/// ```
/// use dspex_bridge::llm::{Key, OpenAi};
///
/// let key = Key::env("OPENAI_API_KEY").or(Key::command("pass", ["show", "openai"]));
/// let model = OpenAi::new("gpt-4o-mini").key(key);
/// # let shown = format!("{model:?}");
/// # assert!(shown.contains("pass") && !shown.contains("show"), "{shown}");
/// ```
#[derive(Clone)]
pub struct Key {
    pub(super) sources: Vec<Arc<Source>>,
    /// Which of them is tried first.
    pub(super) first: Arc<AtomicUsize>,
}

/// One place that a key comes from.
#[derive(Debug, PartialEq)]
pub(super) enum Source {
    Variable(String),
    File(File),
    Command(Command),
}

impl Key {
    /// The key in the variable of that name.
    #[must_use]
    pub fn env(variable: impl Into<String>) -> Self {
        Self::from(Source::Variable(variable.into()))
    }

    /// The key that is all the text of a file, of at most 64 KiB.
    ///
    /// Put a new key there by renaming another file to this name; one that is written in place may be
    /// read half written, which costs a request that is refused.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::from(Source::File(File::new(path.into())))
    }

    /// The key that a program prints, within 10 seconds and the call's deadline. No shell is
    /// involved, what it writes to stderr is discarded, and its arguments are never shown.
    ///
    /// It runs again where its key is refused; where it prints the same one, not before a minute has
    /// passed.
    #[must_use]
    pub fn command<A: Into<String>>(
        program: impl Into<String>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Self::from(Source::Command(Command::new(program.into(), arguments)))
    }

    /// The same key, with another that is sent where this one is missing or refused.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let sources = self.sources.into_iter().chain(other.sources).collect();
        Self { sources, first: Arc::default() }
    }

    fn from(source: Source) -> Self {
        Self { sources: vec![Arc::new(source)], first: Arc::default() }
    }
}

/// Keys are equal that come from the same places.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.sources == other.sources
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Key").field(&self.sources).finish()
    }
}

impl Source {
    /// The variable, the path or the program.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Variable(variable) => variable.clone(),
            Self::File(file) => file.path().display().to_string(),
            Self::Command(command) => command.program().to_owned(),
        }
    }

    /// The key; asked for anew where it is the one that was `refused`.
    ///
    /// # Errors
    /// A sentence that names the source and says why there is none.
    pub(super) async fn key(&self, refused: Option<&Arc<Secret>>) -> Result<Arc<Secret>, String> {
        match self {
            Self::Variable(variable) => {
                read(variable).map_err(|why| format!("the variable `{variable}` {why}"))
            }
            Self::File(file) => file
                .key(refused)
                .await
                .map_err(|why| format!("the file `{}` {why}", file.path().display())),
            Self::Command(command) => command
                .key(refused)
                .await
                .map_err(|why| format!("the command `{}` {why}", command.program())),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the home of every read of a key")]
fn read(variable: &str) -> Result<Arc<Secret>, String> {
    let key = std::env::var(variable);
    match &key {
        Ok(key) if !key.trim().is_empty() => Secret::parse(key.as_bytes(), "holds").map(Arc::new),
        Err(VarError::NotUnicode(_)) => Err("holds what is not UTF-8".to_owned()),
        _ => Err("is not set".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_key_is_where_it_comes_from() {
        let key = Key::env("A").or(Key::file("b/c")).or(Key::command("pass", ["show", "d"]));
        let expected = r#"Key([Variable("A"), File("b/c"), Command("pass")])"#;
        assert_eq!(format!("{key:?}"), expected);
        let names: Vec<String> = key.sources.iter().map(|source| source.name()).collect();
        assert_eq!(names, ["A", "b/c", "pass"]);
    }

    #[test]
    fn keys_are_equal_that_come_from_the_same_places() {
        let key = |argument| Key::env("A").or(Key::command("pass", ["show", argument]));
        assert_eq!(key("a"), key("a"));
        assert_ne!(key("a"), key("b"));
        assert_ne!(Key::file("a"), Key::file("b"));
    }

    #[tokio::test]
    async fn a_missing_variable_is_named() {
        let source = Source::Variable("DSPEX_NO_SUCH_VARIABLE".to_owned());
        let error = source.key(None).await.unwrap_err();
        assert_eq!(error, "the variable `DSPEX_NO_SUCH_VARIABLE` is not set");
        let source = Source::Variable("CARGO_PKG_NAME".to_owned());
        assert_eq!(source.key(None).await.unwrap().0, "dspex-bridge");
    }
}
