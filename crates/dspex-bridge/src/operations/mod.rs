//! Small operations beside modules. They ask no model and wait for nothing; judges are signatures,
//! which a module asks a model with.

mod judge;
#[cfg(feature = "templates")]
mod template;
#[cfg(feature = "validators")]
mod validate;

pub use judge::{Judge, JudgeError, Verdict};
#[cfg(feature = "templates")]
pub use template::{
    Template, TemplateError, TemplateErrorKind, TemplateLimits, TemplateStageError,
};
#[cfg(feature = "validators")]
pub use validate::{Checks, Pii, PiiSpan, Validator, ValidatorError, Violation, Violations};
