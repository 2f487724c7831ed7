//! Numbers with a unit: durations and sizes.

use std::time::Duration;

/// `250ms`, `2s`, `1.5m`, `6h`, `1d`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let seconds =
        scaled(text, &[("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)])?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// `512MB`, `4GB`, in megabytes of 2^20 bytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be a small positive number"
)]
pub(super) fn megabytes(text: &str) -> Option<u64> {
    let megabytes = scaled(text, &[("MB", 1.0), ("GB", 1_024.0)])?;
    (1.0..1e9).contains(&megabytes).then_some(megabytes as u64)
}

fn scaled(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let unit_at = text.find(|character: char| character.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit_at);
    let (_, scale) = units.iter().find(|(name, _)| *name == unit)?;
    let number: f64 = number.trim().parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(duration("1.5m"), Some(Duration::from_secs(90)));
        assert_eq!(duration("2 s"), Some(Duration::from_secs(2)));
        for wrong in ["2", "s", "-1s", "2 seconds", "nans", "1e400s", ""] {
            assert_eq!(duration(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn sizes_have_a_unit() {
        assert_eq!(megabytes("512MB"), Some(512));
        assert_eq!(megabytes("4GB"), Some(4_096));
        for wrong in ["512", "512mb", "0MB", "12TB"] {
            assert_eq!(megabytes(wrong), None, "{wrong:?}");
        }
    }
}
