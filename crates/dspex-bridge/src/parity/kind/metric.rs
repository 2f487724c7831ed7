//! `metric`: scores against those that DSPy gave.

use dspex_signature::metrics::{
    NoAnswers, answer_exact_match, answer_passage_match, exact_match, f1, hotpot_f1,
    normalize_text, precision,
};
use serde_json::Value as Json;

use crate::parity::{Case, Verdict};

/// How far two scores may lie apart.
const TOLERANCE: f64 = 1e-12;

pub(super) fn replay(case: &Case) -> Verdict {
    let prediction = case.text("prediction");
    let metric = case.text("metric");
    let (Some(answers), Some(passages)) = (answers(case, metric), texts(case, "context")) else {
        return Verdict::Declined(format!("what `{metric}` is given are no texts"));
    };
    let frac = case.given.get("frac").and_then(Json::as_f64).unwrap_or(1.0);
    let actual: Result<Json, NoAnswers> = match metric {
        "normalize_text" => Ok(normalize_text(case.text("text")).into()),
        "em" => exact_match(prediction, &answers).map(Json::from),
        "f1" => f1(prediction, &answers).map(Json::from),
        "hotpot_f1" => hotpot_f1(prediction, &answers).map(Json::from),
        "precision" => precision(prediction, &answers).map(Json::from),
        "answer_exact_match" => answer_exact_match(prediction, &answers, frac).map(Json::from),
        "answer_passage_match" => Ok(answer_passage_match(&passages, &answers).into()),
        other => return Verdict::Declined(format!("the metric `{other}` is not native yet")),
    };
    // DSPy raises a `ValueError` where there is nothing to compare with.
    let is_same = match &actual {
        Ok(actual) => case.expect.get("value").is_some_and(|expected| same(expected, actual)),
        Err(NoAnswers) => case.error() == Some("ValueError"),
    };
    match is_same {
        true => Verdict::Native,
        false => Verdict::Differ {
            expected: case.expect.to_string(),
            actual: actual.map_or_else(|error| error.to_string(), |actual| actual.to_string()),
        },
    }
}

/// Texts and truth values are equal or not; a score may be written as an integer.
fn same(expected: &Json, actual: &Json) -> bool {
    match (expected.as_f64(), actual.as_f64()) {
        (Some(expected), Some(actual)) => (expected - actual).abs() <= TOLERANCE,
        _ => expected == actual,
    }
}

/// The answers in the form that DSPy's function takes: a list, one text, or either.
fn answers<'a>(case: &'a Case, metric: &str) -> Option<Vec<&'a str>> {
    let key = if case.given.contains_key("answer") { "answer" } else { "answers" };
    let is_list = case.given.get(key).is_some_and(Json::is_array);
    let fits = match metric {
        "em" | "f1" | "hotpot_f1" => is_list,
        "precision" => !is_list,
        _ => true,
    };
    texts(case, key).filter(|_| fits)
}

/// One text or several; none where nothing is given.
fn texts<'a>(case: &'a Case, key: &str) -> Option<Vec<&'a str>> {
    match case.given.get(key) {
        None => Some(Vec::new()),
        Some(Json::String(text)) => Some(vec![text]),
        Some(Json::Array(texts)) => texts.iter().map(Json::as_str).collect(),
        Some(_) => None,
    }
}
