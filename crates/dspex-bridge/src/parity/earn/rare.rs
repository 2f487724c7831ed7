//! Faults that hardly come about by chance, made on purpose.

use super::{completion, random::Random};

/// A completion with one of the faults, and whatever else its values bring.
pub(super) fn text(random: &mut Random) -> String {
    let text = match random.below(16) {
        0 | 1 => extra_closers(random),
        2..4 => late_members(random),
        4..8 => fences(random),
        8..10 => repeated_keys(random),
        10 => rows(random),
        11..13 => ellipses(random),
        13 => missing_opener(random),
        14 => groups(random),
        _ => words(random),
    };
    match random.below(6) {
        0 => format!("Answer:\n{text}"),
        1 => format!("{{\"x\": {text}}}"),
        2 => format!("```json\n{text}\n```"),
        _ => text,
    }
}

/// Objects in a list with a brace too many.
fn extra_closers(random: &mut Random) -> String {
    let objects = joined(random, |random| {
        let extra = random.pick(&["}", "}", "}}", "", " }"]);
        format!("{{\"a\": {}}}{extra}", completion::small_value(random))
    });
    format!("[{objects}]")
}

/// An object that was closed too early.
fn late_members(random: &mut Random) -> String {
    let first = completion::small_value(random);
    let separator = random.pick(&[", ", ",", " , ", ",\n", ""]);
    let late = joined(random, member);
    format!("{{\"a\": {first}}}{separator}{late}}}")
}

/// Code fences within texts, mostly with faults that make the text's end a question.
fn fences(random: &mut Random) -> String {
    let code = random.pick(&[
        "{\"k\": 1}",
        "{k: 1}",
        "[1, 2]",
        "x = {}",
        "\"v\"",
        "{\\\"k\\\": 1}",
        "}",
        "true",
        "false",
        "",
    ]);
    let line = random.pick(&["\n", "\n", "\\n", " ", ""]);
    let language = random.pick(&["json", "json", "json", "", "python"]);
    let end = random.pick(&["```", "```", "```", "``", ""]);
    let after = random.pick(&[
        "",
        " so",
        ", and",
        "\n",
        "{\"z\": 1}",
        " {a: 1},",
        " /* c */ {b: 2}",
        "}",
        "[1] ",
        "# c\n{",
        " (x)",
    ]);
    match random.below(4) {
        0 => format!(
            "{{\"a\": \"```{language}{line}{code}{line}{end}{after}\", {}}}",
            member(random)
        ),
        1 => format!(
            "[\"```{language}{line}{code}{line}{end}\", {}]",
            completion::small_value(random)
        ),
        2 => {
            let before = random.pick(&["", "see ", "\"q\" "]);
            format!("{{\"a\": \"{before}{code} }}{line}```{after}\", {}}}", member(random))
        }
        _ => format!("{{\"a\": \"\n{code}}}{line}```{language}{after}{line}{}", member(random)),
    }
}

/// Parentheses around values, lists and nothing.
fn groups(random: &mut Random) -> String {
    let items = joined(random, completion::small_value);
    let end = random.pick(&[")", ")", ",)", "", "]"]);
    match random.below(4) {
        0 => format!("({items}{end}"),
        1 => format!("{{\"a\": ({items}{end}, {}}}", member(random)),
        2 => format!("[({items}{end}, ({}), ()]", completion::small_value(random)),
        _ => format!("note ({items}):\n({}{end}", completion::small_value(random)),
    }
}

/// The words of JSON and Python in all spellings, whole or not.
fn words(random: &mut Random) -> String {
    let items = joined(random, |random| {
        let word = random
            .pick(&["True", "False", "None", "NULL", "tRUE", "none", "nul", "Trues", "true", "N"]);
        let after = random.pick(&["", "", "", " ", "\n", ".", "x", ":", "}"]);
        format!("{word}{after}")
    });
    if random.once_in(2) {
        format!("[{items}]")
    } else {
        format!("{{\"a\": {items}, {}}}", member(random))
    }
}

/// Objects in a list that run into one another.
fn repeated_keys(random: &mut Random) -> String {
    let members = joined(random, |random| {
        let key = random.pick(&["\"a\"", "\"a\"", "\"b\"", "a", "'a'", "b"]);
        let separator = random.pick(&["", "", " ", "\n", ", }", ", {"]);
        format!("{key}: {}{separator}", completion::small_value(random))
    });
    format!("[{{{members}}}]")
}

/// A list of rows that was closed too early.
fn rows(random: &mut Random) -> String {
    let first = random.pick(&[
        "[[1, 2], [3, 4]]",
        "[1, 2]",
        "[[1], 2, 3]",
        "[]",
        "[[1, 2], 5, 6]",
        "[[], [1]]",
    ]);
    let more = joined(random, |random| {
        let row =
            random.pick(&["[5, 6]", "[7]", "[[8, 9]]", "[[1, 2], [3, 4]]", "[]", "[\"x\", [1]]"]);
        if random.once_in(4) {
            format!("[{}]", completion::small_value(random))
        } else {
            row.to_owned()
        }
    });
    let end = random.pick(&["}", "]}", ", \"b\": 1}", ""]);
    let separator = random.pick(&[", ", " ", ",", "\n", "], "]);
    format!("{{\"a\": {first}{separator}{more}{end}")
}

/// Lists in which something was left out.
fn ellipses(random: &mut Random) -> String {
    let items = joined(random, |random| match random.below(3) {
        0 => random.pick(&["...", "...", "....", "..", "\"...\"", "…", "... "]).to_owned(),
        _ => completion::small_value(random),
    });
    format!("[{items}]")
}

/// An object without its first brace, alone or in a list.
fn missing_opener(random: &mut Random) -> String {
    let members = joined(random, member);
    match random.below(3) {
        0 => format!("{members}}}"),
        1 => format!("[{members}]"),
        _ => format!("[{members}}}, {{{}}}]", member(random)),
    }
}

fn member(random: &mut Random) -> String {
    let key = random.pick(&["\"k\"", "\"k\"", "\"long key\"", "'k'", "k", "\"\"", "“k”"]);
    format!("{key}: {}", completion::small_value(random))
}

/// One to four pieces with commas between them, mostly.
fn joined(random: &mut Random, piece: fn(&mut Random) -> String) -> String {
    let mut text = piece(random);
    for _ in 0..random.below(4) {
        text.push_str(random.pick(&[", ", ", ", ",", " ", ",\n"]));
        text.push_str(&piece(random));
    }
    text
}
