//! Vectors of any server that speaks OpenAI's embeddings.

use std::borrow::Cow;
use std::fmt;

use async_trait::async_trait;
use reqwest::header;
use serde::{Deserialize, Serialize};

use super::{EmbeddingModel, Embeddings};
use crate::call::{CallContext, Usage};
use crate::llm::endpoint::Endpoint;
use crate::llm::provider::PROVIDERS;
use crate::llm::underway::Underway;
use crate::llm::{Completion, Key, LmError, json};

/// A model behind OpenAI's embeddings: OpenAI itself, or any server of its protocol.
///
/// The request's body is the one that DSPy's `Embedder` sends. Many texts go in several requests, one
/// after the other. Nothing is tried twice.
///
/// ```
/// use dspex_bridge::llm::{EmbeddingModel, OpenAiEmbeddings};
///
/// let hosted = OpenAiEmbeddings::new("text-embedding-3-small").dimensions(256);
/// assert_eq!(hosted.name(), "openai/text-embedding-3-small");
/// let mine = OpenAiEmbeddings::new("bge-m3").base_url("http://127.0.0.1:8000/v1").no_key();
/// ```
#[derive(Clone)]
pub struct OpenAiEmbeddings {
    endpoint: Endpoint,
    model: String,
    dimensions: Option<u32>,
    batch: usize,
}

impl OpenAiEmbeddings {
    /// How many texts go in one request where nobody says.
    ///
    /// Source: DSPy 3.4.1's `Embedder`.
    pub const DEFAULT_BATCH: usize = 200;

    /// The model of that name at OpenAI, with the key in `OPENAI_API_KEY`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        let (model, provider) = (model.into(), &PROVIDERS[0]);
        let key = provider.key_env.map(Key::env);
        let bearer = (header::AUTHORIZATION, "Bearer ");
        let name = format!("{}/{model}", provider.prefix);
        let endpoint = Endpoint::new(name, provider.base_url, key, bearer);
        Self { endpoint, model, dimensions: None, batch: Self::DEFAULT_BATCH }
    }

    /// The variable that holds the key.
    #[must_use]
    pub fn key_env(self, variable: impl Into<String>) -> Self {
        self.key(Key::env(variable))
    }

    /// Where the key comes from.
    #[must_use]
    pub fn key(mut self, key: Key) -> Self {
        self.endpoint.key = Some(key);
        self
    }

    /// No key: the server asks for none.
    #[must_use]
    pub fn no_key(mut self) -> Self {
        self.endpoint.key = None;
        self
    }

    /// The server's address, up to and without `/embeddings`.
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.endpoint.move_to(base_url.into());
        self
    }

    /// How many numbers a vector has, where the model can shorten it.
    #[must_use]
    pub const fn dimensions(mut self, dimensions: u32) -> Self {
        self.dimensions = Some(dimensions);
        self
    }

    /// How many texts go in one request at most; at least one.
    #[must_use]
    pub const fn batch(mut self, texts: usize) -> Self {
        self.batch = if texts == 0 { 1 } else { texts };
        self
    }

    /// One request, which is reported as one for a completion is.
    async fn reported(
        &self,
        texts: &[String],
        context: &CallContext,
    ) -> Result<(Embeddings, Completion), LmError> {
        let underway = Underway::begin(&self.endpoint.name, context);
        let answer = self.request(texts, context).await.and_then(|(vectors, usage)| {
            let embeddings = Embeddings::new(vectors, texts.len());
            let counted = Completion { usage, ..Completion::default() };
            let counted = self.endpoint.finished(counted, underway.started(), context);
            Ok((embeddings.map_err(|kind| self.endpoint.error(kind))?, counted))
        });
        underway.end(answer.as_ref().map(|(_, counted)| counted));
        answer
    }

    async fn request(
        &self,
        texts: &[String],
        context: &CallContext,
    ) -> Result<(Vec<Vec<f32>>, Usage), LmError> {
        let body = Body { model: &self.model, input: texts, dimensions: self.dimensions };
        let path = (Cow::Borrowed("/embeddings"), None);
        let exchange = async {
            let (response, sent) = self.endpoint.open(&path, &body, context).await?;
            let read =
                |body: &[u8], headers: &_| json::answer(body, headers, "a list of embeddings");
            self.endpoint.answer::<Answer>(response, &sent, read).await
        };
        let Answer { mut data, usage } = self.endpoint.bounded(exchange, None, context).await?;
        data.sort_by_key(|one| one.index);
        let tokens = usage.map_or(0, |usage| usage.prompt_tokens);
        Ok((data.into_iter().map(|one| one.embedding).collect(), Usage::new(tokens, 0)))
    }
}

#[async_trait]
impl EmbeddingModel for OpenAiEmbeddings {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    async fn embed(&self, texts: &[String], context: &CallContext) -> Result<Embeddings, LmError> {
        let (mut vectors, mut usage) = (Vec::with_capacity(texts.len()), Usage::default());
        for texts in texts.chunks(self.batch) {
            let (more, spent) = self.reported(texts, context).await?;
            vectors.extend(more.vectors);
            usage += spent.usage;
        }
        let embeddings = Embeddings::new(vectors, texts.len());
        let embeddings = embeddings.map_err(|kind| self.endpoint.error(kind))?;
        let counted = Completion { usage, ..Completion::default() };
        let cost = self.endpoint.known.cost(&self.endpoint.name, &counted);
        Ok(Embeddings { usage, cost, ..embeddings })
    }
}

impl fmt::Debug for OpenAiEmbeddings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenAiEmbeddings")
            .field("name", &self.endpoint.name)
            .field("base_url", &self.endpoint.place())
            .field("key", &self.endpoint.key)
            .finish_non_exhaustive()
    }
}

/// The body of a request, in DSPy's order.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<u32>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<One>,
    usage: Option<Counted>,
}

#[derive(Deserialize)]
struct One {
    #[serde(default)]
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Counted {
    #[serde(default)]
    prompt_tokens: u64,
}
