//! The `xtask` binary as a child, and the processes it started in turn.

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The longest that a test waits for a child.
const PATIENCE: Duration = Duration::from_secs(300);

/// `xtask` with the arguments of a line of words.
pub(crate) fn xtask(words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(words.split_whitespace()).stdin(Stdio::null());
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command
}

/// A child that is ended with the test.
pub(crate) struct Owned(pub(crate) Child);

impl Drop for Owned {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs to the end, which has to come in time.
pub(crate) fn finish(command: &mut Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    outcome(child)
}

/// What a child with piped output wrote, once it has ended.
pub(crate) fn outcome(child: Child) -> Output {
    let pid = child.id();
    let (sender, receiver) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let _ = sender.send(child.wait_with_output());
    });
    let Ok(output) = receiver.recv_timeout(PATIENCE) else {
        kill(pid);
        panic!("the child did not end within {PATIENCE:?}");
    };
    reader.join().expect("the reader has sent its result");
    output.expect("its output can be read")
}

/// The Python workers below a process, waited for until there is one.
pub(crate) fn await_workers(ancestor: u32) -> Vec<u32> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let workers: Vec<u32> =
            descendants(ancestor).into_iter().filter(|pid| is_worker(*pid)).collect();
        if !workers.is_empty() {
            return workers;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("no Python worker below process {ancestor} within {PATIENCE:?}");
}

/// Ends a process that a test started, without a chance to clean up.
pub(crate) fn kill(pid: u32) {
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status();
    assert!(killed.is_ok_and(|status| status.success()), "process {pid} can be ended");
}

fn descendants(ancestor: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .expect("Linux has /proc")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    let mut found = vec![ancestor];
    let mut position = 0;
    while let Some(&parent) = found.get(position) {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        position += 1;
    }
    found.split_off(1)
}

fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold spaces; state and parent follow it.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn is_worker(pid: u32) -> bool {
    let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let program = command.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(program).contains("/bin/python")
}
