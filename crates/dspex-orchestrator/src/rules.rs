//! Rules that no schema can say, and asking again where an answer does not keep them.

use std::borrow::Cow;
use std::sync::Arc;

use dspex_bridge::{CallContext, CallError, CallErrorKind, CallEvent, Outcome, PathStep, Teller};
use dspex_signature::{Fields, Record};

use crate::best_of_n::BestOfN;
use crate::module_core::Core;

/// What an answer has to keep, and how often it may be asked for again.
pub(crate) struct Rules<O> {
    rules: Vec<Rule<O>>,
    ask_again: u32,
    best: Option<Arc<BestOfN<O>>>,
}

/// A sentence for the model, and the test that it stands for.
struct Rule<O> {
    sentence: Arc<str>,
    holds: Arc<dyn Fn(&O) -> bool + Send + Sync>,
}

impl<O: Record> Rules<O> {
    pub(crate) fn with(
        mut self,
        sentence: &str,
        holds: impl Fn(&O) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.rules.push(Rule { sentence: sentence.into(), holds: Arc::new(holds) });
        self
    }

    pub(crate) const fn ask_again(mut self, times: u32) -> Self {
        self.ask_again = times;
        self
    }

    pub(crate) fn best_of(mut self, best: BestOfN<O>) -> Self {
        self.best = Some(Arc::new(best));
        self
    }

    /// Whether every answer is taken as it comes.
    pub(crate) fn are_none(&self) -> bool {
        self.rules.is_empty() && self.ask_again == 0 && self.best.is_none()
    }

    /// The best answer of several tries, or the first that keeps every rule.
    pub(crate) async fn answer(
        &self,
        core: &Arc<Core>,
        inputs: &Fields,
        context: &CallContext,
    ) -> Result<(Outcome, O), CallError> {
        match &self.best {
            Some(best) => {
                // Which of the tries is the answer is known after the last one.
                let untold = context.clone().with_teller(Teller::default());
                Box::pin(best.answer(self, core, inputs, &untold)).await
            }
            None => self.answer_once(core, inputs, context).await,
        }
    }

    /// Asks until the answer reads as `O` and keeps every rule, or there are no more tries.
    ///
    /// Asked again, the model is told why its last answer was not accepted, in an input behind the
    /// signature's own, as `dspy.Refine` tells its advice.
    pub(crate) async fn answer_once(
        &self,
        core: &Arc<Core>,
        inputs: &Fields,
        context: &CallContext,
    ) -> Result<(Outcome, O), CallError> {
        let (mut core, mut inputs) = (core.clone(), Cow::Borrowed(inputs));
        let mut earlier: Vec<CallError> = Vec::new();
        loop {
            let before = context.elapsed();
            let error = match self.check(core.run(&inputs, context).await) {
                Ok((outcome, output)) => return Ok((after(&earlier, outcome), output)),
                Err(error) => error,
            };
            let may_ask_again = u32::try_from(earlier.len()).is_ok_and(|n| n < self.ask_again);
            if !may_ask_again || !another_answer_may_do(&error) {
                return Err(earlier.into_iter().rev().fold(error, |error, earlier| {
                    let path = earlier.path().to_vec();
                    error.with_spent(earlier.spent()).with_path(path)
                }));
            }
            context.grant_attempt();
            if context.teller().has_reader() {
                context.teller().tell(CallEvent::Again { why: error.to_string() }).await;
            }
            let (hinted, name) = core.hinted();
            let hint = format!("An earlier answer was not accepted: {error}");
            inputs.to_mut().insert(name, hint);
            core = hinted;
            let took = context.elapsed() - before;
            let step = PathStep::new("answer", took, Some(error.to_string()));
            let path = [error.path(), &[step]].concat();
            earlier.push(error.on_path(path));
        }
    }

    /// The outcome as `O`, where it keeps every rule.
    fn check(&self, outcome: Result<Outcome, CallError>) -> Result<(Outcome, O), CallError> {
        let outcome = outcome?;
        let kind = match O::from_fields(&outcome) {
            Ok(output) => match self.broken(&output) {
                rules if rules.is_empty() => return Ok((outcome, output)),
                rules => CallErrorKind::Rules { rules },
            },
            Err(error) => CallErrorKind::Output(error),
        };
        let (fields, meta) = outcome.into_parts();
        let error = CallError::from(kind).with_spent(meta.spent()).with_path(meta.path);
        Err(error.with_partial(fields))
    }

    fn broken(&self, output: &O) -> Vec<String> {
        let broken = self.rules.iter().filter(|rule| !(rule.holds)(output));
        broken.map(|rule| rule.sentence.as_ref().to_owned()).collect()
    }
}

/// The outcome with what earlier answers cost.
fn after(earlier: &[CallError], outcome: Outcome) -> Outcome {
    let (fields, mut meta) = outcome.into_parts();
    for error in earlier.iter().rev() {
        meta.spend(error.spent());
        meta.path.splice(0..0, error.path().iter().cloned());
    }
    Outcome::new(fields, meta)
}

/// Whether it was the answer that failed, and not what should have brought it.
fn another_answer_may_do(error: &CallError) -> bool {
    matches!(
        error.kind(),
        CallErrorKind::Parse { .. } | CallErrorKind::Output(_) | CallErrorKind::Rules { .. }
    )
}

impl<O> Default for Rules<O> {
    fn default() -> Self {
        Self { rules: Vec::new(), ask_again: 0, best: None }
    }
}

impl<O> Clone for Rules<O> {
    fn clone(&self) -> Self {
        let rule =
            |rule: &Rule<O>| Rule { sentence: rule.sentence.clone(), holds: rule.holds.clone() };
        let rules = self.rules.iter().map(rule).collect();
        Self { rules, ask_again: self.ask_again, best: self.best.clone() }
    }
}
