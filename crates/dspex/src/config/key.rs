//! `api_key_env`, `api_key_file` and `api_key_command` of `[lm.NAME]`: where a key comes from.

use dspex_bridge::llm::Key;

use super::reader::Section;

/// The settings that are read here.
pub(super) const KNOWN: [&str; 3] = ["api_key_env", "api_key_file", "api_key_command"];
/// Names under which a literal key is looked for, to be refused.
const SECRETS: [&str; 5] = ["api_key", "key", "token", "secret", "password"];

/// Where the key comes from; several places are tried in this order: variables, the file, the
/// command. `None` where nobody says.
pub(super) fn read(section: &Section<'_>) -> Option<Key> {
    refuse_literals(section);
    let sources = variables(section).into_iter().chain(file(section)).chain(command(section));
    sources.reduce(Key::or)
}

/// The names of settings that hold a secret, of which there is more to say than that they are none.
pub(super) fn secrets(section: &Section<'_>) -> impl Iterator<Item = &'static str> {
    SECRETS.into_iter().filter(|key| section.has(key))
}

fn refuse_literals(section: &Section<'_>) {
    for key in secrets(section) {
        let message = format!("`{}` holds a secret", section.path(key));
        let hint = "put it in an environment variable and name that in `api_key_env`";
        section.fault(key, message, Some(hint));
    }
}

fn variables(section: &Section<'_>) -> Vec<Key> {
    let key = "api_key_env";
    let Some(names) = section.text_or_texts(key) else { return Vec::new() };
    if names.is_empty() {
        let hint = "name one, or several in the order in which they are tried";
        section.fault(key, format!("`{}` names no variable", section.path(key)), Some(hint));
    }
    if !names.iter().all(|name| is_variable(name)) {
        // What stands there may be a key, so that it is not shown.
        let message = format!("`{}` holds what is no variable's name", section.path(key));
        let hint = "a name has letters, digits and `_`; the key itself does not belong here";
        section.fault(key, message, Some(hint));
    }
    names.into_iter().map(Key::env).collect()
}

fn is_variable(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && name.chars().all(is_part) && !name.starts_with(|c: char| c.is_ascii_digit())
}

fn file(section: &Section<'_>) -> Option<Key> {
    let key = "api_key_file";
    let path = section.text(key)?;
    if path.is_empty() {
        section.fault(key, format!("`{}` names no file", section.path(key)), None);
    }
    Some(Key::file(path))
}

fn command(section: &Section<'_>) -> Option<Key> {
    let key = "api_key_command";
    let mut words = section.texts(key)?.into_iter();
    match words.next().filter(|program| !program.is_empty()) {
        Some(program) => Some(Key::command(program, words)),
        None => {
            let hint =
                "name the program, and behind it each argument: [\"pass\", \"show\", \"openai\"]";
            section.fault(key, format!("`{}` names no program", section.path(key)), Some(hint));
            None
        }
    }
}
