//! Small pure operations beside modules: they ask no model and wait for nothing.

#[cfg(feature = "templates")]
mod template;
#[cfg(feature = "validators")]
mod validate;

#[cfg(feature = "templates")]
pub use template::{
    Template, TemplateError, TemplateErrorKind, TemplateLimits, TemplateStageError,
};
#[cfg(feature = "validators")]
pub use validate::{Checks, Pii, PiiSpan, Validator, ValidatorError, Violation, Violations};
