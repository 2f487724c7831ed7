//! The example's arguments, as far as the demo has to know them.

use std::path::Path;

use anyhow::{Context, Result};

/// Arguments that are passed on.
pub(super) struct Passed<'a>(&'a [String]);

impl<'a> Passed<'a> {
    pub(super) const fn new(arguments: &'a [String]) -> Self {
        Self(arguments)
    }

    /// Whether an option is among them, as `--name` or `--name=value`.
    pub(super) fn has(&self, option: &str) -> bool {
        self.0.iter().any(|argument| is(argument, option))
    }

    /// What is given for an option, as `--name value` or `--name=value`.
    pub(super) fn value(&self, option: &str) -> Option<&'a str> {
        let place = self.0.iter().position(|argument| is(argument, option))?;
        match self.0[place].split_once('=') {
            Some((_, value)) => Some(value),
            None => self.0.get(place + 1).map(String::as_str),
        }
    }

    /// The arguments without some options and what is given for them.
    pub(super) fn without(&self, options: &[&str]) -> Vec<&'a str> {
        let mut left = Vec::new();
        let mut arguments = self.0.iter();
        while let Some(argument) = arguments.next() {
            match options.iter().any(|option| is(argument, option)) {
                true if argument.contains('=') => {}
                true => drop(arguments.next()),
                false => left.push(argument.as_str()),
            }
        }
        left
    }

    /// Options for the files that were not named; the example's own defaults fit at the root only.
    pub(super) fn defaults(&self, root: &Path) -> Result<Vec<String>> {
        if std::env::current_dir().is_ok_and(|current| current == root) {
            return Ok(Vec::new());
        }
        let files = [
            ("--input", "examples/data/tickets.jsonl"),
            ("--output", "target/demo/results.jsonl"),
            ("--venv", ".venv"),
        ];
        let mut options = Vec::new();
        for (option, path) in files.iter().filter(|(option, _)| !self.has(option)) {
            let path = root.join(path);
            let path =
                path.to_str().with_context(|| format!("{} is not Unicode", path.display()))?;
            options.extend([(*option).to_owned(), path.to_owned()]);
        }
        Ok(options)
    }
}

fn is(argument: &str, option: &str) -> bool {
    argument.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Passed;

    #[track_caller]
    fn check(arguments: &str, option: &str, expected: bool) {
        let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        assert_eq!(Passed::new(&arguments).has(option), expected, "{option} in {arguments:?}");
    }

    #[test]
    fn options_are_seen_in_both_spellings_and_not_as_prefixes() {
        check("--input x --lm openai/m", "--lm", true);
        check("--lm=openai/m", "--lm", true);
        check("--lmx openai/m", "--lm", false);
        check("", "--lm", false);
    }

    #[test]
    fn options_are_taken_out_with_what_is_given_for_them() {
        let arguments = ["--lm", "local", "--quick", "--model=m.gguf", "--input", "x"];
        let arguments = arguments.map(str::to_owned);
        let passed = Passed::new(&arguments);
        assert_eq!(
            (passed.value("--lm"), passed.value("--model")),
            (Some("local"), Some("m.gguf"))
        );
        assert_eq!((passed.value("--input"), passed.value("--output")), (Some("x"), None));
        assert_eq!(passed.without(&["--lm", "--model"]), ["--quick", "--input", "x"]);
    }

    #[test]
    fn files_that_were_named_keep_their_names() {
        let arguments = ["--input=mine.jsonl".to_owned()];
        let defaults = Passed::new(&arguments).defaults(Path::new("/elsewhere")).unwrap();
        assert!(!defaults.contains(&"--input".to_owned()));
        assert!(defaults.contains(&"/elsewhere/target/demo/results.jsonl".to_owned()));
    }
}
