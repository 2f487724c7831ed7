//! References and the one worker of several that has their objects.

use dspex_bridge::CallErrorKind;
use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::PoolConfig;
use dspex_signature::Value;

use super::conformance::references::{make_shelf, read_shelf};
use super::supervision::{kill, until};
use super::{Workers, user_modules};

/// Two workers, both ready.
async fn two() -> Workers {
    let pool = PoolConfig::workers(2..=2);
    let workers = Workers::with_python(user_modules(), pool, ScriptedModel::new());
    workers.fault("faults.echo", 1).await.unwrap();
    until("two workers", || workers.stats().pids.len() == 2).await;
    workers
}

#[tokio::test]
async fn calls_with_an_object_run_where_it_is() {
    let workers = two().await;
    let shelf = make_shelf(&workers).await.unwrap()["shelf"].clone();
    for n_books in 2..6 {
        // Whichever worker was called last would be next.
        let (one, other) = tokio::join!(
            workers.fault("faults.sleep", 0.05),
            workers.fault("faults.pid", Value::Null)
        );
        one.and(other).unwrap();
        let read = read_shelf(&workers, shelf.clone()).await.unwrap();
        assert_eq!(read["books"].as_list().unwrap().len(), n_books);
    }
}

#[tokio::test]
async fn a_call_waits_for_the_worker_that_has_its_object() {
    let workers = two().await;
    let shelf = make_shelf(&workers).await.unwrap()["shelf"].clone();
    let reads = (0..4).map(|_| read_shelf(&workers, shelf.clone()));
    let read = futures_util::future::join_all(reads).await;
    let mut lengths: Vec<usize> =
        read.into_iter().map(|read| read.unwrap()["books"].as_list().unwrap().len()).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, [2, 3, 4, 5]);
}

#[tokio::test]
async fn objects_of_two_workers_are_refused_and_one_of_an_ended_worker_is_lost() {
    let workers = two().await;
    let (one, other) = tokio::join!(make_shelf(&workers), make_shelf(&workers));
    let shelves = [one.unwrap()["shelf"].clone(), other.unwrap()["shelf"].clone()];
    assert_eq!(workers.stats().kept, 2);
    let both = read_shelf(&workers, shelves.to_vec().into()).await.unwrap_err();
    let told = "not supported yet: a call with objects of several workers";
    assert_eq!(both.to_string(), told);
    for pid in workers.stats().pids {
        kill(pid);
    }
    until("both are gone", || workers.stats().kept == 0).await;
    let lost = read_shelf(&workers, shelves[0].clone()).await.unwrap_err();
    assert!(matches!(lost.kind(), CallErrorKind::ObjectLost { .. }), "{lost}");
    let told =
        "the worker of pool `general` that kept an object of type `golden_modules.Shelf` has ended";
    assert_eq!(lost.to_string(), told);
    assert!(lost.hint().unwrap().contains("make the object again"));
    // The next one begins anew.
    let shelf = make_shelf(&workers).await.unwrap()["shelf"].clone();
    drop(shelves);
    assert_eq!(read_shelf(&workers, shelf).await.unwrap()["books"], ["old", "new"].into());
}
