//! Completions in pieces: what is known after each, and that the end is what `parse` says.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::{Parsed, Signature};

const ADAPTERS: [Adapter; 3] = [Adapter::Chat, Adapter::Json, Adapter::Xml];

fn outputs(adapter: Adapter, signature: &str) -> PartialOutputs {
    let signature = Signature::parse(signature).unwrap();
    PartialOutputs::new(Arc::new(adapter.prepare(&signature).unwrap()))
}

/// What is known, as Python prints it; finished outputs have a `.` behind them.
fn shown(outputs: &PartialOutputs) -> String {
    let show = |name: &str| {
        let value = outputs.value(name).map_or_else(|| "-".to_owned(), Value::python_repr);
        format!("{name}={value}{}", if outputs.is_finished(name) { "." } else { "" })
    };
    outputs.names().map(show).collect::<Vec<_>>().join(" ")
}

/// Checks what is known after each piece of outputs `a: str, n: int, l: list[str]`.
#[track_caller]
fn check(adapter: Adapter, steps: &[(&str, &str)]) {
    let mut outputs = outputs(adapter, "q -> a, n: int, l: list[str]");
    let mut text = String::new();
    for (piece, expected) in steps {
        let before = shown(&outputs);
        let has_grown = outputs.push(piece);
        text.push_str(piece);
        assert_eq!(shown(&outputs), *expected, "after {text:?}");
        assert!(has_grown || before == *expected, "grew without saying so after {text:?}");
    }
}

#[test]
fn chat_holds_back_what_may_be_a_header() {
    check(
        Adapter::Chat,
        &[
            ("Well:\n[[ ## a", ""),
            (" ## ]]", "a=''"),
            ("\n ", "a=''"),
            ("x \n", "a='x'"),
            ("y\n  [[ #", "a='x \\ny'"),
            ("# 1", "a='x \\ny'"),
            ("\n[[ ## n", "a='x \\ny\\n  [[ ## 1'"),
            (" ## ]]\n4", "a='x \\ny\\n  [[ ## 1'. n=-"),
            ("2\n[[ ## l ## ]]", "a='x \\ny\\n  [[ ## 1'. n=42. l=-"),
            ("\n[\"u\", \"v", "a='x \\ny\\n  [[ ## 1'. n=42. l=['u', 'v']"),
            ("w\"]\n[[ ## completed ## ]]", "a='x \\ny\\n  [[ ## 1'. n=42. l=['u', 'vw']."),
            ("\n[[ ## a ## ]] again", "a='x \\ny\\n  [[ ## 1'. n=42. l=['u', 'vw']."),
        ],
    );
}

#[test]
fn json_is_read_behind_what_models_say() {
    check(
        Adapter::Json,
        &[
            ("Sure:\n```json\n{\"a", ""),
            ("\": \"x\\", "a='x'"),
            ("n", "a='x\\n'"),
            ("\", ", "a='x\\n'."),
            ("\"other\": [1], \"n\": 4", "a='x\\n'."),
            (",", "a='x\\n'. n=4."),
            ("\"l\": [\"u", "a='x\\n'. n=4. l=['u']"),
            ("\"]", "a='x\\n'. n=4. l=['u']."),
            ("}\n```", "a='x\\n'. n=4. l=['u']."),
        ],
    );
}

#[test]
fn xml_holds_back_tags_and_references() {
    check(
        Adapter::Xml,
        &[
            ("<think>so <a>no</a></think><a", ""),
            (">\nx &l", "a='x'"),
            ("t; y\n<", "a='x < y'"),
            ("/a> <n>4", "a='x < y'. n=-"),
            ("2</n><l><item>u</ite", "a='x < y'. n=42. l=-"),
            ("m><item>v</item>", "a='x < y'. n=42. l=['u', 'v']"),
            ("</l>", "a='x < y'. n=42. l=['u', 'v']."),
        ],
    );
    check(Adapter::Xml, &[("<a/><l>", "a=''. l=-"), ("[\"u\"]</l>", "a=''. l=['u'].")]);
    check(Adapter::Xml, &[("<a>x < y</a><n>1</n>", "a='x'")]);
    check(Adapter::Xml, &[("<a>x <![CDATA[<]]> y</a><n>1</n>", "a='x'")]);
    check(Adapter::Xml, &[("<a>x <b>y &lt; z</b>", "a='x <b>y &lt; z</b>'")]);
}

