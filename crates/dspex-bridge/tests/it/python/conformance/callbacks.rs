//! Questions to Rust, and calls that are made while a worker waits for their answer.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use dspex_bridge::llm::{Completion, CompletionRequest, LanguageModel, LmError, LmErrorKind};
use dspex_bridge::python::PoolConfig;
use dspex_bridge::{CallContext, ModuleKind, Prepared};
use dspex_signature::fields;

use super::{Carrier, on_every_carrier};

on_every_carrier! {
    one_worker_of_one_thread_answers_calls_within_calls,
    calls_may_nest_so_deep_and_no_deeper,
}

/// A model that asks the same workers once more, until it is asked at this depth.
#[derive(Clone)]
struct Asking {
    depth: u32,
    module: Arc<OnceLock<Weak<dyn Prepared>>>,
    deepest: Arc<AtomicU32>,
}

#[async_trait]
impl LanguageModel for Asking {
    fn name(&self) -> &'static str {
        "asking"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.deepest.fetch_max(context.depth(), Ordering::Relaxed);
        if context.depth() >= self.depth {
            return Ok(Completion::text("[[ ## answer ## ]]\n0"));
        }
        let module = self.module.get().and_then(Weak::upgrade).expect("the test keeps it");
        let question = fields! { "question" => "deeper?" };
        let inner = module.run(&question, context).await.map_err(|error| {
            LmError::new("asking", LmErrorKind::Refused { message: error.to_string() })
        })?;
        let deeper: i64 = inner.get("answer").expect("an integer");
        Ok(Completion::text(format!("[[ ## answer ## ]]\n{}", deeper + 1)))
    }
}

async fn ask(carrier: Carrier, pool: PoolConfig, depth: u32) -> (Result<i64, String>, u32, u64) {
    let (module, deepest) = (Arc::<OnceLock<_>>::default(), Arc::<AtomicU32>::default());
    let model = Asking { depth, module: module.clone(), deepest: deepest.clone() };
    let workers = carrier.start(pool, model);
    let prepared = workers.prepare(ModuleKind::Predict, "question -> answer: int");
    assert!(module.set(Arc::downgrade(&prepared)).is_ok());
    let answer = prepared.run(&fields! { "question" => "?" }, &workers.context).await;
    let answer = answer.map(|outcome| outcome.get("answer").unwrap());
    let answer = answer.map_err(|error| error.to_string());
    assert_eq!(workers.stats().pids.len(), 1);
    (answer, deepest.load(Ordering::Relaxed), workers.stats().calls)
}

async fn one_worker_of_one_thread_answers_calls_within_calls(carrier: Carrier) {
    let (answer, deepest, n_calls) = ask(carrier, carrier.pool(), 4).await;
    assert_eq!((answer, deepest, n_calls), (Ok(3), 4, 4));
}

async fn calls_may_nest_so_deep_and_no_deeper(carrier: Carrier) {
    let pool = carrier.pool().threads_per_worker(2);
    let (answer, deepest, _) = ask(carrier, pool, 99).await;
    assert_eq!(deepest, CallContext::MAX_DEPTH);
    let error = answer.unwrap_err();
    assert!(error.contains("calls are nested more than 8 deep"), "{error}");
}
