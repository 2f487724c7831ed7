//! What a call asked its models, and what they answered, for whoever wants to see it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dspex_signature::Fields;

use crate::llm::{Message, ResponseFormat, Sampling};

/// The turns of a call, oldest first. Clones share them; nothing is kept unless a call is given one.
///
/// ```
/// use dspex_bridge::llm::{Models, ScriptedModel};
/// use dspex_bridge::{CallContext, Engine as _, ModuleKind, ModuleSpec, NativeEngine, Transcript};
/// use dspex_signature::{Signature, fields};
/// use dspex_telemetry::Recorder;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let model = ScriptedModel::new().text("[[ ## answer ## ]]\nLeeds\n\n[[ ## completed ## ]]");
/// let engine = NativeEngine::new(Models::new().with("default", std::sync::Arc::new(model)), None);
/// let signature = Signature::parse("question -> answer")?;
/// let module = engine.prepare(&ModuleSpec::new(ModuleKind::Predict, signature.into()).into())?;
///
/// let transcript = Transcript::new();
/// let context = CallContext::new(Recorder::new()).with_transcript(transcript.clone());
/// module.run(&fields! { "question" => "Where do returns go?" }, &context).await?;
/// let turns = transcript.turns();
/// assert_eq!((&*turns[0].predictor, &turns[0].outputs["answer"]), ("self", &"Leeds".into()));
/// assert!(turns[0].messages[1].text().contains("Where do returns go?"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    turns: Arc<Mutex<Vec<Turn>>>,
    /// Where each turn is kept as well.
    beside: Option<Arc<Transcript>>,
}

/// One question of a predictor, and what was read in the answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Turn {
    /// The predictor, as DSPy names it: `self` of a `Predict`, `predict`, `react`, `extract.predict`.
    pub predictor: String,
    /// What it was given.
    pub inputs: Fields,
    /// What was sent.
    pub messages: Vec<Message>,
    /// How the model was to sample.
    pub sampling: Sampling,
    /// The form of answer that was asked for.
    pub response_format: Option<ResponseFormat>,
    /// What the model wrote.
    pub completion: String,
    /// What was read in it; nothing where it could not be read.
    pub outputs: Fields,
}

impl Transcript {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing yet; what comes is kept in the other one too, where there is one.
    #[must_use]
    pub fn beside(other: Option<Self>) -> Self {
        Self { turns: Arc::default(), beside: other.map(Arc::new) }
    }

    /// The turns so far. The native engine keeps them; Python's modules leave none.
    #[must_use]
    pub fn turns(&self) -> Vec<Turn> {
        self.locked().clone()
    }

    /// How many there are so far.
    #[must_use]
    pub fn n_turns(&self) -> usize {
        self.locked().len()
    }

    pub(crate) fn push(&self, turn: Turn) {
        if let Some(other) = &self.beside {
            other.push(turn.clone());
        }
        self.locked().push(turn);
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Turn>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
