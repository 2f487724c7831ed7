//! A controller that is killed leaves no worker behind, as counted from outside.

use std::process::Stdio;
use std::time::{Duration, Instant};

use dspex_signature::Value;
use futures_util::StreamExt as _;
use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::faults::send;
use crate::workers::{context, engine, is_whole, percentile, process, stats};

const N_WORKERS: usize = 2;
/// How many controllers run at a time.
const AT_A_TIME: usize = 2;
/// How soon after the controller its workers must be gone.
const GONE_WITHIN: Duration = Duration::from_secs(1);

/// Starts a pool, one worker of which is in a call that hears nothing, tells the ids of all
/// processes, and waits to be killed.
pub(crate) async fn control() {
    let engine = engine(N_WORKERS);
    let context = context();
    let _ = engine.fault("faults.echo", Value::Null, true, &context).await;
    is_whole(&engine, N_WORKERS, Duration::from_secs(30)).await;
    let mut pids = stats(&engine).pids;
    pids.extend(pids.first().copied().and_then(process).map(|(server, _)| server));
    let ids: Vec<String> = pids.iter().map(u32::to_string).collect();
    println!("{}", ids.join(" "));
    let _ = engine.fault("faults.stubborn", 60.0.into(), false, &context).await;
}

/// Kills controllers, and tells whether every worker of all of them ended in time.
pub(crate) async fn run(runs: u64) -> bool {
    let ended = futures_util::stream::iter((0..runs).map(one)).buffer_unordered(AT_A_TIME);
    let ended: Vec<Option<Duration>> = ended.collect().await;
    let n_orphans = ended.iter().filter(|took| took.is_none_or(|took| took > GONE_WITHIN)).count();
    let mut took: Vec<Duration> = ended.into_iter().flatten().collect();
    took.sort_unstable();
    let [p50, p95, most] = [50, 95, 100].map(|percent| percentile(&took, percent));
    println!(
        "{runs} controllers killed: {n_orphans} left workers behind; the last process was gone after \
         p50 {p50:.1?}, p95 {p95:.1?}, at most {most:.1?}"
    );
    println!("totals: controllers={runs} orphans={n_orphans}");
    n_orphans == 0
}

/// How long the workers of one killed controller outlived it; `None` where one does still, or it
/// did not start.
async fn one(run: u64) -> Option<Duration> {
    let this = std::env::current_exe().ok()?;
    let mut controller = Command::new(this)
        .arg("controller")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let mut lines = BufReader::new(controller.stdout.take()?).lines();
    let line =
        tokio::time::timeout(Duration::from_secs(60), lines.next_line()).await.ok()?.ok()??;
    let pids: Vec<u32> = line.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
    let started: Vec<(u32, u64)> =
        pids.iter().filter_map(|pid| process(*pid).map(|(_, started)| (*pid, started))).collect();
    if started.len() != N_WORKERS + 1 {
        return None;
    }
    if run.is_multiple_of(3) {
        // One that is stopped cannot end by itself.
        send(pids[0], Signal::STOP);
    }
    controller.start_kill().ok()?;
    let killed = Instant::now();
    controller.wait().await.ok()?;
    let is_left = |(pid, born): &(u32, u64)| process(*pid).is_some_and(|(_, it)| it == *born);
    while started.iter().any(is_left) {
        if killed.elapsed() > GONE_WITHIN * 5 {
            started
                .iter()
                .filter(|process| is_left(process))
                .for_each(|(pid, _)| send(*pid, Signal::KILL));
            return None;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Some(killed.elapsed())
}
