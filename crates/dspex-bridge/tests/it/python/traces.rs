//! A call's trace goes into Python, and through it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dspex_bridge::llm::{Completion, CompletionRequest, LanguageModel, LmError, ScriptedModel};
use dspex_bridge::python::PoolConfig;
use dspex_bridge::{CallContext, Engine as _, ModuleKind, ModuleSpec, TraceParent};
use dspex_signature::{Signature, Value, fields};

use super::Workers;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
async fn python_is_told_the_trace_and_forgets_it() {
    let workers = Workers::start(PoolConfig::workers(1..=1), ScriptedModel::new());
    let traced = workers.context.clone().in_trace(TRACE.parse().unwrap());
    let ask = async |context: &CallContext| {
        workers.engine.fault("faults.trace", Value::Null, false, context).await.unwrap()
    };
    let nothing = format!("{}-{}", "0".repeat(32), "0".repeat(16));
    assert_eq!(
        ask(&workers.context).await,
        Value::from(vec![Value::Null, nothing.as_str().into()])
    );
    // OpenTelemetry's own API knows it too.
    assert_eq!(ask(&traced).await, Value::from(vec![TRACE, &TRACE[3..52]]));
    assert_eq!(
        ask(&workers.context).await,
        Value::from(vec![Value::Null, nothing.as_str().into()])
    );
}

/// A model that keeps the trace that it is asked in.
#[derive(Clone, Default)]
struct Traced(Arc<Mutex<Option<TraceParent>>>);

#[async_trait]
impl LanguageModel for Traced {
    fn name(&self) -> &'static str {
        "traced"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        *self.0.lock().unwrap() = context.trace_parent().cloned();
        Ok(Completion::text("[[ ## answer ## ]]\nLeeds"))
    }
}

#[tokio::test]
async fn what_python_asks_of_rust_is_a_part_of_the_trace() {
    let model = Traced::default();
    let workers = Workers::start(PoolConfig::workers(1..=1), model.clone());
    let signature = Arc::new(Signature::parse("question -> answer").unwrap());
    let module = ModuleSpec::new(ModuleKind::Predict, signature);
    let module = workers.engine.prepare(&Arc::new(module)).unwrap();
    let traced = workers.context.clone().in_trace(TRACE.parse().unwrap());
    module.run(&fields! { "question" => "Where?" }, &traced).await.unwrap();
    assert_eq!(model.0.lock().unwrap().as_ref().map(TraceParent::as_str), Some(TRACE));
}
