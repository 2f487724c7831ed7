//! Whether numbers are equal enough.

use super::{Answers, NoAnswers, any};
use crate::value::unicode::strip;

/// How far two numbers may be apart and still count as equal.
///
/// They do where `|a - b| <= max(relative * max(|a|, |b|), absolute)`, which is the definition of
/// Python's `math.isclose`. The default is its default too: a relative `1e-9`, and no absolute
/// tolerance, so that only 0 is close to 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// The part of the larger number by which they may differ; `0.01` is one per cent.
    pub relative: f64,
    /// The difference that is always allowed, in the unit of the numbers.
    pub absolute: f64,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self { relative: 1e-9, absolute: 0.0 }
    }
}

impl Tolerance {
    /// Whether two numbers are equal within this tolerance; `nan` equals nothing, an infinity
    /// itself alone.
    #[must_use]
    pub fn accepts(self, prediction: f64, expected: f64) -> bool {
        if prediction == expected {
            return true;
        }
        if prediction.is_infinite() || expected.is_infinite() {
            return false;
        }
        let allowed = self.relative * prediction.abs().max(expected.abs());
        (prediction - expected).abs() <= allowed.max(self.absolute)
    }
}

/// Whether a prediction is the same number as any of the answers.
///
/// A text is a number where, without the white space around it, it is a decimal number with or
/// without sign, fraction and exponent; commas may part its thousands (`1,250.5`). Any other text
/// (`about 3`, `5%`) is no number and matches nothing: a unit or a word may change what is meant.
///
/// # Errors
/// [`NoAnswers`] where the list of answers is empty.
///
/// ```
/// use dspex_signature::metrics::{Tolerance, numeric_match};
///
/// let one_per_cent = Tolerance { relative: 0.01, ..Tolerance::default() };
/// assert!(numeric_match("1,250.5", &["1250"], one_per_cent)?);
/// # Ok::<(), dspex_signature::metrics::NoAnswers>(())
/// ```
pub fn numeric_match(
    prediction: &str,
    answers: &(impl Answers + ?Sized),
    tolerance: Tolerance,
) -> Result<bool, NoAnswers> {
    let prediction = number(prediction);
    any(answers, |answer| match (prediction, number(answer)) {
        (Some(prediction), Some(expected)) => tolerance.accepts(prediction, expected),
        _ => false,
    })
}

/// The number that a text is.
fn number(text: &str) -> Option<f64> {
    let text = strip(text);
    // Rust would read words such as `inf` too.
    let is_plain = text.starts_with(|char: char| char.is_ascii_digit() || "+-.".contains(char))
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.,eE".contains(&byte));
    if !is_plain {
        return None;
    }
    let end = text.find(['.', 'e', 'E']).unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    if !whole.contains(',') {
        return text.parse().ok();
    }
    let mut groups = whole.trim_start_matches(['+', '-']).split(',');
    let first_fits = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    let fits = first_fits && groups.all(|group| group.len() == 3);
    fits.then(|| format!("{}{rest}", whole.replace(',', "")).parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closeness_is_pythons() {
        // `math.isclose` of CPython 3.11 gave these.
        let check = |a: f64, b: f64, relative: f64, absolute: f64, expected: bool| {
            assert_eq!(Tolerance { relative, absolute }.accepts(a, b), expected, "{a} and {b}");
        };
        check(1e10, 1.000_000_001e10, 1e-9, 0.0, true);
        check(1e10, 1.000_000_002e10, 1e-9, 0.0, false);
        check(0.0, 1e-12, 1e-9, 0.0, false);
        check(0.0, 1e-12, 1e-9, 1e-9, true);
        check(f64::INFINITY, f64::INFINITY, 1e-9, 0.0, true);
        check(f64::INFINITY, 1e308, 1.0, 0.0, false);
        check(f64::NAN, f64::NAN, 1.0, 1.0, false);
        check(90.0, 100.0, 0.1, 0.0, true);
        check(-1.0, 1.0, 2.0, 0.0, true);
    }

    #[test]
    fn only_plain_numbers_are_read() {
        for (text, expected) in [
            (" 42 ", Some(42.0)),
            ("-1,234,567.5", Some(-1_234_567.5)),
            ("+.5e3", Some(500.0)),
            ("1,000e2", Some(100_000.0)),
            ("12,34", None),
            ("1234,567", None),
            (",123", None),
            ("1.5,000", None),
            ("5%", None),
            ("$5", None),
            ("about 3", None),
            ("inf", None),
            ("-inf", None),
            ("nan", None),
            ("", None),
            ("-", None),
            ("e5", None),
        ] {
            assert_eq!(number(text), expected, "{text:?}");
        }
    }

    #[test]
    fn any_answer_counts_and_words_match_nothing() {
        let check = |prediction: &str, answers: &[&str]| {
            numeric_match(prediction, answers, Tolerance { relative: 0.0, absolute: 0.5 })
        };
        assert_eq!(check("10.4", &["3", "10"]), Ok(true));
        assert_eq!(check("10.6", &["3", "10"]), Ok(false));
        assert_eq!(check("ten", &["ten"]), Ok(false));
        assert_eq!(check("10", &[]), Err(NoAnswers));
    }
}
