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
    check_normalized("ΟΔΟΣ ΣΑΣ", "οδος σας");
    check_normalized("Ⓐ \u{a7cb}", "ⓐ \u{a7cb}");
    check_normalized("tab\tand\u{a0}space\u{1c}x", "tab and space x");
}

#[test]
fn one_answer_or_several_are_compared() {
    assert_eq!(exact_match("paris.", &["London", "Paris"]), Ok(true));
    assert_eq!(exact_match("", ""), Ok(true));
    assert_eq!(answer_exact_match("Paris France", &vec!["Paris".to_owned()], 0.6), Ok(true));
    assert_eq!(answer_exact_match("Paris France", "Paris", 0.7), Ok(false));
    assert_eq!(answer_exact_match("Paris France", "Paris", f64::NAN), Ok(false));
}

#[test]
fn without_answers_there_is_no_score() {
    let none: [&str; 0] = [];
    assert_eq!(exact_match("Paris", &none), Err(NoAnswers));
    assert_eq!(f1("Paris", &none), Err(NoAnswers));
    assert_eq!(hotpot_f1("Paris", &none), Err(NoAnswers));
    assert_eq!(precision("Paris", &none), Err(NoAnswers));
    assert_eq!(answer_exact_match("Paris", &none, 1.0), Err(NoAnswers));
    assert_eq!(answer_exact_match("Paris", &none, 0.0), Err(NoAnswers));
    assert!(!answer_passage_match(&["Paris"], &none));
}

#[test]
fn words_are_counted_as_often_as_they_stand() {
    assert_eq!(f1("a b b c", "b b d"), Ok(2.0 / 3.0));
    assert_eq!(f1("x y z", "z y x"), Ok(1.0));
    assert_eq!(f1("", ""), Ok(0.0));
    assert_eq!(precision("dog dog dog", "dog"), Ok(1.0 / 3.0));
    assert_eq!(precision("the", "a"), Ok(0.0));
    assert_eq!(hotpot_f1("yes", &["no", "yes sir"]), Ok(0.0));
    assert_eq!(hotpot_f1("dog dog dog", "dog"), Ok(0.5));
}

#[test]
fn passages_contain_answers_as_whole_tokens() {
    let passages = ["Paris is the capital of France.", "Café “Zürich”, No. 5"];
    assert!(answer_passage_match(&passages, "capital of France"));
    assert!(answer_passage_match(&passages, &["x", "cafe\u{301} “"]));
    assert!(answer_passage_match(&passages, ""));
    assert!(!answer_passage_match(&passages, "par"));
    assert!(answer_passage_match(&["xⒶB"], "ⓐ b"));
    assert!(!answer_passage_match(&["x\u{1e4d0}b"], "b"));
}
