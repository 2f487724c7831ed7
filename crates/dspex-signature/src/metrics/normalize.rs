//! Text as the metrics compare it.

use unicode_normalization::UnicodeNormalization;

use crate::{
    Unsure,
    value::unicode::{is_assigned, is_space, is_word},
};

/// The text in lower case, without ASCII punctuation, the articles `a`, `an` and `the`, and
/// surplus white space; DSPy's `normalize_text`.
///
/// The steps, in DSPy's order: Unicode's canonical decomposition (so an accent becomes a
/// character of its own, and stays), lower case, ASCII punctuation out, articles out, white space
/// to single spaces.
///
/// ```
/// use dspex_signature::metrics::normalize_text;
///
/// assert_eq!(normalize_text("  The,  Eiffel-Tower! "), "eiffeltower");
/// ```
#[must_use]
pub fn normalize_text(text: &str) -> String {
    let lower = match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => text.nfd().collect::<String>().to_lowercase(),
    };
    let bare = lower.replace(|char: char| char.is_ascii_punctuation(), "");
    let mut normalized = String::with_capacity(bare.len());
    for word in without_articles(&bare).split(is_space).filter(|word| !word.is_empty()) {
        if !normalized.is_empty() {
            normalized.push(' ');
        }
        normalized.push_str(word);
    }
    normalized
}

/// Whether the metrics give for this text what DSPy gives on Python 3.11; for the texts of
/// [`answer_passage_match`](super::answer_passage_match) see
/// [`decided_passage`](super::decided_passage).
///
/// # Errors
/// [`Unsure`] for texts with characters newer than Unicode 14, which Python 3.11 does not know,
/// and with a capital sigma, whose lower case depends on what stands around it.
pub fn decided(text: &str) -> Result<(), Unsure> {
    first(text, |char| !is_assigned(char) || char == 'Σ')
}

/// Names the first character of the decomposed text that is not decided.
pub(super) fn first(text: &str, is_undecided: impl Fn(char) -> bool) -> Result<(), Unsure> {
    match text.nfd().find(|char| is_undecided(*char)) {
        None => Ok(()),
        Some(char) => {
            let reason = format!("the text has the character U+{:04X}", u32::from(char));
            Err(Unsure { reason })
        }
    }
}

/// `re.sub(r"\b(a|an|the)\b", " ", text)`
fn without_articles(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let end = rest[start..].find(|char| !is_word(char)).map_or(rest.len(), |end| start + end);
        out.push_str(&rest[..start]);
        let word = &rest[start..end];
        out.push_str(if matches!(word, "a" | "an" | "the") { " " } else { word });
        rest = &rest[end..];
    }
    out + rest
}
