//! Hurts a pool of real workers while it serves, and counts what was lost.
//!
//! `cargo xtask chaos` runs it. Everything is drawn from one seed; it ends by itself.
#![expect(clippy::print_stdout, reason = "a command prints")]

mod faults;
mod orphans;
mod random;
mod recovery;
mod requests;
mod sizes;
mod storm;
mod workers;

use std::process::ExitCode;

/// What is wanted, by name and number: `storm SEED`, `orphans RUNS`, `recovery KILLS`, `sizes`, `size WORKERS`.
#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_well = match arguments[..] {
        ["storm", seed] if number(seed).is_some() => storm::run(number(seed).unwrap_or(0)).await,
        ["orphans", runs] if number(runs).is_some() => {
            orphans::run(number(runs).unwrap_or(0)).await
        }
        ["recovery", kills] if number(kills).is_some() => {
            recovery::run(number(kills).unwrap_or(0)).await
        }
        ["sizes"] => sizes::run(&sizes::ALL).await,
        ["size", workers] if number(workers).is_some() => {
            sizes::run(&[usize::try_from(number(workers).unwrap_or(0)).unwrap_or(0)]).await
        }
        ["controller"] => {
            orphans::control().await;
            true
        }
        _ => {
            println!(
                "usage: chaos storm SEED | orphans RUNS | recovery KILLS | sizes | size WORKERS"
            );
            false
        }
    };
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
