//! The keys of objects, and lists that go on where a key should stand.

use super::{Family, RepairDoubt, members::Members, parser::Parser, place::Place};
use crate::Value;

impl Parser<'_> {
    /// The next key and where it begins; the empty text where there is none.
    pub(super) fn key(&mut self, members: &mut Members) -> (String, usize) {
        let mut key = String::new();
        let mut key_start = self.cursor.position;
        self.places.enter(Place::Key);
        while let Some(char) = self.cursor.peek() {
            self.cursor.spend(1);
            key_start = self.cursor.position;
            if char == '[' && self.rows_go_on(members) {
                continue;
            }
            match self.string() {
                Value::Text(text) => key = text,
                // The library fails with an assertion.
                _ => self.cursor.stop(RepairDoubt::Raises),
            }
            if !key.is_empty() {
                break;
            }
            self.saw(Family::MissingKeys);
            self.skip_space_and_comments();
            if let Some(':' | '}') = self.cursor.peek() {
                break;
            }
        }
        self.places.leave();
        (key, key_start)
    }

    /// Reads a list that stands in the place of a key into the last member, where that is a list.
    fn rows_go_on(&mut self, members: &mut Members) -> bool {
        let Some(rows) = members.last_list() else { return false };
        self.saw(Family::Rows);
        self.cursor.advance();
        let more = self.list(']');
        self.cursor.spend(rows.len());
        append_rows(rows, more);
        self.skip_space_and_comments();
        if self.cursor.peek() == Some(',') {
            self.cursor.advance();
        }
        self.skip_space_and_comments();
        true
    }
}

/// Appends to a list what stood in brackets of its own after it.
///
/// Where the list holds rows of one length, `more` is one row or several, and loose items at the
/// end of the list are gathered into rows. Other lists take the items of `more`.
fn append_rows(rows: &mut Vec<Value>, more: Vec<Value>) {
    let Some(width) = row_width(rows) else {
        let mut more = more;
        match more.as_mut_slice() {
            [Value::List(only)] => rows.append(only),
            _ => rows.append(&mut more),
        }
        return;
    };
    let loose_start = rows.iter().rposition(is_list).map_or(0, |last| last + 1);
    let n_loose = rows.len() - loose_start;
    if n_loose > 0 && n_loose.is_multiple_of(width) {
        let mut loose = rows.split_off(loose_start).into_iter();
        for _ in 0..n_loose / width {
            rows.push(Value::List(loose.by_ref().take(width).collect()));
        }
    }
    if more.is_empty() {
        return;
    }
    if more.iter().all(is_list) {
        rows.extend(more);
    } else {
        rows.push(Value::List(more));
    }
}

/// The length that all lists within a list share, where it is not 0.
fn row_width(rows: &[Value]) -> Option<usize> {
    let mut widths = rows.iter().filter_map(|row| match row {
        Value::List(items) => Some(items.len()),
        _ => None,
    });
    let width = widths.next().filter(|width| *width > 0)?;
    widths.all(|other| other == width).then_some(width)
}

fn is_list(value: &Value) -> bool {
    matches!(value, Value::List(_))
}
