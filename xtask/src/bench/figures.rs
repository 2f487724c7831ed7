//! Measured lines of the table, and how they are printed.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::table::{Line, Row};

/// A line of the table with its figures.
pub(super) struct Measured {
    pub(super) row: &'static Row,
    pub(super) line: &'static Line,
    pub(super) figures: Figures,
}

/// Times in seconds, each the median of all rounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    pub(super) own: f64,
    /// The peer's time, and the median of the rounds' ratios.
    peer: Option<(f64, f64)>,
}

impl Figures {
    pub(super) fn alone(own: &[f64]) -> Self {
        Self { own: median(own), peer: None }
    }

    /// Beside a peer that was measured in the same rounds, or once.
    pub(super) fn beside(own: &[f64], peer: &[f64]) -> Self {
        let of_round = |(round, own): (usize, &f64)| peer[round.min(peer.len() - 1)] / own;
        let ratios: Vec<f64> = own.iter().enumerate().map(of_round).collect();
        Self { own: median(own), peer: Some((median(peer), median(&ratios))) }
    }

    /// Beside a peer that was measured in turn: how many times as long as the peer's it took.
    pub(super) fn in_turn(own: &[f64], peer: &[f64], times: &[f64]) -> Self {
        Self { own: median(own), peer: Some((median(peer), 1.0 / median(times))) }
    }

    pub(super) fn peer(self) -> Option<f64> {
        self.peer.map(|(peer, _)| peer)
    }

    /// How many times as fast as the peer.
    pub(super) fn ratio(self) -> Option<f64> {
        self.peer.map(|(_, ratio)| ratio)
    }
}

/// The middle one, or the lower of the two in the middle.
fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[(times.len() - 1) / 2]
}

impl Measured {
    fn is_within_budget(&self) -> Option<bool> {
        let budgets = self.line.budgets;
        let holds = || budgets.iter().all(|budget| budget.holds(self.figures));
        (!budgets.is_empty()).then(holds)
    }

    fn budget(&self) -> String {
        let budgets: Vec<String> = self.line.budgets.iter().map(ToString::to_string).collect();
        budgets.join(", ")
    }

    /// By how much figures are multiplied to be printed, and in what.
    fn unit(&self) -> (f64, &'static str) {
        if self.row.is_of_memory() { (1.0, "MB") } else { (1e6, "us") }
    }

    fn cells(&self) -> [String; 8] {
        let (own, peer) = (self.figures.own, self.figures.peer());
        let ok = match self.is_within_budget() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "-",
        };
        let budget = self.budget();
        let (times, unit) = self.unit();
        [
            self.row.id.to_owned(),
            format!("{:.3}", own * times),
            unit.to_owned(),
            self.line.peer.name().to_owned(),
            peer.map_or("-".to_owned(), |peer| format!("{:.3}", peer * times)),
            self.figures.ratio().map_or("-".to_owned(), |ratio| format!("{ratio:.2} x")),
            if budget.is_empty() { "-".to_owned() } else { budget },
            ok.to_owned(),
        ]
    }
}

const HEADER: [&str; 8] = ["id", "value", "unit", "peer", "peer value", "ratio", "budget", "ok"];
/// Columns of numbers, which stand right.
const NUMBERS: [usize; 3] = [1, 4, 5];

/// The lines as aligned text. A ratio says how many times as fast as the peer.
pub(super) fn render(lines: &[Measured]) -> String {
    let cells: Vec<[String; 8]> =
        [HEADER.map(str::to_owned)].into_iter().chain(lines.iter().map(Measured::cells)).collect();
    let mut text = String::new();
    for row in &cells {
        for (column, cell) in row.iter().enumerate() {
            let width = cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            let _ = match NUMBERS.contains(&column) {
                true => write!(text, "{cell:>width$}  "),
                false => write!(text, "{cell:<width$}  "),
            };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// The lines as data: `{id, value, unit, peer, peer_value, ratio, budget, ok}`, `null` for what
/// a line lacks.
pub(super) fn json(lines: &[Measured]) -> Value {
    let line = |measured: &Measured| {
        let (own, peer) = (measured.figures.own, measured.figures.peer());
        let budget = Some(measured.budget()).filter(|budget| !budget.is_empty());
        let (times, unit) = measured.unit();
        json!({
            "id": measured.row.id,
            "value": own * times,
            "unit": unit,
            "peer": peer.map(|_| measured.line.peer.name()),
            "peer_value": peer.map(|peer| peer * times),
            "ratio": measured.figures.ratio(),
            "budget": budget,
            "ok": measured.is_within_budget(),
        })
    };
    Value::Array(lines.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::super::table::{Peer, ROWS};
    use super::*;

    fn measured(id: &str, line: usize, own: f64, peer: Option<f64>) -> Measured {
        let row = ROWS.iter().find(|row| row.id == id).unwrap();
        let figures = match peer {
            Some(peer) => Figures::beside(&[own], &[peer]),
            None => Figures::alone(&[own]),
        };
        Measured { row, line: &row.lines[line], figures }
    }

    #[track_caller]
    fn check(id: &str, own_micros: f64, peer_micros: Option<f64>, expected: bool) {
        let peer = peer_micros.map(|peer| peer / 1e6);
        let actual = measured(id, 0, own_micros / 1e6, peer).is_within_budget();
        assert_eq!(actual, Some(expected), "{id}: {own_micros} us beside {peer_micros:?} us");
    }

    #[test]
    fn a_budget_is_kept_or_not() {
        check("signature.parse", 1.0, Some(200.1), true);
        check("signature.parse", 1.0, Some(199.0), false);
        check("signature.parse", 1.0, None, false);
        check("http.predict", 1.29, Some(1.0), true);
        check("http.predict", 1.31, Some(1.0), false);
        check("event", 0.9, None, true);
        check("event", 1.1, None, false);
        // Every one of several budgets counts.
        check("native.predict", 1.0, Some(300.0), true);
        check("native.predict", 2.1, Some(300.0), false);
        check("native.predict", 1.0, Some(50.0), false);
    }

    #[test]
    fn figures_are_compared_round_by_round() {
        // The machine was half as fast in the second round.
        let figures = Figures::beside(&[1.0, 2.0, 1.1], &[2.0, 4.0, 2.2]);
        assert_eq!((figures.own, figures.peer(), figures.ratio()), (1.1, Some(2.2), Some(2.0)));
        let in_turn = Figures::in_turn(&[1.0, 3.0], &[2.0], &[0.4, 0.5, 4.0]);
        assert_eq!((in_turn.own, in_turn.peer(), in_turn.ratio()), (1.0, Some(2.0), Some(2.0)));
        let once = Figures::beside(&[1.0, 2.0, 4.0], &[4.0]);
        assert_eq!((once.own, once.ratio()), (2.0, Some(2.0)));
    }

    #[test]
    fn columns_are_aligned_and_data_says_the_same() {
        let lines =
            [measured("event", 0, 2e-7, None), measured("chat.parse.plain", 1, 1e-7, Some(7e-7))];
        let text = render(&lines);
        let ok: Vec<_> = text.lines().map(|line| line.rsplit("  ").next().unwrap()).collect();
        assert_eq!(ok, ["ok", "yes", "-"], "{text}");
        assert!(text.contains("0.700  7.00 x"), "{text}");
        let data = json(&lines);
        assert_eq!(data[0]["peer"], Value::Null);
        assert_eq!(data[1]["peer"], Peer::DspyRs.name());
        assert_eq!((&data[1]["budget"], &data[1]["ok"]), (&Value::Null, &Value::Null));
    }
}
