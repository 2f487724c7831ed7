//! The Python engine: any module of DSPy, run in a supervised worker.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::{Adapter, Fields, Signature, Value, fields};
use dspex_telemetry::Recorder;

use super::journal::AttemptJournal;
use super::pool::{Asker, CallbackFailure, Callbacks, Pool, PoolCall, PoolStats};
use super::prepared::{PreparedModule, refuse_several, template};
use super::wire::{MAX_FRAME_BYTES, WireError, encode_value};
use super::{PoolConfig, PythonConfig, describe, failure, operations};
use crate::call::{CallContext, CallError, CallErrorKind, EngineKind, ModuleSpec, Saved};
use crate::engine::{Engine, ParseDelegate, Prepared, Unsupported};
use crate::llm::Models;
use crate::native::refuse_tools;

/// The pool of modules that name none.
pub const DEFAULT_POOL: &str = "general";

/// The pool of [`PythonEngine::for_models`].
pub const MODELS_POOL: &str = "lm";

/// Runs DSPy in pools of workers. Workers start with the first call that needs one.
///
/// Dropping the engine kills its workers; [`shutdown`](Self::shutdown) lets them finish.
pub struct PythonEngine {
    config: PythonConfig,
    pools: BTreeMap<String, Arc<Pool>>,
    /// The pool of what names none.
    general: Arc<Pool>,
    models: Models,
    journal: Option<Arc<dyn AttemptJournal>>,
}

impl PythonEngine {
    /// An engine with these pools, and with one called `general` in any case. Starts nothing.
    #[must_use]
    pub fn new(
        config: PythonConfig,
        pools: BTreeMap<String, PoolConfig>,
        models: Models,
        recorder: Recorder,
    ) -> Self {
        Self::with_general(config, pools, DEFAULT_POOL, models, recorder)
    }

    /// Workers of which [`PythonLm`](super::PythonLm) and [`PythonEmbeddings`](super::PythonEmbeddings)
    /// ask: one pool called `lm`, and no models of Rust's.
    #[must_use]
    pub fn for_models(config: PythonConfig, pool: PoolConfig, recorder: Recorder) -> Self {
        let pools = BTreeMap::from([(MODELS_POOL.to_owned(), pool)]);
        Self::with_general(config, pools, MODELS_POOL, Models::new(), recorder)
    }

    #[expect(clippy::needless_pass_by_value, reason = "a cheap handle, given away as models are")]
    fn with_general(
        config: PythonConfig,
        mut pools: BTreeMap<String, PoolConfig>,
        general: &str,
        models: Models,
        recorder: Recorder,
    ) -> Self {
        pools.entry(general.to_owned()).or_default();
        let pool = |(name, settings): (String, PoolConfig)| {
            let pool = Pool::new(&name, settings, config.clone(), recorder.clone());
            (name, Arc::new(pool))
        };
        let pools: BTreeMap<String, Arc<Pool>> = pools.into_iter().map(pool).collect();
        Self { config, general: pools[general].clone(), pools, models, journal: None }
    }

    /// The same engine, which keeps what models answer to a call that has an id until the call has its
    /// result. Without one it is kept in memory, for the attempts of one call.
    #[must_use]
    pub fn journal(mut self, journal: impl AttemptJournal) -> Self {
        self.journal = Some(Arc::new(journal));
        self
    }

    /// The figures of each pool, by name.
    #[must_use]
    pub fn stats(&self) -> BTreeMap<String, PoolStats> {
        self.pools.iter().map(|(name, pool)| (name.clone(), pool.stats())).collect()
    }

    /// Stops admitting, lets calls that run finish within the time, ends all workers.
    pub async fn shutdown(&self, within: Duration) {
        let pools = self.pools.values().map(|pool| pool.shutdown(within));
        futures_util::future::join_all(pools).await;
    }

    /// The messages that DSPy's own adapter makes of demos and inputs, as maps of role and content.
    ///
    /// # Errors
    /// [`CallError`], also with the exception that DSPy raises for inputs it cannot render.
    pub async fn format(
        &self,
        adapter: Adapter,
        signature: &Signature,
        demos: &[Fields],
        inputs: &Fields,
        context: &CallContext,
    ) -> Result<Value, CallError> {
        let demos = demos.iter().cloned().map(Value::Map).collect::<Vec<_>>();
        let parameters = fields! {
            "adapter" => adapter.name(),
            "signature" => describe::signature(signature)?,
            "demos" => demos,
            "inputs" => inputs.clone(),
        };
        self.ask("adapter.format", parameters.into(), true, context).await
    }

