//! Conditions, recovery and limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dspex_pipeline::{Pipeline, StageError, StageExt, StageReport, pipeline};
use tokio::time::{Instant, sleep};

use crate::domain::{Draft, Sorted, Text, Ticket, canned, is_urgent, record, sort, ticket};

record!(MaybeReply { reply: Option<String> });

fn long(_: Sorted) -> Draft {
    Draft { reply: "long".into() }
}

fn fail(_: Sorted) -> Result<Draft, String> {
    Err("no".into())
}

fn panics(_: Sorted) -> Draft {
    panic!("boom")
}

async fn sleepy(_: Sorted) -> Result<Draft, String> {
    sleep(Duration::from_secs(60)).await;
    Ok(Draft { reply: "at last".into() })
}

/// Fails `failures` times, then answers.
fn flaky(failures: u32) -> impl Fn(Sorted) -> Result<Draft, String> + Send + Sync + 'static {
    let left = Arc::new(AtomicU32::new(failures));
    move |_| match left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)) {
        Ok(_) => Err("not yet".into()),
        Err(_) => Ok(Draft { reply: "at last".into() }),
    }
}

/// Runs `draft` after `sort`; gives the reply or the error, and the figures of `draft`.
macro_rules! check {
    ($text:literal, $draft:expr => $expected:expr, |$stage:ident| $figures:expr) => {{
        let pipeline: Pipeline<Ticket, MaybeReply> =
            pipeline!(triage: Ticket => MaybeReply { sort = sort; draft = $draft; }).unwrap();
        let done = pipeline.run(ticket($text)).await;
        let actual = done.map(|done| done.into_inner().reply);
        let actual = actual.map_err(|error| error.cause().to_string());
        let expected: Result<Option<&str>, &str> = $expected;
        assert_eq!(actual, expected.map(|reply| reply.map(Into::into)).map_err(str::to_owned));
        let report = pipeline.report();
        let $stage: &StageReport = report.stage("draft").unwrap();
        assert!($figures, "{:?}", $stage);
    }};
}

#[tokio::test(start_paused = true)]
async fn a_condition_decides_whether_a_stage_runs() {
    check!("now!", long.when(is_urgent) => Ok(Some("long")), |stage| stage.calls == 1);
    check!("later", long.when(is_urgent) => Ok(None), |stage| stage.calls == 0 && stage.skipped == 1);
    check!("now!", long.when(is_urgent).otherwise(canned) => Ok(Some("long")), |stage| stage.calls == 1);
    check!("later", long.when(is_urgent).otherwise(canned) => Ok(Some("soon (delivery)")),
        |stage| stage.calls == 1 && stage.fallbacks == 0);
    let value = Draft { reply: "value".into() };
    check!("later", long.when(is_urgent).or(value) => Ok(Some("value")), |stage| stage.calls == 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_answered() {
    check!("x", fail.or_else(canned) => Ok(Some("soon (delivery)")),
        |stage| stage.failures == 1 && stage.fallbacks == 1);
    check!("x", panics.or_else(canned) => Ok(Some("soon (delivery)")), |stage| stage.failures == 1);
    check!("x", fail.or_else(fail) => Err("no"), |stage| stage.failures == 2);
    check!("x", fail.or(Draft { reply: "value".into() }) => Ok(Some("value")),
        |stage| stage.fallbacks == 1 && stage.calls == 1);
    check!("x", fail.or_skip() => Ok(None), |stage| stage.skipped == 1 && stage.failures == 1);
    check!("x", fail => Err("no"), |stage| stage.failures == 1 && stage.calls == 1);
}

#[tokio::test(start_paused = true)]
async fn attempts_count_the_first_one() {
    check!("x", flaky(2).attempts(3) => Ok(Some("at last")),
        |stage| stage.calls == 1 && stage.retries == 2 && stage.failures == 2);
    check!("x", flaky(2).attempts(2) => Err("not yet"), |stage| stage.failures == 2);
    check!("x", flaky(2).attempts(2).or_else(canned) => Ok(Some("soon (delivery)")),
        |stage| stage.retries == 1 && stage.failures == 2 && stage.fallbacks == 1);
    check!("x", panics.attempts(3) => Err("it panicked: boom"), |stage| stage.failures == 1);
    let permanent = |_: Sorted| Err::<Draft, _>(StageError::permanent("never"));
    check!("x", permanent.attempts(3) => Err("never"), |stage| stage.failures == 1);
}

#[tokio::test(start_paused = true)]
async fn a_limit_holds_for_what_stands_before_it() {
    let second = Duration::from_secs(1);
    check!("x", sleepy.within(second) => Err("no answer within 1.0s"), |stage| stage.failures == 1);
    let start = Instant::now();
    check!("x", sleepy.within(second).attempts(3) => Err("no answer within 1.0s"),
        |stage| stage.failures == 3);
    assert_eq!(start.elapsed(), 3 * second);
    check!("x", sleepy.attempts(3).within(second) => Err("no answer within 1.0s"),
        |stage| stage.retries == 0);
    check!("x", sleepy.within(second).or_skip() => Ok(None), |stage| stage.skipped == 1);
}

#[tokio::test]
async fn both_choices_that_failed_are_kept() {
    let pipeline = pipeline!(triage: Ticket => Draft {
        sort = sort;
        draft = fail.or_else(|_: Text| Err::<Draft, _>("nor this"));
    });
    let error = pipeline.unwrap().run(ticket("x")).await.unwrap_err();
    assert_eq!(error.cause().to_string(), "nor this");
    assert_eq!(error.cause().earlier()[0].to_string(), "no");
}

#[tokio::test]
async fn a_replacement_that_is_skipped_leaves_the_old_value() {
    record!(ToPolish { reply: String, urgency: u8 });
    fn polish(draft: ToPolish) -> Draft {
        Draft { reply: draft.reply + ", please" }
    }
    let pipeline = pipeline!(polite: Ticket => Draft {
        sort = sort;
        draft = canned;
        polish = polish.when(is_urgent);
    })
    .unwrap();
    assert_eq!(pipeline.run(ticket("now!")).await.unwrap().reply, "soon (delivery), please");
    assert_eq!(pipeline.run(ticket("later")).await.unwrap().reply, "soon (delivery)");
}
