//! A saved program that a module continues.

use std::sync::Arc;

use dspex_signature::{
    Fields, LoadedPredictor, LoadedProgram, PredictorState, Program, ProgramError, ProgramNote,
    ProgramShape, Signature, Tool, Value,
};

use super::{ModuleKind, ModuleSpec};

/// A program that DSPy saved, put onto the signatures of a module.
#[derive(Clone, Debug)]
pub struct Saved {
    program: Program,
    /// `None` for a module of Python's, whose predictors only Python knows.
    loaded: Option<LoadedProgram>,
    /// Whether an option of the module has changed what was loaded.
    is_changed: bool,
}

impl Saved {
    /// What the program has for the predictor at a path, as DSPy names it.
    #[must_use]
    pub fn predictor(&self, path: &str) -> Option<&LoadedPredictor> {
        self.loaded.as_ref()?.predictor(path)
    }

    /// Whether a predictor of it has a language model of its own.
    #[must_use]
    pub fn has_models(&self) -> bool {
        let has_model =
            |state: &PredictorState| state.document().value("lm").is_some_and(|lm| !lm.is_null());
        self.program.predictors().any(|(_, state)| has_model(state))
    }

    /// What DSPy only warns of, or says nothing about.
    #[must_use]
    pub fn notes(&self) -> &[ProgramNote] {
        self.loaded.as_ref().map_or(&[], LoadedProgram::notes)
    }

    /// What DSPy's `load_state` takes.
    ///
    /// # Errors
    /// [`ProgramError`] where demos were changed for some that DSPy does not save.
    pub fn to_state(&self) -> Result<Value, ProgramError> {
        let Some(loaded) = self.loaded.as_ref().filter(|_| self.is_changed) else {
            return Ok(self.program.to_state());
        };
        let state = |(path, loaded): (String, LoadedPredictor)| {
            let state = PredictorState::of(&loaded.signature);
            Ok((path, state.with_demos(loaded.demos.unwrap_or_default())?))
        };
        let states = loaded.clone().into_predictors().into_iter().map(state);
        let mut states = states.collect::<Result<Vec<_>, ProgramError>>()?;
        let program = match states.pop() {
            Some((path, state)) if path.is_empty() => Program::single(state),
            last => Program::of(states.into_iter().chain(last))?,
        };
        Ok(program.to_state())
    }
}

impl ModuleSpec {
    /// Continues a saved program: instructions, descriptions and demos are the file's from now on, and
    /// so are its language models, unless the module names one. [`Saved::notes`] has what is to be
    /// known of it.
    ///
    /// # Errors
    /// [`ProgramError`] lists everything that does not fit the module, naming both sides.
    pub fn load(&mut self, program: Program) -> Result<(), ProgramError> {
        let loaded = self.shape().map(|shape| program.apply(&shape)).transpose()?;
        self.saved = Some(Saved { program, loaded, is_changed: false }.into());
        Ok(())
    }

    /// The predictors of the module, where they are known outside of Python.
    #[must_use]
    pub fn shape(&self) -> Option<ProgramShape> {
        match self.kind {
            ModuleKind::Predict => Some(ProgramShape::predict(&self.signature)),
            ModuleKind::ChainOfThought => Some(ProgramShape::chain_of_thought(&self.signature)),
            ModuleKind::React => {
                Some(ProgramShape::react(&self.signature, self.tools.iter().map(Tool::name)))
            }
            ModuleKind::Python(_) => None,
        }
    }

    /// Changes the signature, and with it those of a saved program's predictors.
    pub fn change_signature(&mut self, change: impl Fn(Signature) -> Signature) {
        self.signature = Arc::new(change(Signature::clone(&self.signature)));
        self.change_saved(|_, loaded| loaded.signature = change(loaded.signature.clone()));
    }

    /// Sets the instructions; of a saved `ReAct`, those by which it answers, for its others list the
    /// tools.
    pub fn set_instructions(&mut self, instructions: &str) {
        let set = |signature: Signature| signature.with_instructions(instructions);
        self.signature = Arc::new(set(Signature::clone(&self.signature)));
        self.change_saved(|path, loaded| {
            if path != "react" {
                loaded.signature = set(loaded.signature.clone());
            }
        });
    }

    /// Sets the demos, also in place of a saved program's; a module of several predictors does not
    /// know whose they are.
    pub fn set_demos(&mut self, demos: Vec<Fields>) {
        self.change_saved(|_, loaded| loaded.demos = Some(demos.clone()));
        self.demos = demos;
    }

    fn change_saved(&mut self, mut change: impl FnMut(&str, &mut LoadedPredictor)) {
        let Some(saved) = &mut self.saved else { return };
        let saved = Arc::make_mut(saved);
        saved.is_changed = true;
        let predictors = saved.loaded.iter_mut().flat_map(LoadedProgram::predictors_mut);
        predictors.for_each(|(path, loaded)| change(path, loaded));
    }
}
