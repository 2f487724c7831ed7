//! The rows about programs beside Python: installers, models, developers' tools.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::super::layout::Layout;
use super::super::{EnvironmentSpec, Group, install, process, variables};
use super::{Check, python};

/// The variables that usually hold the keys of model providers.
const MODEL_KEYS: [&str; 9] = [
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GEMINI_API_KEY",
    "OPENROUTER_API_KEY",
    "GROQ_API_KEY",
    "DEEPSEEK_API_KEY",
    "MISTRAL_API_KEY",
    "TOGETHERAI_API_KEY",
    "XAI_API_KEY",
];

/// What developers use beside the environment: program, arguments for its version, what for.
const DEVELOPER_TOOLS: [(&str, &[&str], &str, &str); 4] = [
    ("cargo", &["--version"], "building dspex", "install Rust with `rustup`"),
    ("cargo-nextest", &["--version"], "faster tests", "`cargo install --locked cargo-nextest`"),
    ("cargo-deny", &["--version"], "licence checks", "`cargo install --locked cargo-deny`"),
    ("mdbook", &["--version"], "building the guide", "`cargo install --locked mdbook`"),
];

/// The port that `ollama` serves on unless it is told otherwise.
const OLLAMA_PORT: u16 = 11434;

/// The installer that `setup` prefers; `setup` gets it by itself.
pub(super) fn uv(layout: &Layout) -> Check {
    let check = Check::new("uv", "faster set-up");
    match install::find_uv(layout) {
        Some((_, name)) => check.version(name.trim_start_matches("uv ")).usable(),
        None => check.optional("none needed: set-up installs it"),
    }
}

/// Which keys are set; never what they are.
pub(super) fn model_keys() -> Check {
    let check = Check::new("model keys", "hosted models");
    let set: Vec<&str> =
        MODEL_KEYS.into_iter().filter(|name| variables::get(name).is_some()).collect();
    if set.is_empty() {
        check.optional("set the variable of your provider, such as `OPENAI_API_KEY`")
    } else {
        check.version(set.join(" ")).usable()
    }
}

/// A local `ollama` server.
pub(super) fn ollama() -> Check {
    let check = Check::new("ollama", "local models");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, OLLAMA_PORT));
    let answers = TcpStream::connect_timeout(&address, Duration::from_millis(300)).is_ok();
    let version = variables::find_program("ollama").and_then(|it| version(&it, &["--version"]));
    match (answers, version) {
        (true, version) => check.version(version.unwrap_or_else(|| "serving".to_owned())).usable(),
        (false, Some(version)) => check.version(version).optional("`ollama serve`"),
        (false, None) => check.optional("install `ollama`, then `ollama serve`"),
    }
}

/// What only developers of dspex use.
pub(super) fn developer_tools(spec: &EnvironmentSpec, layout: &Layout) -> Vec<Check> {
    let mut checks = Vec::new();
    let in_venv = Some(layout.program("ruff")).filter(|program| program.is_file());
    let ruff = in_venv.or_else(|| variables::find_program("ruff"));
    let check = Check::new("ruff", "checking the worker package");
    let mend = python::setup(spec, Group::Dev);
    checks.push(judge(check, ruff.as_deref(), &["--version"], mend));
    for (name, arguments, needed_for, mend) in DEVELOPER_TOOLS {
        let program = variables::find_program(name);
        checks.push(judge(Check::new(name, needed_for), program.as_deref(), arguments, mend));
    }
    checks.push(coverage_tool());
    checks
}

/// The LLVM program that reads coverage: the toolchain's own, or a distribution's of the same
/// version, because no other reads what the compiler writes.
fn coverage_tool() -> Check {
    let check = Check::new("llvm-cov", "test coverage");
    let compiler = |arguments: &[&str]| {
        let rustc = variables::find_program("rustc")?;
        let finished = process::ask(process::command(&rustc).args(arguments)).ok()?;
        finished.success.then_some(finished.stdout)
    };
    let answer = compiler(&["-vV"]).unwrap_or_default();
    let Some(major) = llvm_major(&answer) else {
        return check.optional("install Rust with `rustup`");
    };
    let libraries = compiler(&["--print", "target-libdir"]).unwrap_or_default();
    let own = Path::new(libraries.trim()).with_file_name("bin").join("llvm-cov");
    let program = match own.is_file() {
        true => Some(own),
        false => variables::find_program(&format!("llvm-cov-{major}")),
    };
    let mend = format!("`rustup component add llvm-tools`, or Debian's `llvm-{major}`");
    judge(check, program.as_deref(), &["--version"], mend)
}

/// The major version of LLVM that `rustc -vV` names.
fn llvm_major(answer: &str) -> Option<&str> {
    let version = answer.lines().find_map(|line| line.strip_prefix("LLVM version: "))?;
    version.split('.').next()
}

fn judge(
    check: Check,
    program: Option<&Path>,
    arguments: &[&str],
    mend: impl Into<String>,
) -> Check {
    match program {
        None => check.optional(mend),
        Some(program) => match version(program, arguments) {
            Some(version) => check.version(version).usable(),
            // Nothing that serves needs it, so that a broken one does not make the whole ill.
            None => check.version("does not run").optional(mend),
        },
    }
}

/// The first word of what `program` answers that begins as a version does.
fn version(program: &Path, arguments: &[&str]) -> Option<String> {
    let finished = process::ask(process::command(program).args(arguments)).ok()?;
    finished.success.then(|| version_in(&finished.stdout)).flatten()
}

fn version_in(answer: &str) -> Option<String> {
    let words = answer.split_whitespace().map(|word| word.trim_start_matches('v'));
    let mut versions = words.filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    versions.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_answer() {
        let check = |answer: &str, expected: Option<&str>| {
            assert_eq!(version_in(answer).as_deref(), expected, "{answer:?}");
        };
        check("cargo 1.95.0 (f2d3ce0bd 2026-03-21)", Some("1.95.0"));
        check("mdbook v0.5.2", Some("0.5.2"));
        check("Debian LLVM version 14.0.6\n  Optimized build.", Some("14.0.6"));
        check("ollama version is 0.12.3", Some("0.12.3"));
        assert_eq!(llvm_major("release: 1.95.0\nLLVM version: 22.1.2\n"), Some("22"));
        check("no version", None);
        check("", None);
    }

    #[test]
    fn a_missing_tool_is_optional_and_says_how_to_get_it() {
        let row = judge(Check::new("x", ""), None, &[], "`install x`");
        assert_eq!(row.mend.as_deref(), Some("`install x`"));
        assert_eq!(row.state, super::super::State::Optional);
    }
}
