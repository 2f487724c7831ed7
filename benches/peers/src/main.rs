//! Times dspy-rs for the rows of the benchmark table; prints one JSON object.
//!
//! Keys are row ids, values medians in seconds for one call. The prompts of dspy-rs are not those
//! of DSPy, so its figures stand beside ours as a measure of speed and nothing else.

mod http;

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::time::Instant;

use dspy_rs::adapter::Adapter;
use dspy_rs::core::MetaSignature;
use dspy_rs::{ChatAdapter, Example, Message, Signature};
use schemars::JsonSchema;
use serde_json::{Value, json};

/// Answer the question.
#[Signature]
struct Plain {
    #[input]
    pub question: String,
    #[output]
    pub answer: String,
}

/// Answer the question from the context.
#[Signature]
struct Typed {
    #[input]
    pub question: String,
    #[input]
    pub context: String,
    #[output]
    pub answer: String,
    #[output]
    pub count: i64,
    #[output]
    pub score: f64,
    #[output]
    pub sure: bool,
}

/// A line of an invoice.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is asked for")]
struct Line {
    item: String,
    quantity: i64,
    price: f64,
}

/// Read the invoice.
#[Signature]
struct Models {
    #[input]
    pub document: String,
    #[output]
    pub lines: Vec<Line>,
}

const PLAIN_COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]";
// `true`, not Python's `True`: dspy-rs panics on the latter.
const TYPED_COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## count ## ]]\n3\n\n\
    [[ ## score ## ]]\n0.75\n\n[[ ## sure ## ]]\ntrue\n\n[[ ## completed ## ]]";

const MODELS_COMPLETION: &str = "[[ ## lines ## ]]\n[{\"item\": \"lamp\", \"quantity\": 2, \
    \"price\": 19.5}, {\"item\": \"cup\", \"quantity\": 6, \"price\": 2.25}, {\"item\": \
    \"chair\", \"quantity\": 1, \"price\": 80.0}]\n\n[[ ## completed ## ]]";

const N_SAMPLES: usize = 60;
const SECONDS_PER_SAMPLE: f64 = 0.005;

fn main() {
    let (plain, typed, models) = (Plain::new(), Typed::new(), Models::new());
    let question = ("question", json!("Who wrote Emma?"));
    let context = ("context", json!("Emma is a novel of 1815."));
    let plain_inputs = inputs([question.clone()]);
    let typed_inputs = inputs([question.clone(), context]);
    let said = |text: &str| Message::assistant(text);
    let mut with_demos = Plain::new();
    let demo = inputs([question, ("answer", json!("Jane Austen"))]);
    with_demos.set_demos(vec![demo; 8]).expect("demos are kept as they are");
    let document = inputs([("document", json!("2 lamps, 6 cups and a chair"))]);

    let said_plainly = || ChatAdapter.parse_response(&plain, said(PLAIN_COMPLETION));

    let medians = BTreeMap::from([
        // What its `Predict` does beside asking its model, which it can only do over HTTP.
        (
            "native.predict",
            median(|| (ChatAdapter.format(&plain, plain_inputs.clone()), said_plainly())),
        ),
        (
            "native.demos",
            median(|| (ChatAdapter.format(&with_demos, plain_inputs.clone()), said_plainly())),
        ),
        ("http.predict", http::predict(Plain::new(), &plain_inputs, PLAIN_COMPLETION)),
        ("chat.format.plain", median(|| ChatAdapter.format(&plain, plain_inputs.clone()))),
        ("chat.format.demos", median(|| ChatAdapter.format(&with_demos, plain_inputs.clone()))),
        ("chat.format.models", median(|| ChatAdapter.format(&models, document.clone()))),
        ("chat.format.typed", median(|| ChatAdapter.format(&typed, typed_inputs.clone()))),
        ("chat.parse.plain", median(|| ChatAdapter.parse_response(&plain, said(PLAIN_COMPLETION)))),
        (
            "chat.parse.models",
            median(|| ChatAdapter.parse_response(&models, said(MODELS_COMPLETION))),
        ),
        ("chat.parse.typed", median(|| ChatAdapter.parse_response(&typed, said(TYPED_COMPLETION)))),
    ]);
    println!("{}", json!(medians));
}

fn inputs<const N: usize>(fields: [(&str, Value); N]) -> Example {
    let data: HashMap<_, _> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let input_keys = data.keys().cloned().collect();
    Example::new(data, input_keys, Vec::new())
}

/// The median time of one call in seconds, over samples of calls that last a few milliseconds.
fn median<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut sample = |n_calls: u32| {
        let started = Instant::now();
        (0..n_calls).for_each(|_| drop(black_box(work())));
        started.elapsed().as_secs_f64() / f64::from(n_calls)
    };
    let once = sample(1_000);
    let n_calls = (SECONDS_PER_SAMPLE / once) as u32;
    let mut times: Vec<f64> = (0..N_SAMPLES).map(|_| sample(n_calls.max(1))).collect();
    times.sort_by(f64::total_cmp);
    times[N_SAMPLES / 2]
}
