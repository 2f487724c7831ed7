//! The order of the stages: levels that may run side by side, or the cycle that forbids them.

use super::Node;

/// Groups the nodes by how many stages have to end before them, after Kahn (1962).
///
/// # Errors
/// The names along one cycle, the first one again at its end.
pub(super) fn levels(nodes: &[Node]) -> Result<Vec<Vec<usize>>, Vec<String>> {
    let mut waiting: Vec<usize> = nodes.iter().map(|node| node.needs.len()).collect();
    let mut level: Vec<usize> = (1..nodes.len()).filter(|node| waiting[*node] == 0).collect();
    let mut levels = Vec::new();
    let mut n_ordered = 0;
    while !level.is_empty() {
        let mut next = Vec::new();
        for fed in level.iter().flat_map(|node| &nodes[*node].feeds) {
            waiting[*fed] -= 1;
            if waiting[*fed] == 0 {
                next.push(*fed);
            }
        }
        next.sort_unstable();
        n_ordered += level.len();
        levels.push(std::mem::replace(&mut level, next));
    }
    if n_ordered + 1 == nodes.len() { Ok(levels) } else { Err(cycle(nodes, &waiting)) }
}

/// Walks against the arrows from any node that never became ready until one comes again.
fn cycle(nodes: &[Node], waiting: &[usize]) -> Vec<String> {
    let never_ready = |node: &usize| waiting[*node] > 0;
    let mut walk: Vec<usize> = Vec::new();
    let mut seen_at = vec![None; nodes.len()];
    let mut next = (1..nodes.len()).find(never_ready);
    while let Some(node) = next {
        if let Some(start) = seen_at[node] {
            walk.push(node);
            let names = walk[start..].iter().rev().map(|node: &usize| nodes[*node].name.clone());
            return names.collect();
        }
        seen_at[node] = Some(walk.len());
        walk.push(node);
        next = nodes[node].needs.iter().copied().find(never_ready);
    }
    Vec::new()
}
