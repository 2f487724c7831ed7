//! Where one benchmark allocates: a profile for the viewer of dhat.

mod benchmarks;

use std::path::{Path, PathBuf};

use criterion::profiler::Profiler;

#[global_allocator]
static HEAP: dhat::Alloc = dhat::Alloc;

/// Deep enough to reach past iterators and boxed futures to who asked for memory.
const N_FRAMES: usize = 32;

struct Heap {
    path: PathBuf,
    profiler: Option<dhat::Profiler>,
}

impl Profiler for Heap {
    fn start_profiling(&mut self, _: &str, _: &Path) {
        let path = self.path.with_added_extension("dhat.json");
        let profiler = dhat::Profiler::builder().file_name(path).trim_backtraces(Some(N_FRAMES));
        self.profiler = Some(profiler.build());
    }

    fn stop_profiling(&mut self, _: &str, _: &Path) {
        // It writes where it is dropped.
        self.profiler = None;
    }
}

fn main() {
    benchmarks::run(|path| Heap { path: path.to_owned(), profiler: None });
}
