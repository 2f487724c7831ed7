//! ROUGE-L: the longest run of words that two texts have in the same order.

use super::{Answers, NoAnswers, Overlap, highest_raw};
use crate::value::unicode::lower;

/// The F-measure of the longest common subsequence of words, `0.0..=1.0`; the highest over the
/// answers.
///
/// Precision is its length over the words of the prediction, recall over those of the answer, and
/// the measure their harmonic mean (beta 1); 0 where no word is in common. Words are as Google's
/// `rouge-score` takes them by default, without stemming: runs of ASCII letters and digits of the
/// text in lower case. A text of another script has none; [`longest_common`] takes words of yours.
///
/// Source: C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (2004), section 3.1.
///
/// # Errors
/// [`NoAnswers`] where the list of answers is empty.
///
/// ```
/// let score = dspex_signature::metrics::rouge_l("Police killed the gunman.", "police kill the gunman");
/// assert_eq!(score, Ok(0.75));
/// ```
pub fn rouge_l(prediction: &str, answers: &(impl Answers + ?Sized)) -> Result<f64, NoAnswers> {
    let prediction = lower(prediction);
    let predicted = words(&prediction);
    highest_raw(answers, |answer| {
        let answer = lower(answer);
        longest_common(&predicted, &words(&answer)).f1()
    })
}

/// The overlap that ROUGE-L measures, of words that you have split yourself: what is common is
/// their longest common subsequence. The time is the product of both numbers of words.
#[must_use]
pub fn longest_common<T: PartialEq>(predicted: &[T], expected: &[T]) -> Overlap {
    // `row[n]` is the length for the prediction so far and the first `n` words expected.
    let mut row = vec![0; expected.len() + 1];
    for word in predicted {
        let mut diagonal = 0;
        for (column, against) in expected.iter().enumerate() {
            let above = row[column + 1];
            row[column + 1] = if word == against { diagonal + 1 } else { above.max(row[column]) };
            diagonal = above;
        }
    }
    let common = row[expected.len()];
    Overlap { predicted: predicted.len(), expected: expected.len(), common }
}

fn words(text: &str) -> Vec<&str> {
    let is_part = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    text.split(|char| !is_part(char)).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures are rouge-score 0.1.2's, `RougeScorer(["rougeL"], use_stemmer=False)`.
    #[test]
    fn scores_are_google_s() {
        for (prediction, answer, expected) in [
            ("the cat sat on the mat", "the cat is on the mat", 0.833_333_333_333_333_4),
            (
                "The quick brown fox",
                "quick, brown foxes jump over the lazy dog",
                0.333_333_333_333_333_3,
            ),
            ("", "a", 0.0),
            ("a", "...", 0.0),
            ("police killed the gunman", "police kill the gunman", 0.75),
            ("Café au lait", "cafe au lait", 0.666_666_666_666_666_6),
            ("3.5 % of U.S. users", "3 5 percent of the us users", 0.615_384_615_384_615_4),
            // The dot of a lower `İ` is a character of its own; `K` is the Kelvin sign.
            ("İstanbul \u{212a}2", "i stanbul k2", 1.0),
            ("a b c d e f g", "g f e d c b a", 0.142_857_142_857_142_85),
            ("日本語", "日本語", 0.0),
        ] {
            let ours = rouge_l(prediction, answer).unwrap();
            assert!((ours - expected).abs() < 1e-12, "{prediction:?} {answer:?}: {ours}");
        }
    }

    #[test]
    fn words_of_ones_own_and_several_answers_are_taken() {
        let overlap = longest_common(&["日", "本", "語"], &["日", "語"]);
        assert_eq!((overlap.precision(), overlap.recall()), (2.0 / 3.0, 1.0));
        assert_eq!(rouge_l("a b", &["c", "a b"]), Ok(1.0));
        assert_eq!(rouge_l("a b", &[] as &[&str]), Err(NoAnswers));
    }
}
