//! What BLEU is computed from: counts that add up over a corpus.

use std::collections::HashMap;
use std::ops::Add;

use super::words::{prepared, words};
use super::{Answers, MAX_ORDER, NoAnswers, Smoothing};

/// How often each run of words stands in a text.
type Ngrams<'a> = HashMap<&'a [&'a str], usize>;

/// The matches and n-grams of each length, and the lengths of both sides in words.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    matches: [usize; MAX_ORDER],
    ngrams: [usize; MAX_ORDER],
    predicted: usize,
    expected: usize,
}

impl Counts {
    pub(super) fn of(
        prediction: &str,
        answers: &(impl Answers + ?Sized),
    ) -> Result<Self, NoAnswers> {
        let prediction = prepared(prediction);
        let answers: Vec<String> = answers.answers().map(prepared).collect();
        let predicted = words(&prediction);
        let answers: Vec<Vec<&str>> = answers.iter().map(|answer| words(answer)).collect();
        // The shorter of two answers that are equally near.
        let nearest = |length: &usize| (length.abs_diff(predicted.len()), *length);
        let expected = answers.iter().map(Vec::len).min_by_key(nearest).ok_or(NoAnswers)?;
        let mut counts = Self { predicted: predicted.len(), expected, ..Self::default() };
        for order in 1..=MAX_ORDER {
            let allowed = most_often(&answers, order);
            for (ngram, n_times) in ngrams(&predicted, order) {
                counts.ngrams[order - 1] += n_times;
                counts.matches[order - 1] += n_times.min(*allowed.get(ngram).unwrap_or(&0));
            }
        }
        Ok(counts)
    }

    /// The score; only lengths of which the prediction has n-grams count where `effective_order`.
    #[expect(clippy::cast_precision_loss, reason = "a corpus has fewer than 2^53 words")]
    pub(super) fn score(&self, smoothing: Smoothing, effective_order: bool) -> f64 {
        if self.matches.iter().all(|matches| *matches == 0) {
            return 0.0;
        }
        let (mut logs, mut order, mut halves) = (0.0, 0, 1.0);
        for (index, (matches, ngrams)) in self.matches.into_iter().zip(self.ngrams).enumerate() {
            let (mut matches, mut ngrams) = (matches as f64, ngrams as f64);
            if let Smoothing::AddK(more) = smoothing
                && index > 0
            {
                matches += more;
                ngrams += more;
            }
            if ngrams == 0.0 {
                break;
            }
            order = index + 1;
            if matches == 0.0 {
                matches = match smoothing {
                    Smoothing::Exp => {
                        halves *= 0.5;
                        halves
                    }
                    Smoothing::Floor(matches) => matches,
                    Smoothing::None | Smoothing::AddK(_) => 0.0,
                };
            }
            logs += (matches / ngrams).ln();
        }
        if order < MAX_ORDER && !effective_order {
            return 0.0;
        }
        self.brevity_penalty() * (logs / order as f64).exp()
    }

    #[expect(clippy::cast_precision_loss, reason = "a corpus has fewer than 2^53 words")]
    fn brevity_penalty(&self) -> f64 {
        match self.predicted < self.expected {
            true => (1.0 - self.expected as f64 / self.predicted as f64).exp(),
            false => 1.0,
        }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        for order in 0..MAX_ORDER {
            self.matches[order] += other.matches[order];
            self.ngrams[order] += other.ngrams[order];
        }
        self.predicted += other.predicted;
        self.expected += other.expected;
        self
    }
}

fn ngrams<'a>(words: &'a [&'a str], order: usize) -> Ngrams<'a> {
    let mut ngrams = Ngrams::new();
    for ngram in words.windows(order) {
        *ngrams.entry(ngram).or_default() += 1;
    }
    ngrams
}

/// How often each n-gram stands in the answer that has it most often.
fn most_often<'a>(answers: &'a [Vec<&'a str>], order: usize) -> Ngrams<'a> {
    let mut most = Ngrams::new();
    for (ngram, n_times) in answers.iter().flat_map(|answer| ngrams(answer, order)) {
        let so_far = most.entry(ngram).or_default();
        *so_far = n_times.max(*so_far);
    }
    most
}
