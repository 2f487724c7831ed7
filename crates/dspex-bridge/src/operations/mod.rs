//! Small pure operations beside modules: they ask no model and wait for nothing.

mod template;

pub use template::{
    Template, TemplateError, TemplateErrorKind, TemplateLimits, TemplateStageError,
};
