//! How a worker ended.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// How a worker ended, as far as can be known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExitReason {
    /// It was asked to finish and did.
    Drained,
    /// It was asked to finish so that a fresh one takes its place, and did.
    Recycled {
        /// Why.
        why: String,
    },
    /// dspex killed it, because it held more memory than it may.
    MemoryLimit {
        /// What it held, in megabytes.
        megabytes: u64,
    },
    /// The kernel killed it, because it and its children wanted more than their control group may hold.
    MemoryCgroup {
        /// What they may hold, in megabytes.
        megabytes: u64,
    },
    /// The kernel killed it for lack of memory.
    OutOfMemory,
    /// dspex killed it.
    KilledByUs {
        /// Why.
        why: String,
    },
    /// It is a thread of this process, which cannot be killed: dspex gave it up, and it may go on.
    GivenUp {
        /// Why.
        why: String,
    },
    /// A signal that dspex did not send.
    Signal {
        /// The signal's number.
        number: i32,
    },
    /// Nobody could tell.
    Unknown {
        /// Why not.
        why: String,
    },
    /// It exited on its own.
    Code {
        /// The exit code.
        code: i32,
    },
}

impl ExitReason {
    /// Reads an exit status; `asked` is what dspex asked for, which it may have done.
    pub(super) fn new(status: ExitStatus, asked: Option<Self>) -> Self {
        match (asked, status.code(), status.signal()) {
            (Some(killed @ (Self::KilledByUs { .. } | Self::MemoryLimit { .. })), ..) => killed,
            (Some(asked), Some(0), _) => asked,
            (_, Some(code), _) => Self::Code { code },
            (_, None, number) => Self::Signal { number: number.unwrap_or_default() },
        }
    }

    /// Whether the worker ended by what ran on it, as far as that can be told.
    ///
    /// A kill from outside tells nothing of the call; one for lack of memory does.
    pub(super) const fn is_crash(&self) -> bool {
        match self {
            Self::Signal { number } => *number != KILL && *number != TERM,
            Self::OutOfMemory | Self::Code { .. } => true,
            _ => false,
        }
    }

    /// Whether the slot goes on with a fresh worker as if nothing had happened.
    pub(super) const fn is_orderly(&self) -> bool {
        matches!(self, Self::Drained | Self::Recycled { .. })
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drained => formatter.write_str("it was asked to finish"),
            Self::Recycled { why } => write!(formatter, "it was asked to finish: {why}"),
            Self::MemoryLimit { megabytes } => {
                write!(formatter, "killed by dspex: it held {megabytes} MB, more than its limit")
            }
            Self::MemoryCgroup { megabytes } => {
                write!(
                    formatter,
                    "killed by the kernel: with its children it wanted more than the "
                )?;
                write!(formatter, "{megabytes} MB of its control group")
            }
            Self::OutOfMemory => formatter.write_str("killed by the kernel for lack of memory"),
            Self::KilledByUs { why } => write!(formatter, "killed by dspex: {why}"),
            Self::GivenUp { why } => {
                write!(formatter, "given up by dspex, which kills no thread: {why}")
            }
            Self::Signal { number } => {
                write!(formatter, "signal {number}{}", signal_name(*number))
            }
            Self::Unknown { why } => write!(formatter, "it ended, {why}"),
            Self::Code { code } => write!(formatter, "exit code {code}"),
        }
    }
}

pub(super) const KILL: i32 = 9;
const TERM: i32 = 15;

/// The names of the signals that end workers, in parentheses; empty for others.
const fn signal_name(number: i32) -> &'static str {
    match number {
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        8 => " (SIGFPE)",
        KILL => " (SIGKILL, not sent by dspex)",
        11 => " (SIGSEGV)",
        TERM => " (SIGTERM)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_as_sentences() {
        let check = |raw, asked: Option<ExitReason>, is_crash, expected: &str| {
            let reason = ExitReason::new(ExitStatus::from_raw(raw), asked);
            assert_eq!((reason.to_string().as_str(), reason.is_crash()), (expected, is_crash));
        };
        let recycled = || ExitReason::Recycled { why: "10 calls".to_owned() };
        let killed = || ExitReason::KilledByUs { why: "it is stopped".to_owned() };
        check(0, Some(ExitReason::Drained), false, "it was asked to finish");
        check(0, Some(recycled()), false, "it was asked to finish: 10 calls");
        check(0, None, true, "exit code 0");
        check(3 << 8, Some(recycled()), true, "exit code 3");
        check(11, None, true, "signal 11 (SIGSEGV)");
        check(9, None, false, "signal 9 (SIGKILL, not sent by dspex)");
        check(9, Some(killed()), false, "killed by dspex: it is stopped");
        let too_big = Some(ExitReason::MemoryLimit { megabytes: 600 });
        check(9, too_big, false, "killed by dspex: it held 600 MB, more than its limit");
    }
}
