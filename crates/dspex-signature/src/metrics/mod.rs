//! Metrics: DSPy's own, and those that other evaluations are told in.
//!
//! DSPy's compare normalised text ([`normalize_text`]) and equal DSPy for every text. The others
//! name their definition and the program whose figures they were checked against. [`Metric`] finds
//! those that compare a text with texts by name.
//!
//! ```
//! use dspex_signature::metrics;
//!
//! assert!(metrics::exact_match("The Eiffel Tower!", "eiffel tower")?);
//! assert_eq!(metrics::f1("New York City", &["New York", "NYC"])?, 0.8);
//! # Ok::<(), dspex_signature::metrics::NoAnswers>(())
//! ```

mod bleu;
mod edit;
mod majority;
mod named;
mod normalize;
mod numeric;
mod overlap;
mod passage;
mod rouge;

#[cfg(test)]
mod tests;

use std::fmt;

pub use bleu::{Bleu, Smoothing};
pub use edit::{edit_distance, edit_similarity};
pub use majority::majority;
pub use named::{Metric, MetricError};
pub use normalize::normalize_text;
pub use numeric::{Tolerance, numeric_match};
pub use overlap::Overlap;
pub use passage::answer_passage_match;
pub use rouge::{longest_common, rouge_l};

/// One reference answer or several: a text, or a list of texts.
pub trait Answers {
    /// The answers.
    fn answers(&self) -> impl Iterator<Item = &str>;
}

/// A prediction was compared with an empty list of answers, which has no best score; DSPy raises
/// a `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswers;

impl NoAnswers {
    /// What to do about it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        "give at least one answer; the text `\"\"` is one"
    }
}

impl fmt::Display for NoAnswers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the list of answers to compare the prediction with is empty")
    }
}

impl std::error::Error for NoAnswers {}

/// Whether a prediction equals any of the answers after normalisation; DSPy's `EM`.
///
/// # Errors
/// [`NoAnswers`] where the list of answers is empty.
pub fn exact_match(prediction: &str, answers: &(impl Answers + ?Sized)) -> Result<bool, NoAnswers> {
    let prediction = normalize_text(prediction);
    any(answers, |answer| normalize_text(answer) == prediction)
}

/// The highest F1 of a prediction's words over the answers, `0.0..=1.0`; DSPy's `F1`.
///
/// A prediction that shares no word with any answer has 0, and so has an empty prediction of an
/// empty answer.
///
/// # Errors
/// [`NoAnswers`] where the list of answers is empty.
pub fn f1(prediction: &str, answers: &(impl Answers + ?Sized)) -> Result<f64, NoAnswers> {
    highest(prediction, answers, |prediction, answer| Overlap::of_words(prediction, answer).f1())
}

/// As [`f1`], except that `yes`, `no` and `noanswer` on either side must be matched exactly;
/// DSPy's `HotPotF1`.
///
/// # Errors
/// [`NoAnswers`] where the list of answers is empty.
pub fn hotpot_f1(prediction: &str, answers: &(impl Answers + ?Sized)) -> Result<f64, NoAnswers> {
    let is_verdict = |text: &str| matches!(text, "yes" | "no" | "noanswer");
    highest(prediction, answers, |prediction, answer| {
        match prediction != answer && (is_verdict(prediction) || is_verdict(answer)) {
            true => 0.0,
            false => Overlap::of_words(prediction, answer).f1(),
        }
    })
}

/// The share of the prediction's words that the answer has too, `0.0..=1.0`; DSPy's
/// `precision_score`. Of several answers the highest counts, where DSPy takes one answer only.
///
/// # Errors
/// [`NoAnswers`] where the list of answers is empty.
pub fn precision(prediction: &str, answers: &(impl Answers + ?Sized)) -> Result<f64, NoAnswers> {
    highest(prediction, answers, |prediction, answer| {
        Overlap::of_words(prediction, answer).precision()
    })
}

/// [`exact_match`] from a `frac` of 1 upwards, otherwise whether [`f1`] reaches `frac`; DSPy's
/// `answer_exact_match`.
///
/// # Errors
/// [`NoAnswers`] where the list of answers is empty.
pub fn answer_exact_match(
    prediction: &str,
    answers: &(impl Answers + ?Sized),
    frac: f64,
) -> Result<bool, NoAnswers> {
    match frac >= 1.0 {
        true => exact_match(prediction, answers),
        false => f1(prediction, answers).map(|score| score >= frac),
    }
}

/// The highest score of a prediction over the answers; both sides are normalised.
fn highest(
    prediction: &str,
    answers: &(impl Answers + ?Sized),
    score: impl Fn(&str, &str) -> f64,
) -> Result<f64, NoAnswers> {
    let prediction = normalize_text(prediction);
    highest_raw(answers, |answer| score(&prediction, &normalize_text(answer)))
}

/// The highest score over the answers as they stand.
fn highest_raw(
    answers: &(impl Answers + ?Sized),
    score: impl Fn(&str) -> f64,
) -> Result<f64, NoAnswers> {
    answers.answers().map(score).reduce(f64::max).ok_or(NoAnswers)
}

/// Whether any answer, as it stands, is a match.
fn any(
    answers: &(impl Answers + ?Sized),
    is_match: impl Fn(&str) -> bool,
) -> Result<bool, NoAnswers> {
    answers.answers().map(is_match).reduce(|one, other| one || other).ok_or(NoAnswers)
}

impl<A: Answers + ?Sized> Answers for &A {
    fn answers(&self) -> impl Iterator<Item = &str> {
        (**self).answers()
    }
}

impl Answers for str {
    fn answers(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self)
    }
}

impl Answers for String {
    fn answers(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.as_str())
    }
}

impl<S: AsRef<str>> Answers for [S] {
    fn answers(&self) -> impl Iterator<Item = &str> {
        self.iter().map(AsRef::as_ref)
    }
}

impl<S: AsRef<str>> Answers for Vec<S> {
    fn answers(&self) -> impl Iterator<Item = &str> {
        self.iter().map(AsRef::as_ref)
    }
}

impl<S: AsRef<str>, const N: usize> Answers for [S; N] {
    fn answers(&self) -> impl Iterator<Item = &str> {
        self.iter().map(AsRef::as_ref)
    }
}
