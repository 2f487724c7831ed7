//! Set-up, tests and benchmarks of dspex; a thin front on library functions.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command prints")]

mod bench;
mod chaos;
mod ci;
mod coverage;
mod date;
mod demo;
mod fuzz;
mod offline_lm;
mod outside;
mod package;
mod parity;
mod process;
mod profile;
mod python;
mod soak;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use python::SETUP;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set-up, tests and benchmarks of dspex")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// One row for each verb; what it does is in the module of that name.
#[derive(Subcommand)]
enum Command {
    /// Set up, build, and triage support tickets; arguments go on to the example.
    Demo(demo::Arguments),
    /// Make the Python environment; `--dev` adds what developers need.
    Setup(dspex::cli::Setup),
    /// Show everything that dspex needs or could use, and how to mend what is not usable.
    Doctor(dspex::cli::Doctor),
    /// Set up, then run every test, doctests and the guide's samples included.
    Test(test::Arguments),
    /// Run what CI runs after the tests: format, lints, docs, tidy, features, packages.
    Ci(ci::Arguments),
    /// Replay recorded cases of DSPy and count where Rust gives the same answer, or record them.
    Parity(parity::Arguments),
    /// Measure, and print one table of all figures beside their peers.
    Bench(bench::Arguments),
    /// Run one benchmark under profilers of processor time and of allocations.
    Profile(profile::Arguments),
    /// Run the tests on instrumented builds and print how many lines they ran.
    Coverage(coverage::Arguments),
    /// Fuzz the parsers and add up the executions in `fuzz/TOTALS.md`.
    Fuzz(fuzz::Arguments),
    /// Hurt pools of workers while they serve, and count what is lost.
    Chaos(chaos::Arguments),
    /// Make native calls for half an hour, and see whether memory grows.
    Soak(soak::Arguments),
    /// Serve the offline model, which answers by rules, until ended.
    OfflineLm(offline_lm::Arguments),
    /// Build and run a program outside the repository, as users do.
    Outside,
    /// Check file headers, layers, licences and sources.
    Tidy,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Setup(setup) => return setup.run(SETUP),
        Command::Doctor(doctor) => return doctor.run(SETUP),
        Command::Parity(arguments) => return parity::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Ci(arguments) => ci::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Profile(arguments) => profile::run(&arguments),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Chaos(arguments) => chaos::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
        Command::OfflineLm(arguments) => offline_lm::run(&arguments),
        Command::Outside => outside::run(),
        Command::Tidy => tidy::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
