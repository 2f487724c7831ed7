//! What the library answers, case by case, and what no text may do.

use proptest::prelude::*;

use super::{Families, Family, Repair, RepairDoubt, balanced_object, repair};
use crate::Value;

/// Holds a repaired text against what `repr(json_repair.loads(text))` gave.
#[track_caller]
fn check(text: &str, expected: &str) {
    let actual = repair(text).into_exact().map(|value| value.python_repr());
    assert_eq!(actual.as_deref(), Ok(expected), "repairing {text:?}");
}

#[test]
fn prose_and_fences_around_values() {
    check("", "''");
    check("   ", "''");
    check("no value here", "''");
    check("\u{feff}{\"a\": 1}", "{'a': 1}");
    check(r#"Sure: {"a": 1} Done."#, "{'a': 1}");
    check("```json\n{\"a\": 1}\n```", "{'a': 1}");
    check("```\n[1, 2]\n```", "[1, 2]");
    check("**x** [1, 2] (see {b})", "[[1, 2], ['b})']]");
    check(r#"{"a": 1} trailing"#, "{'a': 1}");
    check(r#"{"a": {"b": 2} and more"#, "{'a': {'b': 2}}");
}

#[test]
fn several_values_come_as_a_list() {
    check(r#"{"a": 1} {"b": 2}"#, "[{'a': 1}, {'b': 2}]");
    check(r#"{"a": 1}{"a": 2}"#, "{'a': 2}");
    check(r#"{"a": 1}, {"a": 2}"#, "[{'a': 1}, {'a': 2}]");
    check("[1] and {} and [2]", "[2]");
    check("{\"a\": 1}\n{\"a\": \"x\"}", "[{'a': 1}, {'a': 'x'}]");
    check(r#"[] {"a": 1}"#, "{'a': 1}");
    check(r#"{"a": 1}, "b": 2}"#, "{'a': 1, 'b': 2}");
}

#[test]
fn braces_and_brackets_may_be_missing() {
    check(r#""a": 1}"#, "{'a': 1}");
    check(r#""a": 1, "b": [2]}"#, "{'a': 1, 'b': [2]}");
    check(r#"{"a": [1, 2"#, "{'a': [1, 2]}");
    check(r#"{"a": {"b": "c""#, "{'a': {'b': 'c'}}");
    check(r#"[{"a": 1, {"a": 2}]"#, "[{'a': 1}, {'a': 2}]");
    check(r#"["a": 1, "b": 2]"#, "[{'a': 1, 'b': 2}]");
    check(r#"{"a": [1, 2, "b": 3}"#, "{'a': [1, 2], 'b': 3}");
    check("[1, 2}", "[1, 2]");
    check(r#"[{"a": 1}}, {"a": 2}]"#, "[{'a': 1}, {'a': 2}]");
    check(r#"{"a": 1]"#, "{'a': 1}");
    check(r#"[{"a": 1 ]"#, "[{'a': 1}]");
}

#[test]
fn commas_and_colons() {
    check("[1, 2,]", "[1, 2]");
    check("[,1,, 2]", "[1, 2]");
    check("[1 2]", "[1, 2]");
    check(r#"{"a": 1,}"#, "{'a': 1}");
    check(r#"{"a": 1 "b": 2}"#, "{'a': 1, 'b': 2}");
    check(r#"{"a": 1,, "b": 2}"#, "{'a': '1,', 'b': 2}");
    check(r#"{"a" 1}"#, "{'a': ''}");
    check(r#"{: "a": 1}"#, "{'a': 1}");
    check(r#"{"a":: 1}"#, "{'a': 1}");
    check(r#"{"a" "b"}"#, "{'a': 'b'}");
}

#[test]
fn values_and_keys_may_be_missing() {
    check(r#"{"a": }"#, "{'a': ''}");
    check(r#"{"a"}"#, "['a']");
    check(r#"{"a": , "b": 2}"#, "{'a': '', 'b': 2}");
    check(r#"{"": 1}"#, "{'': 1}");
    check("{: 1}", "{}");
    check(r#"{"a": 1, "b"}"#, "{'a': 1}");
}

#[test]
fn sets_and_escaped_members() {
    check(r#"{"a", "b"}"#, "['a', 'b']");
    check("{1, 2}", "[1, 2]");
    check("{ }", "{}");
    check("{ /* c */ }", "{}");
    check(r#"{\"a\": 1}"#, "{'a': 1}");
    check("{x} {y}", "['x} {y}']");
}

#[test]
fn comments() {
    check(r#"{"a": 1} // end"#, "{'a': 1}");
    check(r#"{/* c */ "a": 1}"#, "{'a': 1}");
    check("{\"a\": 1, # c\n \"b\": 2}", "{'a': 1, 'b': 2}");
    check("[1, // c\n 2]", "[1, 2]");
    check("[1 /*/, 2]", "[1, 2]");
    check(r#"# a/b {"a": 1}"#, "''");
    check(r#"{"a": # c}"#, "{'a': ''}");
}

#[test]
fn parentheses() {
    check("(1, 2)", "[1, 2]");
    check(r#"("a")"#, "'a'");
    check("()", "[]");
    check(r#"{"a": (1, 2), "b": ("c")}"#, "{'a': [1, 2], 'b': 'c'}");
    check(r#"note (x): {"a": 1}"#, "{'a': 1}");
    check("(1)\n", "1");
    check(r#"(x) {"a": 1}"#, "{'a': 1}");
}

#[test]
fn quotes_of_other_kinds() {
    check("{'a': 'b'}", "{'a': 'b'}");
    check("{“a”: “b”}", "{'a': 'b'}");
    check("{”a”: 1}", "{'a”': 1}");
    check("{'a': 'it's'}", r#"{'a': "it's'"}"#);
    check(r#"{"a": "„x” y"}"#, "{'a': '„x” y'}");
    check(r#"{"a": "„x" y"}"#, r#"{'a': '„x" y'}"#);
    check("{`a`: 1}", "{'a`': 1}");
}

#[test]
fn texts_without_quotes() {
    check("{a: b}", "{'a': 'b'}");
    check("{a: b c, d: e}", "{'a': 'b c', 'd': 'e'}");
    check("[a, b c]", "['a', 'b c']");
    check("{a b: 1}", "{'b': 1}");
    check(r#"{"a": b}"#, "{'a': 'b'}");
    check(r#"{"a": x, "b": 1}"#, "{'a': 'x', 'b': 1}");
    check(r#"{"a": hello: there}"#, "{'a': 'hello: there'}");
    check("{a-b: 1, c_d: 2}", "{'a-b': 1, 'c_d': 2}");
}

#[test]
fn words() {
    check("[True, FALSE, None, null]", "[True, False, None, None]");
    check(r#"{"a": True}"#, "{'a': True}");
    check("[nope, true]", "['nope', True]");
    check(r#"{"a": none}"#, "{'a': None}");
    check("[true)", "[True]");
    check("{True: 1}", "{'True': 1}");
    check(r#"{"a": truely}"#, "{'a': 'truely'}");
}

#[test]
fn numbers() {
    check("[1_000, .5, 5., 1e, 007]", "[1000, 0.5, 5.0, 1, 'e', 7]");
    check(r#"{"a": 1,234}"#, "{'a': '1,234'}");
    check("[1,234]", "[1, 234]");
    check(r#"{"a": 1/3}"#, "{'a': '1/3'}");
    check(r#"{"a": 10-20}"#, "{'a': '10-20'}");
    check("[1e400, -, --1, 12abc]", "[inf, '--1', '12abc']");
    check(r#"{"a": 0x1F}"#, "{'a': '0x1F'}");
    check("[²]", "[]");
    check(r#"{"a": 2024-01-02}"#, "{'a': '2024-01-02'}");
}

#[test]
fn escapes() {
    check(r#"{"a": "\x41\u0042\q",}"#, r"{'a': 'AB\\q'}");
    check(r#"{"a": "\'b\'",}"#, r#"{'a': "'b'"}"#);
    check(r#"{"a": "\\",}"#, r"{'a': '\\'}");
    check(r#"{"a": "x\\\"y",}"#, r#"{'a': 'x"y'}"#);
    check(r#"{"a": "\/\f",}"#, r"{'a': '\\/\\f'}");
    check(r#"{"a": "b\"#, r"{'a': 'b\\'}");
    check(r#"['\'', '\"']"#, r#"["'", '"']"#);
    check(r#"{"a": "\u12"}"#, r"{'a': '\\u12'}");
}

#[test]
fn quotes_within_texts() {
    check(r#"{"a": "he said "hi" to"}"#, r#"{'a': 'he said "hi" to'}"#);
    check(r#"{"a": "b "c" d", "e": 1}"#, r#"{'a': 'b "c" d', 'e': 1}"#);
    check(r#"["a "b" c"]"#, r#"['a "b" c']"#);
    check(r#"{"a "b" c": 1}"#, r#"{'a "b" c': 1}"#);
    check(r#"{"a": ""b"}"#, "{'a': 'b'}");
    check(r#"{"a": """b"""}"#, "{'a': '', 'b': ''}");
    check(r#"[""a""]"#, "['a']");
    check(r#"{"a": "[^"]+"}"#, r#"{'a': '[^"]+'}"#);
    check(r#"{"a": "b", c"}"#, "{'a': 'b'}");
    check(r#"{"a": "x", "y", "b": 1}"#, r#"{'a': 'x', 'y", "b': 1}"#);
}

#[test]
fn texts_without_their_end() {
    check(r#"{"a": "b"#, "{'a': 'b'}");
    check(r#"["a, "b"]"#, "['a, ', 'b']");
    check(r#"{"a: 1}"#, "{'a': 1}");
    check(r#"{"a": "b}"#, "{'a': 'b'}");
    check(r#"{"a": "b, "c": 1}"#, "{'a': 'b', 'c': 1}");
    check("{\"a\": \"b\n}", "{'a': 'b'}");
    check(r#"["a]"#, "['a']");
    check(r#"{"a": "b, c: 1}"#, "{'a': 'b', 'c': 1}");
}

#[test]
fn containers_and_fences_within_texts() {
    check(r#"{"a": "x {b: 1} y"#, "{'a': 'x {b: 1} y'}");
    check(r#"{'a': 'x, {"b": 1} y'}"#, r#"{'a': 'x, {"b": 1} y'}"#);
    check(r#"{"a": "x, [1, 2] y" z}"#, "{'a': 'x, [1, 2] y'}");
    check("{\"a\": \"b }\n```\n\",\"c\": 1}", r"{'a': 'b }\n```', 'c': 1}");
    check(r#"{"a": "```json {"b": 1} ```"}"#, "{'a': {'b': 1}}");
    check(r#"["```json [1] ```"]"#, "['```json [1] ```']");
    check("{\"a\": \"b}\n```", "{'a': 'b'}");
}

#[test]
fn repeated_keys_and_rows() {
    check(r#"[{"a": 1, "b": 2 "a": 3}]"#, "[{'a': 1, 'b': 2}, {'a': 3}]");
    check(r#"[{"a": 1, "a": 2}]x"#, "[{'a': 2}]");
    check("[{a: 1, a: 2}]", "[{'a': 1}, {'a': 2}]");
    check(r#"{"a": [1] [2]}"#, "{'a': [1, 2]}");
    check(r#"{"a": [[1, 2], [3, 4]] [5, 6]}"#, "{'a': [[1, 2], [3, 4], [5, 6]]}");
    check(r#"{"a": [[1, 2], 3, 4], [5, 6]}"#, "{'a': [[1, 2], [3, 4], [5, 6]]}");
    check("[1, ..., 2]", "[1, 2]");
    check(r#"["a", "...", ...]"#, "['a', '...']");
}

#[track_caller]
fn check_families(text: &str, expected: &[Family]) {
    let (Repair::Exact(repaired) | Repair::Unsure(_, repaired)) = repair(text);
    let families: Vec<Family> = repaired.families.iter().collect();
    assert_eq!(families, expected, "repairing {text:?}");
}

#[test]
fn departures_from_json_are_named() {
    check_families(r#"{"a": [1, 2.5, "x", null]}"#, &[]);
    check_families("[NaN]", &[]);
    check_families(r#"Answer: {"a": 1}"#, &[Family::Prose]);
    check_families(r#"{"a": "b\nc", "d": "e, f: g",}"#, &[Family::ExtraCommas]);
    check_families("{'a': True}", &[Family::SingleQuotes, Family::Words]);
    check_families("[1 2]", &[Family::MissingCommas]);
    check_families(r#"{"a": {b: "c"}"#, &[Family::MissingClosers, Family::BareKeys]);
    check_families(r#"{"a": "b" // c"#, &[Family::Comments, Family::MissingClosers]);
    check_families(r#"{"a": "\ud83d\ude00",}"#, &[Family::ExtraCommas, Family::HalfCharacters]);
}

#[track_caller]
fn check_doubt(text: &str, expected: RepairDoubt) {
    let Repair::Unsure(doubt, _) = repair(text) else { panic!("{text:?} is exact") };
    assert_eq!(doubt, expected, "repairing {text:?}");
}

#[test]
fn what_cannot_be_certain_says_so() {
    check_doubt(r#"["\ud83d"]"#, RepairDoubt::NotEarned(Family::HalfCharacters));
    check_doubt(r#"x ["\ud83d"]"#, RepairDoubt::NotEarned(Family::HalfCharacters));
    check_doubt("{\"```json {\"a\": 1} ```\": 2}", RepairDoubt::Raises);
    check_doubt(&format!("x [{}]", "1".repeat(4301)), RepairDoubt::Raises);
}

#[test]
fn no_family_is_forgotten() {
    let mut families = Families::default();
    for family in Family::ALL {
        assert!(!families.contains(family), "{family} comes twice");
        families.insert(family);
    }
    assert!(families.iter().eq(Family::ALL));
    let unearned: Vec<Family> = Family::ALL.into_iter().filter(|one| !one.is_earned()).collect();
    assert_eq!(unearned, [Family::HalfCharacters]);
}

#[test]
fn nesting_is_bounded() {
    for (opening, closing) in
        [("[", "]"), ("[1 ", "]"), ("{'a': ", "}"), ("(", ")"), ("{", "}"), ("['a': ", "]}")]
    {
        let nested = |depth: usize| opening.repeat(depth) + "1" + &closing.repeat(depth);
        assert_ne!(doubt(&nested(20)), Some(RepairDoubt::TooDeep), "{opening}");
        for text in [nested(100_000), opening.repeat(100_000), format!("x\n{}", nested(100_000))] {
            let doubt = doubt(&text);
            let is_refused = [RepairDoubt::TooDeep, RepairDoubt::TooMuchLookAhead];
            assert!(doubt.is_some_and(|doubt| is_refused.contains(&doubt)), "{opening}: {doubt:?}");
        }
    }
    assert_eq!(doubt(&format!("{} [1]", "x/".repeat(100_000))), Some(RepairDoubt::TooDeep));
}

fn doubt(text: &str) -> Option<RepairDoubt> {
    match repair(text) {
        Repair::Exact(_) => None,
        Repair::Unsure(doubt, _) => Some(doubt),
    }
}

/// Texts over which a parser with look-ahead may go again and again.
#[test]
fn look_ahead_is_bounded() {
    let pieces = [
        "[\\'",
        "{\"a\":\"x, ",
        ", ",
        "{\"a\": \"b\" c \"",
        "[\"a \"b\" ",
        "{a: ",
        "{\"a\":\"x {b: ",
        "\"a\": 1 ",
        "{\"a\":\"b}",
        "/*",
        "\" /* ",
        "(\n",
        "\\",
        "“",
        "\"",
        "' , '",
        "[^\"",
        "```json ",
        "}\n```\n",
        "1,",
        "{\"a\" \"b\", ",
        "[{a: 1, a: 2},",
        "{\\\"a\\\": 1} ",
        "{x} ",
        "[1] ",
        ": ",
        "a b ",
        "\"\"",
        "„\"",
        ",  \n",
    ];
    for piece in pieces {
        for start in ["", "x {\"a\": \"", "x [\"", "[{\"a\": \"\\n"] {
            let text = format!("{start}{}", piece.repeat(60_000 / piece.len()));
            let _ = repair(&text);
        }
    }
}

#[test]
fn balanced_braces() {
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(balanced_object(text), expected, "looking in {text:?}");
    };
    check("", None);
    check("a {b} c", Some("{b}"));
    check("} {a {b} {c}} {d}", Some("{a {b} {c}}"));
    check("{ {a} {b}", Some("{a}"));
    check("{a { {b} {c}", Some("{b}"));
    check("{{{", None);
    check("{\"a\": \"}\"}", Some("{\"a\": \"}"));
    check("{é\n{}}", Some("{é\n{}}"));
    let unclosed = "{".repeat(100_000);
    check(&unclosed, None);
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in r#"([\[\]{}()",:'“”„`#/\\0-9a-f. \n_-]|\PC){0,60}"#) {
        let _ = repair(&text);
    }

    #[test]
    fn strict_json_is_exact(text in ".*", number in any::<i64>()) {
        let value = Value::List(vec![Value::Text(text), Value::Int(number)]);
        let json = value.to_json();
        let strict = repair(&json);
        prop_assert_eq!(strict.exact(), Some(&value));
        // With words around it, the same value is read by another path.
        let around = format!("So: {json} is it");
        prop_assert_eq!(repair(&around).into_exact(), Ok(value));
    }
}
