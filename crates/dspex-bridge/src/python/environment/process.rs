//! Runs one program to its end: its lines as they come, the last of them kept, a limit on time.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::EnvironmentError;

/// How long a program may take that only answers a question.
pub(super) const QUESTION: Duration = Duration::from_secs(20);
/// How long an installer may take: a first set-up over a slow line.
pub(super) const INSTALL: Duration = Duration::from_secs(30 * 60);

/// How many of a program's last lines are kept.
const TAIL_LINES: usize = 40;

/// What a program left behind.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) success: bool,
    /// All of standard output.
    pub(super) stdout: String,
    /// The last lines of both streams, without passwords.
    pub(super) tail: String,
}

/// A command that finds its own Python and packages, whatever environment is active around it.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH"] {
        command.env_remove(name);
    }
    // These would send packages to a place other than the environment.
    for name in ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "UV_TARGET", "UV_PREFIX"] {
        command.env_remove(name);
    }
    command.env("PYTHONUTF8", "1").stdin(Stdio::null());
    command
}

/// Runs `command` and gives each line it writes to `on_line`.
///
/// # Errors
/// [`EnvironmentError::TimedOut`] after `limit`, [`EnvironmentError::Io`] where it cannot start.
pub(super) fn run(
    command: &mut Command,
    limit: Duration,
    mut on_line: impl FnMut(&str),
) -> Result<Finished, EnvironmentError> {
    let program = command.get_program().to_owned();
    let io_error = |source| EnvironmentError::io("running", Path::new(&program), source);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(io_error)?;

    let (sender, receiver) = mpsc::channel();
    read_lines(child.stdout.take().expect("standard output is piped"), true, sender.clone());
    read_lines(child.stderr.take().expect("standard error is piped"), false, sender);

    let started = Instant::now();
    let mut stdout = String::new();
    let mut tail = VecDeque::new();
    let text = |tail: VecDeque<String>| Vec::from(tail).join("\n");
    loop {
        match receiver.recv_timeout(limit.saturating_sub(started.elapsed())) {
            Ok((from_stdout, line)) => {
                if from_stdout {
                    stdout.push_str(&line);
                    stdout.push('\n');
                }
                let line = without_passwords(&line);
                on_line(&line);
                if tail.len() == TAIL_LINES {
                    tail.pop_front();
                }
                tail.push_back(line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                child.kill().and_then(|()| child.wait()).map_err(io_error)?;
                let program = program.to_string_lossy().into_owned();
                return Err(EnvironmentError::TimedOut { program, limit, output: text(tail) });
            }
        }
    }
    let success = child.wait().map_err(io_error)?.success();
    Ok(Finished { success, stdout, tail: text(tail) })
}

/// Asks a question: runs `command` within [`QUESTION`], shows nothing.
pub(super) fn ask(command: &mut Command) -> Result<Finished, EnvironmentError> {
    run(command, QUESTION, |_| {})
}

/// Sends every line of `stream` on; the thread ends with the stream.
fn read_lines(stream: impl Read + Send + 'static, is_stdout: bool, lines: Sender<(bool, String)>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while matches!(read_line(&mut reader, &mut line), Ok(n_bytes) if n_bytes > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if lines.send((is_stdout, text)).is_err() {
                return;
            }
            line.clear();
        }
    });
}

/// One line, or 64 KB of an endless one.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    reader.by_ref().take(64 * 1024).read_until(b'\n', line)
}

/// `line` with `user:password@` in addresses replaced: index settings may carry both.
fn without_passwords(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("://") {
        let (before, address) = rest.split_at(start + "://".len());
        clean.push_str(before);
        let end = address.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(address.len());
        rest = match address[..end].rfind('@') {
            Some(at) => {
                clean.push_str("***");
                &address[at..]
            }
            None => address,
        };
    }
    clean + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_do_not_reach_messages() {
        let check = |line: &str, expected: &str| assert_eq!(without_passwords(line), expected);
        check(
            "Looking in: https://me:secret@index.test/simple",
            "Looking in: https://***@index.test/simple",
        );
        check("http://a@b.test https://c:d@e.test/x@y", "http://***@b.test https://***@e.test/x@y");
        check("no address, me@example.test", "no address, me@example.test");
    }

    #[cfg(unix)]
    #[test]
    fn both_streams_arrive_and_success_is_told() {
        let mut lines = Vec::new();
        let script = "echo out; echo error >&2; exit 3";
        let finished =
            run(command("sh").args(["-c", script]), QUESTION, |line| lines.push(line.to_owned()));
        let finished = finished.unwrap();
        lines.sort();
        assert_eq!(lines, ["error", "out"]);
        assert_eq!(finished.stdout, "out\n");
        assert!(!finished.success && finished.tail.contains("error"));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_hangs_is_stopped() {
        let limit = Duration::from_millis(50);
        let error = run(command("sh").args(["-c", "echo begun; exec sleep 600"]), limit, |_| {});
        assert!(matches!(error, Err(EnvironmentError::TimedOut { .. })), "{error:?}");
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let error = ask(&mut command("dspex-no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "running `dspex-no-such-program` was refused");
    }
}
