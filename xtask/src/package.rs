//! The packages as they would be published: each is unpacked and builds alone, from its own files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::{cargo, root, step};

/// Packages every crate and builds each from its package.
pub(crate) fn run() -> Result<()> {
    forget()?;
    step("packages", &mut cargo("package --locked --workspace --exclude xtask --quiet"))
}

/// Takes away what an earlier run unpacked and built. cargo knows a package by its name and version
/// and would build against the earlier text while both stay the same.
fn forget() -> Result<()> {
    let names = names()?;
    let unpacked = cargo_home()?.join("registry/src");
    for registry in entries(&unpacked)? {
        // A registry on disk has no host, so its directory starts with the dash before the digest.
        if !name_of(&registry).starts_with('-') {
            continue;
        }
        for package in entries(&registry)? {
            if names.iter().any(|name| is_package(&name_of(&package), name)) {
                fs::remove_dir_all(&package)
                    .with_context(|| format!("{} cannot be removed", package.display()))?;
            }
        }
    }
    let chosen: Vec<String> = names.iter().map(|name| format!("-p {name}")).collect();
    step("packages: earlier builds", &mut cargo(&format!("clean --quiet {}", chosen.join(" "))))
}

fn names() -> Result<Vec<String>> {
    let crates = entries(&root().join("crates"))?;
    Ok(crates
        .iter()
        .filter(|path| path.join("Cargo.toml").exists())
        .map(|path| name_of(path))
        .collect())
}

fn is_package(directory: &str, name: &str) -> bool {
    let version = directory.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
    version.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(PathBuf::from(home));
    }
    std::env::home_dir().map(|home| home.join(".cargo")).context("no home directory is known")
}

/// What stands in a directory; nothing if there is no such directory.
fn entries(directory: &Path) -> Result<Vec<PathBuf>> {
    if !directory.exists() {
        return Ok(Vec::new());
    }
    let listed = fs::read_dir(directory)
        .with_context(|| format!("{} cannot be read", directory.display()))?;
    Ok(listed.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::is_package;

    #[test]
    fn a_package_is_its_name_and_a_version() {
        assert!(is_package("dspex-bridge-0.1.0", "dspex-bridge"));
        assert!(!is_package("dspex-bridge-0.1.0", "dspex"));
        assert!(!is_package("dspex-signature-macros-0.1.0", "dspex-signature"));
    }
}
