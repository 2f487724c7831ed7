//! Plans a pipeline in one pass from top to bottom, keeping book of who made what.

use std::collections::HashMap;

use dspex_signature::{RecordShape, Shape, nearest};

use super::flatten::{FlatField, flatten};
use super::{
    INPUT, Node, OUTPUT, Origin, Planned, Read, Reads, Source, StageEntry, WiringError,
    WiringFault, order,
};
use crate::wiring::fits;

/// Plans the pipeline, or names everything that is wrong with it.
pub(super) fn plan(
    name: &str,
    input: &'static RecordShape,
    entries: &[StageEntry],
    output: &'static RecordShape,
) -> Result<Planned, WiringError> {
    let mut planner = Planner::new(entries);
    planner.check_names(entries);
    planner.make(0, &[], false, input);
    let mut nodes = vec![Node { name: INPUT.to_owned(), ..Node::default() }];
    for (position, entry) in entries.iter().enumerate() {
        let node = position + 1;
        let fields = flatten(entry.reads);
        let (reads, mut needs) = planner.read(node, Some(&entry.name), entry.reads, &fields);
        planner.make(node, &fields, entry.reads.open, entry.makes);
        let after = planner.after(entry);
        needs.extend(&after);
        needs.sort_unstable();
        needs.dedup();
        needs.retain(|need| *need != 0);
        nodes.push(Node { name: entry.name.clone(), reads, after, needs, feeds: Vec::new() });
    }
    let (outcome, _) = planner.read(nodes.len(), None, output, &flatten(output));
    for node in 1..nodes.len() {
        for need in nodes[node].needs.clone() {
            nodes[need].feeds.push(node);
        }
    }
    let levels = order::levels(&nodes).unwrap_or_else(|cycle| {
        planner.faults.push(WiringFault::Cycle { stages: cycle });
        Vec::new()
    });
    if !planner.faults.is_empty() {
        return Err(WiringError::new(name, planner.faults));
    }
    let (sources, name) = (planner.sources(), name.to_owned());
    Ok(Planned { name, input: input.name, output: output.name, nodes, outcome, levels, sources })
}

struct Planner<'a> {
    nodes_by_name: HashMap<&'a str, usize>,
    entries: &'a [StageEntry],
    /// The shapes of the nodes so far, for those who name a stage in full.
    makes: Vec<&'static RecordShape>,
    /// The makers that a plain name may mean from here on; more than one is ambiguous.
    visible: HashMap<&'static str, Vec<usize>>,
    /// Every maker there ever was; the others are kept as positions in this list.
    makers: Vec<Maker>,
    /// Nodes that may have made any field, oldest first.
    open_makers: Vec<usize>,
    /// The latest node that read everything: whoever comes after need not wait for earlier ones.
    read_everything: usize,
    faults: Vec<WiringFault>,
}

/// A node that made a field which may be read from here on.
struct Maker {
    source: Source,
    shape: Shape,
    maybe: bool,
}

impl<'a> Planner<'a> {
    fn new(entries: &'a [StageEntry]) -> Self {
        let mut nodes_by_name = HashMap::from([(INPUT, 0)]);
        for (position, entry) in entries.iter().enumerate() {
            nodes_by_name.entry(&entry.name).or_insert(position + 1);
        }
        Self {
            nodes_by_name,
            entries,
            makes: Vec::with_capacity(entries.len() + 1),
            visible: HashMap::new(),
            makers: Vec::new(),
            open_makers: Vec::new(),
            read_everything: 0,
            faults: Vec::new(),
        }
    }

    fn check_names(&mut self, entries: &'a [StageEntry]) {
        for (position, entry) in entries.iter().enumerate() {
            let stage = || entry.name.clone();
            let reserved = ["", INPUT, OUTPUT].contains(&entry.name.as_str());
            if reserved || entry.name.contains('.') {
                self.faults.push(WiringFault::BadName { stage: stage() });
            } else if self.nodes_by_name[entry.name.as_str()] != position + 1 {
                self.faults.push(WiringFault::SameName { stage: stage() });
            }
        }
    }

    /// Finds where each field comes from, and which nodes have to end first.
    fn read(
        &mut self,
        node: usize,
        stage: Option<&str>,
        record: &'static RecordShape,
        fields: &[FlatField],
    ) -> (Reads, Vec<usize>) {
        let mut needs = Vec::new();
        let mut reads = Reads { fields: Vec::new(), everything: record.open };
        for field in fields {
            let read = self.read_field(node, stage, field);
            match &read.from {
                Origin::Source(source) => needs.push(self.makers[*source].source.node),
                Origin::Unknown(nodes) => needs.extend(nodes),
                Origin::Nobody => {}
            }
            reads.fields.push(read);
        }
        if record.open {
            needs.extend(self.read_everything..node);
            self.read_everything = node;
        }
        (reads, needs)
    }

