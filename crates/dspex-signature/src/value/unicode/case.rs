//! Lower, upper and title case of texts: `str.lower`, `str.title`, `str.capitalize`, `str.isupper`.

use super::{
    case_tables::{TO_LOWER, TO_TITLES, TO_UPPER, TO_UPPERS},
    class_tables::{CASE_IGNORABLE, CASED, LOWERCASE, TITLECASE, UPPERCASE},
    contains,
};

/// Python's `str.lower()`.
pub(crate) fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lowered = String::with_capacity(text.len());
    let mut after_letter = false;
    for (start, char) in text.char_indices() {
        push_lower(char, after_letter, &text[start + char.len_utf8()..], &mut lowered);
        after_letter = is_after_letter(char, after_letter);
    }
    lowered
}

/// Python's `str.capitalize()`: the first character in title case, all others in lower case.
pub(crate) fn capitalize(text: &str) -> String {
    let mut capitalized = String::with_capacity(text.len());
    let mut after_letter = false;
    for (start, char) in text.char_indices() {
        match start {
            0 => push_title(char, &mut capitalized),
            _ => push_lower(char, after_letter, &text[start + char.len_utf8()..], &mut capitalized),
        }
        after_letter = is_after_letter(char, after_letter);
    }
    capitalized
}

/// Python's `str.title()`: each letter behind a letter in lower case, all others in title case.
pub(crate) fn title(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    let (mut is_inside, mut after_letter) = (false, false);
    for (start, char) in text.char_indices() {
        match is_inside {
            true => {
                push_lower(char, after_letter, &text[start + char.len_utf8()..], &mut titled);
            }
            false => push_title(char, &mut titled),
        }
        is_inside = is_cased(char);
        after_letter = is_after_letter(char, after_letter);
    }
    titled
}

/// Python's `str.isupper()`: at least one letter in upper case, none in lower or title case.
pub(crate) fn is_upper(text: &str) -> bool {
    let is_other = |char: char| match char {
        '\0'..='\x7f' => char.is_ascii_lowercase(),
        _ => contains(LOWERCASE, char) || contains(TITLECASE, char),
    };
    let is_upper = |char: char| match char {
        '\0'..='\x7f' => char.is_ascii_uppercase(),
        _ => contains(UPPERCASE, char),
    };
    text.contains(is_upper) && !text.contains(is_other)
}

/// Appends the lower case of a character, which for a capital sigma depends on what is around it:
/// behind a letter and not before one it is a final sigma.
fn push_lower(char: char, after_letter: bool, rest: &str, out: &mut String) {
    match char {
        '\0'..='\x7f' => out.push(char.to_ascii_lowercase()),
        // The one character whose lower case is two.
        'İ' => out.push_str("i\u{307}"),
        'Σ' => {
            let is_before_letter = rest.chars().find(|char| !is_case_ignorable(*char));
            let is_final = after_letter && !is_before_letter.is_some_and(is_cased);
            out.push(if is_final { 'ς' } else { 'σ' });
        }
        _ => out.push(moved(TO_LOWER, char)),
    }
}

fn push_title(char: char, out: &mut String) {
    let code = u32::from(char);
    let listed = |table: &[(u32, &'static str)]| {
        let found = table.binary_search_by_key(&code, |(listed, _)| *listed);
        found.ok().map(|place| table[place].1)
    };
    match char {
        '\0'..='\x7f' => out.push(char.to_ascii_uppercase()),
        _ => match listed(TO_TITLES).or_else(|| listed(TO_UPPERS)) {
            Some(text) => out.push_str(text),
            None => out.push(moved(TO_UPPER, char)),
        },
    }
}

/// Whether the nearest character that counts, up to and including this one, is a letter.
fn is_after_letter(char: char, before: bool) -> bool {
    if is_case_ignorable(char) { before } else { is_cased(char) }
}

fn is_cased(char: char) -> bool {
    match char {
        '\0'..='\x7f' => char.is_ascii_alphabetic(),
        _ => contains(CASED, char),
    }
}

fn is_case_ignorable(char: char) -> bool {
    match char {
        '\0'..='\x7f' => matches!(char, '\'' | '.' | ':' | '^' | '`'),
        _ => contains(CASE_IGNORABLE, char),
    }
}

/// The character that a table of runs has for this one; itself where there is none.
fn moved(runs: &[(u32, u32, u32, i32)], char: char) -> char {
    let code = u32::from(char);
    let after = runs.partition_point(|(first, ..)| *first <= code);
    let Some((first, last, step, distance)) = after.checked_sub(1).map(|place| runs[place]) else {
        return char;
    };
    match code <= last && (code - first).is_multiple_of(step) {
        true => code.checked_add_signed(distance).and_then(char::from_u32).unwrap_or(char),
        false => char,
    }
}
