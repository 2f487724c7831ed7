//! The `dspex` command.

fn main() -> std::process::ExitCode {
    dspex::cli::main()
}
