//! The events, one variant for each thing that can be seen.

use std::time::Duration;

/// How something ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It gave a result.
    Ok,
    /// It failed; the kind is the error's short name, never private text.
    Failed {
        /// The short name of the error's kind, such as `lm` or `worker_died`.
        kind: String,
    },
}

/// What became of a request that came by a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheOutcome {
    /// It was answered from the cache.
    Hit,
    /// The model was asked, and its answer is kept.
    Miss,
    /// The model was asked, for the request wanted no cache.
    Bypassed,
    /// What lies below the memory failed, and was passed over; another outcome follows.
    TierFailed,
}

/// Something that happened: names and figures, no prompt, completion or key.
///
/// The one text of others in it is the last line that a dead worker wrote to stderr, in the
/// `reason` of [`WorkerExited`](Self::WorkerExited) and [`CallRetried`](Self::CallRetried).
/// Tokens are as the provider counted them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A module's call ended.
    CallFinished {
        /// The module's name.
        module: String,
        /// The engine that answered last.
        engine: String,
        /// From acceptance to answer.
        took: Duration,
        /// Tokens read by the model.
        input_tokens: u64,
        /// Tokens written by the model.
        output_tokens: u64,
        /// How it ended.
        outcome: Outcome,
    },
    /// A language model answered or failed.
    LmFinished {
        /// The model's name.
        lm: String,
        /// The exchange on the wire.
        took: Duration,
        /// Tokens read by the model.
        input_tokens: u64,
        /// Tokens written by the model.
        output_tokens: u64,
        /// The price in US dollars; `None` where it is not known.
        cost_usd: Option<f64>,
        /// How it ended.
        outcome: Outcome,
    },
    /// A request came by a cache.
    LmCached {
        /// The model.
        lm: String,
        /// What became of it.
        outcome: CacheOutcome,
    },
    /// A request was sent once more, because it was slow to be answered.
    LmHedged {
        /// The model that is asked twice.
        lm: String,
    },
    /// A request went to another model, because the first one failed.
    LmFellBack {
        /// The model that did not answer.
        from: String,
        /// The model that was asked instead.
        to: String,
        /// The short name of the failure.
        reason: String,
    },
    /// A call went to another engine than the first choice.
    ModuleFellBack {
        /// The module's name.
        module: String,
        /// The engine that did not answer.
        from: String,
        /// The engine that was asked instead.
        to: String,
        /// Why.
        reason: String,
    },
    /// A native call was answered by Python once more, with the completions that it had.
    ShadowCompared {
        /// The module's name.
        module: String,
        /// Where prompts or outputs differ, without what they say; `None` where all is the same.
        difference: Option<String>,
    },
    /// A module's calls go to another engine from now on, for the one they went to is not exact.
    ModuleDemoted {
        /// The module's name.
        module: String,
        /// The engine that answered otherwise than DSPy.
        from: String,
        /// The engine that is asked instead.
        to: String,
        /// Where they differ.
        reason: String,
    },
    /// A completion was parsed by Python because the native parser was not sure.
    ParseDelegated {
        /// The module's name.
        module: String,
        /// What the native parser was not sure of.
        reason: String,
    },
    /// A completion of which the native parser was not sure was read by it all the same, because there
    /// was no Python to be asked.
    ParseApproximated {
        /// The module's name.
        module: String,
        /// What the native parser was not sure of.
        reason: String,
    },
    /// A Python worker became ready.
    WorkerStarted {
        /// The pool's name.
        pool: String,
        /// The process id.
        pid: u32,
        /// From spawn to ready.
        took: Duration,
    },
    /// A Python worker ended.
    WorkerExited {
        /// The pool's name.
        pool: String,
        /// The process id.
        pid: u32,
        /// Why it ended.
        reason: String,
        /// Calls that were in flight on it.
        in_flight: usize,
    },
    /// A call that a dead worker left behind was given to another worker.
    CallRetried {
        /// The pool's name.
        pool: String,
        /// Which attempt comes now, counted from 1.
        attempt: u32,
        /// Why the earlier one ended.
        reason: String,
    },
    /// A stage of a pipeline ended.
    StageFinished {
        /// The pipeline's name.
        pipeline: String,
        /// The stage's name.
        stage: String,
        /// Where it ran: `function`, `native` or `python`.
        ran_on: String,
        /// Time from start to end.
        took: Duration,
        /// How it ended.
        outcome: Outcome,
    },
}

impl Event {
    /// The event's name in lower case with dots, for logs and filters.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CallFinished { .. } => "call.finished",
            Self::LmFinished { .. } => "lm.finished",
            Self::LmCached { .. } => "lm.cached",
            Self::LmHedged { .. } => "lm.hedged",
            Self::LmFellBack { .. } => "lm.fell_back",
            Self::ModuleFellBack { .. } => "module.fell_back",
            Self::ShadowCompared { .. } => "shadow.compared",
            Self::ModuleDemoted { .. } => "module.demoted",
            Self::ParseDelegated { .. } => "parse.delegated",
            Self::ParseApproximated { .. } => "parse.approximated",
            Self::WorkerStarted { .. } => "worker.started",
            Self::WorkerExited { .. } => "worker.exited",
            Self::CallRetried { .. } => "call.retried",
            Self::StageFinished { .. } => "stage.finished",
        }
    }
}
