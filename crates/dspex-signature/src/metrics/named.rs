//! Metrics by name, over values: what configuration, pipelines and Python ask for.

use std::fmt;

use super::{
    Bleu, NoAnswers, Overlap, Tolerance, answer_passage_match, edit_similarity, exact_match, f1,
    hotpot_f1, numeric_match, precision, rouge_l,
};
use crate::{Value, ValueError, nearest};

/// A metric with a name, for predictions and answers that are values.
///
/// ```
/// use dspex_signature::{Value, metrics::Metric};
///
/// let metric = Metric::named("f1")?;
/// let answers = Value::from(vec!["New York", "NYC"]);
/// assert_eq!(metric.score(&Value::from("New York City"), &answers)?, 0.8);
/// # Ok::<(), dspex_signature::metrics::MetricError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    name: &'static str,
    about: &'static str,
    score: Score,
}

/// How a metric takes the prediction.
#[derive(Clone, Copy, Debug)]
enum Score {
    /// As one text.
    Text(fn(&str, &[String]) -> Result<f64, NoAnswers>),
    /// As texts of equal rank.
    Items(fn(&[String], &[String]) -> f64),
}

const METRICS: &[Metric] = &[
    text("exact_match", "equal after DSPy's normalisation", |prediction, answers| {
        exact_match(prediction, answers).map(as_score)
    }),
    text("f1", "F1 of the words after DSPy's normalisation", f1),
    text("hotpot_f1", "`f1`, with `yes`, `no` and `noanswer` matched exactly", hotpot_f1),
    text("precision", "share of the prediction's words that the answer has", precision),
    text("numeric_match", "the same number, within one part in 10^9", |prediction, answers| {
        numeric_match(prediction, answers, Tolerance::default()).map(as_score)
    }),
    text("rouge_l", "F-measure of the longest common subsequence of words", rouge_l),
    text("bleu", "BLEU of one sentence with exponential smoothing", |prediction, answers| {
        Bleu::default().sentence(prediction, answers)
    }),
    text("edit_similarity", "one less the edit distance over the longer length", edit_similarity),
    items(
        "passage_match",
        "any passage contains any answer as whole tokens",
        |passages, answers| as_score(answer_passage_match(passages, answers)),
    ),
    items("set_precision", "share of the predicted items that were expected", |items, expected| {
        Overlap::of_sets(items, expected).precision()
    }),
    items("set_recall", "share of the expected items that were predicted", |items, expected| {
        Overlap::of_sets(items, expected).recall()
    }),
    items("set_f1", "harmonic mean of `set_precision` and `set_recall`", |items, expected| {
        Overlap::of_sets(items, expected).f1()
    }),
];

/// Why a metric by name has no score.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricError {
    /// There is no metric of this name.
    Unknown(String),
    /// The prediction or the answers are not text that a metric can compare.
    Value(ValueError),
    /// There is nothing to compare with.
    NoAnswers(NoAnswers),
}

impl Metric {
    /// The metric of this name.
    ///
    /// # Errors
    /// [`MetricError::Unknown`], whose hint lists the names.
    pub fn named(name: &str) -> Result<Self, MetricError> {
        let found = METRICS.iter().find(|metric| metric.name == name);
        found.copied().ok_or_else(|| MetricError::Unknown(name.to_owned()))
    }

    /// Every metric that has a name.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        METRICS.iter().copied()
    }

    /// Its name: `rouge_l`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it measures, in a few words.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.about
    }

    /// The score of a prediction, `0.0..=1.0`, where `answers` is one value or a list of them.
    ///
    /// A number or a truth value is compared as Python prints it. `passage_match` and the metrics
    /// of sets take a list as prediction, or one value as a list of one; all others take one value.
    ///
    /// # Errors
    /// [`MetricError::Value`] names the side and the item that is no such value;
    /// [`MetricError::NoAnswers`] where a metric needs an answer and there is none.
    pub fn score(&self, prediction: &Value, answers: &Value) -> Result<f64, MetricError> {
        let in_side = |side: &'static str| move |error: ValueError| error.in_field(side);
        let answers = texts(answers).map_err(in_side("answers"))?;
        match self.score {
            Score::Text(score) => {
                let prediction = text_of(prediction).map_err(in_side("prediction"))?;
                Ok(score(&prediction, &answers)?)
            }
            Score::Items(score) => {
                let prediction = texts(prediction).map_err(in_side("prediction"))?;
                Ok(score(&prediction, &answers))
            }
        }
    }
}

