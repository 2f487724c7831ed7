//! Text as the metrics compare it.

use crate::value::unicode::{is_space, is_word, lower, nfd};

/// The text in lower case, without ASCII punctuation, the articles `a`, `an` and `the`, and
/// surplus white space; DSPy's `normalize_text`.
///
/// The steps, in DSPy's order: Unicode's canonical decomposition (so an accent becomes a
/// character of its own, and stays), lower case, ASCII punctuation out, articles out, white space
/// to single spaces. Characters are what Python 3.11 takes them for, which knows Unicode 14.
///
/// ```
/// use dspex_signature::metrics::normalize_text;
///
/// assert_eq!(normalize_text("  The,  Eiffel-Tower! "), "eiffeltower");
/// ```
#[must_use]
pub fn normalize_text(text: &str) -> String {
    let mut bare = lower(&nfd(text));
    bare.retain(|char| !char.is_ascii_punctuation());
    let mut normalized = String::with_capacity(bare.len());
    for word in without_articles(&bare).split(is_space).filter(|word| !word.is_empty()) {
        if !normalized.is_empty() {
            normalized.push(' ');
        }
        normalized.push_str(word);
    }
    normalized
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
