//! Patterns of text: pydantic 2.14.3 hands them to the crate `regex`, and so do we.
//!
//! A pattern may match anywhere in the text; `^` and `$` tie it to the ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use regex::Regex;

use crate::value::unicode;

/// How many patterns are kept ready. More come only from definitions that are made while a program
/// runs, and then all are made anew.
const MAX_KEPT: usize = 256;

/// Whether the text has a place that the pattern matches; `None` where the pattern is none, or the
/// text has a character younger than Unicode 14, which another version may class otherwise.
pub(crate) fn matches(pattern: &str, text: &str) -> Option<bool> {
    if !text.chars().all(unicode::is_assigned) {
        return None;
    }
    Some(compiled(pattern).ok()?.is_match(text))
}

/// What is wrong with a pattern, in a few words without its text.
pub fn fault(pattern: &str) -> Option<String> {
    let error = compiled(pattern).err()?;
    let told = error.to_string();
    // The words stand below the pattern and the marks that point into it.
    let words = told.lines().rev().find_map(|line| line.strip_prefix("error: "));
    Some(words.unwrap_or(&told).trim_end_matches('.').to_owned())
}

/// The pattern, ready. It is shared and not cloned: a clone would begin each match without the
/// memory that the matches before it have set up.
fn compiled(pattern: &str) -> Result<Arc<Regex>, regex::Error> {
    static KEPT: Mutex<Option<HashMap<Box<str>, Arc<Regex>>>> = Mutex::new(None);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    if let Some(regex) = kept.get(pattern) {
        return Ok(regex.clone());
    }
    let regex = Arc::new(Regex::new(pattern)?);
    if kept.len() == MAX_KEPT {
        kept.clear();
    }
    kept.insert(pattern.into(), regex.clone());
    Ok(regex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_may_match_anywhere() {
        assert_eq!(matches("[0-9]", "a1b"), Some(true));
        assert_eq!(matches("^[0-9]+$", "a1b"), Some(false));
        // `$` is the end of the text, and not before its last line break.
        assert_eq!(matches("^a$", "a\n"), Some(false));
        assert_eq!(matches(r"^\w+$", "größe"), Some(true));
        assert_eq!(matches("", ""), Some(true));
    }

    #[test]
    fn what_another_version_may_see_otherwise_is_left_open() {
        // Kawi came with Unicode 15.
        assert_eq!(matches(r"^\w+$", "\u{11f04}"), None);
    }

    #[test]
    fn what_is_no_pattern_is_told_in_few_words() {
        assert_eq!(fault("^a$"), None);
        assert_eq!(fault("("), Some("unclosed group".into()));
        let around = "look-around, including look-ahead and look-behind, is not supported";
        assert_eq!(fault("a(?=b)"), Some(around.into()));
        assert_eq!(fault("a{1000}{1000}").map(|told| told.contains("size limit")), Some(true));
        assert_eq!(matches("(", "("), None);
    }

    #[test]
    fn many_patterns_stay_few_kept_ones() {
        for number in 0..=2 * MAX_KEPT {
            assert_eq!(matches(&format!("^{number}$"), &number.to_string()), Some(true));
        }
    }
}