impl MetricError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown(name) => {
                let names: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
                let meant = nearest(name, &names)
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                format!("metrics are `{}`{meant}", names.join("`, `"))
            }
            Self::Value(_) => {
                "give text, a number or a truth value; lists hold only these".to_owned()
            }
            Self::NoAnswers(error) => error.hint().to_owned(),
        }
    }
}

impl fmt::Display for MetricError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(formatter, "there is no metric `{name}`"),
            Self::Value(error) => error.fmt(formatter),
            Self::NoAnswers(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for MetricError {}

impl From<NoAnswers> for MetricError {
    fn from(error: NoAnswers) -> Self {
        Self::NoAnswers(error)
    }
}

impl From<ValueError> for MetricError {
    fn from(error: ValueError) -> Self {
        Self::Value(error)
    }
}

const fn text(
    name: &'static str,
    about: &'static str,
    score: fn(&str, &[String]) -> Result<f64, NoAnswers>,
) -> Metric {
    Metric { name, about, score: Score::Text(score) }
}

const fn items(
    name: &'static str,
    about: &'static str,
    score: fn(&[String], &[String]) -> f64,
) -> Metric {
    Metric { name, about, score: Score::Items(score) }
}

fn as_score(is_match: bool) -> f64 {
    f64::from(u8::from(is_match))
}

/// The texts of a list, or of one value as a list of one.
fn texts(value: &Value) -> Result<Vec<String>, ValueError> {
    match value.as_list() {
        Some(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, item)| text_of(item).map_err(|error| error.in_item(index))).collect()
        }
        None => Ok(vec![text_of(value)?]),
    }
}

fn text_of(value: &Value) -> Result<String, ValueError> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Tagged(_) => {
            Ok(value.to_string())
        }
        _ => Err(ValueError::new("str", value.python_type())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_scores_an_equal_text_one() {
        for metric in Metric::all() {
            let text = Value::from("12");
            assert_eq!(metric.score(&text, &text), Ok(1.0), "{}", metric.name());
            let wrong = metric.score(&text, &Value::from("x y z")).unwrap();
            assert_eq!(wrong, 0.0, "{}", metric.name());
            assert_eq!(Metric::named(metric.name()).unwrap().about(), metric.about());
        }
    }

    #[test]
    fn scalars_and_lists_are_taken() {
        let score = |name, prediction: Value, answers: Value| {
            Metric::named(name).and_then(|metric| metric.score(&prediction, &answers))
        };
        assert_eq!(score("exact_match", Value::Int(7), Value::from(vec!["6", "7"])), Ok(1.0));
        assert_eq!(score("numeric_match", Value::Float(7.0), Value::Int(7)), Ok(1.0));
        let (found, expected) = (vec!["a", "b"], vec!["b", "c", "d"]);
        assert_eq!(score("set_f1", found.clone().into(), expected.clone().into()), Ok(0.4));
        assert_eq!(score("set_recall", found.into(), expected.into()), Ok(1.0 / 3.0));
        let passages = vec!["no", "the answer is forty two"];
        assert_eq!(score("passage_match", passages.into(), "forty two".into()), Ok(1.0));
    }

    #[test]
    fn errors_say_what_and_where() {
        let metric = Metric::named("f1").unwrap();
        let error = metric.score(&Value::from("x"), &Value::List(vec![Value::Null])).unwrap_err();
        assert_eq!(error.to_string(), "`answers[0]` should be `str`, found `NoneType`");
        let error = metric.score(&Value::List(Vec::new()), &Value::from("x")).unwrap_err();
        assert_eq!(error.to_string(), "`prediction` should be `str`, found `list`");
        let error = metric.score(&Value::from("x"), &Value::List(Vec::new())).unwrap_err();
        assert_eq!(error, MetricError::NoAnswers(NoAnswers));
        let error = Metric::named("rogue_l").unwrap_err();
        assert_eq!(error.to_string(), "there is no metric `rogue_l`");
        assert!(error.hint().ends_with("did you mean `rouge_l`?"), "{}", error.hint());
    }
}
