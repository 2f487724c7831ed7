//! Figures that an example prints: lines of `figure: ID VALUE`, in seconds or megabytes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::table::{Bench, Row};
use crate::process::{cargo, output, step};

/// The figures of the rows, by id.
pub(super) fn measure(rows: &[&Row]) -> Result<BTreeMap<String, Vec<f64>>> {
    let mut figures = BTreeMap::new();
    for Bench { package, file, words, .. } in
        rows.iter().map(|row| row.bench).collect::<BTreeSet<_>>()
    {
        let of =
            format!("--quiet --release --package {package} --features testing --example {file}");
        step(&format!("build of `{file}`"), &mut cargo(&format!("build {of}")))?;
        println!("==> {file} {words}");
        let printed = output(&mut cargo(&format!("run {of} -- {words}")))?;
        figures.extend(read(&printed)?);
    }
    Ok(figures)
}

fn read(printed: &str) -> Result<BTreeMap<String, Vec<f64>>> {
    let lines = printed.lines().filter_map(|line| line.strip_prefix("figure: "));
    let figure = |line: &str| {
        let (id, value) = line.split_once(' ').with_context(|| format!("`{line}` is no figure"))?;
        let value = value.parse().with_context(|| format!("`{line}` has no number"))?;
        Ok((id.to_owned(), vec![value]))
    };
    lines.map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_among_other_lines() {
        let read = |printed| read(printed).map_err(|error| error.to_string());
        let expected = BTreeMap::from([("a.b".to_owned(), vec![0.25])]);
        assert_eq!(read("seen: p50 9ms\nfigure: a.b 0.25\ntotals: kills=1\n"), Ok(expected));
        assert_eq!(read("figure: a"), Err("`a` is no figure".to_owned()));
        assert_eq!(read("figure: a much"), Err("`a much` has no number".to_owned()));
    }
}
