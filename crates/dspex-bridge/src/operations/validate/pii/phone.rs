//! Telephone numbers.

use std::ops::Range;

use super::digits::is_gap;
use super::{Kind, Search};
use crate::operations::validate::phone::is_number;

pub(super) const KIND: Kind = Kind { name: "phone", words: "a telephone number", find };

/// How far a number may reach, in characters.
const NUMBER_CHARS: usize = 40;

/// Fewer digits are no number with its area, and no plan has more.
const MIN_DIGITS: usize = 7;
const MAX_DIGITS: usize = 15;

/// How often numbering plans are asked about one text. What looks like a number after that is taken
/// for one.
const MAX_ASKED: usize = 2000;

fn find(search: &Search<'_>) -> Vec<Range<usize>> {
    let text = search.text;
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut n_asked = 0;
    let mut place = 0;
    while place < bytes.len() {
        let is_start = match bytes[place] {
            b'+' => true,
            b'(' | b'0'..=b'9' => search.region.is_some() && !continues(text, place),
            _ => false,
        };
        let number = if is_start { longest(search, place, &mut n_asked) } else { None };
        place = match number {
            Some(end) => {
                found.push(place..end);
                end
            }
            None => place + 1,
        };
    }
    found
}

/// Whether what stands here goes on with a number or a word.
fn continues(text: &str, place: usize) -> bool {
    let before = text[..place].chars().next_back();
    before.is_some_and(|before| before.is_alphanumeric() || before == '+')
}

/// Where the longest number that begins here ends.
fn longest(search: &Search<'_>, start: usize, n_asked: &mut usize) -> Option<usize> {
    // As numbering plans are asked: with plain spaces.
    let mut written = String::with_capacity(NUMBER_CHARS);
    let mut ends = Vec::new();
    let mut n_digits = 0;
    for (place, char) in search.text[start..].char_indices().take(NUMBER_CHARS) {
        match char {
            '0'..='9' => n_digits += 1,
            '+' if place == 0 => {}
            '.' | '(' | ')' | '/' => {}
            char if is_gap(char) => {}
            _ => break,
        }
        if n_digits > MAX_DIGITS {
            break;
        }
        written.push(if is_gap(char) { ' ' } else { char });
        let goes_on = search.text[start + place + char.len_utf8()..].starts_with(is_digit);
        if is_digit(char) && !goes_on && n_digits >= MIN_DIGITS {
            ends.push((start + place + 1, written.len()));
        }
    }
    let is_end = |(_, length): &(usize, usize)| {
        *n_asked += 1;
        *n_asked > MAX_ASKED || is_number(&written[..*length], search.region)
    };
    ends.into_iter().rev().find(is_end).map(|(end, _)| end)
}

const fn is_digit(char: char) -> bool {
    char.is_ascii_digit()
}
