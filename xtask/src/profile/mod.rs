//! `cargo xtask profile ID`: where one benchmark spends processor time, and where it allocates.

mod cpu;
mod heap;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::bench::{Profiled, profiled};
use crate::process::{cargo, output, root, step};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A row of `cargo xtask bench`, or the benchmark that is a row's peer, such as `http.bare`.
    id: String,
    /// How long it runs under each profiler, or a little longer.
    #[arg(long, value_name = "N", default_value_t = 5.0, value_parser = seconds)]
    seconds: f64,
    /// How many functions are printed of each profile.
    #[arg(long, value_name = "N", default_value_t = 15)]
    top: usize,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|error| format!("{error}"))?;
    match (0.1..=600.0).contains(&seconds) {
        true => Ok(seconds),
        false => Err("expected 0.1 to 600".to_owned()),
    }
}

/// The programs that profile; they are a workspace of their own, for what they depend on.
const WORKSPACE: &str = "benches/profile";
const TARGET: &str = "target";
const PROFILES: &str = "target/profiles";

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let profiled = profiled(&arguments.id)?;
    let mut build = cargo("build --release --quiet");
    build.current_dir(root().join(WORKSPACE)).env("CARGO_TARGET_DIR", root().join(TARGET));
    // Into the same folder as the benchmarks: what they need of others is built there already.
    step("build of the profiled benchmarks", &mut build)?;
    let folder = root().join(PROFILES);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(profiled.id.replace('/', "."));

    println!("==> processor time of {}", profiled.id);
    let [graph, stacks] = ["svg", "stacks"].map(|extension| path.with_added_extension(extension));
    let text = profile("cpu", &profiled, arguments.seconds, &path, &stacks)?;
    print!("{}", cpu::top(&text, arguments.top));
    println!("flame graph: {}\nstacks: {}", shown(&graph), shown(&stacks));

    println!("==> allocations of {}", profiled.id);
    let heap = path.with_added_extension("dhat.json");
    let text = profile("heap", &profiled, arguments.seconds, &path, &heap)?;
    let value = serde_json::from_str(&text).context("the profile should be JSON")?;
    print!("{}", heap::top(&value, arguments.top).context("the profile has no allocations")?);
    println!("profile for the viewer of dhat: {}", shown(&heap));
    Ok(())
}

/// Runs one of the programs and gives what it wrote to a file.
fn profile(
    program: &str,
    profiled: &Profiled,
    seconds: f64,
    path: &Path,
    written: &Path,
) -> Result<String> {
    if written.exists() {
        fs::remove_file(written)?;
    }
    let mut command =
        crate::process::command(root().join(TARGET).join("release").join(program), "");
    let seconds = seconds.to_string();
    output(command.args([profiled.file, profiled.id, &seconds]).arg(path))?;
    match fs::read_to_string(written) {
        Ok(text) => Ok(text),
        Err(error) => bail!("{program} wrote no profile of {}: {error}", profiled.id),
    }
}

/// A path as it is seen from the root.
fn shown(path: &Path) -> String {
    let from_root: PathBuf = path.strip_prefix(root()).unwrap_or(path).into();
    from_root.display().to_string()
}

/// The name of a function without the hash that makes it unique, short enough for a line.
fn short(name: &str) -> String {
    const LONGEST: usize = 110;
    let unhashed = match name.rsplit_once("::h") {
        Some((before, hash)) if hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit()) => {
            before
        }
        _ => name,
    };
    match unhashed.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}..", &unhashed[..end]),
        None => unhashed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Verb {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[track_caller]
    fn check(words: &str, expected: Option<(&str, f64, usize)>) {
        let words = ["profile"].into_iter().chain(words.split_whitespace());
        let parsed = Verb::try_parse_from(words).ok().map(|verb| verb.arguments);
        let parsed = parsed.as_ref().map(|it| (it.id.as_str(), it.seconds, it.top));
        assert_eq!(parsed, expected);
    }

    #[test]
    fn arguments_are_checked() {
        check("native.predict", Some(("native.predict", 5.0, 15)));
        check("event --seconds 0.5 --top 3", Some(("event", 0.5, 3)));
        check("event --seconds 0", None);
        check("event --seconds NaN", None);
        check("event --seconds soon", None);
        check("", None);
    }

    #[test]
    fn names_of_functions_fit_in_a_line() {
        assert_eq!(short("core::ptr::drop::h0123456789abcdef"), "core::ptr::drop");
        assert_eq!(short("core::ptr::height"), "core::ptr::height");
        assert_eq!(short(&"é".repeat(200)).chars().count(), 112);
    }
}
