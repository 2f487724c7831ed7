//! Several tries of a module, of which the best one counts: `dspy.BestOfN` and `dspy.Refine`.

use std::sync::Arc;

use dspex_bridge::llm::{ROLLOUT_ID, Sampling};
use dspex_bridge::{CallContext, CallError, CallErrorKind, Outcome, PathStep, Spent};
use dspex_signature::{Fields, Record, Value, ValueError};

use crate::Module;
use crate::module_core::Core;
use crate::refine::{Advice, Refine};
use crate::rules::Rules;

/// How warm a model is asked whose module says nothing.
const WARM: f64 = 1.0;

/// How good an answer to these inputs is.
type Reward<O> = dyn Fn(&Fields, &O) -> Result<f64, ValueError> + Send + Sync;

/// How often a module is tried, and which of its answers counts.
pub(crate) struct BestOfN<O> {
    n: u32,
    threshold: f64,
    reward: Arc<Reward<O>>,
    /// Asks for advice between two tries.
    refine: Option<Refine>,
}

impl<I: Record, O: Record> Module<I, O> {
    /// The same module, tried up to `n` times: the first answer whose reward is `threshold` or more
    /// counts, or the best one where none is.
    ///
    /// Each try has a `rollout_id` of its own and a temperature of 1, unless the module or the call
    /// says another, so that a cache answers none of them with another's. A try that fails is passed
    /// over; where all fail, the last error is the call's. What the tries cost is added up.
    ///
    /// Source: `dspy.BestOfN`, which gives nothing where all tries fail.
    #[must_use]
    pub fn best_of_n(
        self,
        n: u32,
        threshold: f64,
        reward: impl Fn(&I, &O) -> f64 + Send + Sync + 'static,
    ) -> Self {
        self.tried(n, threshold, reward, None)
    }

    /// As [`best_of_n`](Self::best_of_n), but a model is asked between two tries what should be done
    /// otherwise, and the next try reads its advice in an input `hint_`.
    ///
    /// `goal` says what the reward is for, as the model is told it: `the answer is one word`.
    ///
    /// Source: `dspy.Refine`, which shows the model Python's code of module and reward instead.
    #[must_use]
    pub fn refine(
        self,
        n: u32,
        threshold: f64,
        goal: &str,
        reward: impl Fn(&I, &O) -> f64 + Send + Sync + 'static,
    ) -> Self {
        let refine = Refine::new(goal, threshold);
        self.tried(n, threshold, reward, Some(refine))
    }

    fn tried(
        self,
        n: u32,
        threshold: f64,
        reward: impl Fn(&I, &O) -> f64 + Send + Sync + 'static,
        refine: Option<Refine>,
    ) -> Self {
        let reward = Arc::new(move |inputs: &Fields, output: &O| {
            Ok(reward(&I::from_fields(inputs)?, output))
        });
        let best = BestOfN { n: n.max(1), threshold, reward, refine };
        self.change_rules(|rules| rules.best_of(best))
    }
}

impl<O: Record> BestOfN<O> {
    /// Tries the module until an answer is good enough, or there are no more tries.
    pub(crate) async fn answer(
        &self,
        rules: &Rules<O>,
        core: &Arc<Core>,
        inputs: &Fields,
        context: &CallContext,
    ) -> Result<(Outcome, O), CallError> {
        let mut tries = Tries { best: None, last: None, spent: Spent::default(), path: Vec::new() };
        let mut advice: Option<Advice> = None;
        // Advice is asked with the turns of a try; the call's own transcript has them too.
        let transcript = context.transcript().cloned().unwrap_or_default();
        for number in 0..self.n {
            if number > 0 {
                context.grant_attempt();
            }
            let n_turns = transcript.n_turns();
            let asked = sampled(core, number, context);
            let asked = match self.refine {
                Some(_) => asked.with_transcript(transcript.clone()),
                None => asked,
            };
            let before = context.elapsed();
            let answered = match &advice {
                None => rules.answer_once(core, inputs, &asked).await,
                Some(advice) => {
                    let (hinted, name) = core.hinted();
                    let inputs = inputs.clone().with(name, advice.hint());
                    rules.answer_once(&hinted, &inputs, &asked).await
                }
            };
            let took = context.elapsed().saturating_sub(before);
            let (outcome, output) = match answered {
                Ok(answered) => answered,
                Err(error) if ends_the_call(&error) => return Err(tries.into_error(error)),
                Err(error) => {
                    tries.failed(number, took, error);
                    continue;
                }
            };
            let reward = (self.reward)(inputs, &output).map_err(CallErrorKind::InvalidInput)?;
            let is_last = number + 1 == self.n;
            let outputs = Fields::clone(&outcome);
            tries.rewarded(number, took, reward, outcome, output);
            if reward >= self.threshold || is_last {
                break;
            }
            if let Some(refine) = &self.refine {
                let turns = transcript.turns().split_off(n_turns);
                match refine.advise(core, inputs, &turns, &outputs, reward, context).await {
                    Ok(given) => advice = Some(tries.advised(given)),
                    Err(error) if ends_the_call(&error) => return Err(tries.into_error(error)),
                    Err(error) => tries.failed(number, took, error),
                }
            }
        }
        tries.into_result()
    }
}

