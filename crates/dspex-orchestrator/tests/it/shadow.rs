//! What follows where Python says otherwise than the native engine.

use std::sync::Arc;
use std::time::Duration;

use dspex_bridge::EngineKind;
use dspex_orchestrator::{Module, OnDifference, Shadow, ShadowReport};
use dspex_signature::fields;
use dspex_telemetry::{Event, RecentEvents};

use crate::fake::Does;
use crate::routing::watched;

/// Calls a module once, and waits for its comparison.
async fn compared(module: &Module) -> ShadowReport {
    let n_done = |report: &ShadowReport| report.n_same + report.n_different + report.n_skipped;
    let report = || module.shadow_report().expect("it has a shadow");
    let before = n_done(&report());
    let _ = module.call(fields! { "question" => "?" }).await;
    for _ in 0..1_000 {
        if n_done(&report()) > before {
            return report();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("nothing was compared")
}

fn shadowed(native: Does, python: Does, shadow: Shadow) -> (Module, Arc<RecentEvents>) {
    let events = Arc::new(RecentEvents::new(100));
    (watched(native, python, events.clone()).shadow(shadow), events)
}

const ALL: f64 = 1.0;

#[tokio::test(start_paused = true)]
async fn equal_answers_change_nothing() {
    let (module, events) = shadowed(Does::Answer("Leeds"), Does::Answer("Leeds"), ALL.into());
    let report = compared(&module).await;
    assert_eq!((report.n_same, report.n_different, report.is_demoted), (1, 0, false));
    assert_eq!(module.choice().to_string(), "native: exact");
    let same = Event::ShadowCompared { module: "Ask".into(), difference: None };
    assert!(events.events().contains(&same), "{:?}", events.events());
}

#[tokio::test(start_paused = true)]
async fn a_difference_sends_the_next_calls_to_python() {
    let (module, events) = shadowed(Does::Answer("Leeds"), Does::Answer("York"), ALL.into());
    let clone = module.clone();
    let report = compared(&module).await;
    assert_eq!((report.n_same, report.n_different, report.is_demoted), (0, 1, true));
    let difference = report.difference.unwrap();
    assert!(difference.place.starts_with("output `answer` ("), "{difference}");
    assert_eq!((difference.native.as_ref(), difference.python.as_ref()), (None, None));
    let choice = clone.choice();
    assert_eq!(choice.engine, Some(EngineKind::Python));
    let expected = format!("exact; not native: it differs from DSPy at {difference}");
    assert_eq!(choice.why, expected);
    let reply = clone.call(fields! { "question" => "?" }).await.unwrap();
    assert_eq!(reply["answer"].as_str(), Some("York"));
    let demotions = events.events().into_iter().filter(|event| event.name() == "module.demoted");
    assert_eq!(demotions.count(), 1);
    // An option makes another module, of which nothing is known yet.
    assert_eq!(module.temperature(0.5).choice().engine, Some(EngineKind::Native));
}

#[tokio::test(start_paused = true)]
async fn a_difference_may_be_reported_only_and_with_its_texts() {
    let shadow = Shadow::share(ALL).on_difference(OnDifference::Report).with_texts();
    let (module, _) = shadowed(Does::Answer("Leeds"), Does::Answer("York"), shadow);
    compared(&module).await;
    let report = compared(&module).await;
    assert_eq!((report.n_different, report.is_demoted), (2, false));
    let difference = report.difference.unwrap();
    assert!(difference.native.unwrap().contains("Leeds"));
    assert!(difference.python.unwrap().contains("York"));
    assert_eq!(module.choice().engine, Some(EngineKind::Native));
}

#[tokio::test(start_paused = true)]
async fn a_completion_that_only_one_of_them_reads_is_a_difference() {
    let (module, _) = shadowed(Does::FailToParse, Does::Answer("York"), ALL.into());
    let difference = compared(&module).await.difference.unwrap();
    assert_eq!(difference.place, "a completion that only DSPy can read");
    let (module, _) = shadowed(Does::Answer("Leeds"), Does::FailToParse, ALL.into());
    let difference = compared(&module).await.difference.unwrap();
    assert_eq!(difference.place, "a completion that DSPy refuses (parse)");
    let (module, _) = shadowed(Does::FailToParse, Does::FailToParse, ALL.into());
    assert_eq!(compared(&module).await.n_same, 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_compared_is_counted_apart() {
    let (module, _) = shadowed(Does::Answer("Leeds"), Does::Break(&[]), ALL.into());
    let report = compared(&module).await;
    assert_eq!((report.n_skipped, report.n_different, report.unavailable), (1, 0, None));
    let (module, _) = shadowed(Does::Answer("Leeds"), Does::Refuse("no pool"), ALL.into());
    let report = compared(&module).await;
    assert_eq!((report.n_skipped, report.unavailable.as_deref()), (1, Some("no pool")));
}

#[tokio::test(start_paused = true)]
async fn a_comparison_that_runs_lets_no_other_begin() {
    let (module, _) = shadowed(Does::Answer("Leeds"), Does::Hang, ALL.into());
    module.call(fields! { "question" => "?" }).await.unwrap();
    assert_eq!(compared(&module).await.n_skipped, 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_share_there_is_no_report() {
    let events = Arc::new(RecentEvents::new(100));
    let module = watched(Does::Answer("a"), Does::Answer("b"), events);
    module.call(fields! { "question" => "?" }).await.unwrap();
    assert_eq!(module.shadow_report(), None);
}
