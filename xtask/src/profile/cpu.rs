//! The functions that take the most processor time, out of the stacks that were seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::short;

/// How often a function was seen: at work itself, and with all that it called.
#[derive(Clone, Copy, Default)]
struct Seen {
    itself: u64,
    with_callees: u64,
}

/// The first `n` functions by what they take themselves, each with its share of all samples.
///
/// A line is a stack: its functions, the outermost one first, between semicolons; then a space and how
/// often it was seen.
pub(super) fn top(stacks: &str, n: usize) -> String {
    let mut functions = BTreeMap::<String, Seen>::new();
    let mut n_samples = 0;
    for (stack, count) in stacks.lines().filter_map(|line| line.rsplit_once(' ')) {
        let Ok(count) = count.parse::<u64>() else { continue };
        n_samples += count;
        let names: Vec<String> = stack.split(';').map(short).collect();
        if let Some(last) = names.last() {
            functions.entry(last.clone()).or_default().itself += count;
        }
        // A function that calls itself is in a stack more than once.
        for name in names.into_iter().collect::<BTreeSet<_>>() {
            functions.entry(name).or_default().with_callees += count;
        }
    }
    let mut functions: Vec<_> = functions.into_iter().collect();
    functions.sort_by_key(|(_, seen)| std::cmp::Reverse((seen.itself, seen.with_callees)));
    let share = |count: u64| 100.0 * count as f64 / n_samples as f64;
    let mut text = format!("{n_samples} samples\n   itself    total  function\n");
    for (name, Seen { itself, with_callees }) in functions.into_iter().take(n) {
        let (itself, total) = (share(itself), share(with_callees));
        let _ = writeln!(text, "{itself:7.1} % {total:6.1} %  {name}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::top;

    #[test]
    fn functions_are_in_the_order_of_what_they_take_themselves() {
        let stacks = "main;a;b 6\nmain;a 1\nmain;a;a;c 3\nnot a stack\n";
        let expected = "10 samples\n   itself    total  function\n   60.0 %   60.0 %  b\n   \
                        30.0 %   30.0 %  c\n   10.0 %  100.0 %  a\n";
        assert_eq!(top(stacks, 3), expected);
    }
}
