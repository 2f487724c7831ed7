//! Metrics checked against DSPy 3.4.1.

use super::*;

#[track_caller]
fn check_normalized(text: &str, expected: &str) {
    assert_eq!(normalize_text(text), expected, "normalising {text:?}");
}

#[test]
fn text_is_normalised_step_by_step() {
    check_normalized("  the,  Eiffel  Tower! ", "eiffel tower");
    check_normalized("don't under_score", "dont underscore");
    check_normalized("The a an THE", "");
    check_normalized("a.n apple, theatre", "apple theatre");
    check_normalized("É à", "e\u{301} \u{300}");
    check_normalized("日本語 の テスト", "日本語 の テスト");
    check_normalized("“quoted”—dash 🎉!", "“quoted”—dash 🎉");
    check_normalized("tab\tand\u{a0}space\u{1c}x", "tab and space x");
}

#[test]
fn one_answer_or_several_are_compared() {
    assert!(exact_match("paris.", &["London", "Paris"]));
    assert!(exact_match("", ""));
    assert!(!exact_match("Paris", &Vec::<String>::new()));
    assert!(answer_exact_match("Paris France", &vec!["Paris".to_owned()], 0.6));
    assert!(!answer_exact_match("Paris France", "Paris", 0.7));
}

#[test]
fn words_are_counted_as_often_as_they_stand() {
    assert_eq!(f1("a b b c", "b b d"), 2.0 / 3.0);
    assert_eq!(f1("x y z", "z y x"), 1.0);
    assert_eq!(f1("", ""), 0.0);
    assert_eq!(precision("dog dog dog", "dog"), 1.0 / 3.0);
    assert_eq!(precision("the", "a"), 0.0);
    assert_eq!(hotpot_f1("yes", &["no", "yes sir"]), 0.0);
    assert_eq!(hotpot_f1("dog dog dog", "dog"), 0.5);
}

#[test]
fn passages_contain_answers_as_whole_tokens() {
    let passages = ["Paris is the capital of France.", "Café “Zürich”, No. 5"];
    assert!(answer_passage_match(&passages, "capital of France"));
    assert!(answer_passage_match(&passages, &["x", "cafe\u{301} “"]));
    assert!(answer_passage_match(&passages, ""));
    assert!(!answer_passage_match(&passages, "par"));
}

#[test]
fn texts_that_python_may_see_otherwise_are_named() {
    assert_eq!(decided("Zürich, 5 €: 日本語 🎉"), Ok(()));
    assert_eq!(decided("ΣΑΣ").unwrap_err().reason, "the text has the character U+03A3");
    assert!(decided("\u{1e4d0}").is_err());
    assert_eq!(decided("Ⓐ"), Ok(()));
    assert!(decided_passage("Ⓐ").is_err());
}
