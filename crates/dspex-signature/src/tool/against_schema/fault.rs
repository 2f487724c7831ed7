//! One thing that a schema has against a value, and which of several is told.

use std::cmp::Ordering;

/// What is wrong with a value, and where in it.
pub(super) struct Fault {
    pub(super) message: String,
    /// Where, from the outside in.
    path: Vec<Step>,
    /// Whether it is a keyword that one of several schemas has to meet.
    is_weak: bool,
    /// Whether the value is of the type that the schema asks for.
    matches_type: bool,
    /// What each of several schemas has against the value.
    context: Vec<Self>,
}

/// A step into a value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Index(usize),
    Name(String),
}

impl Fault {
    pub(super) fn new(message: String) -> Self {
        let (path, context) = (Vec::new(), Vec::new());
        Self { message, path, is_weak: false, matches_type: false, context }
    }

    /// The same fault, found by this keyword of a schema whose type the value has or has not.
    pub(super) fn in_schema(mut self, keyword: &str, matches_type: bool) -> Self {
        self.is_weak = matches!(keyword, "anyOf" | "oneOf");
        self.matches_type = matches_type;
        self
    }

    pub(super) fn with_context(mut self, context: Vec<Self>) -> Self {
        self.context = context;
        self
    }

    /// The same fault, of a part of the value.
    pub(super) fn below(mut self, step: Step) -> Self {
        self.path.insert(0, step);
        self
    }

    /// `jsonschema.exceptions.relevance`: the greater counts for more.
    fn relevance(&self, other: &Self) -> Ordering {
        let key = |fault: &Self| (!fault.is_weak, !fault.matches_type);
        other
            .path
            .len()
            .cmp(&self.path.len())
            .then_with(|| self.path.cmp(&other.path))
            .then_with(|| key(self).cmp(&key(other)))
    }
}

/// The fault that `jsonschema.exceptions.best_match` picks.
pub(super) fn best(faults: Vec<Fault>) -> Option<Fault> {
    let is_greater = |one: &Fault, other: &Fault| one.relevance(other).is_gt();
    let mut best = first(faults, is_greater)?;
    while !best.context.is_empty() {
        let mut least = best.context.iter().collect::<Vec<_>>();
        // Stable, as in Python: of equal ones the first stays the first.
        least.sort_by(|one, other| one.relevance(other));
        if let [one, other, ..] = &least[..]
            && one.relevance(other).is_eq()
        {
            return Some(best);
        }
        let context = std::mem::take(&mut best.context);
        best = first(context, |one, other| one.relevance(other).is_lt())?;
    }
    Some(best)
}

/// The first of those that no other one is before.
fn first(faults: Vec<Fault>, is_before: impl Fn(&Fault, &Fault) -> bool) -> Option<Fault> {
    faults.into_iter().reduce(|best, fault| if is_before(&fault, &best) { fault } else { best })
}
