//! Another model behind the first: see [`Lm::or_else`](crate::llm::Lm::or_else).

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use dspex_telemetry::Event;

use crate::call::CallContext;
use crate::llm::{
    Completion, CompletionRequest, CompletionStream, LanguageModel, LmCapabilities, LmError,
    LmErrorKind, LmRoute, Price, Sampling,
};

/// Two models, of which the second is asked where the first fails.
pub(in crate::llm) struct Fallback {
    first: Arc<dyn LanguageModel>,
    second: Arc<dyn LanguageModel>,
}

impl Fallback {
    pub(in crate::llm) fn new(
        first: Arc<dyn LanguageModel>,
        second: Arc<dyn LanguageModel>,
    ) -> Self {
        Self { first, second }
    }

    /// Reports why the second model is asked, unless nobody waits for its answer.
    fn fall_back(&self, error: LmError, context: &CallContext) -> Result<(), LmError> {
        let is_out_of_time = context.remaining().is_some_and(|remaining| remaining.is_zero());
        if error.kind == LmErrorKind::Cancelled || is_out_of_time {
            return Err(error);
        }
        context.recorder().record(Event::LmFellBack {
            from: self.first.name().to_owned(),
            to: self.second.name().to_owned(),
            reason: error.kind.name().to_owned(),
        });
        Ok(())
    }
}

#[async_trait]
impl LanguageModel for Fallback {
    fn name(&self) -> &str {
        self.first.name()
    }

    /// Either may have answered.
    fn identity(&self) -> Option<Cow<'_, str>> {
        let [first, second] = [&self.first, &self.second]
            .map(|model| format!("{} {}", model.name(), model.identity().unwrap_or_default()));
        Some(format!("{first} or {second}").into())
    }

    fn capabilities(&self) -> LmCapabilities {
        self.first.capabilities()
    }

    fn default_sampling(&self) -> Option<&Sampling> {
        self.first.default_sampling()
    }

    fn route(&self) -> LmRoute {
        self.first.route()
    }

    /// The first one's, where the second one's is known as well.
    fn price(&self) -> Option<Price> {
        self.second.price().and(self.first.price())
    }

    fn stands_alone(&self) -> bool {
        false
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        match self.first.complete(request, context).await {
            Ok(completion) => Ok(completion),
            Err(error) => {
                self.fall_back(error, context)?;
                self.second.complete(request, context).await
            }
        }
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        match self.first.stream(request, context).await {
            Ok(stream) => Ok(stream),
            Err(error) => {
                self.fall_back(error, context)?;
                self.second.stream(request, context).await
            }
        }
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use std::time::Duration;

    use dspex_telemetry::{RecentEvents, Recorder};

    use super::*;
    use crate::llm::{Lm, Models, ScriptedModel};

    async fn ask(lm: &Lm, context: &CallContext) -> Result<String, LmError> {
        let model = Models::new().resolve(lm)?;
        let done = model.complete(&CompletionRequest::default(), context).await;
        done.map(|completion| completion.text)
    }

    #[tokio::test]
    async fn the_second_model_answers_where_the_first_fails() {
        let recent = Arc::new(RecentEvents::new(5));
        let context = CallContext::new(Recorder::new().with(recent.clone()));
        let first = ScriptedModel::new().named("first").text("1").fail(LmErrorKind::ContextTooLong);
        let second = ScriptedModel::new().named("second").text("2");
        let lm = Lm::new(first).or_else(second);
        assert_eq!(ask(&lm, &context).await, Ok("1".to_owned()));
        assert_eq!(ask(&lm, &context).await, Ok("2".to_owned()));
        let (from, to) = ("first".to_owned(), "second".to_owned());
        let expected = Event::LmFellBack { from, to, reason: "context_too_long".to_owned() };
        assert!(recent.events().contains(&expected), "{:?}", recent.events());
    }

    #[test]
    fn a_pair_is_told_apart_by_both_and_costs_what_is_known_of_both() {
        let price = |usd| Price::per_million(usd, usd);
        let resolve = |lm: Lm| Models::new().resolve(&lm).unwrap();
        let model = || ScriptedModel::new().named("m").priced(price(1.0));
        let with = |name: &str| resolve(Lm::new(model()).or_else(ScriptedModel::new().named(name)));
        assert_ne!(with("a").identity(), with("b").identity());
        assert_eq!(with("a").identity(), with("a").identity());
        assert_ne!(with("a").identity(), resolve(Lm::new(model())).identity());
        assert_eq!(with("a").price(), None, "what the second one costs is not known");
        let dear = ScriptedModel::new().priced(price(9.0));
        assert_eq!(resolve(Lm::new(model()).or_else(dear)).price(), Some(price(1.0)));
    }

    #[tokio::test]
    async fn who_cancels_wants_no_other_answer() {
        let second = ScriptedModel::new().text("2");
        let lm = Lm::new(ScriptedModel::new().fail(LmErrorKind::Cancelled)).or_else(second.clone());
        let context = CallContext::new(Recorder::new());
        assert_eq!(ask(&lm, &context).await.unwrap_err().kind, LmErrorKind::Cancelled);
        let lm =
            Lm::new(ScriptedModel::new().fail(LmErrorKind::RateLimited)).or_else(second.clone());
        let late = CallContext::new(Recorder::new()).within(Duration::ZERO);
        assert_eq!(ask(&lm, &late).await.unwrap_err().kind, LmErrorKind::RateLimited);
        assert!(second.requests().is_empty());
    }
}
