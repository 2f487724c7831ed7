//! Native calls of every kind under full load for a given time, for `cargo xtask soak`, which watches how
//! much memory they take.
//!
//! A line each ten seconds says how many calls there were. It ends by itself.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program prints")]

#[path = "soak/load.rs"]
mod load;
#[path = "soak/model.rs"]
mod model;
#[path = "soak/server.rs"]
mod server;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use load::{Counts, Load};

/// How many calls are made at a time.
const N_CALLERS: u64 = 8;
const BETWEEN_LINES: Duration = Duration::from_secs(10);
/// How much longer than it should the program may take before it is ended.
const GRACE: Duration = Duration::from_secs(60);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let Some(seconds) = std::env::args().nth(1).and_then(|seconds| seconds.parse().ok()) else {
        eprintln!("error: expected how many seconds to run");
        return ExitCode::FAILURE;
    };
    let takes = Duration::from_secs(seconds);
    std::thread::spawn(move || {
        std::thread::sleep(takes + GRACE);
        eprintln!("error: the calls did not end");
        std::process::exit(3);
    });
    let load = match Load::start().await {
        Ok(load) => Arc::new(load),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let until = Instant::now() + takes;
    let counts = Arc::new(Counts::default());
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..N_CALLERS {
        let (load, counts) = (load.clone(), counts.clone());
        callers.spawn(async move {
            let mut number = caller;
            while Instant::now() < until {
                load.round(number, &counts).await;
                number += N_CALLERS;
            }
        });
    }
    let ended = async { while callers.join_next().await.is_some() {} };
    let mut ended = std::pin::pin!(ended);
    while tokio::time::timeout(BETWEEN_LINES, &mut ended).await.is_err() {
        println!("{}", counts.line());
    }
    println!("{}", counts.line());
    match counts.wrong.load(Ordering::Relaxed) {
        0 => ExitCode::SUCCESS,
        n_wrong => {
            eprintln!("error: {n_wrong} calls ended otherwise than they should");
            ExitCode::FAILURE
        }
    }
}
