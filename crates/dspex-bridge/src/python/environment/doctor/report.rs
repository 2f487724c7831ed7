//! What the doctor found, and the table it is printed as.

use std::fmt;

/// Everything that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One row each; what must be there comes first.
    pub checks: Vec<Check>,
}

/// One thing that dspex needs or could use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Its name.
    pub what: String,
    /// Its version, or what stands for one, where it is there.
    pub version: Option<String>,
    /// Whether it can be used.
    pub state: State,
    /// What in dspex needs it.
    pub needed_for: &'static str,
    /// How to make it usable; `None` where it is.
    pub mend: Option<String>,
}

/// Whether something can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It is there and works.
    Usable,
    /// It is not there, and dspex does without unless asked for what needs it.
    Optional,
    /// It is not there, and Python modules cannot run without it.
    Missing,
    /// It is there and does not work, for this reason.
    Broken(String),
}

impl Report {
    /// Whether Python modules can run: nothing that they need is missing or broken.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        !self.checks.iter().any(|it| matches!(it.state, State::Missing | State::Broken(_)))
    }
}

impl Check {
    /// A thing that is not there and need not be.
    pub(super) fn new(what: impl Into<String>, needed_for: &'static str) -> Self {
        let what = what.into();
        Self { what, version: None, state: State::Optional, needed_for, mend: None }
    }

    pub(super) fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    pub(super) fn usable(mut self) -> Self {
        self.state = State::Usable;
        self
    }

    pub(super) fn optional(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    pub(super) fn missing(mut self, mend: impl Into<String>) -> Self {
        self.state = State::Missing;
        self.mend = Some(mend.into());
        self
    }

    pub(super) fn broken(mut self, reason: impl Into<String>, mend: impl Into<String>) -> Self {
        self.state = State::Broken(reason.into());
        self.mend = Some(mend.into());
        self
    }

    fn cells(&self) -> [String; 5] {
        let (state, reason) = match &self.state {
            State::Usable => ("yes", None),
            State::Optional => ("not there", None),
            State::Missing => ("MISSING", None),
            State::Broken(reason) => ("BROKEN", Some(reason.as_str())),
        };
        let mend = [reason, self.mend.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        [
            self.what.clone(),
            self.version.clone().unwrap_or_else(|| "-".to_owned()),
            state.to_owned(),
            self.needed_for.to_owned(),
            mend.join("; "),
        ]
    }
}

/// A plain table, columns aligned; the last one, which may be long, is not padded.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles = ["what", "version", "usable", "needed for", "how to mend it"];
        let mut rows = vec![titles.map(str::to_owned)];
        rows.extend(self.checks.iter().map(Check::cells));
        let width = |column: usize| rows.iter().map(|it| it[column].chars().count()).max();
        let widths: [usize; 5] = std::array::from_fn(|column| width(column).unwrap_or(0));
        for row in &rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                line.push_str(&format!("{cell:width$}  "));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_aligned_and_gives_reasons() {
        let checks = vec![
            Check::new("dspy", "Python modules").version("3.4.1").usable(),
            Check::new("msgspec", "Python modules").missing("`dspex setup`"),
            Check::new("numpy", "optimizers").version("1.0").broken("too old", "`dspex setup`"),
            Check::new("ollama", "local models").optional("install it"),
        ];
        let report = Report { checks };
        assert_eq!(
            report.to_string(),
            "what     version  usable     needed for      how to mend it\n\
             dspy     3.4.1    yes        Python modules\n\
             msgspec  -        MISSING    Python modules  `dspex setup`\n\
             numpy    1.0      BROKEN     optimizers      too old; `dspex setup`\n\
             ollama   -        not there  local models    install it\n"
        );
        assert!(!report.is_healthy());
    }

    #[test]
    fn what_is_optional_does_not_make_ill() {
        let checks = vec![Check::new("ollama", "local models").optional("install it")];
        assert!(Report { checks }.is_healthy());
    }
}
