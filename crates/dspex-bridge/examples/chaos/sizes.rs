//! What pools of several sizes hold of memory, and how many calls they serve in a second.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;

use crate::requests::{Request, Requests};
use crate::workers::{engine, is_whole, process, stats};

pub(crate) const ALL: [usize; 5] = [1, 2, 4, 8, 16];
/// How long calls are counted.
const COUNTED: Duration = Duration::from_secs(3);

/// Prints one line for each size, and for the benchmark table a figure of what each holds in megabytes.
pub(crate) async fn run(sizes: &[usize]) -> bool {
    println!(
        "| workers | memory of all (PSS) | of each alone | the server's | `Predict` a second |"
    );
    println!("|---|---|---|---|---|");
    let mut figures = Vec::new();
    for &n_workers in sizes {
        let engine = engine(n_workers);
        let requests = Requests::new(engine.clone());
        if requests.make(Request::Predict).await != Ok(true)
            || !is_whole(&engine, n_workers, Duration::from_secs(30)).await
        {
            println!("a pool of {n_workers} did not start");
            return false;
        }
        let begun = Instant::now();
        let calls = futures_util::stream::repeat(()).take_until(tokio::time::sleep(COUNTED));
        let calls = calls.map(|()| requests.make(Request::Predict));
        let served =
            calls.buffer_unordered(2 * n_workers).filter(|it| std::future::ready(*it == Ok(true)));
        let n_served = u32::try_from(served.count().await).unwrap_or(u32::MAX);
        let rate = f64::from(n_served) / begun.elapsed().as_secs_f64();
        let pids = stats(&engine).pids;
        let server = pids.first().copied().and_then(process).map(|(server, _)| server);
        let sum = |name: &str| pids.iter().filter_map(|pid| megabytes(*pid, name)).sum::<f64>();
        let all = sum("Pss:");
        let alone =
            sum("Private_Dirty:") / f64::from(u32::try_from(pids.len().max(1)).unwrap_or(1));
        let servers = server.and_then(|server| megabytes(server, "Pss:")).unwrap_or_default();
        println!("| {n_workers} | {all:.0} MB | {alone:.0} MB | {servers:.0} MB | {rate:.0} |");
        figures.push(format!("memory.{n_workers}_workers {all}"));
        figures.push(format!("memory.{n_workers}_workers.alone {alone}"));
        engine.shutdown(Duration::from_secs(5)).await;
    }
    figures.iter().for_each(|figure| println!("figure: {figure}"));
    true
}

/// A figure of the kernel's on a process's memory, in megabytes.
fn megabytes(pid: u32, name: &str) -> Option<f64> {
    let memory = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = memory.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}
