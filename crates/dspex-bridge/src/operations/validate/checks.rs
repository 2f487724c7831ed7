//! Validators for the fields of a record, alone or as a stage of a pipeline.

use dspex_signature::{Fields, Record};

use super::{Found, Validator, ValidatorError, Violations};

/// Which fields are checked by what; made once, cheap to clone.
///
/// ```
/// use dspex_bridge::operations::{Checks, Validator};
/// use dspex_signature::fields;
///
/// let checks = Checks::new()
///     .field("title", Validator::new("length", &fields! { "min" => 1, "max" => 80 })?)
///     .field("score", Validator::new("range", &fields! { "ge" => 0, "le" => 1 })?);
/// assert!(checks.check(&fields! { "title" => "Returns", "score" => 0.5 }).is_ok());
/// let violations = checks.check(&fields! { "title" => "", "score" => 2 }).unwrap_err();
/// assert_eq!(
///     violations.to_string(),
///     "`title` has 0 characters, fewer than 1; `score` is not at most 1",
/// );
/// # Ok::<(), dspex_bridge::operations::ValidatorError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Checks(Vec<Check>);

#[derive(Clone, Debug)]
struct Check {
    field: String,
    validator: Validator,
    is_optional: bool,
}

impl Checks {
    /// Nothing is checked yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Checks a field, which has to be there; one field may have several checks.
    #[must_use]
    pub fn field(self, name: impl Into<String>, validator: Validator) -> Self {
        self.with(name.into(), validator, false)
    }

    /// Checks a field where it is there and not `None`.
    #[must_use]
    pub fn optional(self, name: impl Into<String>, validator: Validator) -> Self {
        self.with(name.into(), validator, true)
    }

    fn with(mut self, field: String, validator: Validator, is_optional: bool) -> Self {
        self.0.push(Check { field, validator, is_optional });
        self
    }

    /// Checks a record.
    ///
    /// # Errors
    /// Everything that is wrong with it, by check in the order of their making.
    pub fn check(&self, fields: &Fields) -> Result<(), Violations> {
        let mut found = Found::new();
        for Check { field, validator, is_optional } in &self.0 {
            let value = fields.value(field);
            let value = value.filter(|value| !(*is_optional && value.is_null()));
            found.at(field, |found| match value {
                Some(value) => validator.rule.check(value, found),
                None if *is_optional => {}
                None => found.push("missing", "is missing", "give the field"),
            });
        }
        found.into_result()
    }

    /// The checks as a function that gives back the record it is given, where nothing is wrong: a
    /// stage of a pipeline, after which the fields count as made anew.
    ///
    /// # Errors
    /// [`ValidatorError::NoField`] where `R` has no field of a name that is checked.
    pub fn stage<R: Record>(
        self,
    ) -> Result<impl Fn(R) -> Result<R, Violations> + Clone + Send + Sync + 'static, ValidatorError>
    {
        let known = R::fields_of();
        let is_known = |name: &str| R::SHAPE.open || known.iter().any(|field| field.name == name);
        if let Some(check) = self.0.iter().find(|check| !is_known(&check.field)) {
            return Err(ValidatorError::NoField(check.field.clone()));
        }
        Ok(move |record: R| {
            let fields = record.into_fields();
            self.check(&fields)?;
            R::from_fields(&fields).map_err(|error| {
                let mut found = Found::new();
                found.at(error.path(), |found| {
                    let expected = error.expected();
                    let message = format!("should be `{expected}`, found `{}`", error.found());
                    found.push("type", message, "make the type read what it writes");
                });
                found.into_result().expect_err("one was pushed")
            })
        })
    }
}
