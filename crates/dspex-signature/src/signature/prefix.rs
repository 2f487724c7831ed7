//! The prefix DSPy infers from a field's name, which it saves with a program.

use crate::value::unicode::{capitalize, is_decimal, is_upper};

/// `camelCaseText` to `Camel Case Text`, `text2number` to `Text 2 Number`.
///
/// The steps are those of `infer_prefix` in DSPy 3.4.1, whose regular expressions know ASCII
/// letters only, but every decimal digit of Unicode.
pub(crate) fn infer_prefix(name: &str) -> String {
    let parted = part_words(name);
    let parted = part_between(&parted, |left| lower(left) || left.is_ascii_digit(), upper);
    let parted = part_between(&parted, letter, is_decimal);
    let parted = part_between(&parted, is_decimal, letter);
    let words: Vec<String> = parted.split('_').map(titled).collect();
    words.join(" ")
}

/// `(.)([A-Z][a-z]+)` to `\1_\2`: a capitalised word is parted from what stands before it.
fn part_words(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut parted = String::with_capacity(name.len() + 8);
    let mut position = 0;
    while position < chars.len() {
        parted.push(chars[position]);
        let word = &chars[position + 1..];
        position += 1;
        if matches!(word, [first, second, ..] if upper(*first) && lower(*second)) {
            let n_lower = word[1..].iter().take_while(|char| lower(**char)).count();
            parted.push('_');
            parted.extend(&word[..=n_lower]);
            position += 1 + n_lower;
        }
    }
    parted
}

/// Sets an underscore wherever a `left` stands before a `right`.
fn part_between(text: &str, left: fn(char) -> bool, right: fn(char) -> bool) -> String {
    let mut parted = String::with_capacity(text.len() + 8);
    let mut before = None;
    for char in text.chars() {
        if before.is_some_and(left) && right(char) {
            parted.push('_');
        }
        parted.push(char);
        before = Some(char);
    }
    parted
}

/// A word with a capital letter; one that is all in capitals, such as `HTML`, stays.
fn titled(word: &str) -> String {
    if is_upper(word) { word.to_owned() } else { capitalize(word) }
}

fn upper(char: char) -> bool {
    char.is_ascii_uppercase()
}

fn lower(char: char) -> bool {
    char.is_ascii_lowercase()
}

fn letter(char: char) -> bool {
    char.is_ascii_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_those_of_dspy() {
        for (name, expected) in [
            ("question", "Question"),
            ("camelCaseText", "Camel Case Text"),
            ("snake_case_text", "Snake Case Text"),
            ("text2number", "Text 2 Number"),
            ("HTMLParser", "HTML Parser"),
            ("getHTTPResponseCode", "Get HTTP Response Code"),
            ("aB", "A B"),
            ("v1_2", "V 1 2"),
            ("Is2ndBest", "Is 2 Nd Best"),
            ("ALL_CAPS_NAME", "ALL CAPS NAME"),
            ("fooBAR", "Foo BAR"),
            ("aBcDe", "A Bc De"),
            ("ABcD2eF", "A Bc D 2 E F"),
            ("a__b_", "A  B "),
            ("I", "I"),
            ("größe", "Größe"),
            ("ß", "Ss"),
            ("éCole2", "É Cole 2"),
            ("名前", "名前"),
            ("ΟΔΟΣ", "ΟΔΟΣ"),
            ("ΟδΟΣ", "Οδος"),
            ("a٣b", "A ٣ B"),
            ("ñ٣ñ", "Ñ٣ñ"),
            ("ǆep", "ǅep"),
            ("ნაზი", "ნაზი"),
        ] {
            assert_eq!(infer_prefix(name), expected, "{name:?}");
        }
    }
}