#[test]
fn what_does_not_go_on_as_json_stays() {
    check(Adapter::Chat, &[("[[ ## l ## ]]\n['u', 'v']\n[[ ## n ## ]]\n", "n=- l=['u', 'v'].")]);
    check(Adapter::Json, &[("{\"a\": \"x\" y\"", "a='x'."), (", \"n\": 1}", "a='x'.")]);
}

#[test]
fn the_end_settles_what_was_held_back() {
    let mut outputs = outputs(Adapter::Chat, "q -> a");
    outputs.push("[[ ## a ## ]]\nx\n\n[[ ## compl");
    assert_eq!(outputs.text("a"), Some("x"));
    assert!(outputs.finish());
    assert_eq!(outputs.text("a"), Some("x\n\n[[ ## compl"));
    assert!(outputs.is_finished("a") && !outputs.is_finished("q"));
}

#[test]
fn items_are_there_once_they_are_complete() {
    let object = r#"[{"x": [1, 2]}, {"x": "3"#;
    for (adapter, text) in [
        (Adapter::Chat, format!("[[ ## l ## ]]\n{object}")),
        (Adapter::Json, format!(r#"{{"l": {object}"#)),
    ] {
        let mut outputs = outputs(adapter, "q -> l: list[dict[str, Any]]");
        outputs.push(&text);
        assert_eq!(outputs.items("l").len(), 1, "{adapter}");
        assert_eq!(outputs.value("l").unwrap().as_list().unwrap().len(), 2, "{adapter}");
        outputs.push("\"}");
        assert_eq!(outputs.items("l").len(), 2, "{adapter}");
        assert!(!outputs.is_finished("l"), "{adapter}");
        outputs.push("]");
        assert_eq!(outputs.items("l").len(), 2, "{adapter}");
        assert!(outputs.items("q").is_empty(), "{adapter}");
    }
}

#[test]
fn later_values_of_a_key_take_nothing_back() {
    let mut outputs = outputs(Adapter::Json, "q -> l: list[int], a");
    outputs.push(r#"{"a": "x", "l": [1, 2], "#);
    let mut so_far = |piece: &str| {
        outputs.push(piece);
        (shown(&outputs), outputs.items("l").len())
    };
    let whole = ("l=[1, 2]. a='x'.".to_owned(), 2);
    for piece in ["\"a\": ", "\"y", "\", \"l\": [", "[3", "]], ", "\"l\": \"z", "\"}"] {
        assert_eq!(so_far(piece), whole, "after {piece:?}");
    }
}

#[test]
fn what_a_piece_adds_is_told() {
    for (adapter, open) in
        [(Adapter::Chat, "[[ ## a ## ]]\n"), (Adapter::Json, "{\"a\": \""), (Adapter::Xml, "<a>")]
    {
        let mut outputs = outputs(adapter, "q -> a");
        let mut added = String::new();
        for piece in [open, "one", " ", "two é", "\u{1f389}"] {
            outputs.push(piece);
            added.push_str(outputs.added("a"));
        }
        assert_eq!(added, "one two é\u{1f389}", "{adapter}");
        assert_eq!(outputs.to_fields(), crate::fields! { "a" => added });
    }
}

/// Parts of completions, with all that is special to each adapter.
fn completion(adapter: Adapter) -> impl Strategy<Value = String> {
    let parts: &[&str] = match adapter {
        Adapter::Chat => &[
            "[[ ## a ## ]]",
            "[[ ## b ## ]]",
            "[[ ## l ## ]]",
            "[[ ## other ## ]]",
            "\n",
            "\n",
            "\r\n",
            "\r",
            " ",
            "\u{3000}",
            "\u{2028}",
            "x",
            "yé",
            "[[ ## ",
            "[[ ## a",
            " ## ]]",
            "]]",
            "[1, 2]",
            "[\"u\"",
            "'",
            "{",
        ],
        Adapter::Json => &[
            "{",
            "}",
            "\"a\": ",
            "\"b\": ",
            "\"l\": ",
            "\"x\"",
            "\"y\\n\\u00e9\"",
            "\"\\ud83c\\udf89\"",
            ", ",
            ", ",
            "[",
            "]",
            "1",
            "null",
            "\n",
            "```json",
            "Sure: ",
            "\"",
            "\\",
        ],
        Adapter::Xml => &[
            "<a>",
            "</a>",
            "<a>",
            "</a>",
            "<b>",
            "</b>",
            "<l>",
            "</l>",
            "<item>",
            "</item>",
            "<a/>",
            "<other k='>'>",
            "</other>",
            "x",
            "yé",
            " ",
            "\n",
            "\r\n",
            "&lt;",
            "&#233;",
            "&amp;",
            "&",
            "<",
            "<!-- -->",
        ],
    };
    prop::collection::vec(select(parts), 0..24).prop_map(|parts| parts.concat())
}

/// Completions that are mostly read.
fn usual(adapter: Adapter) -> impl Strategy<Value = String> {
    let text = "[a-z &<>\"\\\\é\n\r\t\u{85}\u{3000}\\[\\]#]{0,24}";
    (text, text, prop::collection::vec(0_i64..200, 0..4)).prop_map(move |(a, b, l)| {
        let answer = crate::fields! { "a" => a.as_str(), "b" => b.as_str(), "l" => l.clone() };
        let list = Value::from(l).to_json();
        match adapter {
            Adapter::Chat => {
                format!("[[ ## a ## ]]\n{a}\n\n[[ ## b ## ]] {b}\n[[ ## l ## ]]\n{list}\n")
            }
            Adapter::Json => format!("```json\n{}\n```", Value::Map(answer).to_json()),
            Adapter::Xml => {
                let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
                format!("<a>\n{}\n</a>\n<b>{}</b><l>{list}</l>", escaped(&a), escaped(&b))
            }
        }
    })
}

/// The pieces of a text that is cut at these places.
fn cut<'t>(text: &'t str, places: &[Index]) -> Vec<&'t str> {
    let mut places: Vec<_> = places.iter().map(|place| place.index(text.len() + 1)).collect();
    places.sort_unstable();
    let mut pieces = Vec::new();
    let mut start = 0;
    for end in places.into_iter().chain([text.len()]).filter(|end| text.is_char_boundary(*end)) {
        pieces.push(&text[start..end]);
        start = end;
    }
    pieces
}

/// What is known in the end, after it was checked on the way that nothing is taken back.
fn read(adapter: Adapter, pieces: &[&str]) -> Result<PartialOutputs, TestCaseError> {
    let mut outputs = outputs(adapter, "q -> a, b, l: list[int]");
    let mut added = [String::new(), String::new()];
    let mut step = |outputs: &mut PartialOutputs, piece: Option<&&str>| {
        let before = outputs.clone();
        let has_grown = match piece {
            Some(piece) => outputs.push(piece),
            None => outputs.finish(),
        };
        for name in ["a", "b", "l"] {
            let (old, new) = (before.value(name), outputs.value(name));
            let goes_on = old.is_none_or(|old| new.is_some_and(|new| output::goes_on(old, new)));
            prop_assert!(goes_on, "{name} was {old:?} and is {new:?}");
            prop_assert!(outputs.items(name).starts_with(before.items(name)));
            prop_assert!(outputs.is_finished(name) || !before.is_finished(name));
            prop_assert!(has_grown || old == new);
        }
        for (name, added) in ["a", "b"].iter().zip(&mut added) {
            added.push_str(outputs.added(name));
            prop_assert_eq!(outputs.text(name).unwrap_or_default(), added.as_str());
        }
        Ok(())
    };
    for piece in pieces {
        step(&mut outputs, Some(piece))?;
    }
    step(&mut outputs, None)?;
    Ok(outputs)
}

fn check_any_cuts(adapter: Adapter, text: &str, places: &[Index]) -> Result<(), TestCaseError> {
    let whole = read(adapter, &[text])?;
    let in_pieces = read(adapter, &cut(text, places))?;
    let chars: Vec<_> = text.split_inclusive(|_| true).collect();
    let by_chars = read(adapter, &chars)?;
    prop_assert_eq!(shown(&whole), shown(&in_pieces), "{}: {:?}", adapter, text);
    prop_assert_eq!(shown(&whole), shown(&by_chars), "{}: {:?}", adapter, text);
    Ok(())
}

/// Whether each of the texts is in the end what `parse` gives.
fn check_end(adapter: Adapter, text: &str) -> Result<(), TestCaseError> {
    let outputs = read(adapter, &[text])?;
    let parsed = match outputs.adapter.parse(text) {
        Parsed::Exact(parsed) => parsed,
        Parsed::Fails(error) => error.found,
        Parsed::Unsure(_) => return Ok(()),
    };
    for name in ["a", "b"].into_iter().filter(|name| parsed.contains(name)) {
        prop_assert_eq!(outputs.value(name), parsed.value(name), "{}: {:?}", adapter, text);
    }
    Ok(())
}

proptest! {
    #[test]
    fn cuts_make_no_difference(
        (adapter, text) in select(&ADAPTERS[..]).prop_flat_map(|a| (Just(a), completion(a))),
        places in prop::collection::vec(any::<Index>(), 0..12),
    ) {
        check_any_cuts(adapter, &text, &places)?;
    }

    #[test]
    fn texts_end_as_they_are_parsed(
        (adapter, text) in select(&ADAPTERS[..]).prop_flat_map(|a| (Just(a), usual(a))),
        places in prop::collection::vec(any::<Index>(), 0..12),
    ) {
        check_any_cuts(adapter, &text, &places)?;
        check_end(adapter, &text)?;
    }

    #[test]
    fn whatever_chat_holds_ends_as_it_is_parsed(text in completion(Adapter::Chat)) {
        check_end(Adapter::Chat, &text)?;
    }
}

/// Sixteen times the text: a quadratic reader would take 256 times as long. One measurement may be
/// disturbed by what else the machine does, of several there is one that is not.
fn check_linear(took: impl Fn(usize) -> Duration) {
    let measured = || {
        let (short, long) = (took(1), took(16));
        (long < 80 * short.max(Duration::from_millis(1)), short, long)
    };
    let disturbed: Vec<_> =
        (0..5).map(|_| measured()).take_while(|(is_linear, ..)| !is_linear).collect();
    assert!(disturbed.len() < 5, "{disturbed:?}");
}

#[test]
fn time_is_linear_in_the_length() {
    let took = |adapter: Adapter, n: usize| {
        let text = match adapter {
            Adapter::Chat => format!("[[ ## a ## ]]\n{}", "  x\n [[ #".repeat(n)),
            Adapter::Json => format!("{{\"a\": \"{}", "x\\u00e9  y".repeat(n)),
            Adapter::Xml => format!("<a>{}", " x &lt;  ".repeat(n)),
        };
        let mut outputs = outputs(adapter, "q -> a");
        let started = Instant::now();
        text.split_inclusive(|_| true).for_each(|piece| {
            outputs.push(piece);
        });
        assert!(outputs.text("a").unwrap().len() >= 3 * n);
        started.elapsed()
    };
    for adapter in ADAPTERS {
        check_linear(|n| took(adapter, 4_000 * n));
    }
}

#[test]
fn time_is_linear_in_the_number_of_names() {
    let took = |n: usize| {
        let others: String = (0..n).map(|name| format!("\"{name}\": 1, ")).collect();
        let mut outputs = outputs(Adapter::Json, "q -> a, b");
        let started = Instant::now();
        format!("{{\"a\": \"x\", {others}\"b\": \"y\"}}").split_inclusive(|_| true).for_each(
            |piece| {
                outputs.push(piece);
            },
        );
        assert_eq!((outputs.text("a"), outputs.text("b")), (Some("x"), Some("y")));
        assert!(outputs.is_finished("a") && outputs.is_finished("b"));
        started.elapsed()
    };
    check_linear(|n| took(1_000 * n));
}
