//! OpenAI's models that think, which take neither every temperature nor every limit.

use crate::llm::Sampling;

/// The least limit that leaves a model room to think.
const LEAST_TOKENS: u64 = 16_000;

/// Refuses sampling of a model's own that DSPy refuses too; requests say what they like.
///
/// # Errors
/// What to say instead.
pub(in crate::llm) fn check(model: &str, own: &Sampling) -> Result<(), String> {
    let is_cold = |temperature: &f64| *temperature != 0.0 && *temperature != 1.0;
    let is_short = |tokens: &u64| (1..LEAST_TOKENS).contains(tokens);
    let is_odd = own.temperature.as_ref().is_some_and(is_cold)
        || own.max_tokens.as_ref().is_some_and(is_short);
    match is_odd && thinks(model) {
        true => Err(format!(
            "a model of OpenAI's that thinks takes a `temperature` of 1 or none, and a `max_tokens` of \
             at least {LEAST_TOKENS} or none"
        )),
        false => Ok(()),
    }
}

/// Whether DSPy knows a model of OpenAI's as one that thinks, by its name and whoever serves it.
///
/// Source: the families that DSPy 3.4.1 knows: `o1`, `o3`, `o4`, `o5` with `-mini`, `-nano` or `-pro`
/// and a date, and `gpt-5` in every version, but for those of ChatGPT.
pub(in crate::llm) fn thinks(model: &str) -> bool {
    let model = model.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    if let Some(rest) = model.strip_prefix("gpt-5") {
        let rest = without_versions(rest);
        return !rest.starts_with("-chat") && (rest.is_empty() || rest.starts_with('-'));
    }
    let Some(rest) = ["o1", "o3", "o4", "o5"].iter().find_map(|o| model.strip_prefix(o)) else {
        return false;
    };
    let sizes = ["-mini", "-nano", "-pro"];
    let rest = sizes.iter().find_map(|size| rest.strip_prefix(size)).unwrap_or(rest);
    rest.is_empty() || is_date(rest)
}

/// What follows on `.1`, `.1.2` and so on.
fn without_versions(mut rest: &str) -> &str {
    while let Some(version) = rest.strip_prefix('.') {
        let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
        if end == 0 {
            break;
        }
        rest = &version[end..];
    }
    rest
}

/// `-2025-04-16`.
fn is_date(text: &str) -> bool {
    text.len() == 11
        && text.bytes().enumerate().all(|(position, byte)| match position {
            0 | 5 | 8 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each was asked of DSPy 3.4.1.
    #[test]
    fn the_models_that_think_are_those_of_dspy() {
        for model in [
            "o1",
            "o3-mini",
            "o4-mini-2025-04-16",
            "O3",
            "gpt-5",
            "gpt-5-mini",
            "gpt-5.1",
            "gpt-5.6-luna",
            "gpt-5-2025-08-07",
            "x/gpt-5.1.2-pro",
            "o5-pro",
            "gpt-5-",
        ] {
            assert!(thinks(model), "{model}");
        }
        for model in [
            "gpt-4o-mini",
            "o1-preview",
            "o2",
            "gpt-5-chat",
            "gpt-5-chat-latest",
            "gpt-5.1-chat",
            "gpt-50",
            "o3-mini-high",
            "gpt-5.",
            "gpt-5.x",
            "o1-2025-4-16",
            "chatgpt-5",
        ] {
            assert!(!thinks(model), "{model}");
        }
    }

    #[track_caller]
    fn refuses(temperature: Option<f64>, max_tokens: Option<u64>, is_refused: bool) {
        let sampling = Sampling { temperature, max_tokens, ..Sampling::default() };
        assert_eq!(check("gpt-5", &sampling).is_err(), is_refused, "{sampling:?}");
        assert_eq!(check("gpt-4o", &sampling), Ok(()));
    }

    #[test]
    fn their_own_sampling_leaves_them_room() {
        refuses(None, None, false);
        refuses(Some(1.0), Some(16_000), false);
        refuses(Some(0.0), Some(0), false);
        refuses(Some(0.5), None, true);
        refuses(None, Some(100), true);
    }
}
