//! The chain of stages that a run waits for.

use std::time::Duration;

use crate::plan::Planned;

/// The stages, each needed by the next, whose times add up to most; `weights` has one per stage.
///
/// Stages without any time are left out. Linear in stages and arrows.
pub(super) fn path(planned: &Planned, weights: &[Duration]) -> Vec<String> {
    let weight = |node: usize| weights[node - 1];
    let mut total = vec![Duration::ZERO; planned.nodes.len()];
    let mut before = vec![None; planned.nodes.len()];
    for node in planned.levels.iter().flatten().copied() {
        before[node] = planned.nodes[node].needs.iter().copied().max_by_key(|need| total[*need]);
        let earlier = before[node].map_or(Duration::ZERO, |need: usize| total[need]);
        total[node] = earlier.saturating_add(weight(node));
    }
    let last = (1..planned.nodes.len()).max_by_key(|node| total[*node]);
    let mut path: Vec<String> = std::iter::successors(last, |node| before[*node])
        .filter(|node| !weight(*node).is_zero())
        .map(|node| planned.nodes[node].name.clone())
        .collect();
    path.reverse();
    path
}
