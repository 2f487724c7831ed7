//! Real Python workers. These tests need the environment that `cargo xtask setup` makes.

mod cgroups;
mod confined;
mod conformance;
mod embeddings;
mod fork_server;
mod journal;
mod judges;
mod lm;
mod mcp;
mod modules;
mod operations;
mod places;
mod programs;
mod references;
mod sessions;
mod supervision;
mod surroundings;
mod tools;
mod traces;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dspex_bridge::llm::{LanguageModel, Models};
use dspex_bridge::python::{DEFAULT_POOL, PoolConfig, PoolStats, PythonConfig, PythonEngine};
use dspex_bridge::{CallContext, CallError, Engine, ModuleKind, ModuleSpec, Outcome, Prepared};
use dspex_signature::{Fields, Signature, Value};
use dspex_telemetry::{Event, RecentEvents, Recorder};

/// An engine with one pool of real workers, and what it reports.
struct Workers {
    engine: Arc<PythonEngine>,
    events: Arc<RecentEvents>,
    context: CallContext,
}

/// Where the environment must be.
pub(crate) fn venv() -> PathBuf {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv");
    assert!(
        venv.join("bin/python").exists(),
        "there is no Python environment at `{}`; run `cargo xtask setup`",
        venv.display()
    );
    venv
}

impl Workers {
    /// Workers that can be asked for faults, and a model for their completions.
    fn start(pool: PoolConfig, model: impl LanguageModel) -> Self {
        Self::with_python(PythonConfig::venv(venv()), pool, model)
    }

    fn with_python(python: PythonConfig, pool: PoolConfig, model: impl LanguageModel) -> Self {
        let events = Arc::new(RecentEvents::new(1_000));
        let recorder = Recorder::new().with(events.clone());
        let pools = BTreeMap::from([(DEFAULT_POOL.to_owned(), pool.faults())]);
        let models = Models::new().with("default", Arc::new(model));
        let engine = PythonEngine::new(python, pools, models, recorder.clone());
        Self { engine: Arc::new(engine), events, context: CallContext::new(recorder) }
    }

    fn prepare(&self, kind: ModuleKind, signature: &str) -> Arc<dyn Prepared> {
        let signature = Arc::new(Signature::parse(signature).unwrap());
        self.engine.prepare(&Arc::new(ModuleSpec::new(kind, signature))).unwrap()
    }

    async fn run(
        &self,
        kind: ModuleKind,
        signature: &str,
        inputs: Fields,
    ) -> Result<Outcome, CallError> {
        self.prepare(kind, signature).run(&inputs, &self.context).await
    }

    /// A call that may not be repeated.
    async fn fault(
        &self,
        method: &'static str,
        parameters: impl Into<Value>,
    ) -> Result<Value, CallError> {
        self.engine.fault(method, parameters.into(), false, &self.context).await
    }

    fn stats(&self) -> PoolStats {
        self.engine.stats().remove(DEFAULT_POOL).unwrap()
    }

    /// The reasons of the workers that ended.
    fn exits(&self) -> Vec<String> {
        let exit = |event| match event {
            Event::WorkerExited { reason, .. } => Some(reason),
            _ => None,
        };
        self.events.events().into_iter().filter_map(exit).collect()
    }
}

/// Workers that find the modules which stand beside the Python tests.
fn with_user_modules(model: impl LanguageModel) -> Workers {
    Workers::with_python(user_modules(), PoolConfig::workers(1..=1), model)
}

fn user_modules() -> PythonConfig {
    PythonConfig::venv(venv())
        .allow(["dspy", "golden_modules"])
        .search(concat!(env!("CARGO_MANIFEST_DIR"), "/python/tests"))
}
