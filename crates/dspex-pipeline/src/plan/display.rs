//! A plan as text.

use std::fmt;

use super::{OUTPUT, Origin, Plan, Planned, Read, Reads};

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let planned = self.planned();
        let Planned { name, input, output, .. } = planned;
        writeln!(formatter, "{name}: {input} -> {output}")?;
        let levels: Vec<String> = self.levels().iter().map(|level| group(level)).collect();
        write!(formatter, "{}", levels.join(" -> "))?;
        let width = self.stages().chain([OUTPUT]).map(|name| name.chars().count()).max();
        let width = width.unwrap_or_default();
        for node in &planned.nodes[1..] {
            write!(formatter, "\n  {:width$}  {}", node.name, feeding(planned, &node.reads))?;
            for after in &node.after {
                write!(formatter, "; after {}", planned.nodes[*after].name)?;
            }
        }
        write!(formatter, "\n  {OUTPUT:width$}  {}", feeding(planned, &planned.outcome))
    }
}

fn group(level: &[&str]) -> String {
    match level {
        [stage] => (*stage).to_owned(),
        stages => format!("[{}]", stages.join(" | ")),
    }
}

fn feeding(planned: &Planned, reads: &Reads) -> String {
    let mut parts: Vec<String> = reads.fields.iter().map(|read| origin(planned, read)).collect();
    if reads.everything {
        parts.push("whatever is there".to_owned());
    }
    // A condition often reads what its stage reads too.
    let mut seen = std::collections::HashSet::new();
    parts.retain(|part| seen.insert(part.clone()));
    if parts.is_empty() { "reads nothing".to_owned() } else { parts.join(", ") }
}

fn origin(planned: &Planned, read: &Read) -> String {
    let name = |node: usize| planned.nodes[node].name.as_str();
    match &read.from {
        Origin::Source(source) => {
            let from: Vec<&str> = planned.candidates(*source).map(name).collect();
            format!("{} from {}", read.field, from.join(" or "))
        }
        Origin::Unknown(nodes) => {
            let from: Vec<&str> = nodes.iter().map(|node| name(*node)).collect();
            format!("{} perhaps from {}", read.field, from.join(" or "))
        }
        Origin::Nobody => format!("{} from nobody", read.field),
    }
}
