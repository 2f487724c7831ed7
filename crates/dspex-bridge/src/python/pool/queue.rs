//! Calls that wait for a worker, by priority.

use std::collections::VecDeque;

use crate::call::Priority;

/// After so many places in a row that went by priority, one goes to the call that has waited longest.
const FAIR_AFTER: u32 = 7;

/// What waits: of each priority in the order of arrival.
#[derive(Debug)]
pub(super) struct Queue<T> {
    /// Low, normal, high; each with the number of its arrival.
    waiting: [VecDeque<(u64, T)>; 3],
    n_arrived: u64,
    n_by_priority: u32,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { waiting: Default::default(), n_arrived: 0, n_by_priority: 0 }
    }
}

impl<T> Queue<T> {
    pub(super) fn push(&mut self, priority: Priority, item: T) {
        self.n_arrived += 1;
        self.waiting[priority as usize].push_back((self.n_arrived, item));
    }

    /// Takes the next one that `fits`.
    pub(super) fn pop(&mut self, mut fits: impl FnMut(&T) -> bool) -> Option<T> {
        let mut first = |line: usize| self.waiting[line].iter().position(|(_, item)| fits(item));
        let found: Vec<(usize, usize)> =
            (0..3).rev().filter_map(|line| Some((line, first(line)?))).collect();
        let is_fair = self.n_by_priority >= FAIR_AFTER;
        let (line, position) = match is_fair {
            true => found.iter().copied().min_by_key(|(line, at)| self.waiting[*line][*at].0)?,
            false => *found.first()?,
        };
        self.n_by_priority = if is_fair || found.len() == 1 { 0 } else { self.n_by_priority + 1 };
        self.waiting[line].remove(position).map(|(_, item)| item)
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.iter().map(VecDeque::len).sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.waiting.iter().flatten().map(|(_, item)| item)
    }

    pub(super) fn retain(&mut self, mut stays: impl FnMut(&T) -> bool) {
        for line in &mut self.waiting {
            line.retain(|(_, item)| stays(item));
        }
    }

    /// Takes out all that `goes`.
    pub(super) fn take(&mut self, mut goes: impl FnMut(&T) -> bool) -> Vec<T> {
        let mut taken = Vec::new();
        for line in &mut self.waiting {
            let (go, stay) = std::mem::take(line).into_iter().partition(|(_, item)| goes(item));
            *line = stay;
            let go: VecDeque<(u64, T)> = go;
            taken.extend(go.into_iter().map(|(_, item)| item));
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(queue: &mut Queue<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.pop(|_| true)).collect()
    }

    #[test]
    fn the_highest_goes_first_and_equals_in_order() {
        let mut queue = Queue::default();
        queue.push(Priority::Low, "low");
        queue.push(Priority::Normal, "one");
        queue.push(Priority::High, "high");
        queue.push(Priority::Normal, "two");
        assert_eq!(queue.len(), 4);
        assert_eq!(queue.pop(|item| *item != "high"), Some("one"));
        assert_eq!(drained(&mut queue), ["high", "two", "low"]);
    }

    #[test]
    fn nobody_waits_for_ever() {
        let mut queue = Queue::default();
        queue.push(Priority::Low, "low");
        let mut before = 0;
        loop {
            queue.push(Priority::High, "high");
            match queue.pop(|_| true) {
                Some("low") => break,
                _ => before += 1,
            }
        }
        assert_eq!(before, FAIR_AFTER);
    }

    #[test]
    fn some_may_be_taken_out() {
        let mut queue = Queue::default();
        for item in ["a", "b", "c"] {
            queue.push(Priority::Normal, item);
        }
        assert_eq!(queue.take(|item| *item != "b"), ["a", "c"]);
        queue.retain(|item| *item != "b");
        assert_eq!(queue.iter().count(), 0);
    }
}
