//! How much two collections have in common.

use std::collections::HashSet;
use std::hash::Hash;

/// How many items were predicted, were expected, and are both.
///
/// ```
/// use dspex_signature::metrics::Overlap;
///
/// let found = Overlap::of_sets(["Ada", "Bob"], ["Ada", "Cem", "Dea"]);
/// assert_eq!((found.precision(), found.recall(), found.f1()), (1.0 / 2.0, 1.0 / 3.0, 0.4));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The items of the prediction.
    pub predicted: usize,
    /// The items of the answer.
    pub expected: usize,
    /// The items of both.
    pub common: usize,
}

impl Overlap {
    /// The overlap of two sets; an item that is given twice counts once.
    #[must_use]
    pub fn of_sets<T: Eq + Hash>(
        predicted: impl IntoIterator<Item = T>,
        expected: impl IntoIterator<Item = T>,
    ) -> Self {
        let predicted: HashSet<T> = predicted.into_iter().collect();
        let expected: HashSet<T> = expected.into_iter().collect();
        let common = predicted.intersection(&expected).count();
        Self { predicted: predicted.len(), expected: expected.len(), common }
    }

    /// The overlap of the words of two normalised texts, each as often as it stands.
    pub(super) fn of_words(prediction: &str, answer: &str) -> Self {
        let mut predicted = words(prediction);
        let mut expected = words(answer);
        predicted.sort_unstable();
        expected.sort_unstable();
        let (mut common, mut rest) = (0, expected.as_slice());
        for word in &predicted {
            rest = &rest[rest.partition_point(|other| other < word)..];
            if rest.first() == Some(word) {
                common += 1;
                rest = &rest[1..];
            }
        }
        Self { predicted: predicted.len(), expected: expected.len(), common }
    }

    /// The share of the predicted items that were expected, `0.0..=1.0`; 0 where nothing is in
    /// common, even if nothing was predicted.
    #[must_use]
    pub fn precision(&self) -> f64 {
        self.share_of(self.predicted)
    }

    /// The share of the expected items that were predicted, `0.0..=1.0`; 0 where nothing is in
    /// common, even if nothing was expected.
    #[must_use]
    pub fn recall(&self) -> f64 {
        self.share_of(self.expected)
    }

    /// The harmonic mean of precision and recall, `0.0..=1.0`; 0 where nothing is in common, so
    /// that two empty collections have 0, as in DSPy.
    #[must_use]
    pub fn f1(&self) -> f64 {
        if self.common == 0 {
            return 0.0;
        }
        let (precision, recall) = (self.precision(), self.recall());
        (2.0 * precision * recall) / (precision + recall)
    }

    #[expect(clippy::cast_precision_loss, reason = "a collection has fewer than 2^53 items")]
    fn share_of(&self, all: usize) -> f64 {
        if self.common == 0 { 0.0 } else { self.common as f64 / all as f64 }
    }
}

/// The words of a normalised text, in which one space stands between any two.
fn words(text: &str) -> Vec<&str> {
    text.split(' ').filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_count_each_item_once() {
        let overlap = Overlap::of_sets(["a", "b", "b", "c"], ["b", "c", "d", "e"]);
        assert_eq!(overlap, Overlap { predicted: 3, expected: 4, common: 2 });
        assert_eq!((overlap.precision(), overlap.recall()), (2.0 / 3.0, 0.5));
        assert!((overlap.f1() - 4.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_in_common_is_zero_not_an_error() {
        for overlap in [Overlap::of_sets([0; 0], [0; 0]), Overlap::of_sets([1], [0; 0])] {
            assert_eq!((overlap.precision(), overlap.recall(), overlap.f1()), (0.0, 0.0, 0.0));
        }
    }
}
