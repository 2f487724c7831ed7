//! The examples whose inputs are nearest in meaning: `dspy.KNN`.

use std::sync::Arc;

use dspex_signature::{Example, Fields, Record};

use super::EmbeddingModel;
use crate::call::CallContext;
use crate::llm::LmError;

/// Finds the examples whose inputs lie nearest to those of a call, for demos that fit it.
///
/// An input is told as `question: Where? | k: 3`, and nearness is the product of the vectors: that is
/// the cosine where the model gives vectors of length 1, as most do.
///
/// ```no_run
/// # use std::sync::Arc;
/// # use dspex_bridge::CallContext;
/// # use dspex_bridge::llm::{EmbeddingModel, Knn, LmError};
/// # use dspex_signature::{Example, Fields, fields};
/// # async fn example(
/// #     examples: Vec<Example<Fields, Fields>>, model: Arc<dyn EmbeddingModel>, context: CallContext,
/// # ) -> Result<(), LmError> {
/// let knn = Knn::new(3, examples, model, &context).await?;
/// let question = fields! { "question" => "Where do returns go?" };
/// for example in knn.nearest(&question, &context).await? {
///     println!("{}", example.output["answer"]);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Knn<I, O> {
    k: usize,
    examples: Vec<Example<I, O>>,
    /// One for each example.
    vectors: Vec<Vec<f32>>,
    model: Arc<dyn EmbeddingModel>,
}

impl<I: Record + Clone, O> Knn<I, O> {
    /// Has the model read the inputs of all examples, once; `k` is how many are given for a call.
    ///
    /// # Errors
    /// [`LmError`] of the model.
    pub async fn new(
        k: usize,
        examples: Vec<Example<I, O>>,
        model: Arc<dyn EmbeddingModel>,
        context: &CallContext,
    ) -> Result<Self, LmError> {
        let texts: Vec<String> = examples.iter().map(|example| told(&example.input)).collect();
        let vectors = match texts.is_empty() {
            true => Vec::new(),
            false => model.embed(&texts, context).await?.vectors,
        };
        Ok(Self { k, examples, vectors, model })
    }

    /// The nearest examples, the nearest first; all of them where there are no more than `k`.
    ///
    /// # Errors
    /// [`LmError`] of the model.
    pub async fn nearest(
        &self,
        input: &I,
        context: &CallContext,
    ) -> Result<Vec<&Example<I, O>>, LmError> {
        if self.examples.is_empty() || self.k == 0 {
            return Ok(Vec::new());
        }
        let embedded = self.model.embed(&[told(input)], context).await?;
        let vector = embedded.vectors.first().map(Vec::as_slice).unwrap_or_default();
        let scores: Vec<f32> = self.vectors.iter().map(|other| product(vector, other)).collect();
        let mut places: Vec<usize> = (0..scores.len()).collect();
        // Of equals the later one counts as nearer, as it does to DSPy.
        places.sort_by(|one, other| scores[*one].total_cmp(&scores[*other]));
        Ok(places.iter().rev().take(self.k).map(|place| &self.examples[*place]).collect())
    }
}

/// An input as the model reads it.
fn told(input: &(impl Record + Clone)) -> String {
    let fields: Fields = input.clone().into_fields();
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| format!("{name}: {}", value.python_str())).collect();
    fields.join(" | ")
}

fn product(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use async_trait::async_trait;
    use dspex_signature::fields;
    use dspex_telemetry::Recorder;

    use super::*;
    use crate::llm::Embeddings;

    /// Counts two letters, and keeps what it read.
    #[derive(Default)]
    struct Letters(Mutex<Vec<String>>);

    #[async_trait]
    impl EmbeddingModel for Letters {
        fn name(&self) -> &str {
            "letters"
        }

        async fn embed(&self, texts: &[String], _: &CallContext) -> Result<Embeddings, LmError> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(texts);
            let count = |text: &str, letter| text.matches(letter).map(|_| 1.0).sum();
            let vectors = texts.iter().map(|text| vec![count(text, "x"), count(text, "y")]);
            Embeddings::new(vectors.collect(), texts.len())
                .map_err(|kind| LmError::new("letters", kind))
        }
    }

    /// What `dspy.KNN` of DSPy 3.4.1 answers with the same vectors.
    #[tokio::test]
    async fn the_nearest_come_first_and_of_equals_the_later() {
        let texts = ["x", "yy", "xx", "y", "xx y"];
        let example = |(place, text): (usize, &&str)| {
            let answer = fields! { "answer" => i64::try_from(place).unwrap() };
            Example::new(fields! { "q" => *text, "k" => 2 }, answer)
        };
        let examples = texts.iter().enumerate().map(example).collect();
        let (model, context) = (Arc::new(Letters::default()), CallContext::new(Recorder::new()));
        let knn = Knn::new(3, examples, model.clone(), &context).await.unwrap();
        let input = fields! { "q" => "x", "k" => 2 };
        let nearest = knn.nearest(&input, &context).await.unwrap();
        let places: Vec<_> = nearest.iter().map(|example| &example.output["answer"]).collect();
        assert_eq!(places, [&4.into(), &2.into(), &0.into()]);
        let read = model.0.lock().unwrap().clone();
        assert_eq!((read[1].as_str(), read.len()), ("q: yy | k: 2", 6));

        let none = Knn::<Fields, Fields>::new(3, vec![], model, &context).await.unwrap();
        assert!(none.nearest(&input, &context).await.unwrap().is_empty());
    }
}
