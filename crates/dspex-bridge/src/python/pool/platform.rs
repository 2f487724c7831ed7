//! Where workers run.

use crate::call::CallErrorKind;

/// The platform, as Rust names it, on which workers are tested and supervised.
const SUPPORTED: &str = "linux";

/// Refuses other platforms; `platform` is this one.
///
/// # Errors
/// [`CallErrorKind::UnsupportedPlatform`].
pub(super) fn check(platform: &'static str) -> Result<(), CallErrorKind> {
    match platform {
        SUPPORTED => Ok(()),
        platform => Err(CallErrorKind::UnsupportedPlatform { platform }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::CallError;

    #[test]
    fn a_platform_without_workers_is_named() {
        assert!(check("linux").is_ok());
        let error = CallError::from(check("macos").unwrap_err());
        assert_eq!(error.to_string(), "Python workers do not run on `macos` yet");
        let hint = "use native modules there, or run this program on Linux";
        assert_eq!(error.hint(), Some(hint));
        assert_eq!(error.kind().name(), "unsupported_platform");
    }
}
