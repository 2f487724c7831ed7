//! Lists that grow by what is left to read, so that large ones hold little slack.

/// Below this, doubling wastes little.
const FEW: usize = 64;

/// Adds an item to a list of which `n_read` bytes are read and `n_left` bytes, at most, are not.
///
/// A full list gets room for as many items as the rest of its text holds, if they go on as they
/// began: at least an eighth more, so that time stays linear, and at most as many again.
pub(crate) fn push<T>(items: &mut Vec<T>, item: T, n_read: usize, n_left: usize) {
    let n_items = items.len();
    if n_items == items.capacity() && n_items >= FEW {
        let expected = n_items.saturating_mul(n_left) / n_read.max(1) + 1;
        items.reserve_exact(expected.clamp(n_items / 8, n_items));
    }
    items.push(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn capacity(n_items: usize, read: impl Fn(usize) -> usize, end: usize) -> usize {
        let mut items = Vec::new();
        for item in 0..n_items {
            push(&mut items, item, read(item), end - read(item));
        }
        items.capacity()
    }

    #[test]
    fn equal_items_leave_next_to_no_slack() {
        let n_items = 100_000;
        let capacity = capacity(n_items, |item| item * 10, n_items * 10);
        assert!(capacity - n_items < n_items / 50, "{capacity}");
    }

    #[test]
    fn whatever_the_text_the_slack_has_a_bound() {
        let n_items = 100_000;
        // The rest of the text is not of the list.
        assert!(capacity(n_items, |item| item, n_items * 100) <= 2 * n_items);
        // Each item is half as long as the one before, so that the guesses are far too low.
        let shrinking = |item: usize| 1 << (40 - 40_usize.saturating_sub(item));
        assert!(capacity(n_items, shrinking, 1 << 41) <= 2 * n_items);
    }
}
