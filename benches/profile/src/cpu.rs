//! Where one benchmark spends processor time: a flame graph, and the stacks as lines of text.

mod benchmarks;

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use criterion::profiler::Profiler;
use pprof::{ProfilerGuard, ProfilerGuardBuilder, Report};

/// Samples in a second; a prime, so that it does not beat with what runs at round intervals.
const FREQUENCY: i32 = 997;

struct Cpu {
    path: PathBuf,
    guard: Option<ProfilerGuard<'static>>,
}

impl Profiler for Cpu {
    fn start_profiling(&mut self, _: &str, _: &Path) {
        let guard = ProfilerGuardBuilder::default().frequency(FREQUENCY).build();
        self.guard = Some(guard.expect("a timer can be set"));
    }

    fn stop_profiling(&mut self, _: &str, _: &Path) {
        let guard = self.guard.take().expect("it was started");
        let report = guard.report().build().expect("samples have names");
        let graph =
            File::create(self.path.with_added_extension("svg")).expect("the folder is there");
        report.flamegraph(graph).expect("there are samples");
        std::fs::write(self.path.with_added_extension("stacks"), stacks(&report))
            .expect("the folder is there");
    }
}

/// One line for each stack: its frames, the outermost one first, between semicolons; then how often it was
/// seen.
fn stacks(report: &Report) -> String {
    let mut text = String::new();
    for (stack, n_samples) in &report.data {
        let symbols = stack.frames.iter().flatten().rev();
        let names: Vec<String> = symbols.map(|symbol| symbol.name().replace(';', ",")).collect();
        let _ = writeln!(text, "{} {n_samples}", names.join(";"));
    }
    text
}

fn main() {
    benchmarks::run(|path| Cpu { path: path.to_owned(), guard: None });
}
