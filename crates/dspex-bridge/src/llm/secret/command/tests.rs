//! Programs that print keys, or do something else.

use std::fs;
use std::path::Path;

use futures_util::future::join_all;

use super::*;

fn shell(script: &str) -> Command {
    Command::new("sh".to_owned(), vec!["-c".to_owned(), script.to_owned()])
}

/// A program that counts its runs in a file, and then does as `script` says.
fn counting(folder: &Path, script: &str) -> Command {
    shell(&format!("echo >> {}/runs; {script}", folder.display()))
}

fn n_runs(folder: &Path) -> usize {
    fs::read(folder.join("runs")).map_or(0, |runs| runs.len())
}

async fn check(command: &Command, refused: Option<&Arc<Secret>>, expected: &str) -> Arc<Secret> {
    let key = command.key(refused).await.unwrap();
    assert_eq!(key.0, expected);
    key
}

#[tokio::test]
async fn a_program_runs_once_for_all_who_wait() {
    let folder = tempfile::tempdir().unwrap();
    let command = counting(folder.path(), "echo noise >&2; sleep 0.05; echo ' sk-1 '");
    for key in join_all((0..16).map(|_| command.key(None))).await {
        assert_eq!(key.unwrap().0, "sk-1");
    }
    check(&command, None, "sk-1").await;
    assert_eq!(n_runs(folder.path()), 1);
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_wait_and_the_next_asks_again() {
    let folder = tempfile::tempdir().unwrap();
    let command = counting(folder.path(), "sleep 0.05; exit 3");
    for key in join_all((0..16).map(|_| command.key(None))).await {
        assert_eq!(key.unwrap_err(), "failed (exit status: 3)");
    }
    assert_eq!(n_runs(folder.path()), 1);
    command.key(None).await.unwrap_err();
    assert_eq!(n_runs(folder.path()), 2);
}

#[tokio::test]
async fn a_refused_key_is_asked_for_again_once() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, "sk-1").unwrap();
    let command = counting(folder.path(), &format!("cat {}", key.display()));
    let first = check(&command, None, "sk-1").await;
    fs::write(&key, "sk-2").unwrap();
    for key in join_all((0..16).map(|_| command.key(Some(&first)))).await {
        assert_eq!(key.unwrap().0, "sk-2");
    }
    assert_eq!(n_runs(folder.path()), 2);
    // There is no third key, and asking for one does not help.
    let second = check(&command, None, "sk-2").await;
    for _ in 0..3 {
        check(&command, Some(&second), "sk-2").await;
    }
    assert_eq!(n_runs(folder.path()), 3);
}

#[tokio::test]
async fn a_key_stays_where_no_other_can_be_had() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, "sk-1").unwrap();
    let command = counting(folder.path(), &format!("cat {}", key.display()));
    let first = check(&command, None, "sk-1").await;
    fs::remove_file(&key).unwrap();
    assert_eq!(command.key(Some(&first)).await.unwrap_err(), "failed (exit status: 1)");
    check(&command, Some(&first), "sk-1").await;
    check(&command, None, "sk-1").await;
    assert_eq!(n_runs(folder.path()), 2);
}

#[test]
fn a_program_that_had_no_other_key_is_asked_again_in_time() {
    let key = |text: &str| Ok(Arc::new(Secret::parse(text.as_bytes(), "printed").unwrap()));
    let mut kept = Kept::default();
    kept.hear(&key("sk-1"));
    assert!(!kept.rests());
    kept.hear(&key("sk-1"));
    assert!(kept.rests());
    kept.asked_in_vain = Instant::now().checked_sub(REST);
    assert!(!kept.rests());
    kept.hear(&Err("failed".to_owned()));
    assert!(kept.rests());
    kept.hear(&key("sk-2"));
    assert!(!kept.rests());
}

/// The clock stands still while the program runs, and goes on when nothing else is left to do.
#[tokio::test(start_paused = true)]
async fn a_program_without_end_is_not_waited_for_to_its_end() {
    for script in ["sleep 1000", "exec >&-; sleep 1000", "sleep 1000 & echo sk-1"] {
        assert_eq!(shell(script).key(None).await.unwrap_err(), "took longer than 10s", "{script}");
    }
}

#[tokio::test]
async fn what_is_no_key_is_said() {
    for (script, expected) in [
        ("true", "printed nothing"),
        ("echo sk-1; exit 1", "failed (exit status: 1)"),
        ("kill -9 $$", "failed (signal: 9 (SIGKILL))"),
        ("printf '\\377'", "printed what is not UTF-8"),
        ("echo a; echo b", "printed characters that no header can carry"),
        ("yes", "printed more than 64 KiB"),
    ] {
        assert_eq!(shell(script).key(None).await.unwrap_err(), expected, "{script}");
    }
    let missing = Command::new("dspex-no-such-program".to_owned(), Vec::new());
    let expected = "cannot be run: No such file or directory (os error 2)";
    assert_eq!(missing.key(None).await.unwrap_err(), expected);
}
