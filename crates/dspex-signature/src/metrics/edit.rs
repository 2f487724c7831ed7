//! How many changes lead from one text to another.

use super::{Answers, NoAnswers, highest_raw};

/// The fewest insertions, deletions and replacements of single characters that turn one text into
/// the other (Levenshtein).
///
/// Characters are Unicode code points, as in Python's `str`; nothing is normalised, so that `é`
/// as one code point and as two differ. The time is the product of both lengths.
///
/// Source: V. I. Levenshtein (1966), by Wagner and Fischer's table (1974) of which one row is kept.
///
/// ```
/// assert_eq!(dspex_signature::metrics::edit_distance("kitten", "sitting"), 3);
/// ```
#[must_use]
pub fn edit_distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    distance(&one, &other)
}

/// One less the edit distance over the longer text's length in characters, `0.0..=1.0`; the
/// highest over the answers. Equal texts, two empty ones among them, have 1.
///
/// # Errors
/// [`NoAnswers`] where the list of answers is empty.
pub fn edit_similarity(
    prediction: &str,
    answers: &(impl Answers + ?Sized),
) -> Result<f64, NoAnswers> {
    let prediction: Vec<char> = prediction.chars().collect();
    highest_raw(answers, |answer| {
        let answer: Vec<char> = answer.chars().collect();
        similarity(&prediction, &answer)
    })
}

#[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^53 characters")]
fn similarity(one: &[char], other: &[char]) -> f64 {
    match one.len().max(other.len()) {
        0 => 1.0,
        longer => 1.0 - distance(one, other) as f64 / longer as f64,
    }
}

fn distance(one: &[char], other: &[char]) -> usize {
    // `row[n]` is the distance of the part of `one` so far from the first `n` of `other`.
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (row_idx, char) in one.iter().enumerate() {
        let mut diagonal = row_idx;
        row[0] = row_idx + 1;
        for (column, against) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(char != against);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures are RapidFuzz 3.14.6's, `Levenshtein.distance` and `normalized_similarity`.
    #[test]
    fn distances_and_similarities_are_rapidfuzz_s() {
        for (one, other, distance, similarity) in [
            ("kitten", "sitting", 3, 0.571_428_571_428_571_4),
            ("", "abc", 3, 0.0),
            ("flaw", "lawn", 2, 0.5),
            ("naïve", "naive", 1, 0.8),
            ("e\u{301}", "é", 2, 0.0),
            ("👩\u{200d}👩\u{200d}👧", "👩", 4, 0.199_999_999_999_999_96),
            ("intention", "execution", 5, 0.444_444_444_444_444_4),
            ("日本語", "日本", 1, 0.666_666_666_666_666_7),
            ("aaa", "bbb", 3, 0.0),
        ] {
            assert_eq!(edit_distance(one, other), distance, "{one:?} {other:?}");
            assert_eq!(edit_distance(other, one), distance, "{other:?} {one:?}");
            let ours = edit_similarity(one, other).unwrap();
            assert!((ours - similarity).abs() < 1e-12, "{one:?} {other:?}: {ours}");
        }
    }

    #[test]
    fn the_nearest_answer_counts() {
        assert_eq!(edit_similarity("abc", &["xyz", "abd", "abc"]), Ok(1.0));
        assert_eq!(edit_similarity("", ""), Ok(1.0));
        assert_eq!(edit_similarity("abc", &[] as &[&str]), Err(NoAnswers));
    }
}
