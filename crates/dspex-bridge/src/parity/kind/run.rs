//! `run`: whole calls against every request that reached DSPy's model, and what came of them.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use dspex_signature::{Adapter, Fields, Program, Signature, fields};
use dspex_telemetry::Recorder;
use serde_json::{Map, Value as Json, json};

use super::parse::PARSE_ERROR;
use super::{adapter_of, format, signature_of};
use crate::call::{CallContext, CallError, CallErrorKind, Meta, ModuleKind, ModuleSpec};
use crate::engine::{Engine, ParseDelegate};
use crate::llm::replay::ReplayedModel;
use crate::llm::{Lm, LmError, LmErrorKind, Models, Sampling, TokenLogprob, logprobs};
use crate::native::NativeEngine;
use crate::parity::tools::{tools, without_tracebacks};
use crate::parity::{Case, Verdict, compare, value};

pub(super) async fn replay(case: &Case, delegate: Option<&Arc<dyn ParseDelegate>>) -> Verdict {
    match prepared(case) {
        Ok(run) => run.replay(case, delegate).await,
        Err(verdict) => verdict,
    }
}

/// A case made into a module and a model.
struct Run {
    module: ModuleSpec,
    model: Arc<ReplayedModel>,
    inputs: Fields,
}

fn prepared(case: &Case) -> Result<Run, Verdict> {
    let kind = match case.text("module") {
        "predict" => ModuleKind::Predict,
        "chain_of_thought" => ModuleKind::ChainOfThought,
        "react" => ModuleKind::React,
        other => return Err(Verdict::Declined(format!("the module `{other}` is not native yet"))),
    };
    let adapter = adapter_of(case)?;
    let (signature, types) = signature_of(case)?;
    let (demos, inputs) = format::given(case, &signature, &types).map_err(Verdict::Declined)?;
    let usual = case.given.get("lm_config").unwrap_or(&Json::Null);
    let config = case.given.get("config").unwrap_or(&Json::Null);
    // `None` in a call's config takes back what the model is set to.
    if usual.get("temperature").is_some() && config.get("temperature").is_some_and(Json::is_null) {
        let why = "a `temperature` that is taken back is not native yet";
        return Err(Verdict::Declined(why.to_owned()));
    }
    let sampling = |key: &str| match case.given.get(key).and_then(Json::as_object) {
        Some(given) => sampling(given).map_err(Verdict::Declined),
        None => Ok(Sampling::default()),
    };
    let name = match case.text("model") {
        "" => "openai/gpt-4o-mini",
        name => name,
    };
    let replies = case.given.get("replies").and_then(Json::as_array).cloned().unwrap_or_default();
    let model = ReplayedModel::new(name, sampling("lm_config")?, replies);
    let model = Arc::new(model.ok_or_else(|| {
        Verdict::Declined(format!("the rules of the model `{name}` are not native yet"))
    })?);
    let mut module = ModuleSpec::new(kind, Arc::new(signature));
    module.adapter = adapter;
    module.demos = demos;
    module.lm = Lm::Model(model.clone());
    module.sampling = sampling("config")?;
    module.tools = tools(case).map_err(Verdict::Declined)?;
    if let Some(max_iters) = case.given.get("max_iters").and_then(Json::as_i64) {
        module.init.insert("max_iters", max_iters);
    }
    if let Some(state) = case.given.get("state") {
        let loaded =
            Program::from_state_json(&state.to_string()).and_then(|program| module.load(program));
        loaded.map_err(|error| Verdict::Declined(error.to_string()))?;
    }
    Ok(Run { module, model, inputs })
}

impl Run {
    async fn replay(self, case: &Case, delegate: Option<&Arc<dyn ParseDelegate>>) -> Verdict {
        let watched = Arc::new(Watched { python: delegate.cloned(), unsure: Mutex::default() });
        let engine = NativeEngine::new(Models::new(), Some(watched.clone()));
        let engine = match case.text("adapter") {
            "chat-nofallback" => engine.without_fallback(),
            _ => engine,
        };
        let prepared = match engine.accept_incomplete_inputs().prepare(&Arc::new(self.module)) {
            Ok(prepared) => prepared,
            Err(unsupported) => return Verdict::Declined(unsupported.why),
        };
        let context = CallContext::new(Recorder::new());
        let result = prepared.run(&self.inputs, &context).await;
        let is_undecided = delegate.is_none() && watched.reason().is_some();
        let when_equal = match watched.reason() {
            Some(reason) => Verdict::Delegated(reason),
            None => Verdict::Native,
        };
        let calls = self.model.calls();
        // What the last reply says of itself, where it is a failure.
        let last = calls.len().saturating_sub(1);
        let code = case.given.get("replies").and_then(|replies| replies[last]["code"].as_str());
        let mut actual = json!({ "calls": calls });
        // Nobody was asked, so the first request is all there is to compare.
        if is_undecided {
            return compare::verdict(&case.expect["calls"][0], &actual["calls"][0], when_equal);
        }
        match result {
            Ok(outcome) => {
                let Meta { completions, logprobs, .. } = outcome.meta();
                let mut logprobs = logprobs.iter();
                let mut all = completions.iter().map(|one| with_logprobs(one, logprobs.next()));
                if !completions.is_empty() {
                    actual["completions"] = all.by_ref().collect();
                }
                let own = outcome.meta().logprobs.first();
                actual["outputs"] = with_logprobs(&outcome, own);
            }
            Err(error) => match error.kind() {
                CallErrorKind::NotSupportedYet { what } => {
                    return Verdict::Declined(what.clone());
                }
                // DSPy says so when the model is made, before there is anything to call.
                CallErrorKind::Lm(LmError { kind: LmErrorKind::Misconfigured { .. }, .. }) => {
                    actual = json!({ "error": class_of(&error, code) });
                }
                _ => actual["error"] = class_of(&error, code).into(),
            },
        }
        compare::verdict(&without_tracebacks(&case.expect), &actual, when_equal)
    }
}

