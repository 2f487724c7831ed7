//! What goes wrong in Python, as typed errors.

use std::sync::Arc;

use dspex_bridge::llm::{LmErrorKind, ScriptedModel};
use dspex_bridge::{CallErrorKind, Engine, ModuleKind, ModuleSpec, Usage};
use dspex_signature::{Signature, fields};

use super::{Carrier, on_every_carrier};

on_every_carrier! {
    a_failed_completion_is_the_models_own_error,
    a_completion_without_the_outputs_names_them_and_keeps_what_was_found,
    names_outside_the_list_are_refused_on_both_sides,
    an_exception_arrives_whole,
}

async fn a_failed_completion_is_the_models_own_error(carrier: Carrier) {
    let workers = carrier.asking(ScriptedModel::new().fail(LmErrorKind::RateLimited));
    let error = workers.run(ModuleKind::Predict, "q -> a", fields! { "q" => "?" }).await;
    let error = error.unwrap_err();
    let CallErrorKind::Lm(error) = error.kind() else { panic!("{error}") };
    assert_eq!(error.kind, LmErrorKind::RateLimited);
}

async fn a_completion_without_the_outputs_names_them_and_keeps_what_was_found(carrier: Carrier) {
    let half = "[[ ## a ## ]]\nfound";
    let model = ScriptedModel::new().otherwise(half);
    let workers = carrier.asking(model.clone());
    let error = workers.run(ModuleKind::Predict, "q -> a, b, c", fields! { "q" => "?" }).await;
    let error = error.unwrap_err();
    let CallErrorKind::Parse { message, missing, completion } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(message, "the completion lacks the outputs `a`, `b`, `c`");
    assert_eq!(*missing, ["a", "b", "c"]);
    assert_eq!(completion, half);
    // DSPy asked again in JSON before it gave up; both completions are charged.
    assert_eq!(model.requests().len(), 2);
    assert_ne!(error.spent().usage, Usage::default());
}

async fn names_outside_the_list_are_refused_on_both_sides(carrier: Carrier) {
    let workers = carrier.with_user_modules();
    let prepare = |name: &str| {
        let signature = Arc::new(Signature::parse("q -> a").unwrap());
        let module = ModuleSpec::new(ModuleKind::Python(name.to_owned()), signature);
        workers.engine.prepare(&Arc::new(module))
    };
    let refused = prepare("os.system").err().unwrap();
    assert_eq!(refused.to_string(), "no entry of `python.allow` covers `os.system`");
    // Rust sees names only; Python sees where a class comes from.
    let workers_say = async |name: &str| {
        let prepared = prepare(name).unwrap();
        prepared.run(&fields! { "q" => "?" }, &workers.context).await.unwrap_err()
    };
    let error = workers_say("golden_modules.os.system").await;
    assert!(error.to_string().contains("`golden_modules` has no `os`"), "{error}");
    let error = workers_say("golden_modules.subprocess.Popen").await;
    assert!(error.to_string().contains("is not a subclass of `dspy.Module`"), "{error}");
    let error = workers_say("dspy.ChainOfThougt").await;
    assert!(matches!(error.kind(), CallErrorKind::NoSuchModule { .. }), "{error}");
    assert_eq!(error.to_string(), "`dspy` has no `ChainOfThougt`; did you mean `ChainOfThought`?");
    let imports = ModuleKind::Python("golden_modules.Imports".to_owned());
    let error = workers.run(imports, "->", fields! {}).await.unwrap_err();
    let CallErrorKind::MissingPackage { group, exception, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(error.to_string(), "the Python package `no_such_package` is not installed");
    assert_eq!(error.hint(), Some("install it where the workers' Python finds it"));
    assert_eq!((group, &*exception.message), (&None, "install it to answer"));
}
async fn an_exception_arrives_whole(carrier: Carrier) {
    let workers = carrier.with_user_modules();
    let kind = ModuleKind::Python("golden_modules.Raises".to_owned());
    let error = workers.run(kind, "->", fields! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "Python raised `LookupError`: no shelf 7");
    let CallErrorKind::Python(exception) = error.kind() else { panic!("{error}") };
    assert!(exception.traceback.contains("in forward"), "{}", exception.traceback);
    assert!(exception.traceback.ends_with("LookupError: no shelf 7\n"), "{}", exception.traceback);
    assert_eq!(workers.stats().pids, [exception.worker]);
    assert!(!error.is_retryable());
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
}
