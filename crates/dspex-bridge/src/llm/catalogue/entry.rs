//! What is known of one model.

use super::{LmCapabilities, Price};

/// What is known of one model.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// What it can do.
    pub capabilities: LmCapabilities,
    /// How many tokens it reads at most.
    pub context_tokens: Option<u64>,
    /// How many tokens it writes at most.
    pub output_tokens: Option<u64>,
    /// What it costs.
    pub price: Option<Price>,
}

impl ModelInfo {
    /// Reads what stands behind a model's name.
    ///
    /// # Errors
    /// The first word that does not belong there.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let mut words = line.split_ascii_whitespace();
        let mut next = |what: &str| words.next().ok_or_else(|| format!("{what} is missing"));
        let mode = next("what the model is for")?;
        if !matches!(mode, "chat" | "completion" | "responses" | "embedding") {
            return Err(format!("`{mode}` is not what a model is for"));
        }
        let context_tokens = tokens(next("how much the model reads")?)?;
        let output_tokens = tokens(next("how much the model writes")?)?;
        let mut capabilities = capabilities(next("what the model can do")?)?;
        capabilities.context_tokens = context_tokens;
        Ok(Self { capabilities, context_tokens, output_tokens, price: Price::parse(words)? })
    }

    /// What is known of every Claude.
    ///
    /// Source: the rule of litellm's catalogue for models that it does not list.
    pub(super) fn of_claude() -> Self {
        let capabilities = capabilities("tprsfvd").expect("these letters are known");
        Self { capabilities, ..Self::default() }
    }
}

fn tokens(word: &str) -> Result<Option<u64>, String> {
    match word {
        "?" => Ok(None),
        _ => word.parse().map(Some).map_err(|_| format!("`{word}` is not a number of tokens")),
    }
}

fn capabilities(letters: &str) -> Result<LmCapabilities, String> {
    let mut known = LmCapabilities::default();
    for letter in letters.chars().filter(|letter| *letter != '-') {
        let has = match letter {
            't' => &mut known.tools,
            'p' => &mut known.parallel_tools,
            'r' => &mut known.reasoning,
            's' => &mut known.schema,
            'f' => &mut known.response_format,
            'v' => &mut known.vision,
            'a' => &mut known.audio,
            'd' => &mut known.documents,
            _ => return Err(format!("`{letter}` is nothing that a model can do")),
        };
        *has = true;
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(line: &str, expected: &str) {
        assert_eq!(ModelInfo::parse(line).unwrap_err(), expected);
    }

    #[test]
    fn what_does_not_belong_is_told() {
        refuses("chat", "how much the model reads is missing");
        refuses("poem 1 1 -", "`poem` is not what a model is for");
        refuses("chat 1 many -", "`many` is not a number of tokens");
        refuses("chat 1 1 tz", "`z` is nothing that a model can do");
        refuses("chat 1 1 - in=dear", "`in=dear` is not a price");
        refuses("chat 1 1 - ink=1", "`ink=1` is not a price");
        refuses("chat 1 1 - >x", "`>x` is not a number of tokens");
    }
}
