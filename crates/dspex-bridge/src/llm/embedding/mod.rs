//! Models that turn texts into vectors.

mod knn;
#[cfg(feature = "http")]
mod openai;

use std::sync::Arc;

use async_trait::async_trait;

pub use knn::Knn;
#[cfg(feature = "http")]
pub use openai::OpenAiEmbeddings;

use super::{LmError, LmErrorKind};
use crate::call::{CallContext, Cost, Usage};

/// A model that turns texts into vectors, so that texts of like meaning lie close to each other.
/// Object-safe; implement it for a model of your own.
#[async_trait]
pub trait EmbeddingModel: Send + Sync + 'static {
    /// DSPy's name for the model: `openai/text-embedding-3-small`.
    fn name(&self) -> &str;

    /// One vector for each text, in their order.
    ///
    /// # Errors
    /// [`LmError`] says which provider, what happened and whether to try again.
    async fn embed(&self, texts: &[String], context: &CallContext) -> Result<Embeddings, LmError>;
}

#[async_trait]
impl<M: EmbeddingModel + ?Sized> EmbeddingModel for Arc<M> {
    fn name(&self) -> &str {
        (**self).name()
    }

    async fn embed(&self, texts: &[String], context: &CallContext) -> Result<Embeddings, LmError> {
        (**self).embed(texts, context).await
    }
}

/// Vectors, and what they cost.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Embeddings {
    /// One for each text, in the order of the texts; all of one length.
    pub vectors: Vec<Vec<f32>>,
    /// Tokens, as the provider counted them.
    pub usage: Usage,
    /// The price.
    pub cost: Cost,
}

impl Embeddings {
    /// The vectors of so many texts.
    ///
    /// # Errors
    /// [`LmErrorKind::Protocol`] where there are more or fewer, where they differ in length, or where
    /// a number is not finite.
    pub fn new(vectors: Vec<Vec<f32>>, n_texts: usize) -> Result<Self, LmErrorKind> {
        let protocol = |message: String| Err(LmErrorKind::Protocol { message });
        if vectors.len() != n_texts {
            return protocol(format!("{} vectors for {n_texts} texts", vectors.len()));
        }
        let length = vectors.first().map_or(0, Vec::len);
        for (position, vector) in vectors.iter().enumerate() {
            if vector.len() != length {
                return protocol(format!(
                    "vector {position} has {} numbers, others {length}",
                    vector.len()
                ));
            }
            if !vector.iter().all(|number| number.is_finite()) {
                return protocol(format!("vector {position} has a number that is not finite"));
            }
        }
        Ok(Self { vectors, ..Self::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(vectors: Vec<Vec<f32>>, n_texts: usize, expected: &str) {
        let error = Embeddings::new(vectors, n_texts).unwrap_err();
        assert_eq!(error, LmErrorKind::Protocol { message: expected.to_owned() });
    }

    #[test]
    fn vectors_are_as_many_as_texts_and_of_one_length() {
        refuses(vec![vec![1.0]], 2, "1 vectors for 2 texts");
        refuses(vec![vec![1.0], vec![]], 2, "vector 1 has 0 numbers, others 1");
        refuses(vec![vec![f32::NAN]], 1, "vector 0 has a number that is not finite");
        assert_eq!(Embeddings::new(vec![], 0), Ok(Embeddings::default()));
    }
}
