//! A share of native calls is answered by Python once more, off the hot path: nothing is asked of a model,
//! whose completions are played back, and every prompt and every output has to be the same.

mod compare;
mod replay;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dspex_bridge::llm::Sampling;
use dspex_bridge::{
    CallContext, CallError, CallErrorKind, EngineKind, ModuleSpec, Outcome, Priority, Transcript,
};
use dspex_signature::Fields;
use dspex_telemetry::Event;

use crate::Orchestrator;
pub use compare::ShadowDifference;
use compare::{Answer, compare};
use replay::Replay;

/// How long Python may take for one comparison.
const WITHIN: Duration = Duration::from_secs(60);

/// How many calls of a module are compared with DSPy, and what follows from a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shadow {
    share: f64,
    on_difference: OnDifference,
    with_texts: bool,
}

/// What follows from a difference between the native engine and DSPy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDifference {
    /// The module's next calls go to Python, where it has that choice.
    #[default]
    Demote,
    /// It is told, and the module goes on as before.
    Report,
}

impl Shadow {
    /// So many of all native calls, of which 1 is all; a share beyond 0 to 1 is the nearer of
    /// them.
    #[must_use]
    pub fn share(share: f64) -> Self {
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        Self { share, on_difference: OnDifference::default(), with_texts: false }
    }

    /// What follows from a difference.
    #[must_use]
    pub const fn on_difference(mut self, on_difference: OnDifference) -> Self {
        self.on_difference = on_difference;
        self
    }

    /// Keeps the texts that differ, which may be private; without this their places are told only.
    #[must_use]
    pub const fn with_texts(mut self) -> Self {
        self.with_texts = true;
        self
    }
}

impl From<f64> for Shadow {
    fn from(share: f64) -> Self {
        Self::share(share)
    }
}

/// What came of a module's shadow so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShadowReport {
    /// Calls that were the same in Python.
    pub n_same: u64,
    /// Calls that were not.
    pub n_different: u64,
    /// Calls that were to be compared and were not: another comparison ran, or no worker was to be had.
    pub n_skipped: u64,
    /// The first difference.
    pub difference: Option<ShadowDifference>,
    /// Whether the module's calls go to Python for that.
    pub is_demoted: bool,
    /// Why nothing can be compared: Python does not run the module.
    pub unavailable: Option<String>,
}

/// The shadow of one module, shared by its clones.
#[derive(Debug)]
pub(crate) struct Shadowed {
    settings: Shadow,
    n_calls: AtomicU64,
    report: Mutex<ShadowReport>,
}

impl Shadowed {
    pub(crate) fn new(settings: Shadow) -> Self {
        Self { settings, n_calls: AtomicU64::new(0), report: Mutex::default() }
    }

    pub(crate) const fn settings(&self) -> Shadow {
        self.settings
    }

    pub(crate) fn report(&self) -> ShadowReport {
        self.locked().clone()
    }

    /// The difference for which calls go to Python.
    pub(crate) fn demoted(&self) -> Option<ShadowDifference> {
        let report = self.locked();
        report.difference.clone().filter(|_| report.is_demoted)
    }

    /// What keeps a call for its comparison, where this is one of the share.
    pub(crate) fn sampled(&self, context: &CallContext) -> Option<Transcript> {
        let number = self.n_calls.fetch_add(1, Ordering::Relaxed);
        let is_chosen = unit(number) < self.settings.share;
        is_chosen.then(|| Transcript::beside(context.transcript().cloned()))
    }

    fn locked(&self) -> MutexGuard<'_, ShadowReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares a call in the background, unless another comparison of the program runs.
    pub(crate) fn compare(
        self: &Arc<Self>,
        orchestrator: &Arc<Orchestrator>,
        asked: Asked,
        native: &Result<Outcome, CallError>,
    ) {
        let Some(native) = Answer::of(native) else { return };
        let Some(turn) = orchestrator.background().turn() else {
            self.locked().n_skipped += 1;
            return;
        };
        let (shadowed, owner) = (self.clone(), Arc::downgrade(orchestrator));
        orchestrator.background().spawn(async move {
            let _turn = turn;
            // A program that has ended in the meantime wants nothing compared.
            if let Some(orchestrator) = owner.upgrade() {
                match compared(&orchestrator, &asked, &native).await {
                    Ok(difference) => shadowed.found(&orchestrator, &asked.spec, difference),
                    Err(Uncompared::ThisTime) => shadowed.locked().n_skipped += 1,
                    Err(Uncompared::Never(why)) => shadowed.is_unavailable(&asked.spec, why),
                }
            }
        });
    }

