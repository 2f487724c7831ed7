//! Other programs, run from the root of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Every crate with every feature but `embed`, which needs libpython to link with.
pub(crate) const EVERYTHING: &str =
    "--locked --workspace --features dspex/full,dspex-bridge/parity,dspex-bridge/testing";

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("xtask stands in the workspace").to_owned()
}

/// `program` with the arguments of a line of words, to be run at the root.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>, words: &str) -> Command {
    let mut command = Command::new(program);
    command.args(words.split_whitespace()).current_dir(root());
    command
}

/// `cargo` with the arguments of a line of words.
///
/// What `cargo run` told this program about itself is not passed on: build scripts watch those
/// variables, and would build everything again each time a verb is followed by plain cargo.
pub(crate) fn cargo(words: &str) -> Command {
    let mut cargo = command(option_env!("CARGO").unwrap_or("cargo"), words);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// Runs a step to its end and says how long it took; a failure stops the verb.
pub(crate) fn step(name: &str, command: &mut Command) -> Result<()> {
    println!("==> {name}");
    let started = Instant::now();
    let status = command.status().with_context(|| format!("{name}: cannot start {command:?}"))?;
    if !status.success() {
        bail!("{name} failed ({status}); it ran {command:?}");
    }
    println!("    {name}: {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// What a program prints; a failure is an error with what it printed instead.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be started at all.
pub(crate) fn installed(program: &str, version_flag: &str) -> bool {
    Command::new(program)
        .args(version_flag.split_whitespace())
        .output()
        .is_ok_and(|output| output.status.success())
}
