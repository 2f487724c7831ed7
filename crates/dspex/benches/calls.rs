//! What a whole call costs beside its model, with everything on that a program has on.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use criterion::{Criterion, criterion_group, criterion_main};
use dspex::CallContext;
use dspex::llm::{Completion, CompletionRequest, LanguageModel, LmError};
use dspex::prelude::*;
use dspex::telemetry::{Event, Outcome, RecentEvents};
use tokio::runtime::Builder;

/// Answer the question.
#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

#[derive(FieldType)]
struct Answer {
    answer: String,
}

/// A model that takes no time, and reports like one that does.
struct Canned;

#[async_trait]
impl LanguageModel for Canned {
    fn name(&self) -> &str {
        "canned/model"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        context.recorder().record(Event::LmFinished {
            lm: self.name().to_owned(),
            took: Duration::ZERO,
            input_tokens: 100,
            output_tokens: 20,
            cost_usd: None,
            outcome: Outcome::Ok,
        });
        let text = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]";
        Ok(Completion::text(text))
    }
}

pub(crate) fn benchmarks(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("no runtime");
    let events = Arc::new(RecentEvents::new(1_000));
    let builder = Dspex::builder().lm("default", Canned).no_python().sink(events);
    let dspex = runtime.block_on(builder.start()).expect("a model is configured");

    let predict = dspex.predict::<Ask>();
    criterion.bench_function("call.predict", |bencher| {
        let run_all = async |n_calls: u64| {
            let started = Instant::now();
            for _ in 0..n_calls {
                let ask = Ask { question: black_box("Who wrote Emma?").to_owned() };
                let reply = predict.call(ask).await.expect("the model answers");
                black_box(reply);
            }
            started.elapsed()
        };
        bencher.iter_custom(|n_calls| runtime.block_on(run_all(n_calls)));
    });
    // A new module each time: one that has been called keeps its decision.
    criterion.bench_function("decision", |bencher| {
        bencher.iter(|| black_box(dspex.predict::<Ask>().choice()));
    });
}

criterion_group!(group, benchmarks);
criterion_main!(group);
