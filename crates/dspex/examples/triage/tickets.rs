//! Tickets from a file, and the lines that are none.

use std::path::Path;

use anyhow::Context;

use crate::Ticket;

/// The tickets of a file, in order.
pub(crate) struct Tickets {
    pub(crate) valid: Vec<Ticket>,
    /// How many lines were no tickets; each was named on stderr.
    pub(crate) n_malformed: usize,
}

impl Tickets {
    pub(crate) fn len(&self) -> usize {
        self.valid.len()
    }
}

/// Reads a file, one ticket to a line; blank lines are passed over.
pub(crate) fn read(path: &Path) -> anyhow::Result<Tickets> {
    let text = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut tickets = Tickets { valid: Vec::new(), n_malformed: 0 };
    for (line_idx, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(ticket) => tickets.valid.push(ticket),
            Err(error) => {
                tickets.n_malformed += 1;
                // The parser counts lines too, and always finds itself in the first.
                let what = error.to_string().replace(" at line 1 column ", " at column ");
                let number = line_idx + 1;
                eprintln!("warning: `{}` line {number} is not a ticket: {what}", path.display());
            }
        }
    }
    anyhow::ensure!(!tickets.valid.is_empty(), "`{}` holds no ticket", path.display());
    Ok(tickets)
}
