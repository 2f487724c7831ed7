//! Completions as models write them: an object or a list, in the manner of JSON, Python or
//! JavaScript, with or without care, and with words and fences around.

use super::random::Random;

/// How a completion is written.
struct Manner {
    /// What opens and closes a text.
    quotes: (&'static str, &'static str),
    words: [&'static str; 3],
    lists: (&'static str, &'static str),
    are_keys_bare: bool,
    /// How many spaces deeper each level stands; 0 for all on one line.
    indent: usize,
    /// One in so many quotes and line ends within texts is not escaped; 0 for none.
    carelessness: usize,
    /// One in so many commas is missing, doubled, trailing or followed by a comment; 0 for none.
    slips: usize,
}

const JSON_WORDS: [&str; 3] = ["true", "false", "null"];
const PYTHON_WORDS: [&str; 3] = ["True", "False", "None"];

fn manner(random: &mut Random) -> Manner {
    let quotes = match random.below(8) {
        0..5 => ("\"", "\""),
        5..7 => ("'", "'"),
        _ => ("“", "”"),
    };
    Manner {
        quotes,
        words: if random.once_in(3) { PYTHON_WORDS } else { JSON_WORDS },
        lists: if random.once_in(8) { ("(", ")") } else { ("[", "]") },
        are_keys_bare: random.once_in(6),
        indent: random.pick(&[&0, &0, &2, &4]).to_owned(),
        carelessness: random.pick(&[&0, &8, &3]).to_owned(),
        slips: random.pick(&[&0, &0, &10]).to_owned(),
    }
}

/// A completion, with or without prose and fences around.
pub(super) fn text(random: &mut Random) -> String {
    let manner = manner(random);
    let mut text = String::new();
    if random.once_in(4) {
        text.push_str(random.pick(BEFORE));
    }
    let is_fenced = random.once_in(4);
    if is_fenced {
        text.push_str(random.pick(&["```json\n", "```\n", "```python\n", "`"]));
    }
    let n_values = if random.once_in(8) { random.within(2, 3) } else { 1 };
    for index in 0..n_values {
        if index > 0 {
            text.push_str(random.pick(&["\n", ", ", " and ", "\n\n", ","]));
        }
        if random.once_in(5) {
            list(random, &manner, 0, &mut text);
        } else {
            object(random, &manner, 0, &mut text);
        }
    }
    if is_fenced {
        text.push_str(random.pick(&["\n```", "```", "`", "\n"]));
    }
    if random.once_in(4) {
        text.push_str(random.pick(AFTER));
    }
    text
}

/// A value of few words, in some manner.
pub(super) fn small_value(random: &mut Random) -> String {
    // Deep enough that lists and objects hold few more of them.
    const DEPTH: usize = 3;
    let manner = Manner { indent: 0, ..manner(random) };
    let mut text = String::new();
    match random.below(4) {
        0 => text.push_str(random.pick(NUMBERS)),
        1 => quoted(random, &manner, &mut text),
        2 => text.push_str(random.pick(&["1", "\"v\"", "true", "null", "[1, 2]", "{\"z\": 0}"])),
        _ => value(random, &manner, DEPTH, &mut text),
    }
    text
}

/// Many words without quotes around them; what is hard among them is not escaped.
pub(super) fn long_text(random: &mut Random) -> String {
    let hardness = random.pick(&[&0, &0, &20, &6]).to_owned();
    let hard = [random.pick(HARD_PIECES), random.pick(HARD_PIECES), "\\\"so\\\"", "\\n"];
    let n_words = random.within(20, 400);
    let mut text = String::new();
    for _ in 0..n_words {
        let is_hard = hardness > 0 && random.once_in(hardness);
        text.push_str(if is_hard { random.pick(&hard) } else { random.pick(WORDS) });
        text.push_str(random.pick(&[" ", " ", " ", " ", ", ", ". ", ": ", "\\n"]));
    }
    text
}

#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "Here is the answer:\n\n", "Sure! ", "<think>\nThe user asks, so: it's {x}.\n</think>\n",
    "\u{feff}", "[[ ## answer ## ]]\n", "**Result** (final):\n", "json\n", "  \n",
    "Answer: \"yes\", see https://a.b/c\n", "# Heading\n", "// note\n", "(note) ", "1. ", "Output=",
    "I think [1] says:\n", "\"quoted\" words: ",
];

#[rustfmt::skip]
const AFTER: &[&str] = &[
    "\n\nHope this helps!", ".", ";", "\n[[ ## completed ## ]]", "\n\nNote: {this} is \"it\".", ",",
    "}", "]", "\n// end", "  \n", "\nLet me know, if [more] is needed.", "\n---\n", " # done", ")",
    "\"",
];

fn object(random: &mut Random, manner: &Manner, depth: usize, text: &mut String) {
    text.push('{');
    let n_members = random.below(if depth == 0 { 5 } else { 4 });
    for index in 0..n_members {
        if index > 0 {
            comma(random, manner, text);
        }
        break_line(manner, depth + 1, text);
        key(random, manner, text);
        text.push_str(random.pick(&[": ", ": ", ": ", ":", " : "]));
        value(random, manner, depth + 1, text);
    }
    if manner.slips > 0 && random.once_in(manner.slips) {
        text.push(',');
    }
    break_line(manner, depth, text);
    text.push('}');
}

