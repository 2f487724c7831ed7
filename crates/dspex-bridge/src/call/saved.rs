//! A saved program that a module continues.

use dspex_signature::{
    LoadedPredictor, LoadedProgram, Program, ProgramError, ProgramNote, ProgramShape, Tool,
};

use super::{ModuleKind, ModuleSpec};

/// A program that DSPy saved, put onto the signatures of a module.
#[derive(Clone, Debug)]
pub struct Saved {
    program: Program,
    /// `None` for a module of Python's, whose predictors only Python knows.
    loaded: Option<LoadedProgram>,
}

impl Saved {
    /// What the program has for the predictor at a path, as DSPy names it.
    #[must_use]
    pub fn predictor(&self, path: &str) -> Option<&LoadedPredictor> {
        self.loaded.as_ref()?.predictor(path)
    }

    /// The program itself.
    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.program
    }
}

impl ModuleSpec {
    /// Continues a saved program: instructions, descriptions and demos are the file's from now on.
    ///
    /// # Errors
    /// [`ProgramError`] lists everything that does not fit the module, naming both sides.
    pub fn load(&mut self, program: Program) -> Result<Vec<ProgramNote>, ProgramError> {
        let loaded = self.shape().map(|shape| program.apply(&shape)).transpose()?;
        let notes = loaded.as_ref().map(|loaded| loaded.notes().to_vec()).unwrap_or_default();
        self.saved = Some(Saved { program, loaded }.into());
        Ok(notes)
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
}
