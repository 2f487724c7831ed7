//! Vectors of a model that runs in a Python worker.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use dspex_signature::{Value, fields};

use super::PythonEngine;
use super::lm::failure;
use crate::call::{CallContext, CallErrorKind};
use crate::llm::{EmbeddingModel, Embeddings, LmError, LmErrorKind, Sent};

/// A function of yours, `shop_tools.embed`, that takes a list of texts and gives a list of vectors; it
/// runs in a worker, where a model of this machine can stay loaded between calls.
///
/// The function's package has to be on the allow-list of Python. With sentence-transformers it is
/// this:
///
/// ```python
/// from sentence_transformers import SentenceTransformer
///
/// _model = SentenceTransformer("all-MiniLM-L6-v2")
///
/// def embed(texts: list[str]):
///     return _model.encode(texts)
/// ```
#[derive(Clone)]
pub struct PythonEmbeddings {
    engine: Arc<PythonEngine>,
    function: String,
    batch: usize,
}

impl PythonEmbeddings {
    /// The function of this dotted name, in workers of this engine.
    pub fn new(engine: &Arc<PythonEngine>, function: impl Into<String>) -> Self {
        Self { engine: engine.clone(), function: function.into(), batch: 200 }
    }

    /// How many texts the function is given at a time; 200 where nobody says, at least one.
    #[must_use]
    pub const fn batch(mut self, texts: usize) -> Self {
        self.batch = if texts == 0 { 1 } else { texts };
        self
    }

    fn error(&self, kind: LmErrorKind) -> LmError {
        LmError::new(&self.function, kind)
    }
}

#[async_trait]
impl EmbeddingModel for PythonEmbeddings {
    fn name(&self) -> &str {
        &self.function
    }

    async fn embed(&self, texts: &[String], context: &CallContext) -> Result<Embeddings, LmError> {
        if !self.engine.allows(&self.function) {
            let kind = CallErrorKind::NotAllowed { name: self.function.clone() };
            return Err(self.error(LmErrorKind::Refused { message: kind.to_string() }));
        }
        let texts_told: Vec<Value> = texts.iter().map(|text| text.as_str().into()).collect();
        let parameters = fields! {
            "function" => self.function.as_str(),
            "texts" => texts_told,
            "batch" => i64::try_from(self.batch).unwrap_or(i64::MAX),
        };
        let answer = self.engine.ask("embed", parameters.into(), true, context).await;
        let answer = answer.map_err(|error| self.error(failure(&error, &Sent::default())))?;
        let vectors = vectors(&answer).ok_or_else(|| {
            let message = "the function's result is no list of lists of numbers".to_owned();
            self.error(LmErrorKind::Protocol { message })
        })?;
        Embeddings::new(vectors, texts.len()).map_err(|kind| self.error(kind))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "vectors are kept with 32 bits")]
fn vectors(answer: &Value) -> Option<Vec<Vec<f32>>> {
    let vector = |vector: &Value| {
        let numbers = vector.as_list()?.iter();
        numbers.map(|number| number.as_float().map(|number| number as f32)).collect()
    };
    answer.as_list()?.iter().map(vector).collect()
}

impl fmt::Debug for PythonEmbeddings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PythonEmbeddings")
            .field("function", &self.function)
            .finish_non_exhaustive()
    }
}