/// The outputs as DSPy has them, among which is how likely the tokens were.
fn with_logprobs(outputs: &Fields, tokens: Option<&Vec<TokenLogprob>>) -> Json {
    let content = tokens.map(|tokens| fields! { "content" => logprobs::written(tokens) });
    match content {
        Some(content) => compare::outputs(&outputs.clone().with("logprobs", content)),
        None => compare::outputs(outputs),
    }
}

fn sampling(given: &Map<String, Json>) -> Result<Sampling, String> {
    let mut sampling = Sampling::default();
    for (name, json) in given {
        match name.as_str() {
            "temperature" => sampling.temperature = json.as_f64(),
            // DSPy's client has a float for it, whatever it was given.
            "top_p" => {
                sampling.extra.insert(name, json.as_f64().unwrap_or_default());
            }
            "max_tokens" => sampling.max_tokens = json.as_u64(),
            // Parameters that DSPy's client renames or reads itself are another matter.
            "n" | "seed" | "frequency_penalty" | "presence_penalty" | "stop" | "user"
            | "logprobs" | "top_logprobs" | "rollout_id" => {
                let value = value::plain(json, &dspex_signature::TypeTable::new())?;
                sampling.extra.insert(name, value);
            }
            other => return Err(format!("the parameter `{other}` is not native yet")),
        }
    }
    Ok(sampling)
}

/// The class that DSPy raises where we return this error; `code` is the provider's word for it.
fn class_of(error: &CallError, code: Option<&str>) -> String {
    match error.kind() {
        CallErrorKind::Parse { .. } => PARSE_ERROR.to_owned(),
        CallErrorKind::Python(exception) => {
            exception.type_name.rsplit('.').next().unwrap_or_default().to_owned()
        }
        CallErrorKind::Lm(error) => lm_class(error, code).to_owned(),
        _ => error.to_string(),
    }
}

/// Source: the mapping of codes and statuses in DSPy 3.4.1's client. We tell a prompt that is too
/// long by the provider's sentences too; DSPy does not.
fn lm_class(error: &LmError, code: Option<&str>) -> &'static str {
    match (&error.kind, error.status) {
        (LmErrorKind::Misconfigured { .. }, _) => "LMConfigurationError",
        _ if code == Some("context_length_exceeded") => "ContextWindowExceededError",
        _ if code == Some("model_not_found") => "LMUnsupportedModelError",
        (LmErrorKind::Unauthorized { .. }, _) => "LMAuthError",
        (LmErrorKind::RateLimited, _) => "LMRateLimitError",
        (LmErrorKind::Refused { .. }, Some(402 | 429)) => "LMBillingError",
        (_, Some(408 | 504)) => "LMTimeoutError",
        (_, Some(500..=599)) => "LMServerError",
        (_, Some(400 | 404 | 409 | 413 | 422)) => "LMInvalidRequestError",
        _ => "LMProviderError",
    }
}

/// Passes parses on to Python where it is there, and keeps why they were asked for.
struct Watched {
    python: Option<Arc<dyn ParseDelegate>>,
    unsure: Mutex<Option<String>>,
}

impl Watched {
    fn reason(&self) -> Option<String> {
        self.unsure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl ParseDelegate for Watched {
    async fn parse(
        &self,
        adapter: Adapter,
        signature: &Signature,
        completion: &str,
        context: &CallContext,
    ) -> Result<Fields, CallError> {
        let reason = "the completion of a whole call".to_owned();
        *self.unsure.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
        match &self.python {
            Some(python) => python.parse(adapter, signature, completion, context).await,
            None => {
                let (pool, reason) = ("general".to_owned(), "it was not to be asked".to_owned());
                let hint = String::new();
                Err(CallErrorKind::PoolUnavailable { pool, reason, hint }.into())
            }
        }
    }
}
