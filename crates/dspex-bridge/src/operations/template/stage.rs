//! A template as a function of records, which is what a stage of a pipeline is.

use dspex_signature::{Fields, Record, Value, ValueError};

use super::{Template, TemplateError, TemplateErrorKind};

impl Template {
    /// The template as a function from one record to another, which holds the text in its one
    /// field: a stage of a pipeline, checked before anything runs.
    ///
    /// # Errors
    /// [`TemplateErrorKind::NotAnInput`] where it reads a name that `I` has not;
    /// [`TemplateErrorKind::Output`] where `O` has not one field. The function gives the errors of
    /// [`render`](Self::render).
    pub fn stage<I: Record, O: Record>(
        self,
    ) -> Result<
        impl Fn(I) -> Result<O, TemplateStageError> + Clone + Send + Sync + 'static,
        TemplateError,
    > {
        let fault = |kind| Err(TemplateError::of_stage(&self.name, kind));
        let inputs = I::fields_of();
        let is_known =
            |name: &String| I::SHAPE.open || inputs.iter().any(|field| &field.name == name);
        if let Some(name) = self.reads().into_iter().find(|name| !is_known(name)) {
            return fault(TemplateErrorKind::NotAnInput(name));
        }
        let outputs = O::fields_of();
        let [output] = &outputs[..] else {
            return fault(TemplateErrorKind::Output(outputs.len()));
        };
        let output = output.name.clone();
        Ok(move |inputs: I| {
            let text = self.render(&inputs.into_fields())?;
            Ok(O::from_fields(&Fields::new().with(output.clone(), Value::Text(text)))?)
        })
    }
}

/// Why a template gave no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateStageError {
    /// There is no text.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The field of the output does not take text.
    #[error("output {0}")]
    Output(#[from] ValueError),
}
