//! Whether a worker still answers, and how much memory it holds: looked at once a second.
//!
//! A worker answers a ping whatever its call does, unless Python is not let in: a loop in C keeps it
//! out and burns processor time, which may be right; one that is stopped or sleeps there is stuck.

use std::time::Duration;

use tokio::time::Instant;

/// How often a worker is looked at.
pub(super) const INTERVAL: Duration = Duration::from_secs(1);
/// How often in a row a worker is found stopped before it is stuck.
const MAX_STOPPED: u32 = 2;
/// How long a worker may neither answer nor use the processor.
const MAX_SILENCE: Duration = Duration::from_secs(10);
/// The processor time in a second, in ticks, from which a worker is busy. One that waits to be let into
/// Python wakes up often and uses a little.
const BUSY_TICKS: u64 = 5;
/// The part of its memory limit, in percent, beyond which a worker takes no further call.
const SOFT_PERCENT: u64 = 85;

/// What is known of one worker's health.
#[derive(Debug)]
pub(super) struct Health {
    pid: u32,
    memory_limit_mb: Option<u64>,
    /// When it was last known to be well: it said something, or used the processor.
    well: Instant,
    n_stopped: u32,
    ticks: u64,
    is_asked: bool,
    next_ping: u64,
}

/// What follows from a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    Well,
    /// Nothing was heard for a while: ask it.
    Ask {
        ping: u64,
    },
    /// It will not answer any more.
    Stuck(&'static str),
    /// It holds nearly all the memory that it may.
    Fat {
        megabytes: u64,
    },
    /// It holds more than it may, which its own limit does not see.
    TooBig {
        megabytes: u64,
    },
}

/// A process as the kernel tells of it.
#[derive(Clone, Copy, Debug)]
struct Look {
    state: char,
    /// The processor time it used, in ticks.
    ticks: u64,
    megabytes: u64,
}

impl Health {
    pub(super) fn new(pid: u32, memory_limit_mb: Option<u64>) -> Self {
        Self {
            pid,
            memory_limit_mb,
            well: Instant::now(),
            n_stopped: 0,
            ticks: 0,
            is_asked: false,
            next_ping: 1,
        }
    }

    /// Takes note of any message.
    pub(super) fn heard(&mut self) {
        self.well = Instant::now();
        self.is_asked = false;
    }

    /// Looks at the process.
    pub(super) fn look(&mut self) -> Finding {
        match Look::at(self.pid) {
            Some(look) => self.judge(look),
            // It has ended; its socket tells of that.
            None => Finding::Well,
        }
    }

    fn judge(&mut self, look: Look) -> Finding {
        if let Some(limit) = self.memory_limit_mb {
            let megabytes = look.megabytes;
            if megabytes > limit {
                return Finding::TooBig { megabytes };
            }
            if megabytes * 100 > limit * SOFT_PERCENT {
                return Finding::Fat { megabytes };
            }
        }
        // One that is traced, which is `t`, has somebody who looks after it.
        self.n_stopped = if look.state == 'T' { self.n_stopped + 1 } else { 0 };
        if self.n_stopped >= MAX_STOPPED {
            return Finding::Stuck("it is stopped");
        }
        let is_busy = look.state == 'R' || look.ticks >= self.ticks + BUSY_TICKS;
        self.ticks = look.ticks;
        if is_busy && self.is_asked {
            self.well = Instant::now();
        }
        let silence = self.well.elapsed();
        if self.is_asked && silence > MAX_SILENCE {
            return Finding::Stuck("it neither answers nor uses the processor");
        }
        if self.is_asked || silence < INTERVAL {
            return Finding::Well;
        }
        self.is_asked = true;
        self.next_ping += 1;
        Finding::Ask { ping: self.next_ping - 1 }
    }
}

impl Look {
    /// Reads `/proc`; `None` for a process that has ended.
    fn at(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        Self::read(&stat, &status)
    }

    fn read(stat: &str, status: &str) -> Option<Self> {
        // Behind the name, which stands in parentheses and may hold anything.
        let mut rest = stat.rsplit_once(") ")?.1.split(' ');
        let state = rest.next()?.chars().next()?;
        let mut times = rest.skip(10);
        let (user, system): (u64, u64) = (times.next()?.parse().ok()?, times.next()?.parse().ok()?);
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok())
        };
        let held = kilobytes("RssAnon:").unwrap_or(0) + kilobytes("RssShmem:").unwrap_or(0);
        Some(Self { state, ticks: user + system, megabytes: held / 1024 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(state: char, ticks: u64, megabytes: u64) -> Look {
        Look { state, ticks, megabytes }
    }

    /// What a second of a worker's life looks like, second by second.
    async fn seconds(health: &mut Health, looks: impl IntoIterator<Item = Look>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for look in looks {
            tokio::time::advance(INTERVAL).await;
            findings.push(health.judge(look));
        }
        findings
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_stopped_is_stuck_after_two_looks() {
        let mut health = Health::new(1, None);
        let findings = seconds(&mut health, [look('T', 0, 1), look('T', 0, 1)]).await;
        assert_eq!(findings, [Finding::Ask { ping: 1 }, Finding::Stuck("it is stopped")]);
        let mut health = Health::new(1, None);
        let traced = (0..9).map(|_| look('t', 0, 1));
        assert!(seconds(&mut health, traced).await.iter().all(|f| !matches!(f, Finding::Stuck(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_neither_answers_nor_works_is_stuck_and_one_that_works_is_not() {
        let mut health = Health::new(1, None);
        let asleep = seconds(&mut health, (0..12).map(|_| look('S', 7, 1))).await;
        assert_eq!(asleep[0], Finding::Ask { ping: 1 });
        let stuck = Finding::Stuck("it neither answers nor uses the processor");
        assert_eq!(asleep.iter().position(|finding| *finding == stuck), Some(10));
        let mut health = Health::new(1, None);
        let busy = seconds(&mut health, (0..60).map(|second| look('S', second * 90, 1))).await;
        assert!(busy[1..].iter().all(|finding| *finding == Finding::Well), "{busy:?}");
        let mut health = Health::new(1, None);
        let starved = seconds(&mut health, (0..60).map(|_| look('R', 7, 1))).await;
        assert!(starved[1..].iter().all(|finding| *finding == Finding::Well), "{starved:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_answers_is_well_and_asked_again() {
        let mut health = Health::new(1, None);
        for ping in 1..20 {
            let findings = seconds(&mut health, [look('S', 7, 1)]).await;
            assert_eq!(findings, [Finding::Ask { ping }]);
            health.heard();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn memory_has_two_marks() {
        let mut health = Health::new(1, Some(100));
        assert_eq!(health.judge(look('S', 0, 85)), Finding::Well);
        assert_eq!(health.judge(look('S', 0, 86)), Finding::Fat { megabytes: 86 });
        assert_eq!(health.judge(look('S', 0, 101)), Finding::TooBig { megabytes: 101 });
    }

    #[test]
    fn this_process_can_be_looked_at() {
        let look = Look::at(std::process::id()).unwrap();
        assert!(look.megabytes > 0 && "RSD".contains(look.state), "{look:?}");
        assert!(Look::at(u32::MAX).is_none());
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4 10 0 0 0 30 12 0 0 20 0 1 0 5 1 2";
        let read =
            Look::read(stat, "RssAnon:\t  2048 kB\nRssFile:\t 9 kB\nRssShmem:\t1024 kB").unwrap();
        assert_eq!((read.state, read.ticks, read.megabytes), ('S', 42, 3));
    }
}
