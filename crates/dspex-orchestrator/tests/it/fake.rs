//! An engine that answers as it is told.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dspex_bridge::{
    CallContext, CallError, CallErrorKind, CallEvent, CallEvents, Capability, Cost, Engine,
    EngineKind, Meta, ModuleSpec, Outcome, Prepared, Spent, Unsupported, Usage,
};
use dspex_signature::{Fields, fields};
use futures_util::stream::{self, StreamExt as _};

/// What the engine does with a call.
#[derive(Clone, Copy)]
pub(crate) enum Does {
    Refuse(&'static str),
    Answer(&'static str),
    FailToParse,
    FailToRender,
    FailAtModel,
    Hang,
    /// Answers in these pieces, where a stream is asked for.
    Write(&'static [&'static str]),
    /// Tells these pieces, and then the worker is gone.
    Break(&'static [&'static str]),
}

pub(crate) struct FakeEngine {
    kind: EngineKind,
    does: Does,
    calls: Arc<AtomicUsize>,
    prepared: Arc<Mutex<Vec<Arc<ModuleSpec>>>>,
}

impl FakeEngine {
    pub(crate) fn new(kind: EngineKind, does: Does) -> Self {
        Self { kind, does, calls: Arc::default(), prepared: Arc::default() }
    }

    /// The modules it was given to prepare, oldest first.
    pub(crate) fn prepared(&self) -> Arc<Mutex<Vec<Arc<ModuleSpec>>>> {
        self.prepared.clone()
    }

    pub(crate) fn calls(&self) -> Arc<AtomicUsize> {
        self.calls.clone()
    }
}

impl Engine for FakeEngine {
    fn kind(&self) -> EngineKind {
        self.kind
    }

    fn prepare(&self, module: &Arc<ModuleSpec>) -> Result<Arc<dyn Prepared>, Unsupported> {
        self.prepared.lock().expect("no test panics while it holds the lock").push(module.clone());
        match self.does {
            Does::Refuse(why) => Err(Unsupported::new(why)),
            does => Ok(Arc::new(FakePrepared { kind: self.kind, does, calls: self.calls.clone() })),
        }
    }
}

struct FakePrepared {
    kind: EngineKind,
    does: Does,
    calls: Arc<AtomicUsize>,
}

#[async_trait]
impl Prepared for FakePrepared {
    fn capability(&self) -> Capability {
        Capability::Exact
    }

    async fn run(&self, _inputs: &Fields, _context: &CallContext) -> Result<Outcome, CallError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let usage = Usage::new(7, 3);
        match self.does {
            Does::Refuse(_) => unreachable!("a refused module is never run"),
            Does::Hang => std::future::pending().await,
            Does::Answer(answer) => {
                let mut meta = Meta::new(self.kind, "fake");
                meta.usage = usage;
                Ok(Outcome::new(fields! { "answer" => answer }, meta))
            }
            Does::FailToParse => Err(CallError::from(CallErrorKind::Parse {
                message: "the completion has no field `answer`".into(),
                missing: vec!["answer".into()],
                completion: "?".into(),
            })
            .with_spent(Spent { usage, cost: Cost::Unknown })),
            Does::FailToRender => {
                let what = "rendering these inputs natively".to_owned();
                Err(CallError::from(CallErrorKind::NotSupportedYet { what })
                    .with_spent(Spent { usage, cost: Cost::Unknown }))
            }
            Does::FailAtModel => Err(dspex_bridge::llm::LmError::new(
                "fake",
                dspex_bridge::llm::LmErrorKind::RateLimited,
            )
            .into()),
            Does::Write(pieces) => {
                let answer = pieces.concat();
                Ok(Outcome::new(fields! { "answer" => answer }, Meta::new(self.kind, "fake")))
            }
            Does::Break(_) => {
                let (pool, reason) = ("general".to_owned(), "signal 11 (SIGSEGV)".to_owned());
                Err(CallErrorKind::WorkerDied { pool, reason }.into())
            }
        }
    }

    fn stream(self: Arc<Self>, inputs: Fields, context: CallContext) -> CallEvents {
        let pieces = match self.does {
            Does::Write(pieces) | Does::Break(pieces) => pieces,
            _ => &[],
        };
        let text = |piece: &&str| {
            Ok(CallEvent::Text { output: "answer".to_owned(), piece: (*piece).to_owned() })
        };
        let end = async move { self.run(&inputs, &context).await.map(CallEvent::Done) };
        stream::iter(pieces.iter().map(text)).chain(stream::once(end)).boxed()
    }
}
