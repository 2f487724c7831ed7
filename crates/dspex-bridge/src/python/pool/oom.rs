//! How often the kernel killed a process for lack of memory.

use std::sync::atomic::{AtomicU64, Ordering};

/// The kernel's count as it was when last looked at.
#[derive(Debug)]
pub(super) struct OomKills(AtomicU64);

impl OomKills {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(count()))
    }

    /// Whether the kernel killed one since this was last asked.
    pub(super) fn have_risen(&self) -> bool {
        let now = count();
        self.0.swap(now, Ordering::Relaxed) < now
    }
}

/// The count of this machine since it started; where the kernel does not tell, 0.
fn count() -> u64 {
    let statistics = std::fs::read_to_string("/proc/vmstat").unwrap_or_default();
    read(&statistics)
}

fn read(statistics: &str) -> u64 {
    let line = statistics.lines().find_map(|line| line.strip_prefix("oom_kill "));
    line.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_count_is_read() {
        assert_eq!(read("oom_victims 9\noom_kill 12\nother 3"), 12);
        assert_eq!(read("nothing of it"), 0);
        let kills = OomKills(AtomicU64::new(u64::MAX));
        assert!(!kills.have_risen());
    }
}