fn list(random: &mut Random, manner: &Manner, depth: usize, text: &mut String) {
    text.push_str(manner.lists.0);
    let n_items = random.below(5);
    let kind = random.below(6);
    for index in 0..n_items {
        if index > 0 {
            comma(random, manner, text);
        }
        if depth < 2 {
            break_line(manner, depth + 1, text);
        }
        match kind {
            0 => quoted(random, manner, text),
            1 => text.push_str(random.pick(NUMBERS)),
            2 if depth < 4 => object(random, manner, depth + 1, text),
            3 if depth < 4 => list(random, manner, depth + 1, text),
            _ => value(random, manner, depth + 1, text),
        }
    }
    if manner.slips > 0 && random.once_in(manner.slips) {
        text.push_str(random.pick(&[",", ", ...", " ..."]));
    }
    text.push_str(manner.lists.1);
}

fn value(random: &mut Random, manner: &Manner, depth: usize, text: &mut String) {
    match random.below(12) {
        0 | 1 if depth < 4 => object(random, manner, depth, text),
        2 | 3 if depth < 4 => list(random, manner, depth, text),
        4 | 5 => text.push_str(random.pick(NUMBERS)),
        6 => {
            let words: Vec<&str> = manner.words.to_vec();
            text.push_str(random.pick(&words));
        }
        7 if manner.are_keys_bare => text.push_str(random.pick(WORDS)),
        _ => quoted(random, manner, text),
    }
}

fn key(random: &mut Random, manner: &Manner, text: &mut String) {
    let name = random.pick(KEYS);
    if manner.are_keys_bare {
        text.push_str(name);
    } else {
        text.push_str(manner.quotes.0);
        text.push_str(name);
        text.push_str(manner.quotes.1);
    }
}

fn comma(random: &mut Random, manner: &Manner, text: &mut String) {
    let is_slip = manner.slips > 0 && random.once_in(manner.slips);
    text.push_str(if is_slip { random.pick(SLIPS) } else { "," });
    if manner.indent == 0 && !random.once_in(4) {
        text.push(' ');
    }
}

const SLIPS: &[&str] =
    &["", " ", ",,", ", ,", ", // so\n", ", /* and, \"so\": */", ", # x\n", ";", ",\""];

fn break_line(manner: &Manner, depth: usize, text: &mut String) {
    if manner.indent > 0 {
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', depth * manner.indent));
    }
}

/// A text in quotes, in which quotes, backslashes and line ends are escaped, mostly.
fn quoted(random: &mut Random, manner: &Manner, text: &mut String) {
    text.push_str(manner.quotes.0);
    let max_pieces = if random.once_in(6) { 24 } else { 6 };
    for _ in 0..random.within(0, max_pieces) {
        let pieces = if random.once_in(4) { HARD_PIECES } else { WORDS };
        let piece = random.pick(pieces);
        for char in piece.chars() {
            let needs_escape =
                matches!(char, '\\' | '\n' | '\t') || manner.quotes.1.starts_with(char);
            let is_forgotten = manner.carelessness > 0 && random.once_in(manner.carelessness);
            match char {
                _ if !needs_escape || is_forgotten => text.push(char),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                _ => text.extend(['\\', char]),
            }
        }
        text.push_str(random.pick(&[" ", " ", " ", ", ", ". ", ": ", "", "; ", " - "]));
    }
    text.push_str(manner.quotes.1);
}

#[rustfmt::skip]
const KEYS: &[&str] = &[
    "answer", "reasoning", "a", "b", "name", "items", "user_id", "next_tool_args", "sources", "x-y",
    "key with spaces", "été", "n", "1", "text", "", "it's", "t",
];

#[rustfmt::skip]
const NUMBERS: &[&str] = &[
    "0", "1", "42", "-7", "3.14", "1e5", "-2.5E-3", "123456789012345678901234567890", "1_000",
    "1,234", "1/3", "10-20", ".5", "5.", "+1", "007", "1e", "0x1F", "NaN", "-Infinity", "50%",
    "2024-01-02", "$5", "1.2.3", "12abc", "- 1", "1e400", "--1", "½",
];

const WORDS: &[&str] = &[
    "the", "answer", "is", "Paris", "of", "value", "it", "a", "city", "because", "naïve", "日本",
    "x", "and", "42", "true", "null", "no", "fine", "🎉", "Müller", "e.g.", "one", "two",
];

#[rustfmt::skip]
const HARD_PIECES: &[&str] = &[
    "\"quoted\"", "it's", "\n", "\n\n- item", "{x}", "{\"a\": 1}", "[1, 2]", "(see below)",
    "C:\\dir\\new", "https://x.y/z?a=1#b", "# Heading\n", "// code", "/* note */", "“smart”",
    "„low”", "„low\"", "```json\n{\"k\": \"v\"}\n```", "```\ncode\n```", "[^\"']+", "{a: 1, b: 2}",
    "key: value", "\"k\": \"v\"", "a, b: c", "}", "]", "{", "[", "\t", "\\u00e9", "\\x41", "\\",
    "\"", "'", "...", ", \"next\": 1", "\"}", "\"]", "\\\"", "100%", "<b>", "`x`",
];
