//! Times dspy-rs for the rows of the benchmark table; prints one JSON object.
//!
//! Keys are row ids, values medians in seconds for one call. The prompts of dspy-rs are not those
//! of DSPy, so its figures stand beside ours as a measure of speed and nothing else.

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::time::Instant;

use dspy_rs::adapter::Adapter;
use dspy_rs::{ChatAdapter, Example, Message, Signature};
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

const PLAIN_COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]";
// `true`, not Python's `True`: dspy-rs panics on the latter.
const TYPED_COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## count ## ]]\n3\n\n\
    [[ ## score ## ]]\n0.75\n\n[[ ## sure ## ]]\ntrue\n\n[[ ## completed ## ]]";

const N_SAMPLES: usize = 60;
const SECONDS_PER_SAMPLE: f64 = 0.005;

fn main() {
    let (plain, typed) = (Plain::new(), Typed::new());
    let question = ("question", json!("Who wrote Emma?"));
    let context = ("context", json!("Emma is a novel of 1815."));
    let plain_inputs = inputs([question.clone()]);
    let typed_inputs = inputs([question, context]);
    let said = |text: &str| Message::assistant(text);

    let medians = BTreeMap::from([
        ("chat.format.plain", median(|| ChatAdapter.format(&plain, plain_inputs.clone()))),
        ("chat.format.typed", median(|| ChatAdapter.format(&typed, typed_inputs.clone()))),
        ("chat.parse.plain", median(|| ChatAdapter.parse_response(&plain, said(PLAIN_COMPLETION)))),
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
