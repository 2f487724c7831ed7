//! How much a model thinks before it answers.

use serde_json::Value as Json;

/// DSPy's name for the parameter.
pub(super) const PARAMETER: &str = "reasoning_effort";

/// DSPy's words, and how many tokens they stand for where a provider counts.
///
/// Source: what DSPy 3.4.1 sends to Anthropic and Gemini.
const WORDS: [(&str, u64); 7] = [
    ("none", 0),
    ("minimal", 1024),
    ("low", 2048),
    ("medium", 8192),
    ("high", 16384),
    ("xhigh", 24576),
    ("max", 32768),
];

/// One of DSPy's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effort(usize);

impl Effort {
    /// # Errors
    /// The words, for another one.
    pub(super) fn read(value: &Json) -> Result<Self, String> {
        let position = WORDS.iter().position(|(word, _)| value == word);
        position.map(Self).ok_or_else(|| {
            let words = WORDS.map(|(word, _)| format!("`{word}`")).join(", ");
            format!("parameter `{PARAMETER}` is {value}; it is one of {words}")
        })
    }

    pub(super) const fn is_none(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn word(self) -> &'static str {
        WORDS[self.0].0
    }

    /// The word, for models that know none below `low`.
    pub(super) const fn at_least_low(self) -> &'static str {
        if self.0 < 2 { WORDS[2].0 } else { self.word() }
    }

    /// The word, for models that know none above `high` and always think.
    pub(super) const fn at_most_high(self) -> &'static str {
        match self.0 {
            0 => WORDS[1].0,
            1..=4 => self.word(),
            _ => WORDS[4].0,
        }
    }

    pub(super) const fn budget_tokens(self) -> u64 {
        WORDS[self.0].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_word_is_told_which_there_are() {
        assert_eq!(Effort::read(&"low".into()).unwrap().budget_tokens(), 2048);
        assert_eq!(
            Effort::read(&"huge".into()).unwrap_err(),
            "parameter `reasoning_effort` is \"huge\"; it is one of `none`, `minimal`, `low`, \
             `medium`, `high`, `xhigh`, `max`"
        );
    }
}
