//! `cargo xtask bench`: every figure in one table, each beside its peer of the same run.

mod criterion;
mod dspy_rs;
mod examples;
mod figures;
mod heap;
mod python;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use figures::{Figures, Measured};
use table::{Bench, Line, Peer, ROWS, Row};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only rows of this group, such as `signature` or `native`.
    #[arg(long)]
    only: Option<String>,
    /// Also measure peers whose dependencies are heavy; they have a workspace of their own.
    #[arg(long)]
    peers: bool,
    /// Write the rows as JSON as well.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let chosen = |row: &&Row| match arguments.only.as_deref() {
        Some(group) => row.is_of(group),
        None => row.bench.feature.is_none(),
    };
    let rows: Vec<&Row> = ROWS.iter().filter(chosen).collect();
    if rows.is_empty() {
        let mut groups: Vec<&str> = ROWS.iter().map(|row| row.group).collect();
        groups.dedup();
        bail!("no row is of that group\n  hint: groups are {}", groups.join(", "));
    }
    let has = |peer| rows.iter().any(|row| row.lines.iter().any(|line| line.peer == peer));
    let is_pool = |line: &Line| matches!(line.peer, Peer::Pools(..));
    let has_pools = rows.iter().any(|row| row.lines.iter().any(is_pool));
    let measured = Medians {
        own: own(&rows)?,
        dspy: if has(Peer::Dspy) { python::dspy()? } else { BTreeMap::new() },
        pools: if has_pools { python::pools()? } else { BTreeMap::new() },
        dspy_rs: match arguments.peers && has(Peer::DspyRs) {
            true => Some(dspy_rs::measure()?),
            false => None,
        },
    };
    let lines = measured.lines(&rows)?;
    print!("{}", figures::render(&lines));
    if rows.iter().any(|row| row.group == "native") {
        println!("\n{}", heap::figures()?);
    }
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&figures::json(&lines))?;
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Our own figures, one of each round.
fn own(rows: &[&Row]) -> Result<BTreeMap<String, Vec<f64>>> {
    let (examples, benches): (Vec<&Row>, Vec<&Row>) =
        rows.iter().copied().partition(|row| !row.bench.words.is_empty());
    let mut own = criterion::measure(&benches)?;
    own.extend(examples::measure(&examples)?);
    Ok(own)
}

/// A benchmark that can be profiled.
#[derive(Debug)]
pub(crate) struct Profiled {
    pub(crate) id: &'static str,
    /// The name of its file.
    pub(crate) file: &'static str,
}

/// The benchmark of that name, of a row or of a row's peer.
pub(crate) fn profiled(id: &str) -> Result<Profiled> {
    // Others run cargo, in which there is nothing of dspex, or need a Python to link with.
    let is_plain =
        |bench: Bench| bench != table::BUILD && bench.feature.is_none() && bench.words.is_empty();
    let rows = || ROWS.iter().filter(|row| is_plain(row.bench));
    let found = rows().find_map(|row| {
        let id = row.benchmarks().find(|name| *name == id)?;
        Some(Profiled { id, file: row.bench.file })
    });
    found.with_context(|| {
        let ids: Vec<&str> = rows().map(|row| row.id).collect();
        format!("there is no benchmark `{id}` to profile\n  hint: rows are {}", ids.join(", "))
    })
}

/// What was measured: medians in seconds, by id.
struct Medians {
    /// One of each round.
    own: BTreeMap<String, Vec<f64>>,
    dspy: BTreeMap<String, f64>,
    pools: BTreeMap<String, f64>,
    /// `None` where nobody asked for it.
    dspy_rs: Option<BTreeMap<String, f64>>,
}

impl Medians {
    fn lines(&self, rows: &[&'static Row]) -> Result<Vec<Measured>> {
        let mut lines = Vec::new();
        for row in rows {
            for line in row.lines {
                let own = figure(&self.own, row.id)?;
                let figures = match line.peer {
                    Peer::Nobody => Figures::alone(own),
                    Peer::Dspy => Figures::beside(own, &[*figure(&self.dspy, row.id)?]),
                    Peer::Pools(id, _) => Figures::beside(own, &[*figure(&self.pools, id)?]),
                    Peer::Ideal(ideal, _) => Figures::beside(own, &[ideal.as_secs_f64()]),
                    Peer::Bench(id, _) => Figures::beside(own, figure(&self.own, id)?),
                    Peer::InTurn(id, _, in_turn) => {
                        let (peer, times) = (figure(&self.own, id)?, figure(&self.own, in_turn)?);
                        Figures::in_turn(own, peer, times)
                    }
                    Peer::DspyRs => match &self.dspy_rs {
                        Some(medians) => Figures::beside(own, &[*figure(medians, row.id)?]),
                        None => continue,
                    },
                };
                lines.push(Measured { row, line, figures });
            }
        }
        Ok(lines)
    }
}

fn figure<'m, T>(medians: &'m BTreeMap<String, T>, id: &str) -> Result<&'m T> {
    medians.get(id).with_context(|| format!("{id} was not measured"))
}

#[cfg(test)]
mod tests {
    use super::profiled;

    #[test]
    fn rows_and_their_peers_can_be_profiled() {
        let file = |id| profiled(id).map(|it| it.file).map_err(|error| error.to_string());
        assert_eq!(file("native.react"), Ok("native"));
        assert_eq!(file("http.bare"), Ok("native"));
        let error = file("native.preduct").unwrap_err();
        assert!(
            error.contains("`native.preduct`") && error.contains("native.predict, "),
            "{error}"
        );
        assert!(file("build/signatures").is_err() && file("embedded.noop").is_err());
    }
}
