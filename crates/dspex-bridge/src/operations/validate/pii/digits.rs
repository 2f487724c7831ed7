//! Groups of digits, as numbers are written.

use std::ops::Range;

/// Groups of digits with one space or hyphen between each and the next.
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
                last.end + 1 == group.start && matches!(bytes[last.end], b' ' | b'-')
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
