//! What is called, and whether it ends as it should.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dspex::llm::{Lm, OpenAi};
use dspex::prelude::*;
use dspex::telemetry::RecentEvents;
use dspex::{Adapter, CallError, CallErrorKind, Error, React};

use super::model::{Behaviour, Model, PATIENCE};
use super::server;

/// Answer the question.
#[derive(Clone, Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

#[derive(FieldType)]
struct Answer {
    answer: String,
}

/// Read the invoice.
#[derive(Signature)]
#[signature(output = Invoice)]
struct Read {
    document: String,
}

#[derive(FieldType)]
struct Invoice {
    supplier: String,
    lines: Vec<Line>,
}

#[derive(FieldType)]
struct Line {
    item: String,
    quantity: u32,
}

/// Searches a library.
#[dspex::tool]
async fn search(query: String) -> String {
    format!("{query} is a novel by Jane Austen.")
}

/// How many calls ended how.
#[derive(Default)]
pub(crate) struct Counts {
    answered: AtomicU64,
    failed: AtomicU64,
    cut_off: AtomicU64,
    pub(crate) wrong: AtomicU64,
}

impl Counts {
    pub(crate) fn line(&self) -> String {
        let [answered, failed, cut_off, wrong] =
            [&self.answered, &self.failed, &self.cut_off, &self.wrong]
                .map(|count| count.load(Ordering::Relaxed));
        format!("answered={answered} failed={failed} cut_off={cut_off} wrong={wrong}")
    }

    fn add(count: &AtomicU64) {
        count.fetch_add(1, Ordering::Relaxed);
    }

    fn answered(&self, is_right: bool) {
        Self::add(if is_right { &self.answered } else { &self.wrong });
    }

    /// A call that should fail in one way only.
    fn failed<T>(&self, result: Result<T, CallError>, is_right: impl Fn(&CallErrorKind) -> bool) {
        let is_right = result.is_err_and(|error| is_right(error.kind()));
        Self::add(if is_right { &self.failed } else { &self.wrong });
    }
}

/// Every kind of module, made once.
pub(crate) struct Load {
    predict: Predict<Ask>,
    over_http: Predict<Ask>,
    reasoned: ChainOfThought<Ask>,
    react: React<Ask>,
    json: Predict<Read>,
    unreadable: Predict<Ask>,
    overloaded: Predict<Ask>,
    hanging: Predict<Ask>,
    _dspex: Dspex,
}

impl Load {
    pub(crate) async fn start() -> Result<Self, Error> {
        let model = |behaviour| Lm::new(Model(behaviour));
        let url = server::start().expect("a port of this machine is free");
        let dspex = Dspex::builder()
            .lm("default", model(Behaviour::Answers))
            .no_python()
            .sink(Arc::new(RecentEvents::new(1_000)))
            .start()
            .await?;
        let predict = || dspex.predict::<Ask>();
        Ok(Self {
            predict: predict(),
            over_http: predict().lm(OpenAi::new("m").base_url(&url).no_key()),
            reasoned: dspex.chain_of_thought(),
            react: dspex.react([search::tool()]),
            json: dspex.predict::<Read>().adapter(Adapter::Json),
            unreadable: predict().lm(model(Behaviour::Rambles)),
            overloaded: predict().lm(model(Behaviour::Fails)),
            hanging: predict().lm(model(Behaviour::Hangs)),
            _dspex: dspex,
        })
    }

    /// A call of each kind, with a text whose length changes from round to round.
    pub(crate) async fn round(&self, number: u64, counts: &Counts) {
        let n_words = usize::try_from(number * 7_919 % 1_000).unwrap_or_default();
        let ask = Ask { question: format!("Who wrote {}Emma?", "or rather ".repeat(n_words)) };
        let is_right = |answer: &str| answer == "Jane Austen";
        let done = self.predict.call(ask.clone()).await;
        counts.answered(done.is_ok_and(|it| is_right(&it.answer)));
        let done = self.over_http.call(ask.clone()).await;
        counts.answered(done.is_ok_and(|it| is_right(&it.answer)));
        let done = self.reasoned.call(ask.clone()).await;
        counts.answered(done.is_ok_and(|it| is_right(&it.answer)));
        let done = self.react.call(ask.clone()).await;
        counts.answered(done.is_ok_and(|it| is_right(&it.answer)));
        let done = self.json.call(Read { document: ask.question.clone() }).await;
        let is_whole = |it: &Invoice| {
            it.supplier == "Bates"
                && it.lines.iter().map(|line| line.quantity).sum::<u32>() == 8
                && it.lines.iter().all(|line| !line.item.is_empty())
        };
        counts.answered(done.is_ok_and(|it| is_whole(&it)));
        let failed = self.unreadable.call(ask.clone()).await;
        counts.failed(failed, |kind| matches!(kind, CallErrorKind::Parse { .. }));
        let failed = self.overloaded.call(ask.clone()).await;
        counts.failed(failed, |kind| matches!(kind, CallErrorKind::Lm(_)));
        // Waiting would leave the processor idle: such calls are cut off now and then.
        if number.is_multiple_of(64) {
            let failed = self.hanging.call(ask.clone()).within(PATIENCE).await;
            counts.failed(failed, |kind| matches!(kind, CallErrorKind::Deadline { .. }));
        }
        if number % 64 == 1 {
            let call = self.hanging.call(ask).into_future();
            match tokio::time::timeout(PATIENCE, call).await {
                Err(_) => Counts::add(&counts.cut_off),
                Ok(_) => Counts::add(&counts.wrong),
            }
        }
    }
}
