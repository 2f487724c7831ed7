//! IP addresses of both versions.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::{Kind, Search};

pub(super) const KIND: Kind = Kind { name: "ip_address", words: "an IP address", find };

fn find(search: &Search<'_>) -> Vec<Range<usize>> {
    let text = search.text;
    let mut found = Vec::new();
    let mut place = 0;
    let is_part = |char: char| char.is_ascii_hexdigit() || char == ':' || char == '.';
    while let Some(begin) = text[place..].find(is_part).map(|begin| place + begin) {
        let end = text[begin..].find(|char| !is_part(char)).map_or(text.len(), |end| begin + end);
        place = end;
        // A letter beside it makes it a part of a word, but for a colon between: `IP:192.0.2.7`.
        let in_word = |char: Option<char>| char.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let begin = match in_word(text[..begin].chars().next_back()) {
            true => after_label(text, begin..end),
            false => Some(begin),
        };
        let end = match in_word(text[end..].chars().next()) {
            true => before_port(text, begin, end),
            false => Some(end),
        };
        if let Some(run) = begin.zip(end).filter(|(begin, end)| begin < end) {
            found.extend(addresses(text, run.0..run.1));
        }
    }
    found
}

/// Where a run begins behind the colon of a label that stands before it; `a::1` is a path.
fn after_label(text: &str, run: Range<usize>) -> Option<usize> {
    let (label, rest) = text[run.clone()].split_once(':')?;
    (!rest.starts_with(':')).then_some(run.start + label.len() + 1)
}

/// Where a run ends before the colon of a word that stands behind it.
fn before_port(text: &str, begin: Option<usize>, end: usize) -> Option<usize> {
    let (rest, _) = text[begin?..end].rsplit_once(':')?;
    (!rest.ends_with(':')).then_some(begin? + rest.len())
}

/// The address that a run of digits, letters, colons and dots is; or those between its colons, one
/// of which may stand before a port.
fn addresses(text: &str, run: Range<usize>) -> Vec<Range<usize>> {
    let whole = trimmed(text, run.clone(), |char| char == '.');
    let whole = match text[whole.clone()].ends_with("::") {
        true => whole,
        false => trimmed(text, whole, |char| char == ':'),
    };
    let written = &text[whole.clone()];
    // No address of a person is without a digit, but `dead::beef` may be many things.
    let is_v6 = written.contains(|char: char| char.is_ascii_digit());
    if is_v6 && written.parse::<Ipv6Addr>().is_ok() {
        return vec![whole];
    }
    let mut start = run.start;
    let mut found = Vec::new();
    for piece in text[run].split(':') {
        let part = trimmed(text, start..start + piece.len(), |char| char == '.');
        if text[part.clone()].parse::<Ipv4Addr>().is_ok() {
            found.push(part);
        }
        start += piece.len() + 1;
    }
    found
}

/// A part without what stands at its ends for the sentence.
fn trimmed(text: &str, part: Range<usize>, is_outside: fn(char) -> bool) -> Range<usize> {
    let written = text[part.clone()].trim_end_matches(is_outside);
    let end = part.start + written.len();
    match is_outside('.') {
        true => end - written.trim_start_matches(is_outside).len()..end,
        // An address may begin with colons.
        false => part.start..end,
    }
}
