//! Runs: order, parallelism, events, failures, cancellation.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dspex_pipeline::{
    Pipeline, PipelineError, RanOn, RunEvent, StageErrorKind, StageExt, pipeline,
};
use dspex_signature::{FieldType, Fields, fields};
use dspex_telemetry::{Event, Outcome, RecentEvents, Recorder};
use futures_util::StreamExt;
use tokio::time::{Instant, sleep};

use crate::domain::{Draft, Similar, Sorted, Text, Ticket, Triaged, draft, find, record, sort};
use crate::domain::{ticket, triage};

const SECOND: Duration = Duration::from_secs(1);

async fn slow_sort(ticket: Text) -> Result<Sorted, String> {
    sleep(2 * SECOND).await;
    Ok(sort(ticket))
}

async fn slow_find(ticket: Text) -> Result<Similar, String> {
    sleep(3 * SECOND).await;
    Ok(find(ticket))
}

#[tokio::test]
async fn a_run_makes_the_output_and_reports() {
    let triage = triage();
    let done = triage.run(ticket("Where is it?!")).await.unwrap();
    assert_eq!(done.id, "T-1");
    assert_eq!(done.reply, "about delivery, 1 alike");
    let report = done.report();
    assert_eq!(report.stage("draft").unwrap().ran_on, [(RanOn::Function, 1)]);
    assert_eq!(report.by_engine().len(), 1);
    triage.run(ticket("again")).await.unwrap();
    assert_eq!(triage.report().stage("draft").unwrap().calls, 2);
    assert_eq!(done.report().stage("draft").unwrap().calls, 1);
}

