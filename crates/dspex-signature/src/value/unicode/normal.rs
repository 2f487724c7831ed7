//! Unicode's normal forms as Python 3.11 makes them.
//!
//! The forms of a character never change once Unicode has it. The crate that makes them here knows
//! more characters than Unicode 14 does; to Python those neither decompose nor combine, so each of
//! them stays as it is and parts what stands around it.

use unicode_normalization::UnicodeNormalization;

use super::is_assigned;

/// The canonical decomposition, `unicodedata.normalize("NFD", text)`.
pub(crate) fn nfd(text: &str) -> String {
    normalized(text, |known, out| out.extend(known.nfd()))
}

/// The compatible composition, `unicodedata.normalize("NFKC", text)`, which Python's parser makes
/// of every name.
pub(crate) fn nfkc(text: &str) -> String {
    normalized(text, |known, out| out.extend(known.nfkc()))
}

fn normalized(text: &str, normalize: impl Fn(&str, &mut String)) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((position, unknown)) = rest.char_indices().find(|(_, char)| !is_assigned(*char))
    {
        normalize(&rest[..position], &mut out);
        out.push(unknown);
        rest = &rest[position + unknown.len_utf8()..];
    }
    normalize(rest, &mut out);
    out
}
