//! The first balanced braces in a text.

/// The first part of a text that begins with `{`, ends with `}` and is balanced between: the
/// leftmost match of `\{(?:[^{}]|(?R))*\}` of Python's `regex`. Quotes mean nothing to it.
///
/// DSPy looks for an object so when the repaired text is none.
pub(crate) fn balanced_object(text: &str) -> Option<&str> {
    let start = first_closed_brace(text)?;
    let mut depth = 0_usize;
    for (offset, byte) in text[start..].bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(&text[start..=start + offset]),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The first opening brace that is closed at all. Seen from the end, a brace is closed if a
/// closing one is still free to its right.
fn first_closed_brace(text: &str) -> Option<usize> {
    let mut free_closers = 0_usize;
    let mut first = None;
    for (position, byte) in text.bytes().enumerate().rev() {
        match byte {
            b'}' => free_closers += 1,
            b'{' if free_closers > 0 => {
                free_closers -= 1;
                first = Some(position);
            }
            _ => {}
        }
    }
    first
}
