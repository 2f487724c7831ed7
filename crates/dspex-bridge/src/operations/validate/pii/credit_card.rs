//! Numbers of payment cards.

use std::ops::Range;

use super::digits::{Run, digits, runs};
use super::{Kind, Search};
use crate::operations::validate::credit_card::{DIGITS, brand, passes_luhn};

pub(super) const KIND: Kind = Kind { name: "credit_card", words: "a card number", find };

/// The shortest group that a number is written in; shorter ones are lists of small numbers.
const GROUP: usize = 3;

fn find(search: &Search<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for run in runs(search.text) {
        let mut first = 0;
        while first < run.groups.len() {
            match longest(search.text, &run, first) {
                Some(last) => {
                    found.push(run.groups[first].start..run.groups[last].end);
                    first = last + 1;
                }
                None => first += 1,
            }
        }
    }
    found
}

/// The last group of the longest card number that begins with a group.
fn longest(text: &str, run: &Run, first: usize) -> Option<usize> {
    let mut n_digits = 0;
    let mut longest = None;
    for (last, group) in run.groups.iter().enumerate().skip(first) {
        n_digits += group.len();
        if group.len() < GROUP || n_digits > *DIGITS.end() {
            break;
        }
        if DIGITS.contains(&n_digits) {
            let digits = digits(text, &(run.groups[first].start..group.end));
            if brand(&digits).is_some() && passes_luhn(&digits) {
                longest = Some(last);
            }
        }
    }
    longest
}
