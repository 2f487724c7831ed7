//! Versions of Python, and which of them dspex runs on.

use std::fmt;
use std::str::FromStr;

/// A version of Python, as in `3.11.7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonVersion {
    /// 3 in `3.11.7`.
    pub major: u32,
    /// 11 in `3.11.7`.
    pub minor: u32,
    /// 7 in `3.11.7`.
    pub patch: u32,
}

impl PythonVersion {
    /// The oldest version dspex runs on: DSPy 3.4.1 asks for it.
    pub const OLDEST: Self = Self { major: 3, minor: 10, patch: 0 };
    /// The first version dspex does not run on: LiteLLM, which DSPy needs, has no release for it.
    pub const TOO_NEW: Self = Self { major: 3, minor: 15, patch: 0 };

    /// Whether the lock files cover this version.
    #[must_use]
    pub fn is_supported(self) -> bool {
        (Self::OLDEST..Self::TOO_NEW).contains(&self)
    }

    /// Whether both run the same compiled packages.
    #[must_use]
    pub const fn same_minor(self, other: Self) -> bool {
        self.major == other.major && self.minor == other.minor
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The text is not a version of Python.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version of Python such as `3.11.7`")]
pub struct PythonVersionError(String);

impl FromStr for PythonVersion {
    type Err = PythonVersionError;

    /// Reads `3.11.7`, `3.11` (patch 0) and pre-releases such as `3.14.0rc1`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || PythonVersionError(text.to_owned());
        let mut parts = text.trim().splitn(3, '.');
        let mut number = |required: bool| -> Result<u32, PythonVersionError> {
            let Some(part) = parts.next() else {
                return if required { Err(fault()) } else { Ok(0) };
            };
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = part.split_at(digits);
            let is_pre_release =
                !required && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '+');
            if rest.is_empty() || is_pre_release {
                number.parse().map_err(|_| fault())
            } else {
                Err(fault())
            }
        };
        Ok(Self { major: number(true)?, minor: number(true)?, patch: number(false)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let actual = text.parse::<PythonVersion>().ok().map(|version| version.to_string());
        assert_eq!(actual.as_deref(), expected, "parsing {text:?}");
    }

    #[test]
    fn versions_are_read_as_pythons_print_them() {
        check("3.11.7", Some("3.11.7"));
        check(" 3.10\n", Some("3.10.0"));
        check("3.14.0rc1", Some("3.14.0"));
        check("3.13.0a4+", Some("3.13.0"));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "3", "three.ten", "3.x", "3.11.", "-3.11", "3.11.7 (main)", "3.99999999999"]
        {
            check(text, None);
        }
    }

    #[test]
    fn supported_are_those_the_lock_covers() {
        let is_supported = |text: &str| text.parse::<PythonVersion>().unwrap().is_supported();
        assert!(!is_supported("2.7.18") && !is_supported("3.9.19"));
        assert!(is_supported("3.10.0") && is_supported("3.14.5"));
        assert!(!is_supported("3.15.0") && !is_supported("4.0.0"));
    }

    proptest! {
        #[test]
        fn printing_and_reading_agree(major in 0u32..9, minor in 0u32..99, patch in 0u32..99) {
            let version = PythonVersion { major, minor, patch };
            prop_assert_eq!(version.to_string().parse(), Ok(version));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = text.parse::<PythonVersion>();
        }
    }
}
