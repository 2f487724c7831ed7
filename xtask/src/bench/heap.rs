//! How often native calls allocate, and how much: what the test of that prints.

use anyhow::Result;

use crate::process::{cargo, output};

/// The test's figures, as it prints them; it fails where one is beyond its limit.
pub(super) fn figures() -> Result<String> {
    let test = "test --quiet --locked --package dspex-bridge --test heap -- --nocapture";
    Ok(table(&output(&mut cargo(test))?))
}

/// The lines between what the test program says of itself.
fn table(printed: &str) -> String {
    let lines = printed.lines().skip_while(|line| !line.contains("allocations"));
    let lines = lines.take_while(|line| !line.starts_with('.') && !line.is_empty());
    lines.map(|line| format!("{}\n", line.trim_end_matches('.'))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_alone() {
        let printed = "\nrunning 1 test\n   allocations bytes\na 20 4\na long input 1.0 times\n.\ntest result: ok";
        assert_eq!(table(printed), "   allocations bytes\na 20 4\na long input 1.0 times\n");
    }
}
