//! A control group for one worker: the kernel holds it and all of its children to one limit of memory.
//!
//! Both versions of control groups are known by the files of the directory that they are made in. The
//! directory belongs to this program, whoever delegated it says so by naming it: dspex looks for none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// How often one whose processes are being killed is looked at before it is left to the next start.
const N_LOOKS: usize = 50;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// What the names of all groups of dspex begin with.
const PREFIX: &str = "dspex-";

/// Held from the making of a group until a process is in it: an empty one is taken for left over.
static MAKING: Mutex<()> = Mutex::new(());
static NEXT: AtomicU64 = AtomicU64::new(0);

/// What a group's files are called.
#[derive(Debug)]
struct Version {
    /// A file that stands in a directory in which limits can be set.
    marker: &'static str,
    /// What is written where when one is made; `None` is the limit in bytes. Only the first has to be there.
    settings: &'static [(&'static str, Option<&'static str>)],
    /// The file that counts what the kernel killed, in a line `oom_kill N`.
    kills: &'static str,
}

const SECOND: Version = Version {
    marker: "cgroup.subtree_control",
    settings: &[
        ("memory.max", None),
        ("memory.swap.max", Some("0")),
        // The worker goes with a child that wanted too much, which it would wait for in vain.
        ("memory.oom.group", Some("1")),
    ],
    kills: "memory.events",
};

const FIRST: Version = Version {
    marker: "memory.limit_in_bytes",
    settings: &[("memory.limit_in_bytes", None), ("memory.memsw.limit_in_bytes", None)],
    kills: "memory.oom_control",
};

/// The group of one worker. Dropping it kills what is in it.
#[derive(Debug)]
pub(super) struct Cgroup {
    directory: PathBuf,
    kills: &'static str,
    pub(super) limit_mb: u64,
}

