//! Text out of fields, by templates in Jinja's language.

mod error;
mod stage;
mod values;
mod writer;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use dspex_signature::{Fields, Value};
use minijinja::{Environment, UndefinedBehavior};

pub use error::{TemplateError, TemplateErrorKind};
pub use stage::TemplateStageError;
use writer::Limited;

/// A compiled template in Jinja's language, which renders fields to text.
///
/// - A name without a value is an error, never an empty text; `default` gives it one.
/// - Values print as Python prints them: `None`, `True`, `1e+16`, `['a']`. Nothing is escaped:
///   the text is for models and people, not for a browser. `tojson` is Python's `json.dumps`.
/// - Statements are minijinja's (`if`, `for`, `set`, `macro`, `filter`, `with`); there is no
///   `include`, `import` or `extends`, and values have no methods, but filters: `name | upper`.
/// - A template sees the fields it is given and nothing else. Its [`TemplateLimits`] bound what it
///   computes, keeps and writes, so that one of a stranger does no harm.
/// - One newline at the end of a template is left out, as in Jinja.
///
/// Compiled once; clones share it.
///
/// ```
/// use dspex_bridge::operations::Template;
/// use dspex_signature::fields;
///
/// let mail = Template::parse("mail", "Dear {{ name }},\n{% for item in items %}- {{ item }}\n{% endfor %}")?;
/// let text = mail.render(&fields! { "name" => "Ada", "items" => vec!["lamp", "chair"] })?;
/// assert_eq!(text, "Dear Ada,\n- lamp\n- chair\n");
///
/// let error = mail.render(&fields! { "name" => "Ada" }).unwrap_err();
/// assert_eq!(error.to_string(), "template `mail`, line 2: `items` is undefined");
/// # Ok::<(), dspex_bridge::operations::TemplateError>(())
/// ```
#[derive(Clone)]
pub struct Template {
    name: Arc<str>,
    environment: Arc<Environment<'static>>,
    limits: TemplateLimits,
}

/// What one rendering may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateLimits {
    /// Steps of the engine, each also standing for 64 bytes that the template makes; half a
    /// million at first, which is some milliseconds of work and 32 MB.
    pub fuel: u64,
    /// The longest text, in bytes; 1 MiB at first.
    pub output_bytes: usize,
}

impl Default for TemplateLimits {
    fn default() -> Self {
        Self { fuel: 500_000, output_bytes: 1 << 20 }
    }
}

impl Template {
    /// Compiles a template; `name` stands in its errors.
    ///
    /// # Errors
    /// [`TemplateErrorKind::Syntax`], with the line.
    pub fn parse(name: &str, text: &str) -> Result<Self, TemplateError> {
        let limits = TemplateLimits::default();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_formatter(values::print);
        environment.set_fuel(Some(limits.fuel));
        environment.add_filter("tojson", values::to_json);
        // It prints everything that is there.
        environment.remove_global("debug");
        let added = environment.add_template_owned(name.to_owned(), text.to_owned());
        added.map_err(|error| TemplateError::new(name, &error))?;
        Ok(Self { name: name.into(), environment: Arc::new(environment), limits })
    }

    /// The same template within other limits.
    #[must_use]
    pub fn limited(mut self, limits: TemplateLimits) -> Self {
        Arc::make_mut(&mut self.environment).set_fuel(Some(limits.fuel));
        self.limits = limits;
        self
    }

    /// The name given to it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names that it reads from fields, in the order of the alphabet; those among them that it
    /// reads only under a condition or with a `default` may be absent.
    #[must_use]
    pub fn reads(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.compiled().undeclared_variables(false).into_iter().collect();
        names.retain(|name| self.environment.globals().all(|(global, _)| global != name));
        names.sort_unstable();
        names
    }

    /// The text for these fields.
    ///
    /// # Errors
    /// [`TemplateError`] with the line: a name without a value, an operation that its values do
    /// not allow, an unknown filter, or a limit.
    pub fn render(&self, fields: &Fields) -> Result<String, TemplateError> {
        let mut out = Limited::new(self.limits.output_bytes);
        let root = values::to_template(Value::Map(fields.clone()));
        let rendered = self.compiled().render_captured_to(root, &mut out).map(drop);
        match rendered {
            Ok(()) => Ok(out.into_text()),
            Err(error) => {
                let error = TemplateError::new(&self.name, &error);
                Err(if out.is_full() { error.too_long(self.limits.output_bytes) } else { error })
            }
        }
    }

    fn compiled(&self) -> minijinja::Template<'_, '_> {
        let template = self.environment.get_template(&self.name);
        template.expect("the environment was made with the template of this name")
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Template").field("name", &self.name).finish_non_exhaustive()
    }
}
