//! What DSPy's own client calls otherwise than it was told, and what a server has for it.

use serde_json::{Map, Value as Json, json};

use crate::llm::effort::{Effort, PARAMETER as EFFORT};

/// What a server calls otherwise than OpenAI does.
///
/// Source: the bodies that DSPy 3.4.1 sent to each provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::llm) struct Habits {
    /// Who asks.
    user: &'static str,
    /// How thinking is switched on and off, where not by the effort alone.
    thinking: Thinking,
    /// Whether it tells how likely each token was.
    has_logprobs: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thinking {
    ByEffort,
    /// By a switch beside the effort.
    Switched,
    /// By a switch that is always on; the least effort is `low`.
    AlwaysOn,
}

const USUAL: Habits = Habits { user: "user", thinking: Thinking::ByEffort, has_logprobs: true };

#[rustfmt::skip]
const OTHERS: [(&str, Habits); 2] = [
    ("deepseek", Habits { user: "user_id", thinking: Thinking::Switched, ..USUAL }),
    ("xai", Habits { thinking: Thinking::AlwaysOn, has_logprobs: false, ..USUAL }),
];

impl Habits {
    /// Those of the provider of this prefix.
    pub(in crate::llm) fn of(prefix: &str) -> Self {
        OTHERS.iter().find(|(other, _)| *other == prefix).map_or(USUAL, |(_, habits)| *habits)
    }

    /// The parameters by their usual names; `max_tokens_field` is what the server calls the limit.
    pub(super) fn named(
        self,
        mut parameters: Map<String, Json>,
        max_tokens_field: &'static str,
    ) -> Map<String, Json> {
        // As in DSPy, `None` takes back what the model is set to.
        parameters.retain(|_, value| !value.is_null());
        for (other, usual) in
            [("safety_identifier", "user"), ("max_completion_tokens", max_tokens_field)]
        {
            if other != usual
                && !parameters.contains_key(usual)
                && let Some(value) = parameters.shift_remove(other)
            {
                parameters.insert(usual.to_owned(), value);
            }
        }
        let is_none = parameters.get("top_logprobs") == Some(&0.into());
        match parameters.get("logprobs").and_then(Json::as_bool) {
            Some(true) if !self.has_logprobs => {
                parameters.shift_remove("logprobs");
                parameters.shift_remove("top_logprobs");
            }
            Some(true) if is_none => {
                parameters.shift_remove("top_logprobs");
            }
            Some(false) => {
                parameters.shift_remove("logprobs");
            }
            _ => {}
        }
        parameters
    }

    /// The parameters as the server wants them, each where it stood.
    ///
    /// # Errors
    /// The words of `reasoning_effort`, for another one.
    pub(super) fn spelled(
        self,
        parameters: Map<String, Json>,
    ) -> Result<Map<String, Json>, String> {
        if self == USUAL {
            return Ok(parameters);
        }
        let mut spelled = Map::new();
        for (name, value) in parameters {
            match (name.as_str(), self.thinking) {
                (EFFORT, Thinking::Switched | Thinking::AlwaysOn) => {
                    let effort = Effort::read(&value)?;
                    let is_on = self.thinking == Thinking::AlwaysOn || !effort.is_none();
                    let switch = if is_on { "enabled" } else { "disabled" };
                    spelled.insert("thinking".to_owned(), json!({ "type": switch }));
                    if is_on {
                        let word =
                            if effort.is_none() { effort.at_least_low() } else { effort.word() };
                        spelled.insert(name, word.into());
                    }
                }
                ("user", _) => {
                    spelled.insert(self.user.to_owned(), value);
                }
                _ => {
                    spelled.insert(name, value);
                }
            }
        }
        Ok(spelled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prefix: &str, parameters: &str, expected: &str) {
        let habits = Habits::of(prefix);
        let field = if prefix == "openai" { "max_completion_tokens" } else { "max_tokens" };
        let named = habits.named(serde_json::from_str(parameters).unwrap(), field);
        let spelled = habits.spelled(named).unwrap();
        assert_eq!(Json::Object(spelled).to_string(), expected, "{prefix} {parameters}");
    }

    // Each was recorded of DSPy 3.4.1.
    #[test]
    fn each_server_is_told_in_its_own_words() {
        let effort = |word: &str| format!(r#"{{"reasoning_effort":"{word}"}}"#);
        check("groq", &effort("none"), &effort("none"));
        check("deepseek", &effort("none"), r#"{"thinking":{"type":"disabled"}}"#);
        let on = |word: &str| {
            format!(r#"{{"thinking":{{"type":"enabled"}},"reasoning_effort":"{word}"}}"#)
        };
        check("deepseek", &effort("minimal"), &on("minimal"));
        check("xai", &effort("minimal"), &on("minimal"));
        check("xai", &effort("none"), &on("low"));
        let asked = r#"{"user":"u","logprobs":true,"top_logprobs":2}"#;
        check("ollama", asked, asked);
        check("deepseek", asked, r#"{"user_id":"u","logprobs":true,"top_logprobs":2}"#);
        check("xai", asked, r#"{"user":"u"}"#);
        check("openai", r#"{"logprobs":true,"top_logprobs":0}"#, r#"{"logprobs":true}"#);
        check("openai", r#"{"logprobs":null,"seed":1}"#, r#"{"seed":1}"#);
        check("xai", r#"{"top_logprobs":3}"#, r#"{"top_logprobs":3}"#);
        check("openai", r#"{"logprobs":false,"user":"u"}"#, r#"{"user":"u"}"#);
        check("openai", r#"{"safety_identifier":"s"}"#, r#"{"user":"s"}"#);
        check("deepseek", r#"{"safety_identifier":"s"}"#, r#"{"user_id":"s"}"#);
        check("openai", r#"{"max_completion_tokens":5}"#, r#"{"max_completion_tokens":5}"#);
        check("groq", r#"{"max_completion_tokens":5}"#, r#"{"max_tokens":5}"#);
        let both = r#"{"max_tokens":4,"max_completion_tokens":5}"#;
        check("deepseek", both, both);
    }

    #[test]
    fn an_effort_that_is_none_is_refused() {
        let parameters = serde_json::from_str(r#"{"reasoning_effort":"huge"}"#).unwrap();
        let error = Habits::of("xai").spelled(parameters).unwrap_err();
        assert!(error.starts_with(r#"parameter `reasoning_effort` is "huge""#), "{error}");
    }
}
