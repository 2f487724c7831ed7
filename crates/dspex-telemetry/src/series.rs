//! Durations as a histogram of fixed size, for percentiles that cost nothing to keep.

use std::time::Duration;

/// Buckets for each doubling of the duration: neighbours differ by 2^(1/16), about 4.4 %.
const PER_DOUBLING: u32 = 16;
/// From 1 us to about 19 hours.
const N_BUCKETS: usize = (36 * PER_DOUBLING) as usize + 1;

/// Counts durations in logarithmic buckets; percentiles are right to within 5 %.
///
/// Durations below a microsecond count as one microsecond, those beyond 19 hours as 19 hours.
/// The extremes are kept exactly. Memory is fixed: about 5 KB once the first duration is in.
///
/// ```
/// use std::time::Duration;
/// use dspex_telemetry::Durations;
///
/// let mut durations = Durations::default();
/// (1..=100).for_each(|ms| durations.record(Duration::from_millis(ms)));
/// let p50 = durations.percentile(50.0).unwrap();
/// assert!((p50.as_secs_f64() / 0.050 - 1.0).abs() < 0.05);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Durations {
    buckets: Vec<u64>,
    count: u64,
    sum: Duration,
    min: Duration,
    max: Duration,
}

impl Durations {
    /// Counts one duration.
    pub fn record(&mut self, duration: Duration) {
        if self.buckets.is_empty() {
            self.buckets = vec![0; N_BUCKETS];
            self.min = duration;
        }
        self.buckets[bucket(duration)] += 1;
        self.count += 1;
        self.sum = self.sum.saturating_add(duration);
        self.min = self.min.min(duration);
        self.max = self.max.max(duration);
    }

    /// Adds all durations of another histogram.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            self.clone_from(other);
            return;
        }
        for (bucket, count) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket += count;
        }
        self.count += other.count;
        self.sum = self.sum.saturating_add(other.sum);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// How many durations were counted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// All durations added up.
    #[must_use]
    pub const fn sum(&self) -> Duration {
        self.sum
    }

    /// The duration that `percent` of all durations do not exceed; `None` without any.
    ///
    /// `percent` is taken into `0.0..=100.0`.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are far below 2^52 and the rank is positive"
    )]
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        if self.count == 0 {
            return None;
        }
        let rank = (self.count as f64 * percent.clamp(0.0, 100.0) / 100.0).ceil().max(1.0) as u64;
        let mut seen = 0;
        let position = self.buckets.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        Some(middle(position.unwrap_or(N_BUCKETS - 1)).clamp(self.min, self.max))
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a logarithm of at least 1 is small and not negative"
)]
fn bucket(duration: Duration) -> usize {
    let micros = duration.as_micros().max(1) as f64;
    ((micros.log2() * f64::from(PER_DOUBLING)) as usize).min(N_BUCKETS - 1)
}

/// The geometric middle of a bucket.
#[expect(clippy::cast_precision_loss, reason = "there are fewer than a thousand buckets")]
fn middle(bucket: usize) -> Duration {
    let micros = ((bucket as f64 + 0.5) / f64::from(PER_DOUBLING)).exp2();
    Duration::from_secs_f64(micros / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn percentiles_are_within_five_percent_over_nine_decades() {
        for exponent in 0..9 {
            let expected = Duration::from_micros(10_u64.pow(exponent) * 7);
            let mut durations = Durations::default();
            durations.record(Duration::from_micros(1));
            (0..98).for_each(|_| durations.record(expected));
            durations.record(Duration::from_secs(60_000));
            let ratio = durations.percentile(50.0).unwrap().as_secs_f64() / expected.as_secs_f64();
            assert!((ratio - 1.0).abs() < 0.05, "{expected:?}: {ratio}");
        }
    }

    #[test]
    fn extremes_are_exact_and_nothing_is_none() {
        assert_eq!(Durations::default().percentile(50.0), None);
        let mut durations = Durations::default();
        durations.record(ms(3));
        assert_eq!(durations.percentile(0.0), Some(ms(3)));
        assert_eq!(durations.percentile(100.0), Some(ms(3)));
        durations.record(Duration::MAX);
        assert_eq!(durations.sum(), Duration::MAX);
    }

    #[test]
    fn a_merge_counts_what_both_counted() {
        let (mut one, mut two, mut both) = <(Durations, Durations, Durations)>::default();
        for (index, duration) in [ms(1), ms(10), ms(100), ms(1000)].into_iter().enumerate() {
            if index % 2 == 0 { &mut one } else { &mut two }.record(duration);
            both.record(duration);
        }
        one.merge(&two);
        assert_eq!(one, both);
        one.merge(&Durations::default());
        assert_eq!(one, both);
    }
}
