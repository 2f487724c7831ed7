//! A budget of money or tokens, of which a model spends no more.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::Middleware;
use crate::call::{CallContext, Usage};
use crate::llm::{
    Completion, CompletionEvent, CompletionRequest, CompletionStream, LanguageModel, LmError,
    LmErrorKind, Price, guessed_tokens,
};

/// How much a model may spend in a while: US dollars, tokens or both.
///
/// What an answer costs is known when it is there, so that requests that are on their way when the
/// budget is spent still end, and are counted; the next ones fail with
/// [`LmErrorKind::BudgetSpent`], until the while is over, or go to the model behind
/// ([`Lm::or_else`](crate::llm::Lm::or_else)). A budget of money holds only what has a price: a model
/// without one is refused. An answer out of a cache around it costs nothing.
///
/// Clones share what is spent, so that one budget can hold several models.
#[derive(Clone, Debug)]
pub struct Budget {
    per: Duration,
    usd: Option<f64>,
    tokens: Option<u64>,
    spent: Arc<Mutex<Spent>>,
}

/// What is spent of a while that has begun.
#[derive(Debug, Default)]
struct Spent {
    since: Option<Instant>,
    usd: f64,
    tokens: u64,
}

impl Budget {
    /// Nothing is limited yet; a while is so long, and the first one begins with the first request.
    #[must_use]
    pub fn per(while_: Duration) -> Self {
        Self { per: while_, usd: None, tokens: None, spent: Arc::default() }
    }

    /// Nothing is limited yet; a while is 24 hours.
    #[must_use]
    pub fn per_day() -> Self {
        Self::per(Duration::from_secs(24 * 60 * 60))
    }

    /// At most so many US dollars.
    #[must_use]
    pub const fn usd(mut self, usd: f64) -> Self {
        self.usd = Some(usd);
        self
    }

    /// At most so many tokens, read and written.
    #[must_use]
    pub const fn tokens(mut self, tokens: u64) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Says whether there is anything left, and how long until there is.
    fn check(&self, now: Instant) -> Result<(), (LmErrorKind, Duration)> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *spent.since.get_or_insert(now);
        let elapsed = now.saturating_duration_since(since);
        if elapsed >= self.per {
            *spent = Spent { since: Some(now), ..Spent::default() };
            return Ok(());
        }
        let budget = match (self.usd, self.tokens) {
            (Some(usd), _) if spent.usd >= usd => format!("{usd} USD"),
            (_, Some(tokens)) if spent.tokens >= tokens => format!("{tokens} tokens"),
            _ => return Ok(()),
        };
        drop(spent);
        Err((LmErrorKind::BudgetSpent { budget, per: self.per }, self.per - elapsed))
    }

    /// Books an answer: at the model's usual price where its cost is not known, and by a guess where nobody
    /// counted, so that what is not known is not for nothing.
    fn spend(&self, guessed_input: u64, completion: &Completion, price: Option<&Price>) {
        let counted = completion.usage != Usage::default() || completion.from_cache;
        let usage = match counted {
            true => completion.usage,
            false => Usage::new(guessed_input, guessed_tokens(completion.text.len())),
        };
        let Usage { input_tokens, output_tokens, .. } = usage;
        let usual = || price.and_then(|price| price.cost(&usage).usd());
        let usd = completion.cost.usd().or_else(usual);
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.usd += usd.unwrap_or_default();
        spent.tokens = spent.tokens.saturating_add(input_tokens.saturating_add(output_tokens));
    }
}

impl Middleware for Budget {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        Arc::new(Budgeted { model, budget: self.clone() })
    }
}

struct Budgeted {
    model: Arc<dyn LanguageModel>,
    budget: Budget,
}

impl Budgeted {
    fn admit(&self, context: &CallContext) -> Result<(), LmError> {
        if self.budget.usd.is_some() && self.price().is_none() {
            let message = "it has no known price, and a budget of money holds only what has one";
            let kind = LmErrorKind::Refused { message: message.to_owned() };
            return Err(LmError::new(self.name(), kind));
        }
        self.budget
            .check(context.now())
            .map_err(|(kind, wait)| LmError::new(self.name(), kind).with_retry_after(Some(wait)))
    }
}

