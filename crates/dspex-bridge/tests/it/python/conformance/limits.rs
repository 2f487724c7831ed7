//! Limits of size, depth and number, on both sides.

use std::time::Duration;

use dspex_bridge::CallErrorKind;
use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::{MAX_DEPTH, MAX_FRAME_BYTES};
use dspex_signature::Value;

use super::super::Workers;
use super::super::supervision::until;
use super::{Carrier, on_every_carrier};

on_every_carrier! {
    long_values_come_back_up_to_the_limit,
    deep_values_come_back_up_to_the_limit,
    questions_and_answers_have_the_same_limits,
    a_chunk_that_nobody_asked_for_is_outside_the_protocol,
    a_full_queue_and_a_long_wait_are_overload,
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::Null, |inner, _| Value::List(vec![inner]))
}

/// Refuses a call without losing the worker.
async fn check(workers: &Workers, method: &'static str, parameters: Value, expected: &str) {
    let error = workers.fault(method, parameters).await.unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_eq!(workers.stats().started, 1, "no worker was lost");
}

async fn long_values_come_back_up_to_the_limit(carrier: Carrier) {
    let workers = carrier.idle();
    let long = Value::from("x".repeat(10_000_000));
    assert_eq!(workers.fault("faults.echo", long.clone()).await.unwrap(), long);
    check(&workers, "faults.value", "too long".into(), "is longer than a frame").await;
    let too_long = Value::from("x".repeat(MAX_FRAME_BYTES));
    check(&workers, "faults.echo", too_long, "not supported yet: inputs for Python").await;
}

async fn deep_values_come_back_up_to_the_limit(carrier: Carrier) {
    let workers = carrier.idle();
    let deep = nested(MAX_DEPTH);
    assert_eq!(workers.fault("faults.echo", deep.clone()).await.unwrap(), deep);
    let expected = "is nested more than 64 deep in Python workers";
    check(&workers, "faults.echo", nested(MAX_DEPTH + 1), expected).await;
    check(&workers, "faults.value", "too deep".into(), expected).await;
    check(&workers, "faults.echo", nested(200), "not supported yet: inputs for Python").await;
}

async fn questions_and_answers_have_the_same_limits(carrier: Carrier) {
    let workers = carrier.idle();
    let deep = nested(MAX_DEPTH);
    assert_eq!(workers.fault("faults.callback", deep.clone()).await.unwrap(), deep);
    let ask = async |n_chars: usize, expected: &str| {
        let n_chars = i64::try_from(n_chars).unwrap();
        check(&workers, "faults.ask_long", n_chars.into(), expected).await;
    };
    ask(MAX_FRAME_BYTES, "is longer than a frame").await;
    // A question that just fits its frame: around the answer stands one byte more.
    ask(MAX_FRAME_BYTES - 22, "a frame of 67108865 bytes").await;
}

async fn a_chunk_that_nobody_asked_for_is_outside_the_protocol(carrier: Carrier) {
    let workers = carrier.idle();
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let error = workers.fault("faults.flood", 2).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Protocol { .. }), "{error}");
    assert!(error.to_string().contains("a message sends a chunk without credit"), "{error}");
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
}

async fn a_full_queue_and_a_long_wait_are_overload(carrier: Carrier) {
    let pool = carrier.pool().queue_length(1).lease_wait(Duration::from_millis(50));
    let workers = carrier.start(pool, ScriptedModel::new());
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let busy = workers.fault("faults.sleep", 0.5);
    let others = async {
        until("a busy worker", || workers.stats().busy == 1).await;
        tokio::join!(workers.fault("faults.echo", 1), workers.fault("faults.echo", 2))
    };
    let (busy, (waited, refused)) = tokio::join!(busy, others);
    busy.unwrap();
    for (error, least) in [(waited, Duration::from_millis(50)), (refused, Duration::ZERO)] {
        let error = error.unwrap_err();
        let CallErrorKind::Overloaded { waited, .. } = error.kind() else { panic!("{error}") };
        assert!(*waited >= least, "{waited:?}");
    }
}