    fn found(
        &self,
        orchestrator: &Orchestrator,
        spec: &ModuleSpec,
        found: Option<ShadowDifference>,
    ) {
        let (module, recorder) = (spec.name.clone(), orchestrator.recorder());
        let place = found.as_ref().map(|difference| difference.place.clone());
        recorder
            .record(Event::ShadowCompared { module: module.clone(), difference: place.clone() });
        let Some((difference, reason)) = found.zip(place) else {
            self.locked().n_same += 1;
            return;
        };
        if self.differs(difference) {
            let (from, to) = (EngineKind::Native.to_string(), EngineKind::Python.to_string());
            tracing::warn!(module, reason, "native differs from DSPy: calls go to Python");
            recorder.record(Event::ModuleDemoted { module, from, to, reason });
        }
    }

    /// Takes note of a difference; true where the module is demoted for it now.
    fn differs(&self, difference: ShadowDifference) -> bool {
        let Shadow { on_difference, with_texts, .. } = self.settings;
        let mut report = self.locked();
        report.n_different += 1;
        let kept = if with_texts { difference } else { difference.without_texts() };
        report.difference.get_or_insert(kept);
        let is_new = on_difference == OnDifference::Demote && !report.is_demoted;
        report.is_demoted |= is_new;
        is_new
    }

    fn is_unavailable(&self, spec: &ModuleSpec, why: String) {
        let mut report = self.locked();
        if report.unavailable.is_none() {
            tracing::warn!(module = spec.name, why, "calls have no shadow");
        }
        report.n_skipped += 1;
        report.unavailable = Some(why);
    }
}

/// A call as the native engine was asked it.
pub(crate) struct Asked {
    pub(crate) spec: Arc<ModuleSpec>,
    pub(crate) inputs: Fields,
    /// How the call itself says that models sample.
    pub(crate) sampling: Option<Sampling>,
    /// What was asked of the model, and what it answered.
    pub(crate) transcript: Transcript,
}

/// Why a call is not compared.
enum Uncompared {
    /// No worker was to be had.
    ThisTime,
    /// Python does not run the module.
    Never(String),
}

/// The first difference between what a call came to natively and in Python.
async fn compared(
    orchestrator: &Orchestrator,
    asked: &Asked,
    native: &Answer,
) -> Result<Option<ShadowDifference>, Uncompared> {
    let never = Uncompared::Never;
    if !asked.spec.tools.is_empty() {
        return Err(never("its tools would be called twice".to_owned()));
    }
    let replay = Arc::new(Replay::new(orchestrator, asked).map_err(never)?);
    let mut played = ModuleSpec::clone(&asked.spec);
    played.lm = replay.clone().into();
    let mut engines = orchestrator.engines().iter();
    let python = engines.find(|engine| engine.kind() == EngineKind::Python);
    let python = python.ok_or_else(|| never("there is no Python".to_owned()))?;
    let prepared = python.prepare(&Arc::new(played));
    let prepared = prepared.map_err(|unsupported| never(unsupported.why))?;
    let context = orchestrator.context(Some(WITHIN), None).at_priority(Priority::Low);
    let context = match asked.sampling.clone() {
        Some(sampling) => context.with_sampling(sampling),
        None => context,
    };
    let python = context.bound(prepared.run(&asked.inputs, &context)).await.flatten();
    if let Some(difference) = replay.difference() {
        return Ok(Some(difference));
    }
    if python.as_ref().is_err_and(|error| !tells_of_dspy(error)) {
        return Err(Uncompared::ThisTime);
    }
    Ok(replay.unasked().or_else(|| compare(native, &python)))
}

/// Whether a failure of Python's says what DSPy makes of the call; others say that it could not be asked.
fn tells_of_dspy(error: &CallError) -> bool {
    match error.kind() {
        CallErrorKind::Parse { .. } => true,
        CallErrorKind::Python(raised) => raised.type_name != "MemoryError",
        _ => false,
    }
}

/// A number from 0 to 1 that looks like chance, the same for the same call of a module each time
/// (SplitMix64, by Steele, Lea and Flood).
fn unit(number: u64) -> f64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    // 53 bits are what a float holds.
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_calls_is_chosen() {
        for share in [0.0, 0.02, 0.5, 1.0] {
            let shadowed = Shadowed::new(Shadow::share(share));
            let context = CallContext::new(dspex_telemetry::Recorder::new());
            let chosen = (0..10_000).filter(|_| shadowed.sampled(&context).is_some()).count();
            let expected = share * 10_000.0;
            assert!((chosen as f64 - expected).abs() <= expected * 0.1, "{chosen} of {share}");
        }
        let shares = [-1.0, f64::NAN, 7.0].map(|share| Shadow::share(share).share);
        assert_eq!(shares, [0.0, 0.0, 1.0]);
    }
}
