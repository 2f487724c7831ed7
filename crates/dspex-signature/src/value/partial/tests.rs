//! Texts in pieces: what is known after each, and that the end is what the strict reader says.

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::json::MAX_DEPTH;
use super::*;
use crate::JsonErrorKind;

/// Checks what is known after each piece, as Python prints it; `-` where there is nothing yet.
#[track_caller]
fn check(steps: &[(&str, &str)]) {
    let mut json = PartialJson::new();
    let mut text = String::new();
    for (piece, expected) in steps {
        json.push(piece).unwrap();
        text.push_str(piece);
        let actual = json.value().map_or_else(|| "-".to_owned(), Value::python_repr);
        assert_eq!(actual, *expected, "after {text:?}");
    }
    assert_eq!(json.finish(), Value::from_json(&text));
}

#[test]
fn texts_grow_and_never_end_within_an_escape() {
    check(&[
        ("", "-"),
        (" \"", "''"),
        ("ab", "'ab'"),
        ("é", "'abé'"),
        ("\"", "'abé'"),
        (" ", "'abé'"),
    ]);
    check(&[
        (r#""a\"#, "'a'"),
        ("n", r"'a\n'"),
        (r"\u00", r"'a\n'"),
        ("e9", r"'a\né'"),
        ("\"", r"'a\né'"),
    ]);
    check(&[(r#""\ud83c"#, "''"), (r"\", "''"), (r"udf8", "''"), ("9-", "'🎉-'"), ("\"", "'🎉-'")]);
    check(&[(r#""\\"#, r"'\\'"), (r#"\""#, r#"'\\"'"#), ("\"", r#"'\\"'"#)]);
}

#[test]
fn numbers_and_words_are_there_once_they_have_ended() {
    check(&[
        ("[1", "[]"),
        ("2", "[]"),
        (",", "[12]"),
        ("-0", "[12]"),
        (".5e1 ", "[12, -5.0]"),
        ("]", "[12, -5.0]"),
    ]);
    check(&[
        ("[tr", "[]"),
        ("ue", "[]"),
        (",null,", "[True, None]"),
        ("false]", "[True, None, False]"),
    ]);
    check(&[("12", "-"), ("3", "-")]);
    check(&[("12", "-"), ("\n", "12")]);
    check(&[("tru", "-"), ("e", "-")]);
}

#[test]
fn lists_and_objects_are_there_once_they_have_begun() {
    check(&[
        ("[", "[]"),
        ("[", "[[]]"),
        ("{", "[[{}]]"),
        ("}]", "[[{}]]"),
        (",\"", "[[{}], '']"),
        ("\"]", "[[{}], '']"),
    ]);
    check(&[
        ("{\"a", "{}"),
        ("b\" ", "{}"),
        (": ", "{}"),
        ("{", "{'ab': {}}"),
        (r#""\"#, "{'ab': {}}"),
        (r#"""#, "{'ab': {}}"),
        (r#"":"x"#, r#"{'ab': {'"': 'x'}}"#),
        ("\"}", r#"{'ab': {'"': 'x'}}"#),
        (", \"c\":1", r#"{'ab': {'"': 'x'}}"#),
        ("}", r#"{'ab': {'"': 'x'}, 'c': 1}"#),
    ]);
}

#[test]
fn the_last_value_of_a_key_takes_its_place_at_the_end() {
    check(&[
        (r#"{"a": 1, "b": [2], "a": "#, "{'a': 1, 'b': [2]}"),
        (r#"{"c": "te"#, "{'a': 1, 'b': [2]}"),
        (r#"xt", "c": [[]], "d": 4}"#, "{'a': 1, 'b': [2]}"),
        (r#", "c": 5, "b": "#, "{'a': 1, 'b': [2], 'c': 5}"),
        (r#""lo"#, "{'a': 1, 'b': [2], 'c': 5}"),
        (r#"ng", "a": 6}"#, "{'a': 1, 'b': [2], 'c': 5}"),
    ]);
    // Objects are counted where one that is replaced holds others.
    check(&[
        (
            r#"[{"a": {"x": {}, "x": 1}, "a": {"y": 2}}, {"b": {}, "#,
            "[{'a': {'x': {}}}, {'b': {}}]",
        ),
        (r#""b": 3, "c": {"d": 4, "d": 5}}]"#, "[{'a': {'x': {}}}, {'b': {}, 'c': {'d': 4}}]"),
    ]);
    let many: Vec<String> = (0..100).map(|n| format!("\"{}\": {n}", n % 40)).collect();
    let text = format!("{{{}}}", many.join(", "));
    let mut json = PartialJson::new();
    json.push(&text).unwrap();
    assert_eq!(json.value().unwrap().as_map().unwrap().value("5"), Some(&Value::Int(5)));
    assert_eq!(json.finish(), Value::from_json(&text));
}

#[test]
fn an_error_comes_before_the_end_and_stays() {
    let mut json = PartialJson::new();
    json.push("{\"a\": [1,\n 2").unwrap();
    let error = json.push(" 3").unwrap_err();
    assert_eq!(error.to_string(), "expected `,` or `]` at line 2, column 4");
    assert_eq!(json.push("]}"), Err(error.clone()));
    assert_eq!(json.value().unwrap().python_repr(), "{'a': [1, 2]}");
    assert_eq!(json.finish(), Err(error));

    let mut json = PartialJson::new();
    json.push(r#"["\udc00"#).unwrap_err();
    let error = json.push(" 1 2").unwrap_err();
    assert_eq!((error.kind(), error.offset()), (JsonErrorKind::LoneSurrogate, 2));
    assert_eq!(json.value().unwrap().python_repr(), "['']");
}

#[test]
fn a_text_may_end_too_early() {
    for text in
        ["", " ", "[", "[1", "[1,", "{", "{\"a", "{\"a\"", "{\"a\":", "\"a", "\"\\u00", "-", "tru"]
    {
        let mut json = PartialJson::new();
        json.push(text).unwrap();
        assert_eq!(json.finish(), Err(Value::from_json(text).unwrap_err()), "{text:?}");
    }
}

#[test]
fn depth_and_digits_are_bounded() {
    for open in ["[", "{\"a\":"] {
        let text = open.repeat(100_000);
        let expected = Value::from_json(&text).unwrap_err();
        assert_eq!(expected.kind(), JsonErrorKind::TooDeep);
        assert_eq!(PartialJson::new().push(&text), Err(expected.clone()));
        let mut json = PartialJson::new();
        let error = text.chars().find_map(|char| json.push(char.encode_utf8(&mut [0; 4])).err());
        assert_eq!(error, Some(expected));
    }
    let nested = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
    assert_eq!(read(&characters(&nested)), Value::from_json(&nested));
    let digits = "1".repeat(5000);
    assert_eq!(read(&characters(&digits)), Value::from_json(&digits));
    let float = digits + ".0";
    assert_eq!(read(&characters(&float)), Value::from_json(&float));
}

/// Whether a value that is written further may become another: all that is complete is the same,
/// and only what stands last grows.
fn is_grown_from(old: Option<&Value>, new: Option<&Value>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return old.is_none() };
    match (old, new) {
        (Value::Text(old), Value::Text(new)) => new.starts_with(old.as_str()),
        (Value::List(old), Value::List(new)) => {
            let Some((last, complete)) = old.split_last() else { return true };
            new.starts_with(complete) && is_grown_from(Some(last), new.get(complete.len()))
        }
        (Value::Map(old), Value::Map(new)) => {
            let n_complete = old.len().saturating_sub(1);
            let mut pairs = old.iter().zip(new.iter()).enumerate();
            new.len() >= old.len()
                && pairs.all(|(place, (old, new))| {
                    let is_last = place == n_complete;
                    old == new
                        || is_last && old.0 == new.0 && is_grown_from(Some(old.1), Some(new.1))
                })
        }
        _ => old == new,
    }
}

/// Reads pieces, and checks after each that what is known has grown, or that an error stays.
fn read(pieces: &[&str]) -> Result<Value, JsonError> {
    let mut json = PartialJson::new();
    let mut known = None;
    let mut failed = None;
    for piece in pieces {
        let result = json.push(piece);
        assert!(is_grown_from(known.as_ref(), json.value()), "{known:?}: {:?}", json.value());
        if let Some(failed) = &failed {
            assert_eq!(result.as_ref(), Err(failed));
            assert_eq!(json.value(), known.as_ref());
        }
        failed = result.err();
        known = json.value().cloned();
    }
    let result = json.finish();
    assert!(failed.is_none_or(|error| result == Err(error)));
    result
}

fn characters(text: &str) -> Vec<&str> {
    text.split_inclusive(|_| true).collect()
}

fn cut<'a>(text: &'a str, cuts: &[Index]) -> Vec<&'a str> {
    let place = |cut: &Index| text.floor_char_boundary(cut.index(text.len() + 1));
    let mut places: Vec<usize> = cuts.iter().map(place).collect();
    places.sort_unstable();
    let ends = places.iter().copied().chain([text.len()]);
    let starts = [0].into_iter().chain(places.iter().copied());
    starts.zip(ends).map(|(start, end)| &text[start..end]).collect()
}

/// The same value or the same error, but for half a pair before another fault.
fn is_same(actual: &Result<Value, JsonError>, strict: &Result<Value, JsonError>) -> bool {
    match (actual, strict) {
        (Err(actual), Err(strict)) if actual.kind() == JsonErrorKind::LoneSurrogate => {
            actual == strict || actual.offset() <= strict.offset()
        }
        _ => actual == strict,
    }
}

/// JSON as other programs may write it: white space, escapes, keys that come twice.
fn any_text() -> impl Strategy<Value = String> {
    let string = r#""([^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-C][0-9a-f]{3}|\\ud83c\\uDF89){0,6}""#;
    let leaf = prop_oneof![
        "null|true|false",
        r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?",
        string,
    ];
    let key = prop_oneof![r#""[abc]?""#, r#""[a-z]{2}""#, string];
    let spaced = ("[ \n\r\t]{0,2}", leaf, "[ \n\r\t]{0,2}");
    let spaced = spaced.prop_map(|(before, value, after)| before + &value + &after);
    spaced.prop_recursive(5, 64, 8, move |inner| {
        let pair = (key.clone(), "[ \n]?", inner.clone());
        let pair = pair.prop_map(|(key, space, value)| format!("{space}{key}{space}:{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(pair, 0..24).prop_map(|pairs| format!("{{{}}}", pairs.join(","))),
        ]
    })
}

/// The text with some characters replaced, and the end cut off now and then.
fn any_faulty_text() -> impl Strategy<Value = String> {
    let edit = (any::<Index>(), 0..3_usize, r#"[\[\]{}",:\\u0-9a-f.eE+ntl \n-]|\\ud83c|é"#);
    let edits = prop::collection::vec(edit, 0..4);
    (any_text(), edits, prop::option::of(any::<Index>())).prop_map(|(mut text, edits, end)| {
        for (place, n_removed, new) in edits {
            let start = text.floor_char_boundary(place.index(text.len() + 1));
            let end = text.ceil_char_boundary(text.len().min(start + n_removed));
            text.replace_range(start..end, &new);
        }
        if let Some(end) = end {
            text.truncate(text.floor_char_boundary(end.index(text.len() + 1)));
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_read_does_not_depend_on_the_cuts(
        text in any_text(),
        cuts in prop::collection::vec(any::<Index>(), 0..12),
    ) {
        let strict = Value::from_json(&text);
        prop_assert!(strict.is_ok(), "{strict:?}");
        prop_assert_eq!(&read(&cut(&text, &cuts)), &strict);
        prop_assert_eq!(&read(&characters(&text)), &strict);
        prop_assert_eq!(&read(&[&text]), &strict);
    }

    #[test]
    fn without_repeated_keys_the_end_has_grown_too(text in any_text()) {
        // What is written anew has every key once.
        let value = Value::from_json(&text).unwrap();
        let text = value.to_json();
        let (most, rest) = text.split_at(text.floor_char_boundary(text.len() / 2));
        let mut json = PartialJson::new();
        json.push(most).unwrap();
        prop_assert!(is_grown_from(json.value(), Some(&value)));
        json.push(rest).unwrap();
        json.push(" ").unwrap();
        prop_assert_eq!(json.value(), Some(&value));
    }

    #[test]
    fn errors_are_those_of_the_strict_reader(
        text in any_faulty_text(),
        cuts in prop::collection::vec(any::<Index>(), 0..12),
    ) {
        let strict = Value::from_json(&text);
        for pieces in [cut(&text, &cuts), characters(&text), vec![text.as_str()]] {
            let actual = read(&pieces);
            prop_assert!(is_same(&actual, &strict), "{actual:?} is not {strict:?}");
        }
    }

    #[test]
    fn what_is_known_depends_on_the_text_alone(text in any_faulty_text()) {
        let mut json = PartialJson::new();
        for (place, char) in text.char_indices().take(200) {
            let end = place + char.len_utf8();
            let by_character = json.push(&text[place..end]);
            let mut at_once = PartialJson::new();
            prop_assert_eq!(at_once.push(&text[..end]), by_character);
            prop_assert_eq!(at_once.value(), json.value(), "after {:?}", &text[..end]);
        }
    }
}
