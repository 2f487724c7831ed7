//! Objects that stay in their worker, and the values that refer to them.

use std::sync::Arc;

use dspex_bridge::{CallError, CallErrorKind, Engine, ModuleKind, ModuleSpec, Outcome};
use dspex_signature::{Fields, Reference, Signature, Value, fields};

use super::{Carrier, Workers, on_every_carrier};

on_every_carrier! {
    an_object_stays_is_used_and_released_with_its_last_reference,
    without_the_wish_an_object_is_an_error,
    what_nobody_takes_is_released,
}

pub(crate) async fn run(
    workers: &Workers,
    class: &str,
    signature: &str,
    inputs: Fields,
    keeps_outputs: bool,
) -> Result<Outcome, CallError> {
    let kind = ModuleKind::Python(format!("golden_modules.{class}"));
    let mut module = ModuleSpec::new(kind, Arc::new(Signature::parse(signature).unwrap()));
    module.keeps_outputs = keeps_outputs;
    workers.engine.prepare(&Arc::new(module)).unwrap().run(&inputs, &workers.context).await
}

pub(crate) async fn make_shelf(workers: &Workers) -> Result<Outcome, CallError> {
    run(workers, "MakesShelf", "->", fields! { "books" => ["old"] }, true).await
}

pub(crate) async fn read_shelf(workers: &Workers, shelf: Value) -> Result<Outcome, CallError> {
    run(workers, "ReadsShelf", "->", fields! { "shelf" => shelf }, false).await
}

/// How many objects the worker itself knows of.
pub(super) async fn n_kept(workers: &Workers) -> Value {
    workers.fault("faults.kept", Value::Null).await.unwrap()
}

async fn an_object_stays_is_used_and_released_with_its_last_reference(carrier: Carrier) {
    let workers = carrier.with_user_modules();
    let outcome = make_shelf(&workers).await.unwrap();
    assert_eq!(outcome["n"], 1.into());
    let shelf = outcome["shelf"].clone();
    let reference = shelf.as_reference().unwrap();
    assert_eq!(reference.type_name(), "golden_modules.Shelf");
    assert_eq!(shelf.to_string(), "<Shelf of 1>");
    let both = outcome["more"].as_map().unwrap()["both"].as_list().unwrap();
    assert_eq!(both[1].to_string(), "<Shelf of 0>");
    // The same object was kept twice: each reference ends for itself.
    let again = both[0].clone();
    assert_eq!((n_kept(&workers).await, workers.stats().kept), (3.into(), 3));
    drop(outcome);
    assert_eq!((n_kept(&workers).await, workers.stats().kept), (2.into(), 2));
    let books = read_shelf(&workers, shelf.clone()).await.unwrap()["books"].clone();
    assert_eq!(books, ["old", "new"].into());
    drop(shelf);
    let books = read_shelf(&workers, again.clone()).await.unwrap()["books"].clone();
    assert_eq!(books, ["old", "new", "new"].into());
    drop(again);
    assert_eq!((n_kept(&workers).await, workers.stats().kept), (0.into(), 0));
    let made_up = read_shelf(&workers, Reference::new(1, "Shelf", "<Shelf>").into()).await;
    let told = "not supported yet: an object that no worker keeps";
    assert_eq!(made_up.unwrap_err().to_string(), told);
    assert_eq!(workers.stats().started, 1, "no worker was lost");
}

async fn without_the_wish_an_object_is_an_error(carrier: Carrier) {
    let workers = carrier.with_user_modules();
    let inputs = fields! { "books" => ["old"] };
    let error = run(&workers, "MakesShelf", "->", inputs, false).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::NotSupportedYet { .. }), "{error}");
    let told = "not supported yet: `shelf` is a `golden_modules.Shelf` in Python workers";
    assert_eq!(error.to_string(), told);
    assert_eq!(n_kept(&workers).await, 0.into());
}

async fn what_nobody_takes_is_released(carrier: Carrier) {
    let workers = carrier.with_user_modules();
    // An output behind the objects is too long for a frame.
    let books = "x".repeat(40_000_000);
    let inputs = fields! { "books" => [books], "twice" => true };
    let error = run(&workers, "MakesShelf", "->", inputs, true).await.unwrap_err();
    assert!(error.to_string().contains("longer than a frame"), "{error}");
    assert_eq!(n_kept(&workers).await, 0.into());
    // A caller that goes before the result comes.
    for patience in [0_u64, 1, 2, 5, 10, 20] {
        let patience = std::time::Duration::from_millis(patience);
        let _ = tokio::time::timeout(patience, make_shelf(&workers)).await;
    }
    assert_eq!((n_kept(&workers).await, workers.stats().kept), (0.into(), 0));
}
