//! "Did you mean": the known word that a mistyped one resembles.

/// The candidate that `word` was most likely meant to be; `None` where none is close.
///
/// Close means at most a third of the letters wrong, missing, surplus or swapped with their
/// neighbour, and at most three. Case counts for nothing; of equals the first candidate wins.
///
/// ```
/// use dspex_signature::nearest;
///
/// assert_eq!(nearest("strng", &["str", "string", "int"]), Some("string"));
/// assert_eq!(nearest("temprature", &["model", "temperature"]), Some("temperature"));
/// assert_eq!(nearest("banana", &["str", "int"]), None);
/// ```
#[must_use]
pub fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count().div_ceil(3)).min(3);
    candidates
        .iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits from one word to the other, a swap of neighbours counting as one (optimal string
/// alignment, after Damerau 1964).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for row in 1..=one.len() {
        let mut line = vec![row; other.len() + 1];
        for column in 1..=other.len() {
            let change = usize::from(one[row - 1] != other[column - 1]);
            line[column] =
                (above[column - 1] + change).min(above[column] + 1).min(line[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && one[row - 1] == other[column - 2]
                && one[row - 2] == other[column - 1];
            if swapped {
                line[column] = line[column].min(before[column - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, line);
    }
    above[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_and_a_swap_is_one() {
        for (one, other, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("flaot", "float", 1),
            ("it", "int", 1),
        ] {
            assert_eq!(distance(one, other), edits, "{one} {other}");
            assert_eq!(distance(other, one), edits, "{other} {one}");
        }
    }

    #[test]
    fn far_words_are_not_suggested() {
        assert_eq!(nearest("x", &["str"]), None);
        assert_eq!(nearest("", &["str"]), None);
        assert_eq!(nearest("Strr", &["str", "int"]), Some("str"));
    }
}
