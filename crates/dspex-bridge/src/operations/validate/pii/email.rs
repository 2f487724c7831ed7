//! Mail addresses.

use std::ops::Range;

use super::{Kind, Search};
use crate::operations::validate::email::parse;

pub(super) const KIND: Kind = Kind { name: "email", words: "a mail address", find };

/// The longest local part and the longest domain, in bytes.
const LOCAL_BYTES: usize = 64;
const DOMAIN_BYTES: usize = 253;

/// Looks at both sides of each `@`, and nowhere else.
fn find(search: &Search<'_>) -> Vec<Range<usize>> {
    let text = search.text;
    let around = |(at, _)| Some(start(text, at)..end(text, at)?);
    let is_address = |range: &Range<usize>| parse(&text[range.clone()]).is_ok();
    text.match_indices('@').filter_map(around).filter(is_address).collect()
}

/// Where the local part before an `@` begins.
fn start(text: &str, at: usize) -> usize {
    let is_local = |char: char| char.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(char);
    let least = at.saturating_sub(LOCAL_BYTES);
    let chars = text[..at].char_indices().rev();
    let mut local = chars.take_while(|(place, char)| *place >= least && is_local(*char));
    let start = local.by_ref().last().map_or(at, |(place, _)| place);
    // What quotes an address, or ends the sentence before it, is no part of it.
    let written = text[start..at].rsplit("..").next().unwrap_or_default();
    let written = written.trim_start_matches(['.', '\'', '`', '*', '/', '=']);
    at - written.len()
}

/// Where the longest domain of two labels or more after an `@` ends.
fn end(text: &str, at: usize) -> Option<usize> {
    let is_domain = |char: char| char.is_alphanumeric() || char == '-' || char == '.';
    let after = &text[at + 1..];
    let after = &after[..after.floor_char_boundary(DOMAIN_BYTES)];
    let domain = after.split(|char| !is_domain(char)).next().unwrap_or_default();
    let domain = domain.split("..").next().unwrap_or_default();
    let domain = domain.trim_end_matches(['.', '-']);
    domain.contains('.').then_some(at + 1 + domain.len())
}
