//! Groups of digits, as numbers are written.

use std::ops::Range;

/// Whether a character may stand between groups of digits or letters: spaces and hyphens, those too
/// that typesetters and models write so that a number does not break.
pub(super) const fn is_gap(char: char) -> bool {
    matches!(char, ' ' | '-' | '\u{a0}' | '\u{2007}'..='\u{200a}' | '\u{2010}'..='\u{2013}' | '\u{202f}')
}

/// Groups of digits with one [gap](is_gap) between each and the next.
pub(super) struct Run {
    /// The groups, as ranges of bytes.
    pub(super) groups: Vec<Range<usize>>,
}

/// The runs of a text, in their order.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let bytes = text.as_bytes();
    let mut runs: Vec<Run> = Vec::new();
    let mut place = 0;
    while place < bytes.len() {
        if !bytes[place].is_ascii_digit() {
            place += 1;
            continue;
        }
        let n_digits = bytes[place..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let group = place..place + n_digits;
        place = group.end;
        let follows = |run: &Run| {
            run.groups.last().is_some_and(|last| {
                let mut between = text[last.end..group.start].chars();
                between.next().is_some_and(is_gap) && between.next().is_none()
            })
        };
        match runs.last_mut().filter(|run| follows(run)) {
            Some(run) => run.groups.push(group),
            None => runs.push(Run { groups: vec![group] }),
        }
    }
    runs
}

/// The digits of a part of a text, as numbers.
pub(super) fn digits(text: &str, part: &Range<usize>) -> Vec<u8> {
    let digits = text[part.clone()].bytes().filter(u8::is_ascii_digit);
    digits.map(|digit| digit - b'0').collect()
}
