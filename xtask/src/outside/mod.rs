//! `cargo xtask outside`: a program outside the repository, built and run as its users would.
//!
//! It has dspex and tokio as its only dependencies, a workspace of its own and no configuration file.
//! What it asks is the offline model and a Python worker of the repository's environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::offline_lm::{self, OfflineLm};
use crate::process::{cargo, output, root, step};
use crate::python::venv;

const MANIFEST: &str = include_str!("project/manifest.toml");
const PROGRAM: &str = include_str!("project/program.rs");

/// A second project, in which dspex has another name.
const RENAMED_MANIFEST: &str = include_str!("project/renamed.toml");
const RENAMED: &str = include_str!("project/renamed.rs");
/// What it prints.
const RENAMED_PRINTS: &str =
    r#"{"topic": "Refund", "urgency": 3, "action": {"type": "Answer", "text": "Soon."}}"#;

/// A program that does not compile, and what rustc has to say about it.
struct Refused {
    name: &'static str,
    source: &'static str,
    message: &'static str,
    /// Line and column of the token that is wrong.
    place: &'static str,
}

const REFUSED: [Refused; 2] = [
    Refused {
        name: "misspelt_type",
        source: include_str!("project/misspelt_type.rs"),
        message: "did you mean `str`?",
        place: "misspelt_type.rs:4:39",
    },
    Refused {
        name: "misspelt_attribute",
        source: include_str!("project/misspelt_attribute.rs"),
        message: "did you mean `desc`?",
        place: "misspelt_attribute.rs:14:13",
    },
];

pub(crate) fn run() -> Result<()> {
    let project = root().join("target/outside");
    write(&project, MANIFEST, PROGRAM)?;
    step("build outside the repository", &mut in_project(&project, "build --offline --quiet"))?;
    answers(&project)?;
    for refused in &REFUSED {
        refused.check(&project)?;
    }
    renamed(&root().join("target/outside-renamed"))?;
    println!(
        "    outside: answered natively and by Python; misspelt signatures refused; macros follow a \
         renamed dspex"
    );
    Ok(())
}

fn renamed(project: &Path) -> Result<()> {
    println!("==> every macro, where dspex has another name");
    write(project, RENAMED_MANIFEST, RENAMED)?;
    let printed = output(&mut in_project(project, "run --offline --quiet"))?;
    ensure!(
        printed.trim() == RENAMED_PRINTS,
        "the program should print\n{RENAMED_PRINTS}\nit printed\n{printed}"
    );
    Ok(())
}

/// Writes a project anew, with the repository's lock file: the same versions, none to download.
fn write(project: &Path, manifest: &str, program: &str) -> Result<()> {
    let sources = project.join("src");
    fs::create_dir_all(&sources)?;
    let dspex = root().join("crates/dspex");
    let dspex = dspex.to_str().context("the repository's path is not Unicode")?;
    fs::write(project.join("Cargo.toml"), manifest.replace("{dspex}", dspex))?;
    fs::copy(root().join("Cargo.lock"), project.join("Cargo.lock"))?;
    fs::write(sources.join("main.rs"), program)?;
    Ok(())
}

/// `cargo` in the project, building beside the repository's own crates: most are built already.
fn in_project(project: &Path, words: &str) -> Command {
    let mut command = cargo(words);
    command.current_dir(project).env("CARGO_TARGET_DIR", root().join("target"));
    command
}

fn answers(project: &Path) -> Result<()> {
    println!("==> a native call and a call in Python, outside the repository");
    let server = OfflineLm::start(0, offline_lm::Options::default())?;
    let mut program = Command::new(program());
    program.current_dir(project).arg(server.base_url()).arg(venv());
    let printed = output(&mut program).context("`cargo xtask setup` makes the environment")?;
    // One model answers both, so that what they say is the same.
    let said = |engine| printed.lines().find_map(|line| line.strip_prefix(engine));
    match (said("native: "), said("python: ")) {
        (Some(native), Some(python)) if native == python && !native.is_empty() => {
            println!("    both say: {native}");
        }
        _ => bail!("the program should print one answer of each engine; it printed\n{printed}"),
    }
    Ok(())
}

fn program() -> PathBuf {
    root().join("target/debug/outside").with_extension(std::env::consts::EXE_EXTENSION)
}

impl Refused {
    /// Sees that rustc refuses the program, with the hint and at the token.
    fn check(&self, project: &Path) -> Result<()> {
        let Self { name, source, message, place } = self;
        let examples = project.join("examples");
        fs::create_dir_all(&examples)?;
        fs::write(examples.join(name).with_extension("rs"), source)?;
        let check = format!("check --offline --quiet --color never --example {name}");
        let output = in_project(project, &check).output().context("cannot start cargo")?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            bail!("`{name}.rs` compiles, and should not");
        }
        ensure!(
            said.contains(message) && said.contains(place),
            "rustc should say `{message}` at {place}; it says\n{said}"
        );
        Ok(())
    }
}
