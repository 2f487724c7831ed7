//! `cargo xtask bench`: every figure in one table, each beside its peer of the same run.

mod criterion;
mod dspy;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use table::{Measured, ROWS, Row};

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
    if arguments.peers {
        bail!(
            "not supported yet: there is no peer with a heavy tree in the table\n  hint: leave out --peers"
        );
    }
    let chosen = |row: &&Row| arguments.only.as_deref().is_none_or(|group| row.group == group);
    let rows: Vec<&Row> = ROWS.iter().filter(chosen).collect();
    if rows.is_empty() {
        let mut groups: Vec<&str> = ROWS.iter().map(|row| row.group).collect();
        groups.dedup();
        bail!("no row is of that group\n  hint: groups are {}", groups.join(", "));
    }
    let own = criterion::measure(&rows)?;
    let peers = dspy::measure(&rows)?;
    let measured = join(&rows, &own, &peers)?;
    println!("{}", table::render(&measured));
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&table::json(&measured))?;
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn join(
    rows: &[&'static Row],
    own: &BTreeMap<String, f64>,
    peers: &BTreeMap<String, f64>,
) -> Result<Vec<Measured>> {
    rows.iter()
        .map(|row| {
            let seconds =
                own.get(row.id).with_context(|| format!("{} was not measured", row.id))?;
            let peer_seconds = match row.peer {
                Some(_) => {
                    let figure = peers.get(row.id);
                    Some(
                        *figure
                            .with_context(|| format!("{}: the peer was not measured", row.id))?,
                    )
                }
                None => None,
            };
            Ok(Measured { row, seconds: *seconds, peer_seconds })
        })
        .collect()
}