impl Cgroup {
    /// Makes a group in `parent` that may hold so many megabytes, and puts a process into it.
    ///
    /// # Errors
    /// `parent` is no control group of memory, or not this program's; in words.
    pub(super) fn around(parent: &Path, pid: u32, limit_mb: u64) -> Result<Self, String> {
        let version = version(parent)?;
        let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(parent);
        let (own, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let start = started_at(own).unwrap_or_default();
        let directory = parent.join(format!("{PREFIX}{own}-{start}-{number}"));
        fs::create_dir(&directory)
            .map_err(|error| format!("`{}` cannot be made: {error}", directory.display()))?;
        let group = Self { directory, kills: version.kills, limit_mb };
        let bytes = (limit_mb * 1024 * 1024).to_string();
        for (index, (file, text)) in version.settings.iter().enumerate() {
            let written = group.write(file, text.unwrap_or(&bytes));
            if index == 0 {
                written?;
            }
        }
        group.take(pid)?;
        Ok(group)
    }

    /// Whether the kernel killed a process of it for lack of memory.
    pub(super) fn had_too_little(&self) -> bool {
        let counts = fs::read_to_string(self.directory.join(self.kills)).unwrap_or_default();
        counts
            .lines()
            .any(|line| line.strip_prefix("oom_kill ").is_some_and(|count| count.trim() != "0"))
    }

    /// Ends all processes in it, those too that have left the worker's process group.
    pub(super) fn kill(&self) {
        // The first version has no such file, so that each process is killed by its id.
        if fs::write(self.existing("cgroup.kill"), "1").is_ok() {
            return;
        }
        for pid in self.processes() {
            let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { continue };
            // Before it was open its id may have become somebody else's.
            if self.processes().contains(&pid) {
                let _ = pidfd_send_signal(process, Signal::KILL);
            }
        }
    }

    /// Removes it once nothing is left in it.
    pub(super) async fn remove(&self) {
        for _ in 0..N_LOOKS {
            self.kill();
            match fs::remove_dir(&self.directory) {
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {}
                _ => return,
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        tracing::warn!(cgroup = %self.directory.display(), "processes in it do not end");
    }

    /// Puts a process into it; one that has ended already tells of that by itself.
    fn take(&self, pid: u32) -> Result<(), String> {
        let path = self.existing("cgroup.procs");
        match fs::write(&path, pid.to_string()) {
            Err(error) if error.raw_os_error() == Some(Errno::SRCH.raw_os_error()) => Ok(()),
            taken => taken.map_err(|error| format!("`{}`: {error}", path.display())),
        }
    }

    fn processes(&self) -> Vec<Pid> {
        let listed = fs::read_to_string(self.directory.join("cgroup.procs")).unwrap_or_default();
        listed.lines().filter_map(|line| line.parse().ok().and_then(Pid::from_raw)).collect()
    }

    fn write(&self, file: &str, text: &str) -> Result<(), String> {
        let path = self.existing(file);
        fs::write(&path, text).map_err(|error| format!("`{}`: {error}", path.display()))
    }

    fn existing(&self, file: &str) -> PathBuf {
        self.directory.join(file)
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        self.kill();
        // What cannot be removed yet is swept up by the next start.
        let _ = fs::remove_dir(&self.directory);
    }
}

/// Which version `parent` is of, ready for groups with limits in it.
fn version(parent: &Path) -> Result<&'static Version, String> {
    let shown = parent.display();
    if parent.join(FIRST.marker).exists() {
        return Ok(&FIRST);
    }
    let control = parent.join(SECOND.marker);
    let Ok(enabled) = fs::read_to_string(&control) else {
        return Err(format!("`{shown}` is no control group that could limit memory"));
    };
    if !enabled.split_whitespace().any(|controller| controller == "memory") {
        fs::write(&control, "+memory").map_err(|error| {
            format!("`{shown}` does not let `memory` be limited in groups below it: {error}")
        })?;
    }
    Ok(&SECOND)
}

/// Removes the empty groups of programs that have ended, and this one's.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(parts) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        let mut parts = parts.split('-').map(|part| part.parse::<u64>().ok());
        let (Some(Some(owner)), Some(start)) = (parts.next(), parts.next()) else { continue };
        let Ok(owner) = u32::try_from(owner) else { continue };
        if owner == std::process::id() || started_at(owner) != start {
            // One that holds a process cannot be removed.
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// When a process started, in ticks since the machine did; `None` for one that has ended.
fn started_at(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What dspex writes into a group of the second version, in a directory that has its files.
    #[test]
    fn a_group_of_the_second_version_is_limited_and_counts_what_was_killed() {
        let parent = tempfile::tempdir().unwrap();
        fs::write(parent.path().join(SECOND.marker), "cpu memory pids\n").unwrap();
        let group = Cgroup::around(parent.path(), 7, 3).unwrap();
        let read = |file: &str| fs::read_to_string(group.directory.join(file)).unwrap();
        let written =
            ["memory.max", "memory.swap.max", "memory.oom.group", "cgroup.procs"].map(read);
        assert_eq!(written, ["3145728", "0", "1", "7"]);
        assert!(!group.had_too_little());
        fs::write(group.directory.join("memory.events"), "oom 4\noom_kill 0\n").unwrap();
        assert!(!group.had_too_little());
        fs::write(group.directory.join("memory.events"), "oom 4\noom_kill 1\n").unwrap();
        assert!(group.had_too_little());
    }

    #[test]
    fn what_is_no_control_group_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        let refused = Cgroup::around(parent.path(), 7, 3).unwrap_err();
        let expected = "is no control group that could limit memory";
        assert!(refused.ends_with(expected), "{refused}");
    }

    #[test]
    fn only_groups_that_nobody_owns_are_swept_up() {
        let parent = tempfile::tempdir().unwrap();
        let own = std::process::id();
        // The first process of the machine runs, and started when it did.
        let first = started_at(1).unwrap();
        let make = |name: String| fs::create_dir(parent.path().join(name)).unwrap();
        make(format!("dspex-{own}-1-0"));
        make(format!("dspex-1-{first}-0"));
        make(format!("dspex-1-{}-0", first + 1));
        make("dspex-somebody".to_owned());
        sweep(parent.path());
        let names = fs::read_dir(parent.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut left: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        left.sort();
        assert_eq!(left, [format!("dspex-1-{first}-0"), "dspex-somebody".to_owned()]);
    }
}
