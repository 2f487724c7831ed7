//! How much memory a native call takes: how often it allocates, how much at its peak, what its caller then
//! holds, and that nothing else is left.
//!
//! One test in a program of its own: the heap is counted per process.

#![expect(clippy::print_stdout, reason = "the figures are for whoever runs the test")]

#[path = "../benches/modules/mod.rs"]
mod modules;

use std::time::Duration;

use dhat::{Alloc, HeapStats, Profiler};
use dspex_bridge::{CallContext, Outcome};
use dspex_signature::fields;
use dspex_telemetry::Recorder;
use modules::{ANSWER, Canned, Case, case, cases, predict, question};
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static HEAP: Alloc = Alloc;

/// How many allocations a call may make, and how many bytes there may be at a time.
///
/// Measured, with a tenth to spare: what is more than that was added, and should be worth it.
const LIMITS: [(&str, u64, usize); 5] = [
    ("native.predict", 22, 4_400),
    ("native.demos", 66, 7_700),
    ("native.typed", 62, 5_900),
    ("native.json", 68, 5_900),
    ("native.react", 158, 8_300),
];

/// A text that is long beside all that a call needs anyway, and how many of it there may be at a time.
const LONG: usize = 1 << 18;
const TIMES_INPUT: f64 = 1.1;
const TIMES_COMPLETION: f64 = 2.2;

#[test]
fn a_call_takes_little_and_leaves_nothing() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("no runtime");
    println!("{:<16} {:>11} {:>8} {:>8} {:>8}", "", "allocations", "bytes", "peak", "held");
    for ((name, case), (limited, n_allocations, peak)) in cases().into_iter().zip(LIMITS) {
        assert_eq!(name, limited);
        let taken = taken(&runtime, &case, name);
        assert!(taken.total_blocks <= n_allocations, "{name}: {} times", taken.total_blocks);
        assert!(taken.max_bytes <= peak, "{name}: {} bytes at a time", taken.max_bytes);
    }
    let inputs = fields! { "question" => "x".repeat(LONG) };
    let long_input = case(predict(), Canned::new([ANSWER]), inputs);
    let completion = format!("[[ ## answer ## ]]\n{}\n\n[[ ## completed ## ]]", "x".repeat(LONG));
    let long_completion = case(predict(), Canned::new([completion]), question());
    for (name, case, limit) in [
        ("a long input", long_input, TIMES_INPUT),
        ("a long answer", long_completion, TIMES_COMPLETION),
    ] {
        let times = taken(&runtime, &case, name).max_bytes as f64 / LONG as f64;
        println!("{name:<16} {times:.2} times its size at a time");
        assert!(times <= limit, "{name}: {times} times its size at a time");
    }
}

/// What one call takes. After it nothing is left but what was there before.
fn taken(runtime: &Runtime, case: &Case, name: &str) -> HeapStats {
    // The first calls make what stays: the runtime's own, and a thread's.
    for _ in 0..3 {
        drop(runtime.block_on(call(case)));
    }
    let profiler = Profiler::builder().testing().build();
    let outcome = runtime.block_on(call(case));
    let taken = HeapStats::get();
    drop(outcome);
    let left = HeapStats::get();
    drop(profiler);
    println!(
        "{name:<16} {:>11} {:>8} {:>8} {:>8}",
        taken.total_blocks, taken.total_bytes, taken.max_bytes, taken.curr_bytes
    );
    assert_eq!((left.curr_blocks, left.curr_bytes), (0, 0), "{name} leaves something");
    taken
}

async fn call(case: &Case) -> Outcome {
    let context = CallContext::new(Recorder::new()).within(Duration::from_secs(60));
    case.module.run(&case.inputs, &context).await.expect("the model answers")
}
