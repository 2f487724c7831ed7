//! The groups of Python packages, each with its lock file of exact versions and hashes.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::hexadecimal::hexadecimal;

/// A set of Python packages that is installed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Group {
    /// DSPy, msgspec and what they need; always installed.
    Base,
    /// `optuna` and `numpy`, which some of DSPy's optimizers import.
    Optimizers,
    /// Deno and a prefetched Pyodide: the sandbox of DSPy's `PythonInterpreter`.
    Code,
    /// `xllamacpp` and `gguf`: language models from local weights.
    LocalLm,
    /// `ruff`, `opentelemetry-api` and `grpcio`, for those who change the worker package: its checks, and
    /// a peer of its benchmarks.
    Dev,
}

impl Group {
    /// Every group, the one that is always installed first.
    pub const ALL: [Self; 5] = [Self::Base, Self::Optimizers, Self::Code, Self::LocalLm, Self::Dev];

    /// The group's name on the command line and in the stamp.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Optimizers => "optimizers",
            Self::Code => "code",
            Self::LocalLm => "local-lm",
            Self::Dev => "dev",
        }
    }

    /// The lock file: one requirement per package, pinned, with the hashes of all its files.
    #[must_use]
    pub const fn lock(self) -> &'static str {
        match self {
            Self::Base => include_str!("../../../python/requirements/base.txt"),
            Self::Optimizers => include_str!("../../../python/requirements/optimizers.txt"),
            Self::Code => include_str!("../../../python/requirements/code.txt"),
            Self::LocalLm => include_str!("../../../python/requirements/local-lm.txt"),
            Self::Dev => include_str!("../../../python/requirements/dev.txt"),
        }
    }

    /// The SHA-256 of the lock file in hexadecimal; it changes when any version does.
    #[must_use]
    pub fn lock_hash(self) -> String {
        sha256_hex(self.lock())
    }

    /// What is imported to see that the group works, as (module, distribution).
    pub(super) const fn modules(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Base => &[
                ("dspy", "dspy"),
                ("msgspec", "msgspec"),
                ("pydantic", "pydantic"),
                ("json_repair", "json_repair"),
                ("regex", "regex"),
            ],
            Self::Optimizers => &[("optuna", "optuna"), ("numpy", "numpy")],
            Self::Code => &[("deno", "deno")],
            Self::LocalLm => &[("xllamacpp", "xllamacpp"), ("gguf", "gguf")],
            Self::Dev => {
                &[("ruff", "ruff"), ("grpc", "grpcio"), ("opentelemetry", "opentelemetry-api")]
            }
        }
    }

    /// The group that installs a package, by the name under which it is imported.
    pub(in crate::python) fn of_package(package: &str) -> Option<Self> {
        let imports = |group: &Self| group.modules().iter().any(|(module, _)| *module == package);
        Self::ALL.into_iter().find(imports)
    }

    /// The pinned versions of `distribution`: several where they depend on the Python version.
    pub(super) fn locked_versions(self, distribution: &str) -> Vec<&'static str> {
        let wanted = normalized(distribution);
        self.lock()
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_alphanumeric()))
            .filter_map(|line| line.split_once("=="))
            .filter(|(name, _)| normalized(name) == wanted)
            .filter_map(|(_, rest)| rest.split([' ', ';', '\\']).next())
            .collect()
    }
}

/// The lock file of `uv` itself.
pub(super) const UV_LOCK: &str = include_str!("../../../python/requirements/uv.txt");

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No group has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no group of Python packages is called `{0}`; there are {names}", names = names())]
pub struct UnknownGroup(String);

impl FromStr for Group {
    type Err = UnknownGroup;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let group = Self::ALL.into_iter().find(|group| group.name() == name);
        group.ok_or_else(|| UnknownGroup(name.to_owned()))
    }
}

fn names() -> String {
    Group::ALL.map(|group| format!("`{group}`")).join(", ")
}

/// Package names compare without case, and with `-`, `_` and `.` as one.
fn normalized(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

fn sha256_hex(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_tells_its_group() {
        assert_eq!(Group::of_package("optuna"), Some(Group::Optimizers));
        assert_eq!(Group::of_package("xllamacpp"), Some(Group::LocalLm));
        assert_eq!(Group::of_package("acme"), None);
    }

    #[test]
    fn the_versions_that_decide_bytes_are_pinned() {
        let locked = |distribution| Group::Base.locked_versions(distribution);
        assert_eq!(locked("dspy"), ["3.4.1"]);
        assert_eq!(locked("pydantic"), ["2.14.3"]);
        assert_eq!(locked("json_repair"), ["0.64.6"]);
        // The release the parity corpus was recorded with has no build for Python 3.10.
        assert!(locked("regex").contains(&"2026.11.15"));
        assert_eq!(locked("no-such-package"), Vec::<&str>::new());
    }

    #[test]
    fn every_requirement_is_exact_and_hashed_and_names_no_host() {
        for lock in Group::ALL.map(Group::lock).into_iter().chain([UV_LOCK]) {
            assert!(!lock.contains("://"), "a lock file names a host");
            let mut requirements =
                lock.split("\n").filter(|line| !line.trim_start().starts_with('#'));
            let mut previous = requirements.next().expect("a lock file is not empty");
            for line in requirements {
                if line.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                    assert!(line.contains("=="), "{line}");
                    assert!(previous.contains("--hash=sha256:"), "{previous}");
                }
                if !line.is_empty() {
                    previous = line;
                }
            }
            assert!(previous.contains("--hash=sha256:"), "{previous}");
        }
    }

    #[test]
    fn groups_agree_on_what_they_share() {
        for group in Group::ALL {
            for (_, distribution) in group.modules() {
                assert!(!group.locked_versions(distribution).is_empty(), "{distribution}");
            }
            for line in group.lock().lines().filter(|line| line.starts_with(char::is_alphabetic)) {
                let (name, _) = line.split_once("==").unwrap();
                let base = Group::Base.locked_versions(name);
                let versions = group.locked_versions(name);
                assert!(base.is_empty() || base == versions, "{name}: {base:?}, {versions:?}");
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for group in Group::ALL {
            assert_eq!(group.name().parse(), Ok(group));
        }
        assert_eq!(
            "gpu".parse::<Group>().unwrap_err().to_string(),
            "no group of Python packages is called `gpu`; there are `base`, `optimizers`, `code`, \
             `local-lm`, `dev`"
        );
    }
}
