//! The trace that a call belongs to, as other programs name it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// W3C's `traceparent`: version, trace, span and flags, such as
/// `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`.
///
/// Source: W3C Trace Context, level 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceParent(Arc<str>);

/// How many hexadecimal digits the parts have.
const DIGITS: [usize; 4] = [2, 32, 16, 2];

impl TraceParent {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TraceParent {
    type Err = TraceParentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('-').collect();
        let is_hexadecimal =
            |part: &&str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let fits =
            parts.iter().map(|part| part.len()).eq(DIGITS) && parts.iter().all(is_hexadecimal);
        let is_zero = |part: &str| part.bytes().all(|byte| byte == b'0');
        if !fits || parts[0] == "ff" || is_zero(parts[1]) || is_zero(parts[2]) {
            return Err(TraceParentError { text: text.chars().take(80).collect() });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A text is no `traceparent`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no `traceparent`: it should be version, trace, span and flags in 2, 32, 16 and 2 \
     hexadecimal digits, with `-` between them"
)]
pub struct TraceParentError {
    text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_trace_is_refused() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(good.parse::<TraceParent>().unwrap().to_string(), good);
        for wrong in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
        ] {
            let error = wrong.parse::<TraceParent>().unwrap_err().to_string();
            assert!(error.contains("2, 32, 16 and 2 hexadecimal digits"), "{error}");
        }
    }
}
