//! The one place of language models that reads variables of the environment which hold no key.

/// The value of a variable; `None` where it is unset, empty or not Unicode.
#[expect(clippy::disallowed_methods, reason = "this file is where this room reads variables")]
pub(super) fn get(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
