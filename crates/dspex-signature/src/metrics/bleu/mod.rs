//! BLEU: the n-grams that a prediction shares with its answers.

mod counts;
mod words;

#[cfg(test)]
mod tests;

use super::{Answers, NoAnswers};
use counts::Counts;

/// The longest n-gram that is counted, in words.
const MAX_ORDER: usize = 4;

/// BLEU of a sentence or a corpus, `0.0..=1.0`: a hundredth of what sacrebleu prints.
///
/// The geometric mean of the precisions of n-grams of 1 to 4 words, each clipped at how often it
/// stands in the answer that has it most often, times the brevity penalty `exp(1 - r/p)` where the
/// predictions are shorter (`p` words) than the answers nearest to them in length (`r` words).
/// Words are those of `mteval-v13a`, sacrebleu's default, in their own case: ASCII punctuation
/// stands alone, periods and commas within numbers do not.
///
/// Source: Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine Translation"
/// (2002); Post, "A Call for Clarity in Reporting BLEU Scores" (2018).
///
/// ```
/// use dspex_signature::metrics::Bleu;
///
/// let bleu = Bleu::default();
/// let one = bleu.sentence("the cat sat on the mat", "the cat sat on a mat")?;
/// let all = bleu.corpus([("the cat sat on the mat", "the cat sat on a mat"), ("a dog", "a dog")])?;
/// assert!(one < all);
/// # Ok::<(), dspex_signature::metrics::NoAnswers>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bleu {
    /// What a length of n-grams without a match counts for.
    pub smoothing: Smoothing,
}

/// What stands for a precision of 0, which would make the whole mean 0; the names and constants
/// are sacrebleu's.
///
/// Where no single word matches, the score is 0 whatever the smoothing.
///
/// Source: Chen and Cherry, "A Systematic Comparison of Smoothing Techniques for Sentence-Level
/// BLEU" (2014), methods 1 to 3.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Smoothing {
    /// Nothing: the score is 0.
    None,
    /// This many matches; 0.1 is usual.
    Floor(f64),
    /// This many more matches and n-grams, from two words upwards; 1 is usual.
    AddK(f64),
    /// Half a match the first time, a quarter the second, and so on.
    #[default]
    Exp,
}

impl Bleu {
    /// The score of one prediction against its answers together. N-grams that are longer than the
    /// prediction do not count (sacrebleu's `effective_order`).
    ///
    /// # Errors
    /// [`NoAnswers`] where the list of answers is empty.
    pub fn sentence(
        self,
        prediction: &str,
        answers: &(impl Answers + ?Sized),
    ) -> Result<f64, NoAnswers> {
        Ok(Counts::of(prediction, answers)?.score(self.smoothing, true))
    }

    /// The score of many predictions, whose matches are added up before the precisions are taken;
    /// it is not the mean of their scores.
    ///
    /// # Errors
    /// [`NoAnswers`] where a list of answers, or the corpus itself, is empty.
    pub fn corpus<'a, A: Answers>(
        self,
        pairs: impl IntoIterator<Item = (&'a str, A)>,
    ) -> Result<f64, NoAnswers> {
        let counts =
            pairs.into_iter().map(|(prediction, answers)| Counts::of(prediction, &answers));
        let all = counts.reduce(|all, counts| Ok(all? + counts?)).ok_or(NoAnswers)??;
        Ok(all.score(self.smoothing, false))
    }
}
