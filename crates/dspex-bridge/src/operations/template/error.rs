//! A template that cannot be compiled or rendered: what, where, what to do next.

use std::fmt;

use minijinja::{Error, ErrorKind};

/// Why a template gave no text.
///
/// The message names the template and the line, and never a value, which may be private.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    name: Box<str>,
    line: Option<usize>,
    kind: TemplateErrorKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateErrorKind {
    /// The text is not a template; in words of the engine.
    Syntax(String),
    /// A name has no value: `` `ticket.title` is undefined ``.
    Undefined(String),
    /// A filter, a test, a function or a method that does not exist.
    Unknown(String),
    /// An operation that the values do not allow.
    Operation,
    /// More steps, or more data, than [`TemplateLimits::fuel`](super::TemplateLimits) allows.
    OutOfFuel,
    /// A text longer than this number of bytes.
    TooLong(usize),
    /// As a stage: it reads a name that the input has not.
    NotAnInput(String),
    /// As a stage: the output should have one field, and has this many.
    Output(usize),
}

impl TemplateError {
    pub(super) fn new(name: &str, error: &Error) -> Self {
        let detail = || error.detail().unwrap_or("something").to_owned();
        let kind = match error.kind() {
            ErrorKind::SyntaxError | ErrorKind::BadEscape => TemplateErrorKind::Syntax(detail()),
            ErrorKind::UndefinedError => {
                let source = error.template_source().zip(error.range());
                let name = source.and_then(|(source, range)| source.get(range)).unwrap_or("a name");
                TemplateErrorKind::Undefined(format!("`{name}` is undefined"))
            }
            ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod => TemplateErrorKind::Unknown(detail()),
            ErrorKind::OutOfFuel => TemplateErrorKind::OutOfFuel,
            // The engine's own words may hold the values.
            _ => TemplateErrorKind::Operation,
        };
        Self { name: name.into(), line: error.line(), kind }
    }

    pub(super) fn of_stage(name: &str, kind: TemplateErrorKind) -> Self {
        Self { name: name.into(), line: None, kind }
    }

    pub(super) fn too_long(mut self, limit: usize) -> Self {
        self.kind = TemplateErrorKind::TooLong(limit);
        self
    }

    /// The template's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The line, from 1; `None` where the fault is of no single line.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &TemplateErrorKind {
        &self.kind
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match &self.kind {
            TemplateErrorKind::Syntax(_) => {
                "statements are `if`, `for`, `set`, `macro`, `filter`, `with` and `raw`; `include`, \
                 `import` and `extends` are not there"
            }
            TemplateErrorKind::Undefined(_) => {
                "give the field, or say what stands for it: `{{ name | default('') }}`"
            }
            TemplateErrorKind::Unknown(_) => {
                "filters and tests are minijinja's, and `tojson`; a value has no methods: write \
                 `name | upper`, not `name.upper()`"
            }
            TemplateErrorKind::Operation => {
                "look at the types of the values in this line; `is string`, `is number` and their \
                 like tell them"
            }
            TemplateErrorKind::OutOfFuel => "raise `TemplateLimits::fuel`, or give shorter lists",
            TemplateErrorKind::TooLong(_) => {
                "raise `TemplateLimits::output_bytes`, or shorten a value: `{{ text[:500] }}`"
            }
            TemplateErrorKind::NotAnInput(_) => "add the field to the input, or take the name out",
            TemplateErrorKind::Output(_) => "give the output one field, which holds the text",
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "template `{}`", self.name)?;
        if let Some(line) = self.line {
            write!(formatter, ", line {line}")?;
        }
        match &self.kind {
            TemplateErrorKind::Syntax(detail)
            | TemplateErrorKind::Undefined(detail)
            | TemplateErrorKind::Unknown(detail) => write!(formatter, ": {detail}"),
            TemplateErrorKind::Operation => {
                formatter.write_str(": an operation that its values do not allow")
            }
            TemplateErrorKind::OutOfFuel => formatter.write_str(": more work than its fuel allows"),
            TemplateErrorKind::TooLong(limit) => {
                write!(formatter, ": a text longer than {limit} bytes")
            }
            TemplateErrorKind::NotAnInput(name) => {
                write!(formatter, ": reads `{name}`, which the input has not")
            }
            TemplateErrorKind::Output(n_fields) => {
                write!(formatter, ": the output has {n_fields} fields, not one")
            }
        }
    }
}

impl std::error::Error for TemplateError {}
