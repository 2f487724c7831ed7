//! The models that a program knows by name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{LanguageModel, Lm, LmError, LmErrorKind};

/// Configured models by name. Cheap to clone; never changes once it is shared.
#[derive(Clone, Default)]
pub struct Models(Arc<BTreeMap<String, Arc<dyn LanguageModel>>>);

impl Models {
    /// No models.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same models and one more; a name that was taken is taken over.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, model: Arc<dyn LanguageModel>) -> Self {
        Arc::make_mut(&mut self.0).insert(name.into(), model);
        self
    }

    /// The model that a handle stands for.
    ///
    /// # Errors
    /// [`LmErrorKind::NotConfigured`] with the names that are configured.
    pub fn resolve(&self, lm: &Lm) -> Result<Arc<dyn LanguageModel>, LmError> {
        lm.resolve(&|name| {
            self.0.get(name).cloned().ok_or_else(|| {
                let known = self.0.keys().cloned().collect();
                LmError::new(name, LmErrorKind::NotConfigured { known })
            })
        })
    }

    /// The configured names with their models, in alphabetical order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Arc<dyn LanguageModel>)> {
        self.0.iter().map(|(name, model)| (name.as_str(), model))
    }

    /// The configured names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Debug for Models {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