#[async_trait]
impl LanguageModel for Budgeted {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.admit(context)?;
        let completion = self.model.complete(request, context).await?;
        self.budget.spend(request.guessed_tokens(), &completion, self.price().as_ref());
        Ok(completion)
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        use futures_util::StreamExt as _;

        self.admit(context)?;
        let (stream, budget) = (self.model.stream(request, context).await?, self.budget.clone());
        let (guessed_input, price) = (request.guessed_tokens(), self.price());
        Ok(CompletionStream::new(stream.inspect(move |event| {
            if let Ok(CompletionEvent::Done(completion)) = event {
                budget.spend(guessed_input, completion, price.as_ref());
            }
        })))
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use dspex_signature::VirtualClock;
    use dspex_telemetry::Recorder;

    use super::*;
    use crate::call::Cost;
    use crate::llm::ScriptedModel;

    fn script() -> ScriptedModel {
        let completion =
            Completion { usage: Usage::new(60, 40), cost: Cost::Usd(0.5), ..Completion::text("x") };
        (0..9).fold(ScriptedModel::new(), |script, _| script.completion(completion.clone()))
    }

    #[tokio::test]
    async fn what_is_spent_is_spent_until_the_while_is_over() {
        for (budget, shown) in
            [(Budget::per_day().usd(1.0), "1 USD"), (Budget::per_day().tokens(200), "200 tokens")]
        {
            let clock = Arc::new(VirtualClock::new());
            let context = CallContext::with_clock(Recorder::new(), clock.clone());
            let script = script().priced(Price::per_million(1.0, 1.0));
            let model = budget.wrap(Arc::new(script.clone()));
            let request = CompletionRequest::default();
            assert!(model.complete(&request, &context).await.is_ok());
            let streamed = model.stream(&request, &context).await.unwrap();
            assert!(streamed.finish().await.is_ok());
            clock.advance(Duration::from_secs(3600));
            let error = model.complete(&request, &context).await.unwrap_err();
            let expected = format!(
                "language model `scripted/model` has spent its budget of {shown} for 86400s"
            );
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.retry_after, Some(Duration::from_secs(23 * 3600)));
            assert!(model.stream(&request, &context).await.is_err());
            assert_eq!(script.requests().len(), 2);
            clock.advance(Duration::from_secs(23 * 3600));
            assert!(model.complete(&request, &context).await.is_ok());
        }
    }

    #[tokio::test]
    async fn what_nobody_counted_or_priced_is_not_for_nothing() {
        use crate::llm::Message;

        let context = CallContext::new(Recorder::new());
        let request = CompletionRequest::new([Message::user("x".repeat(4_000_000))]);
        let silent =
            Completion { usage: Usage::default(), cost: Cost::Unknown, ..Completion::text("x") };
        for budget in [Budget::per_day().usd(1.0), Budget::per_day().tokens(1_000_000)] {
            let script = ScriptedModel::new().completion(silent.clone());
            let model = budget.wrap(Arc::new(script.priced(Price::per_million(1.0, 1.0))));
            assert!(model.complete(&request, &context).await.is_ok());
            let error = model.complete(&request, &context).await.unwrap_err();
            assert!(matches!(error.kind, LmErrorKind::BudgetSpent { .. }), "{error}");
        }
    }

    #[tokio::test]
    async fn money_is_not_spent_where_nobody_knows_how_much() {
        let context = CallContext::new(Recorder::new());
        let model = Budget::per_day().usd(1.0).wrap(Arc::new(script()));
        let error = model.complete(&CompletionRequest::default(), &context).await.unwrap_err();
        assert!(error.to_string().contains("no known price"), "{error}");
        let model = Budget::per_day().tokens(1).wrap(Arc::new(script()));
        assert!(model.complete(&CompletionRequest::default(), &context).await.is_ok());
    }
}
