//! `cargo xtask parity`: replays recorded cases of DSPy, or records those of the repository.

use std::process::ExitCode;

use crate::process::{command, root};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    replay: dspex::cli::Parity,
    /// Make the corpus of the repository anew and let DSPy answer it, instead of replaying.
    #[arg(long, conflicts_with_all = ["files", "tags", "list", "by", "no_python"])]
    record: bool,
    /// With `--record`: write nothing, and fail where DSPy answers otherwise than is committed.
    #[arg(long, requires = "record")]
    check: bool,
}

/// What makes the cases, asks DSPy and compares: of texts, of classes, of streams, and of what is known of models.
/// They need DSPy's Python alone.
const RECORDERS: [&str; 4] = [
    "crates/dspex-signature/parity/record.py",
    "crates/dspex-signature/parity/record_classes.py",
    "crates/dspex-signature/parity/record_streams.py",
    "crates/dspex-bridge/python/oracle/record_models.py",
];

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    if !arguments.record {
        return arguments.replay.run();
    }
    let python = root().join(&arguments.replay.venv).join("bin/python");
    let check = if arguments.check { "--check" } else { "" };
    let mut all_well = true;
    for recorder in RECORDERS {
        match command(&python, &format!("{recorder} {check}")).status() {
            Ok(status) => all_well &= status.success(),
            Err(error) => {
                eprintln!("error: `{}` cannot be started: {error}", python.display());
                eprintln!("hint: set the environment up with `{}`", crate::python::SETUP);
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::from(u8::from(!all_well))
}
