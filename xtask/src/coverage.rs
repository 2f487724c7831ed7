//! `cargo xtask coverage`: how many lines the tests run, by crate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{EVERYTHING, cargo, output, root, step};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// List every file, not only the crates.
    #[arg(long)]
    files: bool,
}

/// Lines that could run and lines that did.
#[derive(Clone, Copy, Debug, Default)]
struct Lines {
    count: u64,
    covered: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let tools = Tools::find()?;
    let build = root().join("target/coverage");
    let profiles = build.join("profiles");
    if profiles.exists() {
        std::fs::remove_dir_all(&profiles)?;
    }
    let instrumented = |words: &str| {
        let mut command = cargo(words);
        command
            .env("CARGO_TARGET_DIR", &build)
            .env("RUSTFLAGS", "-C instrument-coverage")
            .env("LLVM_PROFILE_FILE", profiles.join("%p-%m.profraw"));
        command
    };
    step(
        "instrumented tests",
        &mut instrumented(&format!("nextest run {EVERYTHING} --no-fail-fast")),
    )?;
    let list = format!("nextest list {EVERYTHING} --list-type binaries-only --message-format json");
    let mut binaries = binaries(&output(&mut instrumented(&list))?)?;
    binaries.extend(macro_libraries(&build.join("debug/deps"))?);
    let report = tools.report(&profiles, &binaries)?;
    print(&by_file(&report), arguments.files);
    Ok(())
}

/// The two LLVM programs that read what an instrumented program writes.
struct Tools {
    profdata: PathBuf,
    cov: PathBuf,
}

impl Tools {
    /// rustup's own tools, else a distribution's of the compiler's LLVM version: the format of
    /// the profiles changes between versions.
    fn find() -> Result<Self> {
        let version = output(Command::new("rustc").arg("-vV"))?;
        let major = version
            .lines()
            .find_map(|line| line.strip_prefix("LLVM version: "))
            .and_then(|version| version.split('.').next())
            .context("`rustc -vV` names no LLVM version")?;
        let libraries = output(Command::new("rustc").args(["--print", "target-libdir"]))?;
        let rustup = Path::new(libraries.trim()).with_file_name("bin");
        let candidates = [
            (rustup.join("llvm-profdata"), rustup.join("llvm-cov")),
            (format!("llvm-profdata-{major}").into(), format!("llvm-cov-{major}").into()),
        ];
        let works = |program: &PathBuf| {
            Command::new(program)
                .arg("--version")
                .output()
                .is_ok_and(|output| output.status.success())
        };
        match candidates.into_iter().find(|(profdata, cov)| works(profdata) && works(cov)) {
            Some((profdata, cov)) => Ok(Self { profdata, cov }),
            None => bail!(
                "no LLVM {major} tools are installed\n  hint: `rustup component add llvm-tools`, \
                 or the package `llvm-{major}` of your distribution"
            ),
        }
    }

    fn report(&self, profiles: &Path, binaries: &[String]) -> Result<Value> {
        let merged = profiles.join("all.profdata");
        let raw: Vec<PathBuf> = std::fs::read_dir(profiles)
            .context("the tests wrote no profiles")?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "profraw"))
            .collect();
        let mut merge = Command::new(&self.profdata);
        merge.args(["merge", "--sparse", "--failure-mode=all", "-o"]).arg(&merged).args(raw);
        step("merged profiles", &mut merge)?;
        let mut export = Command::new(&self.cov);
        export.args(["export", "--summary-only", "--instr-profile"]).arg(&merged);
        for binary in binaries {
            export.args(["--object", binary]);
        }
        Ok(serde_json::from_str(&output(&mut export)?)?)
    }
}

fn binaries(listed: &str) -> Result<Vec<String>> {
    let listed: Value = serde_json::from_str(listed)?;
    let suites = listed["rust-binaries"].as_object().context("nextest listed no binaries")?;
    let paths = suites.values().filter_map(|suite| suite["binary-path"].as_str());
    Ok(paths.map(str::to_owned).collect())
}

/// The macros' libraries: they run inside the compiler, while the tests are built.
fn macro_libraries(directory: &Path) -> Result<Vec<String>> {
    let name = |entry: std::fs::DirEntry| entry.path().to_str().map(str::to_owned);
    let libraries = std::fs::read_dir(directory)?.filter_map(|entry| name(entry.ok()?));
    let is_macro = |path: &String| path.contains("/libdspex") && path.ends_with(".so");
    Ok(libraries.filter(is_macro).collect())
}

/// Lines of the crates' own sources, by path from the root; tests do not count.
fn by_file(report: &Value) -> BTreeMap<String, Lines> {
    let files = report["data"][0]["files"].as_array().cloned().unwrap_or_default();
    let lines = |file: &Value| {
        let lines = &file["summary"]["lines"];
        Some(Lines { count: lines["count"].as_u64()?, covered: lines["covered"].as_u64()? })
    };
    files
        .iter()
        .filter_map(|file| {
            let path = Path::new(file["filename"].as_str()?).strip_prefix(root()).ok()?;
            let path = path.to_str()?;
            let own = path.starts_with("crates/") && path.contains("/src/");
            (own && !path.ends_with("tests.rs")).then_some((path.to_owned(), lines(file)?))
        })
        .collect()
}

fn print(files: &BTreeMap<String, Lines>, with_files: bool) {
    let mut crates: BTreeMap<&str, Lines> = BTreeMap::new();
    for (path, lines) in files {
        if with_files {
            print_row(path, *lines);
        }
        let name = path.split('/').nth(1).unwrap_or(path);
        for name in [name, "total"] {
            let sum = crates.entry(name).or_default();
            sum.count += lines.count;
            sum.covered += lines.covered;
        }
    }
    for (name, lines) in crates {
        print_row(name, lines);
    }
}

#[expect(clippy::cast_precision_loss, reason = "lines of code are far below 2^52")]
fn print_row(name: &str, Lines { count, covered }: Lines) {
    let percent = if count == 0 { 100.0 } else { covered as f64 * 100.0 / count as f64 };
    println!("{percent:6.2} %  {covered:>6} of {count:>6} lines  {name}");
}
