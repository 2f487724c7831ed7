//! `through` and `environment` of `[lm.NAME]`: by which way a model is asked, and what that rules out.

use dspex_bridge::llm::LmRoute;

use super::reader::Section;

/// The words of `through`.
const WORDS: [(&str, LmRoute); 2] = [("dspy", LmRoute::Python), ("rust", LmRoute::Direct)];

/// What only a client of Rust's does, and what to say in its place.
const DIRECT_ONLY: [(&str, &str); 5] = [
    ("api_key_env", "name the variables that DSPy reads in `environment`"),
    ("api_key_file", "name the variables that DSPy reads in `environment`"),
    ("api_key_command", "name the variables that DSPy reads in `environment`"),
    ("model_type", "DSPy asks for chat completions here"),
    ("api_version", "name the variable that DSPy reads it from in `environment`"),
];

pub(super) fn through(section: &Section<'_>) -> Option<LmRoute> {
    section.word("through", &WORDS)
}

/// Finds settings that have no meaning on the way by which the model is asked.
pub(super) fn check(section: &Section<'_>, route: LmRoute) {
    if route != LmRoute::Python {
        if section.has("environment") {
            let path = section.path("environment");
            let message = format!("`{path}` is for a model that DSPy asks, and Rust asks this one");
            let hint = "name its key in `api_key_env`, or say `through = \"dspy\"`";
            section.fault("environment", message, Some(hint));
        }
        return;
    }
    for (key, hint) in DIRECT_ONLY.into_iter().filter(|(key, _)| section.has(key)) {
        let path = section.path(key);
        let message = format!("`{path}` is for a model that Rust asks, and DSPy asks this one");
        section.fault(key, message, Some(hint));
    }
}