    fn read_field(&mut self, node: usize, stage: Option<&str>, field: &FlatField) -> Read {
        if let Some((from, name)) = field.name.split_once('.') {
            let from = self.read_by_full_name(node, stage, field, from, name);
            return Read { name: field.name, field: name, from };
        }
        let from = match self.visible.get(field.name).map(Vec::as_slice) {
            Some(&[maker]) => {
                self.check_shape(stage, field, maker);
                Origin::Source(maker)
            }
            Some(makers) => {
                let name = |maker: &usize| self.name(self.makers[*maker].source.node).to_owned();
                let makers = makers.iter().map(name).collect();
                let (reader, field) = (stage.map(str::to_owned), field.name.to_owned());
                self.faults.push(WiringFault::Ambiguous { reader, field, makers });
                Origin::Nobody
            }
            None if !self.open_makers.is_empty() => {
                Origin::Unknown(self.open_makers.iter().rev().copied().collect())
            }
            None if matches!(field.shape, Shape::Option(_)) => Origin::Nobody,
            None => {
                let (reader, shape) = (stage.map(str::to_owned), field.shape);
                let field = field.name.to_owned();
                self.faults.push(WiringFault::Unmade { reader, field, shape });
                Origin::Nobody
            }
        };
        Read { name: field.name, field: field.name, from }
    }

    fn read_by_full_name(
        &mut self,
        node: usize,
        stage: Option<&str>,
        field: &FlatField,
        from: &str,
        name: &'static str,
    ) -> Origin {
        let Some(&maker) = self.nodes_by_name.get(from).filter(|maker| **maker < node) else {
            let (reader, field) = (stage.map(str::to_owned), field.name.to_owned());
            let (near, from) = (self.nearest(from, node - 1), from.to_owned());
            self.faults.push(WiringFault::UnknownOrigin { reader, field, from, near });
            return Origin::Nobody;
        };
        // What a module adds to its output is not in its shape: only a run can tell.
        let made = flatten(self.makes[maker]).into_iter().rfind(|made| made.name == name);
        let (shape, maybe) = made.map_or((field.shape, false), |made| (made.shape, made.maybe));
        let source = self.add_maker(Source { node: maker, older: None }, shape, maybe);
        self.check_shape(stage, field, source);
        Origin::Source(source)
    }

    /// Every maker that may be asked has to fit; the oldest may also be absent.
    fn check_shape(&mut self, stage: Option<&str>, field: &FlatField, latest: usize) {
        let mut next = Some(latest);
        while let Some(maker) = next {
            let Maker { source, shape, maybe } = self.makers[maker];
            next = source.older;
            if fits(&field.shape, &shape, maybe && next.is_none()) {
                continue;
            }
            let sometimes = fits(&field.shape, &shape, false);
            let (reader, maker) = (stage.map(str::to_owned), self.name(source.node).to_owned());
            let (need, have, field) = (field.shape, shape, field.name.to_owned());
            self.faults.push(match sometimes {
                true => WiringFault::Sometimes { reader, field, need, maker },
                false => WiringFault::Differs { reader, field, need, maker, have },
            });
            return;
        }
    }

    /// Enters what a node makes.
    fn make(
        &mut self,
        node: usize,
        reads: &[FlatField],
        reads_everything: bool,
        makes: &'static RecordShape,
    ) {
        for made in flatten(makes) {
            let replaces = reads_everything || reads.iter().any(|read| read.name == made.name);
            let older = self.visible.get(made.name).and_then(|makers| makers.last().copied());
            let older = older.filter(|_| replaces);
            let kept = older.filter(|_| made.maybe);
            let maker = self.add_maker(Source { node, older: kept }, made.shape, made.maybe);
            let visible = self.visible.entry(made.name).or_default();
            if older.is_some() {
                visible.clear();
            }
            visible.push(maker);
        }
        if makes.open {
            self.open_makers.push(node);
        }
        self.makes.push(makes);
    }

    fn add_maker(&mut self, source: Source, shape: Shape, maybe: bool) -> usize {
        self.makers.push(Maker { source, shape, maybe });
        self.makers.len() - 1
    }

    /// The nodes an entry names in `after`; unknown names are faults.
    fn after(&mut self, entry: &StageEntry) -> Vec<usize> {
        let mut nodes = Vec::new();
        for after in &entry.after {
            if let Some(node) = self.nodes_by_name.get(after.as_str()) {
                nodes.push(*node);
                continue;
            }
            self.faults.push(WiringFault::UnknownStage {
                stage: entry.name.clone(),
                after: after.clone(),
                near: self.nearest(after, self.entries.len()),
            });
        }
        nodes
    }

    /// The name among the first `n_stages` stages that a mistyped one resembles.
    fn nearest(&self, name: &str, n_stages: usize) -> Option<String> {
        let names: Vec<&str> =
            self.entries[..n_stages].iter().map(|entry| entry.name.as_str()).collect();
        nearest(name, &names).map(str::to_owned)
    }

    fn name(&self, node: usize) -> &'a str {
        if node == 0 { INPUT } else { &self.entries[node - 1].name }
    }

    fn sources(&self) -> Vec<Source> {
        self.makers.iter().map(|maker| maker.source).collect()
    }
}
