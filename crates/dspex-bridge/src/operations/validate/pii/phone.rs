//! Telephone numbers.

use std::ops::Range;

use super::{Kind, Search};
use crate::operations::validate::phone::is_number;

pub(super) const KIND: Kind = Kind { name: "phone", words: "a telephone number", find };

/// How far a number may reach, in bytes.
const NUMBER_BYTES: usize = 40;

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
            b'(' | b'0'..=b'9' => search.region.is_some() && !continues(bytes, place),
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
fn continues(bytes: &[u8], place: usize) -> bool {
    let before = place.checked_sub(1).map(|before| bytes[before]);
    before.is_some_and(|before| {
        before.is_ascii_alphanumeric() || before == b'+' || !before.is_ascii()
    })
}

/// Where the longest number that begins here ends.
fn longest(search: &Search<'_>, start: usize, n_asked: &mut usize) -> Option<usize> {
    let bytes = search.text.as_bytes();
    let mut ends = Vec::new();
    let mut n_digits = 0;
    for (place, byte) in bytes.iter().enumerate().skip(start).take(NUMBER_BYTES) {
        match byte {
            b'0'..=b'9' => n_digits += 1,
            b'+' if place == start => {}
            b' ' | b'-' | b'.' | b'(' | b')' | b'/' => {}
            _ => break,
        }
        if n_digits > MAX_DIGITS {
            break;
        }
        let is_end = byte.is_ascii_digit() && !bytes.get(place + 1).is_some_and(u8::is_ascii_digit);
        if is_end && n_digits >= MIN_DIGITS {
            ends.push(place + 1);
        }
    }
    ends.into_iter().rev().find(|end| {
        *n_asked += 1;
        *n_asked > MAX_ASKED || is_number(&search.text[start..*end], search.region)
    })
}
