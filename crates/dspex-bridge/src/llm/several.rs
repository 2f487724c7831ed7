//! Several completions of one prompt.

use std::borrow::Cow;

use super::{Completion, CompletionRequest, LanguageModel, LmError};
use crate::call::CallContext;

/// Completes a prompt `n` times, one after the other, as DSPy does it: no provider is asked for several
/// at a time.
///
/// Each request after the first has a `rollout_id` of its own, so that a cache keeps them apart.
///
/// ```
/// use dspex_bridge::CallContext;
/// use dspex_bridge::llm::{CompletionRequest, Message, ScriptedModel, complete_n};
/// use dspex_telemetry::Recorder;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let model = ScriptedModel::new().text("Leeds").text("York");
/// let request = CompletionRequest::new([Message::user("Name a town.")]);
/// let towns = complete_n(&model, &request, 2, &CallContext::new(Recorder::new())).await?;
/// assert_eq!((&*towns[0].text, &*towns[1].text), ("Leeds", "York"));
/// # Ok::<(), dspex_bridge::llm::LmError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`LmError`] of the first request that fails; the others are not made.
pub async fn complete_n(
    model: &dyn LanguageModel,
    request: &CompletionRequest,
    n: u32,
    context: &CallContext,
) -> Result<Vec<Completion>, LmError> {
    let mut completions = Vec::new();
    for number in 0..n {
        completions.push(model.complete(&nth(request, number), context).await?);
    }
    Ok(completions)
}

/// The request for a further completion, which a cache does not take for the first one.
pub(crate) fn nth(request: &CompletionRequest, number: u32) -> Cow<'_, CompletionRequest> {
    if number == 0 {
        return Cow::Borrowed(request);
    }
    let mut request = request.clone();
    let rollout = request.sampling.extra.value(ROLLOUT_ID).map(dspex_signature::Value::to_json);
    let rollout = format!("{}#{number}", rollout.as_deref().unwrap_or_default());
    request.sampling.extra.insert(ROLLOUT_ID, rollout);
    Cow::Owned(request)
}

/// How a model that is set to several completions samples one of them: whoever reads its `n` makes that
/// many requests.
#[cfg(feature = "http")]
pub(crate) fn for_one(usual: &super::Sampling) -> Cow<'_, super::Sampling> {
    if !usual.extra.contains(N) {
        return Cow::Borrowed(usual);
    }
    let mut usual = usual.clone();
    usual.extra.remove(N);
    Cow::Owned(usual)
}

/// The parameter by which requests that are alike are told apart in a cache, as in DSPy; no provider is
/// sent it.
pub const ROLLOUT_ID: &str = "rollout_id";
/// How many completions are asked for: one after the other, so that no provider is told.
pub(crate) const N: &str = "n";

#[cfg(all(test, feature = "testing", feature = "cache"))]
mod tests {
    use dspex_telemetry::Recorder;

    use super::*;
    use crate::llm::{Cache, LmErrorKind, Message, Middleware as _, ScriptedModel};

    #[tokio::test]
    async fn a_cache_keeps_them_apart_and_together() {
        let script = ScriptedModel::new().text("one").text("two").fail(LmErrorKind::RateLimited);
        let model = Cache::memory(10).wrap(std::sync::Arc::new(script.clone()));
        let context = CallContext::new(Recorder::new());
        let request = CompletionRequest::new([Message::user("a")]);
        for _ in 0..2 {
            let several = complete_n(&model, &request, 2, &context).await.unwrap();
            let texts: Vec<&str> = several.iter().map(|one| one.text.as_str()).collect();
            assert_eq!(texts, ["one", "two"]);
        }
        assert_eq!(script.requests().len(), 2);
        assert!(complete_n(&model, &request, 3, &context).await.is_err());
        assert_eq!(complete_n(&model, &request, 0, &context).await, Ok(vec![]));
    }
}
