//! The answer that most completions give.

use std::collections::HashMap;

use super::normalize_text;
use crate::Fields;

/// The first of the completions whose `field` says what most of them say, in any spelling that
/// [`normalize_text`] takes for one; `None` where there are no completions.
///
/// Of answers that are given equally often the earliest counts. Completions without letters and digits
/// count only where all are so.
///
/// Source: `dspy.majority`.
///
/// ```
/// use dspex_signature::{fields, metrics::majority};
///
/// let completions = ["York", "leeds.", "Leeds"].map(|town| fields! { "answer" => town });
/// assert_eq!(majority(&completions, "answer").unwrap()["answer"], "leeds.".into());
/// ```
#[must_use]
pub fn majority<'a>(completions: &'a [Fields], field: &str) -> Option<&'a Fields> {
    let said: Vec<String> = completions
        .iter()
        .map(|completion| normalize_text(&completion[field].python_str()))
        .collect();
    let are_all_empty = said.iter().all(String::is_empty);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for said in said.iter().filter(|said| are_all_empty || !said.is_empty()) {
        *counts.entry(said).or_default() += 1;
    }
    let most = counts.values().max()?;
    let place = said.iter().position(|said| counts.get(&**said) == Some(most))?;
    completions.get(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    #[track_caller]
    fn check(answers: &[&str], expected: Option<usize>) {
        let completions: Vec<_> =
            answers.iter().map(|answer| fields! { "answer" => *answer }).collect();
        let expected = expected.map(|place| &completions[place]);
        assert_eq!(majority(&completions, "answer"), expected);
    }

    /// What `dspy.majority` of DSPy 3.4.1 answers.
    #[test]
    fn most_completions_decide_and_the_earliest_of_equals() {
        check(&["a", "b", "B!"], Some(1));
        check(&["b", "c", "c", "b"], Some(0));
        check(&["", "", "d"], Some(2));
        check(&["", "."], Some(0));
        check(&[], None);
    }
}
