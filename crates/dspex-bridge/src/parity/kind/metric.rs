//! `metric`: scores against those that DSPy gave.

use dspex_signature::metrics::{
    answer_exact_match, answer_passage_match, decided, decided_passage, exact_match, f1, hotpot_f1,
    normalize_text, precision,
};
use serde_json::Value as Json;

use crate::parity::{Case, Verdict};

/// How far two scores may lie apart.
const TOLERANCE: f64 = 1e-12;

pub(super) fn replay(case: &Case) -> Verdict {
    let prediction = case.text("prediction");
    let answers = texts(case, "answers").or_else(|| texts(case, "answer")).unwrap_or_default();
    let passages = texts(case, "context").unwrap_or_default();
    let metric = case.text("metric");
    let given = answers.iter().chain(&passages).copied().chain([prediction, case.text("text")]);
    let is_decided = if metric == "answer_passage_match" { decided_passage } else { decided };
    for text in given {
        if let Err(unsure) = is_decided(text) {
            return Verdict::Declined(unsure.reason);
        }
    }
    let frac = case.given.get("frac").and_then(Json::as_f64).unwrap_or(1.0);
    let actual: Json = match metric {
        "normalize_text" => normalize_text(case.text("text")).into(),
        // DSPy raises here, and the functions of dspex have no error to give.
        _ if answers.is_empty() => {
            return Verdict::Declined("a metric without answers has no native error".to_owned());
        }
        "em" => exact_match(prediction, &answers).into(),
        "f1" => f1(prediction, &answers).into(),
        "hotpot_f1" => hotpot_f1(prediction, &answers).into(),
        "precision" => precision(prediction, &answers).into(),
        "answer_exact_match" => answer_exact_match(prediction, &answers, frac).into(),
        "answer_passage_match" => answer_passage_match(&passages, &answers).into(),
        other => return Verdict::Declined(format!("the metric `{other}` is not native yet")),
    };
    match same(&case.expect["value"], &actual) {
        true => Verdict::Native,
        false => Verdict::Differ { expected: case.expect.to_string(), actual: actual.to_string() },
    }
}

/// Texts and truth values are equal or not; a score may be written as an integer.
fn same(expected: &Json, actual: &Json) -> bool {
    match (expected.as_f64(), actual.as_f64()) {
        (Some(expected), Some(actual)) => (expected - actual).abs() <= TOLERANCE,
        _ => expected == actual,
    }
}

/// One text or several.
fn texts<'a>(case: &'a Case, key: &str) -> Option<Vec<&'a str>> {
    match case.given.get(key)? {
        Json::String(text) => Some(vec![text]),
        Json::Array(texts) => texts.iter().map(Json::as_str).collect(),
        _ => None,
    }
}
