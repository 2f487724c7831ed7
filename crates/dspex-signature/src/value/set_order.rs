//! The order in which Python goes through a set.

use super::Value;

/// The items of a set in the order in which CPython 3.11 goes through it, where that is certain.
///
/// A set is a table of slots, gone through from the first to the last, and an integer's place is
/// its value modulo their number. The order is certain where all items are integers, no two of
/// them have the same place, and the table's size follows from the number of items: with up to
/// four it is 8, with more it depends on how the set was made, so that both sizes must give the
/// same order. What was taken out of a set before is not considered. Source:
/// `Objects/setobject.c`.
pub(crate) fn in_pythons_order(items: &[Value]) -> Option<Vec<Value>> {
    if items.len() < 2 {
        return Some(items.to_vec());
    }
    let [one_by_one, at_once] = n_slots(items.len());
    let order = places(items, one_by_one)?;
    (at_once == one_by_one || places(items, at_once)? == order)
        .then(|| order.into_iter().map(|index| items[index].clone()).collect())
}

/// The number of slots after items were added one by one, and after they came from another set.
fn n_slots(n_items: usize) -> [usize; 2] {
    let mut one_by_one = 8;
    for n_added in 1..=n_items {
        if n_added * 5 >= (one_by_one - 1) * 3 {
            let factor = if n_added > 50_000 { 2 } else { 4 };
            one_by_one = power_of_two_above(n_added * factor);
        }
    }
    let at_once = if n_items * 5 >= 7 * 3 { power_of_two_above(n_items * 2) } else { 8 };
    [one_by_one, at_once]
}

fn power_of_two_above(n_items: usize) -> usize {
    (n_items + 1).next_power_of_two().max(8)
}

/// The indices of the items in the order of their slots; `None` where two share one.
fn places(items: &[Value], n_slots: usize) -> Option<Vec<usize>> {
    let mut places = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        places.push((slot(item, n_slots)?, index));
    }
    places.sort_unstable();
    let is_shared = places.windows(2).any(|pair| pair[0].0 == pair[1].0);
    (!is_shared).then(|| places.into_iter().map(|(_, index)| index).collect())
}

fn slot(item: &Value, n_slots: usize) -> Option<usize> {
    // Python's hash of an integer below 2^61 - 1 is the integer; only -1 is an error code to it.
    let hash = match item {
        Value::Bool(bool) => i64::from(*bool),
        Value::Int(-1) => -2,
        Value::Int(int) if int.unsigned_abs() < (1 << 61) - 1 => *int,
        _ => return None,
    };
    usize::try_from(hash.rem_euclid(i64::try_from(n_slots).ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(items: &[i64], expected: Option<&[i64]>) {
        let items: Vec<Value> = items.iter().map(|item| Value::Int(*item)).collect();
        let expected = expected.map(|items| items.iter().map(|item| Value::Int(*item)).collect());
        assert_eq!(in_pythons_order(&items), expected, "{items:?}");
    }

    #[test]
    fn integers_stand_by_their_slots() {
        check(&[3, 1, 2], Some(&[1, 2, 3]));
        check(&[1, 10, 100], Some(&[1, 10, 100]));
        check(&[100, 9, 2], Some(&[9, 2, 100]));
        check(&[-1, 5], Some(&[5, -1]));
        check(&[-3, -2], Some(&[-3, -2]));
        check(&[5, 4, 3, 2, 1], Some(&[1, 2, 3, 4, 5]));
        // 1 and 9 share a slot of 8.
        check(&[1, 9], None);
        // One by one 5 items have 32 slots, from another set 16.
        check(&[17, 2, 3, 4, 5], None);
        check(&[7], Some(&[7]));
    }

    #[test]
    fn other_items_have_no_certain_order() {
        assert_eq!(in_pythons_order(&["b".into(), "a".into()]), None);
        assert_eq!(in_pythons_order(&[1.5.into(), 2.into()]), None);
        assert_eq!(in_pythons_order(&["b".into()]), Some(vec!["b".into()]));
        let bools = [Value::Bool(true), Value::Bool(false)];
        assert_eq!(in_pythons_order(&bools), Some(vec![false.into(), true.into()]));
    }
}
