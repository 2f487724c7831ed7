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
    /// dspex killed it.
    KilledByUs {
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
    /// Reads an exit status; `killed` says why dspex killed the process, if it did.
    pub(super) fn new(status: ExitStatus, killed: Option<String>, draining: bool) -> Self {
        match (killed, status.code(), status.signal()) {
            (Some(why), ..) => Self::KilledByUs { why },
            (None, Some(0), _) if draining => Self::Drained,
            (None, Some(code), _) => Self::Code { code },
            (None, None, number) => Self::Signal { number: number.unwrap_or_default() },
        }
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drained => formatter.write_str("it was asked to finish"),
            Self::KilledByUs { why } => write!(formatter, "killed by dspex: {why}"),
            Self::Signal { number } => {
                write!(formatter, "signal {number}{}", signal_name(*number))
            }
            Self::Unknown { why } => write!(formatter, "it ended, {why}"),
            Self::Code { code } => write!(formatter, "exit code {code}"),
        }
    }
}

/// The names of the signals that end workers, in parentheses; empty for others.
const fn signal_name(number: i32) -> &'static str {
    match number {
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        8 => " (SIGFPE)",
        9 => " (SIGKILL, not sent by dspex; the kernel sends it when memory runs out)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_as_sentences() {
        let check = |raw, killed: Option<&str>, draining, expected: &str| {
            let status = ExitStatus::from_raw(raw);
            let reason = ExitReason::new(status, killed.map(str::to_owned), draining);
            assert_eq!(reason.to_string(), expected);
        };
        check(0, None, true, "it was asked to finish");
        check(0, None, false, "exit code 0");
        check(3 << 8, None, true, "exit code 3");
        check(11, None, false, "signal 11 (SIGSEGV)");
        check(9, Some("the pool was dropped"), false, "killed by dspex: the pool was dropped");
    }
}