#[tokio::test(start_paused = true)]
async fn a_report_is_a_table() {
    let pipeline = pipeline!(triage: Ticket => Triaged {
        sort = slow_sort;
        find = slow_find.when(|text: &Text| text.text.contains('!')).or_skip();
        draft = draft;
    });
    let pipeline = pipeline.unwrap();
    pipeline.run(ticket("now!")).await.unwrap();
    pipeline.run(ticket("later")).await.unwrap();
    let expected = "\
pipeline `triage`
  stage   ran on     calls   failed   skipped   retries   fallbacks   tokens in   tokens out     p50     p95
  sort    function       2        0         0         0           0           0            0    2.0s    2.0s
  find    function       1        0         1         0           0           0            0    3.0s    3.0s
  draft   function       2        0         0         0           0           0            0   0.0ns   0.0ns
critical path: find";
    assert_eq!(pipeline.report().to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn stages_run_side_by_side_where_the_data_allow() {
    let pipeline = pipeline!(triage: Ticket => Triaged {
        sort = slow_sort;
        find = slow_find;
        draft = draft;
    });
    let start = Instant::now();
    let done = pipeline.unwrap().run(ticket("x")).await.unwrap();
    assert_eq!(start.elapsed(), 3 * SECOND);
    assert_eq!(done.report().critical_path, ["find"]);
}

record!(Late { late: String });

/// A stage starts when its own inputs are there, whatever else its level waits for.
#[tokio::test(start_paused = true)]
async fn a_stage_does_not_wait_for_its_level() {
    let pipeline = pipeline!(eager: Ticket => Late {
        sort = slow_sort;
        find = slow_find;
        late = |_: Sorted| async {
            sleep(2 * SECOND).await;
            Ok::<_, String>(Late { late: "late".into() })
        };
    });
    let start = Instant::now();
    pipeline.unwrap().run(ticket("x")).await.unwrap();
    assert_eq!(start.elapsed(), 4 * SECOND);
}

fn told<O>(event: Result<RunEvent<O>, PipelineError>) -> String {
    match event {
        Ok(RunEvent::Started { stage }) => format!("{stage} started"),
        Ok(RunEvent::Finished { stage, fields, ran_on }) => {
            format!("{stage} finished on {ran_on}: {:?}", fields.names().collect::<Vec<_>>())
        }
        Ok(RunEvent::Skipped { stage, why }) => format!("{stage} skipped: {why}"),
        Ok(RunEvent::Progress { done, of }) => format!("{done} of {of}"),
        Ok(RunEvent::Done(_)) => "done".to_owned(),
        Ok(_) => "something new".to_owned(),
        Err(error) => format!("{error}: {}", error.cause()),
    }
}

#[tokio::test(start_paused = true)]
async fn events_come_in_the_order_of_the_run() {
    let pipeline = pipeline!(triage: Ticket => Triaged {
        sort = slow_sort;
        find = slow_find.within(SECOND).or_skip();
        draft = draft;
    });
    let events: Vec<String> = pipeline.unwrap().run(ticket("x")).stream().map(told).collect().await;
    let expected = [
        "sort started",
        "find started",
        "find skipped: no answer within 1.0s",
        "1 of 3",
        "sort finished on function: [\"topic\", \"urgency\"]",
        "2 of 3",
        "draft started",
        "draft finished on function: [\"reply\"]",
        "3 of 3",
        "done",
    ];
    assert_eq!(events, expected);
}

#[tokio::test(start_paused = true)]
async fn a_failure_keeps_what_was_made_and_stops_the_rest() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let guard = DropCount(dropped.clone());
    let pipeline = pipeline!(triage: Ticket => Triaged {
        sort = sort;
        find = move |_: Text| {
            let guard = DropCount(guard.0.clone());
            async move {
                sleep(60 * SECOND).await;
                drop(guard);
                Ok::<_, String>(Similar { similar: vec![] })
            }
        };
        fail = |_: Sorted| async {
            sleep(SECOND).await;
            Err::<Late, _>("the printer is on fire")
        };
        draft = draft;
    });
    let recent = Arc::new(RecentEvents::new(10));
    let pipeline = pipeline.unwrap().recorder(Recorder::new().with(recent.clone()));
    let start = Instant::now();
    let error = pipeline.run(ticket("x")).await.unwrap_err();
    assert_eq!(start.elapsed(), SECOND);
    assert_eq!(dropped.load(Ordering::SeqCst), 1, "the stage in flight is cancelled");
    assert_eq!(error.stage(), "fail");
    assert_eq!(error.to_string(), "stage `fail` of pipeline `triage` failed");
    assert_eq!(error.cause().to_string(), "the printer is on fire");
    assert!(!format!("{error:?}").contains("delivery"), "values may be private: {error:?}");
    assert_eq!(error.partial().to::<Sorted>().unwrap(), sort(Text { text: "x".into() }));
    assert!(error.is_retryable());
    assert_eq!(error.report().stage("fail").unwrap().failures, 1);
    let ends: Vec<_> = recent.events().into_iter().map(end).collect();
    assert_eq!(ends, ["sort on function: Ok", "fail on function: Failed { kind: \"stage\" }"]);
}

fn end(event: Event) -> String {
    match event {
        Event::StageFinished { stage, ran_on, outcome, .. } => match outcome {
            Outcome::Ok => format!("{stage} on {ran_on}: Ok"),
            failed @ Outcome::Failed { .. } => format!("{stage} on {ran_on}: {failed:?}"),
        },
        other => panic!("{other:?}"),
    }
}

struct DropCount(Arc<AtomicUsize>);

impl Drop for DropCount {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_takes_too_long_names_who_is_late() {
    let pipeline = pipeline!(triage: Ticket => Triaged {
        sort = slow_sort;
        find = slow_find;
        draft = draft;
    });
    let pipeline = pipeline.unwrap();
    let limit = Duration::from_millis(2500);
    let error = pipeline.run(ticket("x")).within(limit).await.unwrap_err();
    assert_eq!(error.stage(), "find");
    assert!(matches!(error.cause().kind(), StageErrorKind::Deadline { after } if *after == limit));
    assert!(error.partial().contains("urgency"));
    assert_eq!(pipeline.report().stage("find").unwrap().failures, 1);
    assert_eq!(pipeline.report().stage("find").unwrap().p50, Some(limit));
    let done = pipeline.run(ticket("x")).within(4 * SECOND).await;
    assert!(done.is_ok());
}

#[tokio::test]
async fn a_panic_is_an_error_of_its_stage() {
    let pipeline = pipeline!(triage: Ticket => Draft {
        draft = |_: Text| -> Draft { panic!("no such reply") };
    });
    let error = pipeline.unwrap().run(ticket("x")).await.unwrap_err();
    assert_eq!(error.stage(), "draft");
    assert_eq!(error.cause().to_string(), "it panicked: no such reply");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_pipeline_is_a_stage_of_another() {
    record!(Audited { reply: String, audit: String });
    record!(Audit { audit: String });
    let inner = triage();
    let desk = pipeline!(desk: Ticket => Audited {
        triage = inner.clone();
        audit = |draft: Draft| Audit { audit: format!("{} letters", draft.reply.len()) };
    })
    .unwrap();
    let done = desk.run(ticket("x")).await.unwrap();
    assert_eq!(done.audit, "23 letters");
    assert_eq!(inner.report().stage("sort").unwrap().calls, 1);

    let failing = pipeline!(inner: Ticket => Draft {
        draft = |_: Text| Err::<Draft, _>("no");
    });
    let desk = pipeline!(desk: Ticket => Draft { inner = failing.unwrap(); }).unwrap();
    let error = desk.run(ticket("x")).await.unwrap_err();
    assert_eq!(error.stage(), "inner");
    assert_eq!(error.cause().to_string(), "stage `draft` of pipeline `inner` failed");
    let inner: &PipelineError = error.cause().downcast_ref().unwrap();
    assert_eq!(inner.stage(), "draft");
}

#[tokio::test]
async fn an_output_that_does_not_fit_is_named() {
    let pipeline: Pipeline<Fields, Sorted> = pipeline!(loose: Fields => Sorted {
        sort = |_: Fields| fields! { "topic" => "x", "urgency" => 300 };
    })
    .unwrap();
    let error = pipeline.run(fields! {}).await.unwrap_err();
    assert_eq!(error.stage(), "output");
    assert_eq!(error.to_string(), "pipeline `loose` gave no output");
    let expected = "output `urgency` should be `int within u8`, found `int outside it`";
    assert_eq!(error.cause().to_string(), expected);
}

#[tokio::test]
async fn the_latest_open_stage_that_made_a_field_is_read() {
    let pipeline: Pipeline<Fields, Fields> = pipeline!(loose: Fields => Fields {
        one = |_: Fields| fields! { "n" => 1, "only" => true };
        two = |fields: Fields| fields! { "n" => fields.get::<i64>("n").unwrap() + 1 };
    })
    .unwrap();
    let done = pipeline.run(fields! { "n" => 40 }).await.unwrap();
    assert_eq!(done.value("n"), Some(&2_i64.into_value()));
    assert!(done.contains("only"));
}
