//! `cargo xtask fuzz`: builds the fuzz targets, runs each for a while, and keeps a running total.

mod libfuzzer;
mod seeds;
mod totals;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{cargo, command, installed, output, root, step};
use libfuzzer::Figures;

/// The targets; each is `fuzz/targets/<name>.rs` and has its seeds in `seeds.rs`.
const TARGETS: [&str; 7] = ["grammar", "chat", "json", "xml", "repair", "program", "partial"];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to fuzz; all targets where none is named.
    #[arg(value_name = "TARGET", value_parser = clap::builder::PossibleValuesParser::new(TARGETS))]
    targets: Vec<String>,
    /// How long each target runs.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// Do not add the figures to `fuzz/TOTALS.md`.
    #[arg(long)]
    no_total: bool,
}

/// What makes the compiler count branches for libFuzzer. All of it is stable: cargo-fuzz asks for
/// the same, and needs a nightly compiler only for its sanitizers.
const COVERAGE: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if !installed("c++", "--version") {
        bail!("libFuzzer needs a C++ compiler, `c++`\n  hint: install `g++` or `clang`");
    }
    let chosen = |target: &&str| {
        arguments.targets.is_empty() || arguments.targets.iter().any(|name| name == target)
    };
    let targets: Vec<&str> = TARGETS.into_iter().filter(chosen).collect();
    let programs = build(&targets)?;
    let mut runs = Vec::new();
    for target in targets {
        let corpus = root().join("target/fuzz-corpus").join(target);
        let n_seeds = seeds::write(target, &corpus)?;
        println!("==> {target}: {n_seeds} seeds, {} s", arguments.seconds);
        let crashes = root().join("target/fuzz-crashes").join(target);
        let figures = libfuzzer::run(&programs.join(target), &corpus, &crashes, arguments.seconds)?;
        println!("    {figures}");
        runs.push((target, figures));
    }
    print!("{}", table(&runs));
    if !arguments.no_total {
        totals::add(&runs)?;
    }
    let n_crashes: usize = runs.iter().map(|(_, figures)| figures.crashes.len()).sum();
    if n_crashes > 0 {
        let programs = programs.display();
        bail!(
            "{n_crashes} inputs crash a target\n  hint: run `{programs}/TARGET FILE` for a trace"
        );
    }
    Ok(())
}

/// Builds the targets and says where they are. Their own target directory keeps the instrumented
/// crates apart; naming the platform keeps build scripts free of the flags.
fn build(targets: &[&str]) -> Result<PathBuf> {
    let platform = platform()?;
    let folder = root().join("target/fuzz");
    let mut build = cargo("build --release --locked --quiet --target");
    build.arg(&platform);
    for target in targets {
        build.args(["--bin", target]);
    }
    build
        .current_dir(root().join("fuzz"))
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTFLAGS", COVERAGE.join(" "));
    step("build of the fuzz targets", &mut build)?;
    Ok(folder.join(platform).join("release"))
}

fn platform() -> Result<String> {
    let version = output(&mut command("rustc", "-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` should name the host")
}

/// Checks that the targets are formatted and free of lints, without running them.
pub(crate) fn lint() -> Result<()> {
    let in_its_workspace = |command: &mut Command| {
        let folder = root().join("target/fuzz-lints");
        command.current_dir(root().join("fuzz")).env("CARGO_TARGET_DIR", folder);
    };
    let mut format = cargo("fmt --check");
    in_its_workspace(&mut format);
    step("fuzz targets: rustfmt", &mut format)?;
    if !installed("c++", "--version") {
        println!("==> the fuzz targets are NOT checked: there is no C++ compiler");
        return Ok(());
    }
    let mut clippy = cargo("clippy --locked --all-targets --quiet -- -D warnings");
    in_its_workspace(&mut clippy);
    step("fuzz targets: clippy", &mut clippy)
}

fn table(runs: &[(&str, Figures)]) -> String {
    let mut table = format!(
        "\n{:<8} {:>8} {:>13} {:>9} {:>8} {:>8} {:>8}\n",
        "target", "seconds", "executions", "exec/s", "features", "new", "crashes"
    );
    for (target, figures) in runs {
        table += &format!(
            "{target:<8} {:>8} {:>13} {:>9} {:>8} {:>8} {:>8}\n",
            figures.seconds,
            figures.executions,
            figures.executions / figures.seconds.max(1),
            figures.features,
            figures.new_features(),
            figures.crashes.len(),
        );
    }
    table
}
