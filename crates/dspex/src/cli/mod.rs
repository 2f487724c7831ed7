//! The verbs of the `dspex` command, each usable from another command line too.
//!
//! `cargo xtask` of this project offers the same ones. Nothing here decides anything: a verb
//! reads its arguments, calls a library function and prints what it says.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command prints")]

mod doctor;
mod parity;
mod setup;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use doctor::Doctor;
pub use parity::Parity;
pub use setup::Setup;

use crate::config::DEFAULT_VENV;

#[derive(Parser)]
#[command(name = "dspex", version, about = "Runs DSPy in production from Rust")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// One row for each verb.
#[derive(Subcommand)]
enum Command {
    /// Make the Python environment that workers run in.
    Setup(Setup),
    /// Show everything that dspex needs or could use, and how to mend what is not usable.
    Doctor(Doctor),
    /// Replay recorded cases of DSPy and count where Rust gives the same answer.
    Parity(Parity),
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Setup(setup) => setup.run("dspex setup"),
        Command::Doctor(doctor) => doctor.run("dspex setup"),
        Command::Parity(parity) => parity.run(),
    }
}

/// Prints an error with its causes and its hint, and gives the exit code of failure.
fn fail(error: &dyn std::error::Error, hint: Option<&str>) -> ExitCode {
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  cause: {error}");
        cause = error.source();
    }
    if let Some(hint) = hint {
        eprintln!("  hint: {hint}");
    }
    ExitCode::FAILURE
}
