//! Set-up with a Python and a `uv` that only pretend, so that no test needs a network.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::super::{Refusal, Silent};
use super::*;

/// Answers as Python and as `uv` would; `uv` notes what it installs in `installed`, and fails with
/// the text of `fault` where that file is there.
const PRETENDER: &str = r#"#!/bin/sh
home=HOME
case "$0 $*" in
  *"-m venv"*)
    for venv; do :; done
    mkdir -p "$venv/bin"
    cp "$0" "$venv/bin/python"
    cp "$0" "$venv/bin/uv"
    printf 'version = 3.11.7\n' > "$venv/pyvenv.cfg" ;;
  */uv\ --version) echo 'uv 0.0.1' ;;
  */uv\ pip\ install*)
    if [ -e "$home/fault" ]; then cat "$home/fault" >&2; exit 1; fi
    for file; do :; done
    basename "$file" .txt >> "$home/installed" ;;
  *" -I "*) printf 'dspy\t3.4.1\t\n' ;;
  *" -E "*) printf '3.11.7\nCPython\n%s\n' "$0" ;;
  *) exit 9 ;;
esac
"#;

struct Home {
    directory: tempfile::TempDir,
    spec: EnvironmentSpec,
}

impl Home {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let python = directory.path().join("python");
        let script = PRETENDER.replace("HOME", &directory.path().display().to_string());
        // Written under another name: a file open for writing cannot be run.
        let unfinished = directory.path().join("unfinished");
        fs::write(&unfinished, script).unwrap();
        fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(&unfinished, &python).unwrap();
        let mut spec = EnvironmentSpec::new(directory.path().join("venv"));
        spec.python = Some(python);
        Self { directory, spec }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn ensure(&self) -> Result<Environment, EnvironmentError> {
        ensure(&self.spec, &mut Silent)
    }

    /// The groups that `uv` was asked for, in order.
    fn installed(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("installed")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

#[test]
fn the_second_run_does_nothing() {
    let home = Home::new();
    let first = home.ensure().unwrap();
    assert_eq!((first.change, first.installer.as_str()), (Change::Built, "uv 0.0.1"));
    let second = home.ensure().unwrap();
    assert_eq!(second, Environment { change: Change::None, ..first });
    assert_eq!(home.installed(), ["base"]);
    assert_eq!(Environment::open(&home.spec.venv).unwrap(), second);
}

#[test]
fn a_group_is_added_to_what_is_there() {
    let mut home = Home::new();
    home.ensure().unwrap();
    home.spec.groups.push(Group::Optimizers);
    let environment = home.ensure().unwrap();
    assert_eq!(environment.change, Change::Extended);
    assert_eq!(environment.groups, [Group::Base, Group::Optimizers]);
    assert_eq!(home.installed(), ["base", "optimizers"]);
}

#[test]
fn a_half_built_environment_is_built_anew() {
    let home = Home::new();
    home.ensure().unwrap();
    let leftover = home.path("venv/leftover");
    fs::write(&leftover, "").unwrap();
    fs::remove_file(home.path("venv/dspex/stamp.json")).unwrap();
    let open = Environment::open(&home.spec.venv).unwrap_err();
    assert!(open.to_string().ends_with("it has no stamp, so its set-up did not finish"), "{open}");
    assert_eq!(home.ensure().unwrap().change, Change::Built);
    assert!(!leftover.exists());
    assert_eq!(home.installed(), ["base", "base"]);
}

#[test]
fn a_directory_of_others_is_left_alone() {
    let home = Home::new();
    fs::create_dir(&home.spec.venv).unwrap();
    let treasure = home.path("venv/treasure");
    fs::write(&treasure, "").unwrap();
    assert!(matches!(home.ensure(), Err(EnvironmentError::NotOurs { .. })));
    assert!(treasure.exists());
    assert_eq!(home.installed(), Vec::<String>::new());
}

#[test]
fn a_failed_group_leaves_a_base_that_works() {
    let mut home = Home::new();
    home.ensure().unwrap();
    home.spec.groups.push(Group::LocalLm);
    fs::write(home.path("fault"), "error: Hash mismatch for `gguf`").unwrap();
    let error = home.ensure().unwrap_err();
    assert!(error.to_string().starts_with("`uv` could not install group `local-lm`"), "{error}");
    assert!(error.output().contains("gguf"));
    assert_eq!(Environment::open(&home.spec.venv).unwrap().groups, [Group::Base]);
}

#[test]
fn a_full_disk_leaves_nothing_that_is_trusted() {
    let mut home = Home::new();
    home.ensure().unwrap();
    home.spec.groups.push(Group::LocalLm);
    fs::write(home.path("fault"), "No space left on device (os error 28)").unwrap();
    let error = home.ensure().unwrap_err();
    assert!(matches!(error, EnvironmentError::Install { fault: InstallFault::DiskFull, .. }));
    assert!(matches!(Environment::open(&home.spec.venv), Err(EnvironmentError::NotReady { .. })));
}

#[test]
fn a_wheelhouse_that_is_not_there_is_named() {
    let mut home = Home::new();
    home.spec.source = Source::Wheelhouse(home.path("wheels"));
    assert!(matches!(home.ensure(), Err(EnvironmentError::NoWheelhouse { .. })));
    assert!(!home.spec.venv.exists(), "nothing is made before the sources are known");
}

#[test]
fn a_python_that_cannot_be_used_changes_nothing() {
    let mut home = Home::new();
    home.spec.python = Some(home.path("absent"));
    match home.ensure() {
        Err(EnvironmentError::PythonRefused(refused)) => {
            assert_eq!(refused.reason, Refusal::NotFound);
        }
        other => panic!("{other:?}"),
    }
    assert!(!home.spec.venv.exists());
}
