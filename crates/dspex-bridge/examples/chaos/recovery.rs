//! How fast a worker that was killed is replaced.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::faults::send;
use crate::requests::{Request, Requests};
use crate::workers::{engine, percentile, stats};

/// Kills the one worker of a pool again and again, and prints how long each part took.
pub(crate) async fn run(kills: u64) -> bool {
    let engine = engine(1);
    let requests = Requests::new(engine.clone());
    let mut times: [Vec<Duration>; 3] = Default::default();
    for _ in 0..kills {
        if requests.make(Request::Predict).await != Ok(true) {
            println!("a call was not answered");
            return false;
        }
        let pids = stats(&engine).pids;
        let begun = Instant::now();
        pids.iter().for_each(|pid| send(*pid, Signal::KILL));
        let is_left = || stats(&engine).pids.iter().any(|pid| pids.contains(pid));
        while is_left() {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        let seen = begun.elapsed();
        while stats(&engine).pids.is_empty() {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        let ready = begun.elapsed();
        let is_served = requests.make(Request::Predict).await == Ok(true);
        for (times, took) in times.iter_mut().zip([seen, ready, begun.elapsed()]) {
            times.push(took);
        }
        if !is_served {
            println!("a call was not answered");
            return false;
        }
    }
    engine.shutdown(Duration::from_secs(5)).await;
    for (name, times) in ["seen", "replaced", "DSPy served"].iter().zip(&mut times) {
        times.sort_unstable();
        let [p50, p95, most] = [50, 95, 100].map(|percent| percentile(times, percent));
        let id = name.rsplit(' ').next().unwrap_or(name);
        println!("figure: recovery.{id} {}", p95.as_secs_f64());
        println!("{name}: p50 {p50:.1?}, p95 {p95:.1?}, at most {most:.1?}");
    }
    println!("totals: kills={kills}");
    true
}
