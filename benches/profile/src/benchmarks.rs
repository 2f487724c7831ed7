//! The files of benchmarks, each a module here, and one benchmark of theirs under a profiler.

use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::profiler::Profiler;
use criterion::{BenchmarkFilter, Criterion};

/// `benchmark_files! { name "path": functions.. }` includes each file, with a table of its functions.
macro_rules! benchmark_files {
    ($($name:ident $path:literal: $($function:ident)+;)+) => {
        $(
            #[path = $path]
            mod $name;
        )+

        /// The benchmarks of each file.
        const FILES: &[(&str, &[fn(&mut Criterion)])] =
            &[$((stringify!($name), &[$($name::$function),+])),+];
    };
}

benchmark_files! {
    calls "../../../crates/dspex/benches/calls.rs": benchmarks;
    llm "../../../crates/dspex-bridge/benches/llm.rs": benchmarks;
    native "../../../crates/dspex-bridge/benches/native.rs": benchmarks;
    pipeline "../../../crates/dspex-pipeline/benches/pipeline.rs": benchmarks;
    python "../../../crates/dspex-bridge/benches/python.rs": benchmarks;
    signature "../../../crates/dspex-signature/benches/signature.rs":
        definitions prompts completions sizes streams;
    telemetry "../../../crates/dspex-telemetry/benches/telemetry.rs": benchmarks;
}

/// What to run, as the four arguments of the program: file, id, seconds, and where to write without the
/// extension.
struct Arguments {
    file: String,
    id: String,
    takes: Duration,
    path: PathBuf,
}

/// Runs the benchmark that the arguments name, with the profiler that is made for the path to write to.
pub(crate) fn run<P: Profiler + 'static>(profiler: impl FnOnce(&Path) -> P) {
    let Some(Arguments { file, id, takes, path }) = arguments() else {
        eprintln!("error: expected FILE ID SECONDS PATH; `cargo xtask profile ID` gives them");
        std::process::exit(2);
    };
    let mut criterion = Criterion::default()
        .without_plots()
        .with_benchmark_filter(BenchmarkFilter::Exact(id))
        .profile_time(Some(takes))
        .with_profiler(profiler(&path));
    let functions = FILES.iter().filter(|(name, _)| *name == file).flat_map(|(_, all)| *all);
    functions.for_each(|function| function(&mut criterion));
}

fn arguments() -> Option<Arguments> {
    let mut words = std::env::args().skip(1);
    Some(Arguments {
        file: words.next()?,
        id: words.next()?,
        takes: Duration::from_secs_f64(words.next()?.parse().ok()?),
        path: words.next()?.into(),
    })
}
