//! Every source file says in its first line what lives there, and nothing in the tree names a
//! machine.

use std::path::Path;

use anyhow::Result;

use crate::process::{command, output, root};

/// Texts that would tie the repository to a machine.
const MACHINE_PATHS: &[&str] = &["/home/", "/root/", "/Users/", "/workspace/"];

/// Faults of the files that git tracks or would track.
pub(super) fn check() -> Result<Vec<String>> {
    let listed = output(&mut command("git", "ls-files --cached --others --exclude-standard"))?;
    let mut faults = Vec::new();
    for name in listed.lines() {
        let path = root().join(name);
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        faults.extend(check_file(name, &text));
    }
    Ok(faults)
}

fn check_file(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    // Compile-fail cases are pasted programs; their first line is part of the case.
    let is_case = name.contains("/tests/ui/");
    if has_extension(name, "rs") && !is_case && !text.starts_with("//!") {
        faults.push(format!("{name}: the first line should be `//!` and one sentence"));
    }
    if has_extension(name, "py") && !text.starts_with("\"\"\"") {
        faults.push(format!("{name}: the first line should be a docstring of one sentence"));
    }
    // The offline model of the demo must not share code with what it is there to test.
    if name.starts_with("xtask/src/offline_lm/") && text.contains("dspex_") {
        faults.push(format!("{name}: the offline model shares no crate with dspex"));
    }
    if name != "xtask/src/tidy/headers.rs" && !has_extension(name, "jsonl") {
        let named = MACHINE_PATHS.iter().filter(|path| text.contains(**path));
        faults.extend(named.map(|path| format!("{name}: names a machine's path `{path}`")));
    }
    faults
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_header_is_named() {
        assert_eq!(check_file("a/b.rs", "//! What lives here.\n"), Vec::<String>::new());
        assert_eq!(check_file("a/b.rs", "use x;\n").len(), 1);
        assert_eq!(check_file("a/tests/ui/b.rs", "use x;\n").len(), 0);
        assert_eq!(check_file("a/b.py", "import x\n").len(), 1);
        assert_eq!(check_file("a/b.md", "see /home/someone/x\n").len(), 1);
        assert_eq!(check_file("xtask/src/offline_lm/a.rs", "//! x\nuse dspex_bridge;\n").len(), 1);
    }
}
