//! Fetches what DSPy's `PythonInterpreter` otherwise downloads in the middle of its first run.

use std::fs;
use std::path::PathBuf;

use super::guard::Guard;
use super::layout::Layout;
use super::{EnvironmentError, Progress, ProgressEvent, Source, process};

/// Whether the sandbox can start without a network.
pub(super) fn is_prefetched(layout: &Layout) -> bool {
    mark(layout).is_file()
}

/// Lets Deno download the modules that DSPy's sandbox names: Pyodide, and its line reader.
///
/// They come from Deno's own hosts, which a network that serves Python packages may not reach; the
/// environment is whole without them, so that a failure is a warning here and a line of `doctor`.
pub(super) fn prefetch(
    layout: &Layout,
    source: &Source,
    guard: &Guard,
    progress: &mut dyn Progress,
) -> Result<(), EnvironmentError> {
    if is_prefetched(layout) {
        return Ok(());
    }
    if matches!(source, Source::Wheelhouse(_)) {
        let text = "Pyodide is not in a wheelhouse; the sandbox will want a network at first use";
        progress.report(ProgressEvent::Warning(text));
        return Ok(());
    }
    progress.report(ProgressEvent::Step("prefetching Pyodide with Deno"));
    let mut command = process::command(layout.program("deno"));
    command.args(["cache", "--no-config", "--no-lock", "--node-modules-dir=false"]);
    command.arg(runner(layout));
    command.env("DENO_DIR", layout.deno_dir()).env("DENO_NO_PACKAGE_JSON", "1");
    command.env("NO_COLOR", "1");
    guard.share_with(&mut command)?;
    let on_line = |line: &str| progress.report(ProgressEvent::Detail(line));
    let finished = process::run(&mut command, process::INSTALL, on_line)?;
    if finished.success {
        let mark = mark(layout);
        return fs::write(&mark, "")
            .map_err(|source| EnvironmentError::io("writing", &mark, source));
    }
    let line =
        finished.tail.lines().find(|line| line.contains("error")).unwrap_or("no reason given");
    let text = format!("Pyodide is not prefetched: {}", line.trim());
    progress.report(ProgressEvent::Warning(&text));
    Ok(())
}

fn mark(layout: &Layout) -> PathBuf {
    layout.deno_dir().join("prefetched")
}

/// The script of DSPy's sandbox; importing DSPy to ask for it would take seconds.
fn runner(layout: &Layout) -> PathBuf {
    let libraries = layout.venv().join(if cfg!(windows) { "Lib" } else { "lib" });
    let versions = fs::read_dir(&libraries).into_iter().flatten().flatten();
    let site = versions
        .map(|entry| entry.path().join("site-packages"))
        .find(|path| path.is_dir())
        .unwrap_or_else(|| libraries.join("site-packages"));
    site.join("dspy").join("primitives").join("runner.js")
}
