//! What a worker finds around it, and the Python side's own tests.

use std::process::Command;

use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::PoolConfig;
use dspex_signature::Value;

use super::{Workers, venv};

#[tokio::test]
async fn what_a_pool_names_enters_its_workers() {
    let pool = PoolConfig::workers(1..=1)
        .environment("CARGO_PKG_NAME")
        .environment("NO_SUCH")
        .gpus([0, 2]);
    let workers = Workers::start(pool, ScriptedModel::new());
    let check = async |name: &str, expected: Value| {
        assert_eq!(workers.fault("faults.variable", name).await.unwrap(), expected, "{name}");
    };
    check("CARGO_PKG_NAME", "dspex-bridge".into()).await;
    check("CUDA_VISIBLE_DEVICES", "0,2".into()).await;
    check("NO_SUCH", Value::Null).await;
    check("CARGO_PKG_VERSION", Value::Null).await;
}

#[tokio::test]
async fn no_key_enters_a_worker() {
    let workers = Workers::start(PoolConfig::workers(1..=1), ScriptedModel::new());
    let names = workers.fault("faults.environ", Value::Null).await.unwrap();
    let allowed = [
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "TMPDIR",
        "DENO_DIR",
        "LITELLM_LOCAL_MODEL_COST_MAP",
        "PYTHONNOUSERSITE",
        "PYTHONUNBUFFERED",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPATH",
    ];
    for name in names.as_list().unwrap() {
        let name = name.as_str().unwrap();
        assert!(allowed.contains(&name), "`{name}` is in the worker's environment");
    }
}

#[test]
fn the_python_tests_pass() {
    let package = concat!(env!("CARGO_MANIFEST_DIR"), "/python");
    let output = Command::new(venv().join("bin/python"))
        .args(["-m", "unittest", "discover", "-s", "tests"])
        .current_dir(package)
        .env("PYTHONPATH", package)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && report.contains("\nOK"), "{report}");
}
