//! Answers Python's questions for operations: validators, metrics, templates, judges.

use dspex_signature::metrics::Metric;
use dspex_signature::{Fields, Value, ValueError};
use tokio::task::spawn_blocking;

use super::describe;
use super::pool::CallbackFailure;
use crate::operations::Judge;

/// The kind of a failure that tells what there is; Python raises it as an error of its own.
const KIND: &str = "operation";

/// The most that a metric compares: the bytes of the prediction times those of the answers. Some take
/// time in proportion to it, and four thousand million are some seconds.
const MAX_COMPARED: u64 = 1 << 32;

/// What an operation is asked for by name.
type Operation = fn(&Fields) -> Result<Value, String>;

const OPERATIONS: &[(&str, Operation)] = &[
    ("operation.judge", judge),
    ("operation.metric", metric),
    ("operation.render", render),
    ("operation.validate", validate),
];

/// The answer to one question; a method that is no operation is not supported.
///
/// Operations compute and do not wait, so that they run beside the threads that others wait on. One
/// that nobody waits for any more runs to its end, which its own bounds set.
pub(super) async fn answer(method: &str, parameters: Value) -> Result<Value, CallbackFailure> {
    let known = OPERATIONS.iter().find(|(name, _)| *name == method);
    let (Some((_, operation)), Value::Map(parameters)) = (known, parameters) else {
        let message = format!("the callback `{method}`");
        return Err(CallbackFailure { kind: "not_supported_yet", message });
    };
    let answer = spawn_blocking(move || operation(&parameters)).await;
    let answer = answer.unwrap_or_else(|_| Err(format!("`{method}` panicked")));
    answer.map_err(|message| CallbackFailure { kind: KIND, message })
}

/// The signature of a judge, which Python asks its model by.
fn judge(parameters: &Fields) -> Result<Value, String> {
    let judge = Judge::named(text_of(parameters, "name")?);
    let judge = judge.map_err(|error| told(&error, &error.hint()))?;
    describe::signature(&judge.signature()).map_err(|kind| kind.to_string())
}

fn metric(parameters: &Fields) -> Result<Value, String> {
    let metric = Metric::named(text_of(parameters, "name")?);
    let metric = metric.map_err(|error| told(&error, &error.hint()))?;
    let (prediction, answers) = (&parameters["prediction"], &parameters["answers"]);
    if n_bytes(prediction).saturating_mul(n_bytes(answers)) > MAX_COMPARED {
        return Err("the texts are too long to be compared here; give shorter ones".to_owned());
    }
    let score = metric.score(prediction, answers).map_err(|error| told(&error, &error.hint()))?;
    Ok(Value::Float(score))
}

#[cfg(feature = "validators")]
fn validate(parameters: &Fields) -> Result<Value, String> {
    let options = map_of(parameters, "options")?;
    let validator = crate::operations::Validator::new(text_of(parameters, "name")?, options)
        .map_err(|error| told(&error, &error.hint()))?;
    let violations = validator.check(&parameters["value"]).err();
    Ok(Value::List(violations.into_iter().flatten().map(Value::from).collect()))
}

#[cfg(not(feature = "validators"))]
fn validate(_: &Fields) -> Result<Value, String> {
    Err("dspex was built without its feature `validators`".to_owned())
}

#[cfg(feature = "templates")]
fn render(parameters: &Fields) -> Result<Value, String> {
    let (text, fields) = (text_of(parameters, "template")?, map_of(parameters, "fields")?);
    let rendered = crate::operations::Template::parse("template", text)
        .and_then(|template| template.render(fields));
    rendered.map(Value::Text).map_err(|error| told(&error, error.hint()))
}

#[cfg(not(feature = "templates"))]
fn render(_: &Fields) -> Result<Value, String> {
    Err("dspex was built without its feature `templates`".to_owned())
}

fn text_of<'p>(parameters: &'p Fields, name: &str) -> Result<&'p str, String> {
    let value = &parameters[name];
    value.as_str().ok_or_else(|| wrong(name, "str", value))
}

#[cfg(any(feature = "templates", feature = "validators"))]
fn map_of<'p>(parameters: &'p Fields, name: &str) -> Result<&'p Fields, String> {
    let value = &parameters[name];
    value.as_map().ok_or_else(|| wrong(name, "dict", value))
}

fn wrong(name: &str, expected: &str, found: &Value) -> String {
    ValueError::new(expected, found.python_type()).in_field(name).to_string()
}

/// An error with its hint, as one line of an exception.
fn told(error: &impl std::error::Error, hint: &str) -> String {
    format!("{error}; {hint}")
}

/// How much text a value holds, at least one.
fn n_bytes(value: &Value) -> u64 {
    match value {
        Value::Text(text) => text.len() as u64,
        value => value.as_list().unwrap_or(&[]).iter().map(n_bytes).sum(),
    }
    .max(1)
}
