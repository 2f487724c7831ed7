//! The rows of the benchmark table, and how a measured one is printed.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// One figure of the table.
pub(super) struct Row {
    /// The name, which is the criterion benchmark's and the peer's too.
    pub(super) id: &'static str,
    /// The group that `--only` chooses.
    pub(super) group: &'static str,
    /// The crate whose benchmark measures it.
    pub(super) package: &'static str,
    /// The benchmark's file in that crate.
    pub(super) bench: &'static str,
    /// Who does the same work in the same run.
    pub(super) peer: Option<&'static str>,
    /// What the figure should keep within.
    pub(super) budget: Budget,
}

/// What a figure should keep within.
#[derive(Clone, Copy)]
pub(super) enum Budget {
    /// At most this many microseconds.
    Micros(f64),
    /// At least this many times as fast as the peer.
    TimesFaster(f64),
}

const fn signature(id: &'static str, budget: Budget) -> Row {
    let (group, package, bench) = ("signature", "dspex-signature", "signature");
    Row { id, group, package, bench, peer: Some("dspy 3.4.1"), budget }
}

/// Every benchmark; a new one is a new line here and in its crate's `benches/`.
pub(super) const ROWS: &[Row] = &[
    signature("signature.parse", Budget::TimesFaster(200.0)),
    signature("chat.format.plain", Budget::Micros(0.5)),
    signature("chat.format.typed", Budget::Micros(1.0)),
    signature("chat.parse.plain", Budget::Micros(0.5)),
    signature("chat.parse.typed", Budget::Micros(1.5)),
];

/// A row with its figures, in seconds.
pub(super) struct Measured {
    pub(super) row: &'static Row,
    pub(super) seconds: f64,
    pub(super) peer_seconds: Option<f64>,
}

impl Measured {
    /// How many times as fast as the peer.
    fn ratio(&self) -> Option<f64> {
        self.peer_seconds.map(|peer| peer / self.seconds)
    }

    fn is_within_budget(&self) -> bool {
        match self.row.budget {
            Budget::Micros(micros) => self.seconds * 1e6 <= micros,
            Budget::TimesFaster(times) => self.ratio().is_some_and(|ratio| ratio >= times),
        }
    }
}

impl std::fmt::Display for Budget {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Micros(micros) => write!(formatter, "<= {micros} us"),
            Self::TimesFaster(times) => write!(formatter, ">= {times} x"),
        }
    }
}

/// The rows as aligned text.
pub(super) fn render(rows: &[Measured]) -> String {
    let mut text = format!(
        "{:<22} {:>10} {:>4}  {:<12} {:>10} {:>9}  {:<12} {}",
        "id", "value", "unit", "peer", "peer value", "ratio", "budget", "ok"
    );
    for measured in rows {
        let peer_value = measured.peer_seconds.map(|peer| format!("{:.3}", peer * 1e6));
        let ratio = measured.ratio().map(|ratio| format!("{ratio:.1} x"));
        let ok = if measured.is_within_budget() { "yes" } else { "NO" };
        let _ = write!(
            text,
            "\n{:<22} {:>10.3} {:>4}  {:<12} {:>10} {:>9}  {:<12} {ok}",
            measured.row.id,
            measured.seconds * 1e6,
            "us",
            measured.row.peer.unwrap_or("-"),
            peer_value.as_deref().unwrap_or("-"),
            ratio.as_deref().unwrap_or("-"),
            measured.row.budget.to_string(),
        );
    }
    text
}

/// The rows as data: `{id, value, unit, peer, peer_value, ratio, budget, ok}`.
pub(super) fn json(rows: &[Measured]) -> Value {
    let row = |measured: &Measured| {
        json!({
            "id": measured.row.id,
            "value": measured.seconds * 1e6,
            "unit": "us",
            "peer": measured.row.peer,
            "peer_value": measured.peer_seconds.map(|peer| peer * 1e6),
            "ratio": measured.ratio(),
            "budget": measured.row.budget.to_string(),
            "ok": measured.is_within_budget(),
        })
    };
    Value::Array(rows.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_kept_or_not() {
        let row = |seconds, peer_seconds| Measured { row: &ROWS[0], seconds, peer_seconds };
        assert!(row(1e-6, Some(200e-6)).is_within_budget());
        assert!(!row(1e-6, Some(199e-6)).is_within_budget());
        assert!(!row(1e-6, None).is_within_budget());
        let text = render(&[row(1e-6, Some(300e-6))]);
        assert!(text.ends_with("300.000   300.0 x  >= 200 x     yes"), "{text}");
    }
}
