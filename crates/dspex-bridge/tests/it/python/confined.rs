//! Workers where nothing can be written but one directory, and the user is not root: as in a container that
//! is well kept. It takes namespaces of Linux, which a machine may refuse.

use std::path::Path;
use std::process::{Command, Output};

use dspex_bridge::ModuleKind;
use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::PoolConfig;
use dspex_signature::fields;

use super::Workers;

/// This test, which runs inside as a process of its own, and what tells it that it does.
const THIS: &str = "python::confined::nothing_needs_root_or_writes_where_it_may_not";
const INSIDE: &str = "DSPEX_TEST_INSIDE";

/// Runs a shell's command as root of a namespace of mounts, of a user who may not be root outside.
fn in_namespace(script: &str, writable: &Path) -> Output {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    command.env("WRITABLE", writable).output().expect("util-linux has `unshare`")
}

#[tokio::test]
async fn nothing_needs_root_or_writes_where_it_may_not() {
    if std::env::var_os(INSIDE).is_some() {
        return a_worker_answers().await;
    }
    let writable = tempfile::tempdir().unwrap();
    let probe = in_namespace("mount -t tmpfs none \"$WRITABLE\"", writable.path());
    if !probe.status.success() {
        let why = String::from_utf8_lossy(&probe.stderr).into_owned();
        assert!(why.contains("unshare") || why.contains("mount"), "{why}");
        #[expect(clippy::print_stderr, reason = "a machine where this test shows nothing says so")]
        {
            eprintln!("NOT TESTED, for this machine lets us have no namespace: {why}");
        }
        return;
    }
    let this = std::env::current_exe().unwrap();
    let script = format!(
        "mount -o remount,bind,ro / && mount -t tmpfs none \"$WRITABLE\" && cd / && \
         exec env -i PATH=\"$PATH\" HOME=/nowhere TMPDIR=\"$WRITABLE\" {INSIDE}=1 \
         unshare --user --map-user=1000 --map-group=1000 '{}' --exact {THIS}",
        this.display()
    );
    let inside = in_namespace(&script, writable.path());
    let said = String::from_utf8_lossy(&inside.stdout);
    let errors = String::from_utf8_lossy(&inside.stderr);
    assert!(inside.status.success() && said.contains("1 passed"), "{said}{errors}");
}

async fn a_worker_answers() {
    assert!(!rustix::process::getuid().is_root());
    assert!(std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/written"), "").is_err());
    let answer = "[[ ## answer ## ]]\nLeeds\n\n[[ ## completed ## ]]";
    let workers = Workers::start(PoolConfig::workers(1..=1), ScriptedModel::new().text(answer));
    let inputs = fields! { "question" => "Where?" };
    let outcome = workers.run(ModuleKind::Predict, "question -> answer", inputs).await.unwrap();
    assert_eq!(outcome["answer"], "Leeds".into());
}
