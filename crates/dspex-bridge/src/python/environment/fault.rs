//! What stopped an installer, read from what it wrote.

/// Why an installer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstallFault {
    /// The package index did not answer.
    #[error("the package index cannot be reached")]
    NoNetwork,
    /// The package index showed a certificate that is not trusted here.
    #[error("the certificate of the package index is not trusted")]
    Certificate,
    /// The package index wants a password, or forbids.
    #[error("the package index refused the request")]
    Refused,
    /// The disk is full.
    #[error("no space is left on the disk")]
    DiskFull,
    /// A file is not the one that the lock names.
    #[error("a downloaded file is not the one in the lock file")]
    HashMismatch,
    /// A pinned version is not there.
    #[error("a pinned version is not there, or not for this Python and platform")]
    NotThere,
    /// Something else; the output says what.
    #[error("it ended with an error")]
    Other,
}

/// The phrases of `uv` and `pip`, in lower case, the surer ones first: what failed for lack of
/// space or network often ends in `no matching distribution` as well.
const PHRASES: &[(InstallFault, &[&str])] = &[
    (
        InstallFault::DiskFull,
        &["no space left on device", "os error 28", "errno 28", "disk quota exceeded"],
    ),
    (InstallFault::HashMismatch, &["hash mismatch", "do not match the hashes"]),
    (
        InstallFault::Certificate,
        &["certificate verify failed", "certificate_verify_failed", "invalid peer certificate"],
    ),
    (
        InstallFault::Refused,
        &[
            "401 unauthorized",
            "403 forbidden",
            "407 proxy authentication",
            "401 client error",
            "403 client error",
        ],
    ),
    (
        InstallFault::NoNetwork,
        &[
            "dns error",
            "name resolution",
            "name or service not known",
            "failed to lookup address",
            "failed to establish a new connection",
            "newconnectionerror",
            "error sending request",
            "client error (connect)",
            "failed to fetch",
            "network is unreachable",
            "network connectivity is disabled",
            "connection refused",
            "connection reset",
            "connection aborted",
            "cannot connect to proxy",
            "operation timed out",
            "read timed out",
            "connecttimeouterror",
        ],
    ),
    (
        InstallFault::NotThere,
        &[
            "no matching distribution found",
            "no solution found",
            "not found in the package registry",
            "not found in the provided package locations",
            "could not find a version",
        ],
    ),
];

impl InstallFault {
    /// Reads what an installer wrote.
    pub(super) fn classify(output: &str) -> Self {
        let output = output.to_lowercase();
        let names = |phrases: &[&str]| phrases.iter().any(|phrase| output.contains(phrase));
        PHRASES.iter().find(|(_, phrases)| names(phrases)).map_or(Self::Other, |(fault, _)| *fault)
    }

    /// Whether both installers find this out before they change the environment.
    pub(super) const fn left_environment_alone(self) -> bool {
        matches!(
            self,
            Self::NoNetwork
                | Self::Certificate
                | Self::Refused
                | Self::HashMismatch
                | Self::NotThere
        )
    }

    /// The next step.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::NoNetwork => {
                "check the network and the proxy and index settings of `pip`, or install without \
                 one: `--offline --wheelhouse DIR`"
            }
            Self::Certificate => "name your certificates: `SSL_CERT_FILE=FILE` or `PIP_CERT=FILE`",
            Self::Refused => {
                "check the user name and password in the index and proxy settings of `pip`"
            }
            Self::DiskFull => {
                "free about 500 MB, or name a directory on another disk with `--venv DIR`"
            }
            Self::HashMismatch => {
                "clear the caches (`uv cache clean`, `pip cache purge`) and try again; if it \
                 stays, the index serves other files than PyPI does"
            }
            Self::NotThere => {
                "check that the index or the wheelhouse holds every version of the lock file for \
                 this Python and platform"
            }
            Self::Other => "read what the installer wrote",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, expected: InstallFault) {
        assert_eq!(InstallFault::classify(output), expected, "{output:?}");
    }

    #[test]
    fn no_network() {
        check(
            "error: Request failed after 3 retries\n  cause: Failed to fetch: `INDEX/dspy/`\n  \
             cause: error sending request\n  cause: client error (Connect)\n  cause: dns error",
            InstallFault::NoNetwork,
        );
        check(
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError': \
             [Errno -2] Name or service not known\nERROR: No matching distribution found for uv",
            InstallFault::NoNetwork,
        );
    }

    #[test]
    fn disk_full() {
        check(
            "error: failed to write: No space left on device (os error 28)",
            InstallFault::DiskFull,
        );
        check(
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left",
            InstallFault::DiskFull,
        );
    }

    #[test]
    fn hash_mismatch() {
        check("error: Hash mismatch for `msgspec==0.22.0`", InstallFault::HashMismatch);
        check(
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            InstallFault::HashMismatch,
        );
    }

    #[test]
    fn certificates_are_not_a_missing_network() {
        check(
            "cause: error sending request\n cause: client error (Connect)\n cause: invalid peer \
             certificate: UnknownIssuer",
            InstallFault::Certificate,
        );
    }

    #[test]
    fn a_refusal_is_not_a_missing_network() {
        check(
            "error: Failed to fetch: `INDEX/six/`\n cause: HTTP status client error (401 \
             Unauthorized)",
            InstallFault::Refused,
        );
    }

    #[test]
    fn a_missing_wheel() {
        check(
            "  x No solution found when resolving dependencies:\n  Because dspy was not found in \
             the provided package locations",
            InstallFault::NotThere,
        );
    }

    #[test]
    fn the_rest_is_other() {
        check("", InstallFault::Other);
        check("Segmentation fault", InstallFault::Other);
    }
}
