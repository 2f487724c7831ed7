//! Social security numbers of the United States.

use std::ops::Range;

use super::digits::runs;
use super::{Kind, Search};

pub(super) const KIND: Kind = Kind { name: "us_ssn", words: "a social security number", find };

/// `AAA-GG-SSSS` or with other gaps, in ranges that may have been given out; nine digits without
/// anything between could be any number.
fn find(search: &Search<'_>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for run in runs(search.text) {
        for groups in run.groups.windows(3) {
            let [area, group, serial] =
                [0, 1, 2].map(|place: usize| &search.text[groups[place].clone()]);
            let is_given = area.len() == 3
                && (group.len(), serial.len()) == (2, 4)
                && !(area == "000" || area == "666" || area.starts_with('9'))
                && (group != "00" && serial != "0000");
            let is_apart = found.last().is_none_or(|last| last.end <= groups[0].start);
            if is_given && is_apart {
                found.push(groups[0].start..groups[2].end);
            }
        }
    }
    found
}
