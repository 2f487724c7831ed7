//! `regex`: a text that a pattern matches.

use std::sync::Arc;

use dspex_signature::Value;
use regex::{Regex, RegexBuilder};

use super::found::TEXT_BYTES;
use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "regex",
    about: "a text that `pattern` matches as a whole, or anywhere where `whole` is `False`",
    options: &["pattern", "whole", "ignore_case"],
    build,
};

/// The longest pattern, in bytes.
const PATTERN_BYTES: usize = 4096;

/// The largest program that a pattern may become, in bytes.
pub(super) const PROGRAM_BYTES: usize = 1 << 20;

struct Matches(Regex);

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let fault = |why: String| options.fault("pattern", why);
    let pattern = options.text("pattern")?.ok_or_else(|| fault("is missing".to_owned()))?;
    if pattern.len() > PATTERN_BYTES {
        return Err(fault(format!("has more than {PATTERN_BYTES} bytes")));
    }
    let ignore_case = options.flag("ignore_case", false)?;
    let compile = |pattern: &str| {
        let mut builder = RegexBuilder::new(pattern);
        builder.case_insensitive(ignore_case).size_limit(PROGRAM_BYTES).build()
    };
    // By itself first, so that `a)|(b` is not taken for a pattern in brackets.
    let anywhere = compile(pattern).map_err(|error| fault(words(&error)))?;
    Ok(Arc::new(Matches(match options.flag("whole", true)? {
        false => anywhere,
        // The line break ends a comment at the pattern's end, where the pattern has them.
        true => compile(&format!(r"\A(?:{pattern})\z"))
            .or_else(|_| compile(&format!("\\A(?:{pattern}\n)\\z")))
            .map_err(|error| fault(words(&error)))?,
    })))
}

/// What is wrong with a pattern, without its text.
fn words(error: &regex::Error) -> String {
    let told = error.to_string();
    // The words stand below the pattern and the marks that point into it.
    let words = told.lines().rev().find_map(|line| line.strip_prefix("error: "));
    format!("is no pattern: {}", words.unwrap_or(&told).trim_end_matches('.'))
}

impl Rule for Matches {
    fn check(&self, value: &Value, found: &mut Found) {
        found.each_text(value, TEXT_BYTES, |text, found| {
            if !self.0.is_match(text) {
                found.push("regex", "does not match the pattern", "give a text of the pattern");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use crate::operations::validate::tests::{fault, told};

    #[test]
    fn a_pattern_matches_the_whole_text_or_a_part() {
        let whole = fields! { "pattern" => "a|ab" };
        let wrong = "the value does not match the pattern";
        for (options, text, expected) in [
            (whole.clone(), "ab", ""),
            (whole.clone(), "abc", wrong),
            (whole.clone(), "ab\n", wrong),
            (whole.clone(), "AB", wrong),
            (whole.clone().with("ignore_case", true), "AB", ""),
            (whole.clone().with("whole", false), "xax", ""),
            (whole.with("whole", false), "x", wrong),
            (fields! { "pattern" => "(?x) a b # with a comment" }, "ab", ""),
            (fields! { "pattern" => "(?x) a b # with a comment" }, "abc", wrong),
        ] {
            assert_eq!(told("regex", &options, text), expected, "{text} {options:?}");
        }
    }

    #[test]
    fn a_pattern_that_is_none_is_told_without_its_text() {
        let told = |pattern: &str| fault("regex", &fields! { "pattern" => pattern });
        let begins = "option `pattern` of validator `regex`";
        assert!(
            told("secret)|(x").starts_with(&format!("{begins} is no pattern: unopened group;"))
        );
        assert!(told("(a)\\1").contains("backreferences are not supported"));
        assert!(
            told("((a{100}){100}){100}").contains("is no pattern"),
            "{}",
            told("((a{100}){100}){100}")
        );
        assert!(told(&"a".repeat(5000)).contains("has more than 4096 bytes"));
        assert!(fault("regex", &fields! {}).starts_with(&format!("{begins} is missing")));
    }

    #[test]
    fn what_takes_others_for_ever_takes_no_time() {
        let options = fields! { "pattern" => "(a+)+$", "whole" => false };
        let begun = std::time::Instant::now();
        assert_ne!(told("regex", &options, "a".repeat(1 << 19) + "b"), "");
        assert!(begun.elapsed().as_secs() < 20);
        let long = "a".repeat((1 << 20) + 1);
        assert_eq!(told("regex", &options, long), "the value has 1048577 bytes, more than 1048576");
    }
}
