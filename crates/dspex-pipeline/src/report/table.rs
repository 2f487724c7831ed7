//! A report as an aligned table.

use std::fmt;
use std::time::Duration;

use super::{Report, StageReport};

const HEADER: [&str; 11] = [
    "stage",
    "ran on",
    "calls",
    "failed",
    "skipped",
    "retries",
    "fallbacks",
    "tokens in",
    "tokens out",
    "p50",
    "p95",
];
/// Columns of text stand to the left, figures to the right.
const N_TEXT_COLUMNS: usize = 2;

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 11]> =
            [HEADER.map(str::to_owned)].into_iter().chain(self.stages.iter().map(row)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: Vec<usize> = (0..HEADER.len()).filter_map(width).collect();
        writeln!(formatter, "pipeline `{}`", self.pipeline)?;
        for row in &rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let cell = match column < N_TEXT_COLUMNS {
                    true => format!("{cell:<width$}"),
                    false => format!("{cell:>width$}"),
                };
                line.push_str(if column == 0 { "  " } else { "   " });
                line.push_str(&cell);
            }
            writeln!(formatter, "{}", line.trim_end())?;
        }
        let path = match self.critical_path.is_empty() {
            true => "nothing ran".to_owned(),
            false => self.critical_path.join(" -> "),
        };
        write!(formatter, "critical path: {path}")
    }
}

fn row(stage: &StageReport) -> [String; 11] {
    [
        stage.name.clone(),
        places(stage),
        stage.calls.to_string(),
        stage.failures.to_string(),
        stage.skipped.to_string(),
        stage.retries.to_string(),
        stage.fallbacks.to_string(),
        stage.input_tokens.to_string(),
        stage.output_tokens.to_string(),
        time(stage.p50),
        time(stage.p95),
    ]
}

/// `native`, or `native 12, python 3` where it ran in several places.
fn places(stage: &StageReport) -> String {
    match stage.ran_on.as_slice() {
        [] => "-".to_owned(),
        [(place, _)] => place.to_string(),
        several => {
            let several = several.iter().map(|(place, calls)| format!("{place} {calls}"));
            several.collect::<Vec<_>>().join(", ")
        }
    }
}

fn time(time: Option<Duration>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| format!("{time:.1?}"))
}