    /// Calls one of the methods that misbehave, for dspex's own tests.
    ///
    /// # Errors
    /// [`CallError`], mostly on purpose.
    #[doc(hidden)]
    pub async fn fault(
        &self,
        method: &'static str,
        parameters: Value,
        idempotent: bool,
        context: &CallContext,
    ) -> Result<Value, CallError> {
        self.ask(method, parameters, idempotent, context).await
    }

    /// Whether Python may call this by name.
    #[cfg(feature = "http")]
    pub(super) fn allows(&self, name: &str) -> bool {
        self.config.allows(name)
    }

    /// A call without completions.
    pub(super) async fn ask(
        &self,
        method: &'static str,
        parameters: Value,
        idempotent: bool,
        context: &CallContext,
    ) -> Result<Value, CallError> {
        let callbacks = Arc::new(Echo);
        let pinned = self.general.pinned(&parameters)?;
        let parameters = encode(&parameters)?;
        let call = PoolCall { method, parameters, idempotent, callbacks, keeps: false, pinned };
        let answer =
            self.general.call(&call, context, |refusal| failure::explain(refusal, None)).await?;
        Ok(answer.value)
    }
}

impl Engine for PythonEngine {
    fn kind(&self) -> EngineKind {
        EngineKind::Python
    }

    fn prepare(&self, module: &Arc<ModuleSpec>) -> Result<Arc<dyn Prepared>, Unsupported> {
        let name = module.kind.python_name();
        if !module.tools.is_empty() {
            refuse_tools(&module.tools, true)?;
        }
        let saved = module.saved.as_deref();
        if saved.is_some_and(Saved::has_models) {
            let why = "a program that was saved with a language model does not run in Python yet";
            return Err(Unsupported::new(why));
        }
        if !self.config.allows(name) {
            let name = name.to_owned();
            return Err(Unsupported::new(CallErrorKind::NotAllowed { name }.to_string()));
        }
        let pool_name = module.pool.as_deref().unwrap_or(DEFAULT_POOL);
        let pool = self.pools.get(pool_name).ok_or_else(|| {
            let known = self.pools.keys().map(String::as_str).collect::<Vec<_>>().join("`, `");
            Unsupported::new(format!("there is no pool `{pool_name}`; there are `{known}`"))
        })?;
        let model = self.models.resolve(&module.lm);
        let model = model.map_err(|error| Unsupported::new(error.to_string()))?;
        refuse_several(&module.sampling, &*model).map_err(Unsupported::new)?;
        let template = template(module, model.name());
        let template = template.map_err(|kind| Unsupported::new(kind.to_string()))?;
        let (module, pool, journal) = (module.clone(), pool.clone(), self.journal.clone());
        Ok(Arc::new(PreparedModule { module, pool, model, template, journal }))
    }
}

#[async_trait]
impl ParseDelegate for PythonEngine {
    async fn parse(
        &self,
        adapter: Adapter,
        signature: &Signature,
        completion: &str,
        context: &CallContext,
    ) -> Result<Fields, CallError> {
        let parameters = fields! {
            "adapter" => adapter.name(),
            "signature" => describe::signature(signature)?,
            "completion" => completion,
        };
        outputs(self.ask("adapter.parse", parameters.into(), true, context).await?)
    }
}

/// Answers a test's question with the question; nothing else asks here.
struct Echo;

#[async_trait]
impl Callbacks for Echo {
    async fn answer(
        &self,
        method: &str,
        parameters: Value,
        _: Asker,
    ) -> Result<Value, CallbackFailure> {
        match method {
            "echo" => Ok(parameters),
            _ => operations::answer(method, parameters).await,
        }
    }
}

pub(super) fn encode(parameters: &Value) -> Result<Vec<u8>, CallError> {
    let mut encoded = Vec::new();
    let refused = |error: &WireError| {
        let what = format!("inputs for Python where {error}");
        CallError::from(CallErrorKind::NotSupportedYet { what })
    };
    encode_value(parameters, &mut encoded).map_err(|error| refused(&error))?;
    // What stands around the parameters in their frame is short.
    let bytes = encoded.len() + 64;
    if bytes > MAX_FRAME_BYTES {
        return Err(refused(&WireError::TooLong { bytes }));
    }
    Ok(encoded)
}

pub(super) fn outputs(value: Value) -> Result<Fields, CallError> {
    match value {
        Value::Map(outputs) => Ok(outputs),
        other => {
            let message = format!("a module's result is a `{}`, no map", other.python_type());
            Err(CallErrorKind::Protocol { message }.into())
        }
    }
}

impl fmt::Debug for PythonEngine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PythonEngine").field("pools", &self.pools).finish_non_exhaustive()
    }
}