/// The context of one try.
fn sampled(core: &Core, number: u32, context: &CallContext) -> CallContext {
    let of_call = context.sampling().cloned().unwrap_or_default();
    let says = |sampling: &Sampling| sampling.temperature.is_some();
    let mut sampling = of_call.clone();
    if !says(&of_call) && !says(&core.spec().sampling) {
        sampling.temperature = Some(WARM);
    }
    let start = of_call.extra.value(ROLLOUT_ID).and_then(Value::as_int).unwrap_or(0);
    sampling.extra.insert(ROLLOUT_ID, start.saturating_add(number.into()));
    context.clone().with_sampling(sampling)
}

/// Whether the call as a whole is over, and not this try alone.
fn ends_the_call(error: &CallError) -> bool {
    matches!(
        error.kind(),
        CallErrorKind::Cancelled
            | CallErrorKind::Deadline { .. }
            | CallErrorKind::InvalidInput(_)
            | CallErrorKind::NotSupportedYet { .. }
    )
}

/// What came of the tries so far.
struct Tries<O> {
    best: Option<(f64, Outcome, O)>,
    last: Option<CallError>,
    spent: Spent,
    path: Vec<PathStep>,
}

impl<O> Tries<O> {
    fn failed(&mut self, number: u32, took: std::time::Duration, error: CallError) {
        self.spent += error.spent();
        self.path.extend_from_slice(error.path());
        let step = PathStep::new(format!("try {}", number + 1), took, Some(error.to_string()));
        self.path.push(step);
        self.last = Some(error);
    }

    fn rewarded(
        &mut self,
        number: u32,
        took: std::time::Duration,
        reward: f64,
        outcome: Outcome,
        output: O,
    ) {
        self.spent += outcome.meta().spent();
        self.path.extend_from_slice(&outcome.meta().path);
        let what = format!("try {}, reward {reward}", number + 1);
        self.path.push(PathStep::new(what, took, None));
        if self.best.as_ref().is_none_or(|(best, ..)| reward > *best) {
            self.best = Some((reward, outcome, output));
        }
    }

    /// The advice, with what it cost.
    fn advised(&mut self, (advice, meta): (Advice, dspex_bridge::Meta)) -> Advice {
        self.spent += meta.spent();
        self.path.extend(meta.path);
        advice
    }

    fn into_error(self, error: CallError) -> CallError {
        error.with_spent(self.spent).with_path(self.path)
    }

    fn into_result(mut self) -> Result<(Outcome, O), CallError> {
        let Some((_, outcome, output)) = self.best else {
            let last = self.last.take().expect("a module is tried once at least");
            // What the last try cost is among the others already.
            let (kind, partial) = (last.kind().clone(), last.partial().clone());
            let error = CallError::from(kind).with_partial(partial);
            return Err(error.with_spent(self.spent).with_path(self.path));
        };
        let (fields, mut meta) = outcome.into_parts();
        (meta.usage, meta.cost) = (self.spent.usage, self.spent.cost);
        meta.path = self.path;
        Ok((Outcome::new(fields, meta), output))
    }
}
