//! What goes wrong with a completion: lost, doubled and foreign characters, a cut, other quotes.

use super::random::Random;

/// A text with some faults more.
pub(super) fn mutate(mut text: String, random: &mut Random) -> String {
    for _ in 0..random.within(1, 4) {
        let kind = random.below(20);
        let place = place(&text, random);
        match kind {
            0..4 => text.insert_str(place, random.pick(SNIPPETS)),
            4..7 => text.insert_str(place, random.pick(CHARS)),
            7..11 => {
                let end = forward(&text, place, random.within(1, 3));
                text.replace_range(place..end, "");
            }
            11 => text.truncate(place),
            12 => {
                let end = forward(&text, place, random.within(1, 12));
                let piece = text[place..end].to_owned();
                text.insert_str(end, &piece);
            }
            13 => {
                let middle = forward(&text, place, 1);
                let end = forward(&text, middle, 1);
                let swapped = format!("{}{}", &text[middle..end], &text[place..middle]);
                text.replace_range(place..end, &swapped);
            }
            14 | 15 => {
                let (from, to) = SWAPS[random.below(SWAPS.len())];
                let limit = random.within(1, 3);
                text = match random.once_in(2) {
                    true => text.replace(from, to),
                    false => text.replacen(from, to, limit),
                };
            }
            16 | 17 => {
                let end = forward(&text, place, 1);
                text.replace_range(place..end, random.pick(CHARS));
            }
            18 => text.push_str(random.pick(SNIPPETS)),
            _ => {
                let end = forward(&text, place, random.within(1, 60));
                text = text[place..end].to_owned();
            }
        }
    }
    text
}

/// A place in the text; in half of the cases one right before or after a character that means
/// something.
fn place(text: &str, random: &mut Random) -> usize {
    let start = forward(text, 0, random.below(text.chars().count() + 1));
    if random.once_in(2) {
        return start;
    }
    let is_structural = |char: char| "{}[](),:\"'“”\\`".contains(char);
    let Some(offset) = text[start..].find(is_structural) else { return start };
    let found = start + offset;
    if random.once_in(2) { found } else { forward(text, found, 1) }
}

fn forward(text: &str, place: usize, n_chars: usize) -> usize {
    text[place..].char_indices().nth(n_chars).map_or(text.len(), |(offset, _)| place + offset)
}

#[rustfmt::skip]
const SWAPS: &[(&str, &str)] = &[
    ("\"", "'"), ("'", "\""), ("\"", ""), ("\"", "“"), ("\"", "\\\""), ("\\", ""), ("\\", "\\\\"),
    (",", ""), (":", ""), (": ", " = "), ("\n", " "), ("\n", ""), ("{", ""), ("}", ""), ("[", ""),
    ("]", ""), ("{", "["), ("}", "]"), ("[", "("), ("]", ")"), (", ", ",\n"), ("\"", "\"\""),
    ("\"", "`"), (" ", ""), (",", ";"), ("}", "}}"), ("]", "]]"), ("{", "{{"), ("\":", "\","),
    ("\\\"", "\""), ("\"", "”"), ("\"", "„"),
];

const CHARS: &[&str] = &[
    "{", "}", "[", "]", "(", ")", ":", ",", "\"", "'", "“", "”", "„", "\\", "`", "\n", "\r", "\t",
    " ", "a", "0", ".", "-", "/", "*", "#", "_", "é", "🎉", "\u{0}", "\u{1f}", "\u{a0}",
    "\u{feff}", "²", "e", ";",
];

/// Faults that are more than a character; each brings rules of its own into play.
#[rustfmt::skip]
const SNIPPETS: &[&str] = &[
    ", ...", "..., ", "...", ", \"k\": 1", ",\"k\":\"v\"}", " [1, 2]", ", [3, 4]", " [[5, 6]]",
    "}}", "}]", "]}", "{\"a\", \"b\"}", "{\\\"a\\\": 1}", "{1, 2}", "{x}",
    "[{\"a\": 1, \"b\": 2 \"a\": 3}]", "\"a\": 1 \"a\": 2", "a: 1, a: 2", "// c\n", "/* c */",
    "# c\n", "/*", "//", "True", "None", " false ", "null", "(1, 2)", "(\"x\")", "()", "(",
    "```json\n{\"a\": 1}\n```", "```json", "\n```\n", "\"```json [1] ```\"", "\"\"", "\"\"\"", "''",
    "“x”", "„y”", "'x'", "\\\"", "\\\\", "\\n", "\\u0041", "\\ud83d\\ude00", "\\x41", "\\'",
    "\\\\\"", "\\/", "{a: 1}", ", {b: [1]}", "[^\"]", "1_000", "1/3", "1,234", "10-20", ": ", ":",
    "::", ",,", ", ,", "{}", "[]", "{\"a\": 1}", "[1]", "key: ", "\"key\" ", ", note: x",
    "\n{\"a\": 2}", "\u{feff}", "and so: ", "it's", "\"he said \"hi\" to\"", "\" , \"", "\": \"",
    "{\"a\": {\"b\":", "[[", "]]", "[{\"a\": 1}{\"a\": 2}]", "[{\"a\": 1, b: 2, a: 3}]",
    "[1, 2] [3, 4]", "\"x\": [[1, 2], [3, 4]] [5, 6]", "[..., 1]", "{\"a\": [1] [2]}",
    "[{\"k\": 1}}]", "{\"a\": 1}, \"b\": 2}", "\"a\": 1}", "{: 1}", "{\"\": 1}", "{\"a\": }",
    "{\"a\"}",
];
