//! The stamp that a finished environment carries; without it nothing in the directory is trusted.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::{Group, PythonVersion};

/// What was installed. It is written last, and removed before anything is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    format: u32,
    python: String,
    /// Lock hash by group name.
    groups: BTreeMap<String, String>,
    /// What installed the packages, such as `uv 0.13.9`; for people.
    pub(super) installer: String,
}

const FORMAT: u32 = 1;

impl Stamp {
    pub(super) fn new(python: PythonVersion, installer: String) -> Self {
        Self { format: FORMAT, python: python.to_string(), groups: BTreeMap::new(), installer }
    }

    /// The Python that the environment was built with.
    pub(super) fn python(&self) -> Option<PythonVersion> {
        self.python.parse().ok()
    }

    /// Notes that `group` is installed as its lock file says today.
    pub(super) fn add(&mut self, group: Group) {
        self.groups.insert(group.name().to_owned(), group.lock_hash());
    }

    /// Whether `group` is installed as its lock file says today.
    pub(super) fn is_current(&self, group: Group) -> bool {
        self.groups.get(group.name()).is_some_and(|hash| *hash == group.lock_hash())
    }

    /// The groups that were installed, whatever the versions.
    pub(super) fn installed(&self) -> Vec<Group> {
        Group::ALL.into_iter().filter(|group| self.groups.contains_key(group.name())).collect()
    }

    /// Reads the stamp; `Err` says in words why the environment cannot be trusted.
    pub(super) fn read(layout: &Layout) -> Result<Self, &'static str> {
        let text = fs::read_to_string(layout.stamp()).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "it has no stamp, so its set-up did not finish",
            _ => "its stamp cannot be read",
        })?;
        let stamp: Self = serde_json::from_str(&text).map_err(|_| "its stamp is damaged")?;
        if stamp.format != FORMAT {
            return Err("another version of dspex made it");
        }
        let python = stamp.python().ok_or("its stamp is damaged")?;
        if !layout.python().is_file() {
            return Err("its Python is gone");
        }
        match configured_version(layout) {
            Some(version) if version.same_minor(python) => Ok(stamp),
            _ => Err("its `pyvenv.cfg` names another Python"),
        }
    }

    /// Writes the stamp so that a reader sees all of it or none.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self).expect("a stamp is strings and numbers");
        let unfinished = path.with_extension("unfinished");
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    }
}

/// The version that `pyvenv.cfg` names.
fn configured_version(layout: &Layout) -> Option<PythonVersion> {
    let text = fs::read_to_string(layout.venv().join("pyvenv.cfg")).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        matches!(key.trim(), "version" | "version_info").then(|| value.trim().parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory that looks like a finished environment with the base group.
    fn finished() -> (tempfile::TempDir, Layout) {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::new(directory.path().join("venv"));
        fs::create_dir_all(layout.python().parent().unwrap()).unwrap();
        fs::create_dir_all(layout.own()).unwrap();
        fs::write(layout.python(), "").unwrap();
        fs::write(layout.venv().join("pyvenv.cfg"), "home = /usr/bin\nversion = 3.11.7\n").unwrap();
        let mut stamp = Stamp::new("3.11.7".parse().unwrap(), "uv 1".to_owned());
        stamp.add(Group::Base);
        stamp.write(&layout.stamp()).unwrap();
        (directory, layout)
    }

    #[test]
    fn a_finished_environment_is_trusted() {
        let (_directory, layout) = finished();
        let stamp = Stamp::read(&layout).unwrap();
        assert!(stamp.is_current(Group::Base) && !stamp.is_current(Group::Code));
        assert_eq!(stamp.installed(), [Group::Base]);
    }

    #[track_caller]
    fn check_distrusted(spoil: impl Fn(&Layout), expected: &str) {
        let (_directory, layout) = finished();
        spoil(&layout);
        assert_eq!(Stamp::read(&layout).unwrap_err(), expected);
    }

    #[test]
    fn a_spoilt_environment_is_not() {
        check_distrusted(
            |layout| fs::remove_file(layout.stamp()).unwrap(),
            "it has no stamp, so its set-up did not finish",
        );
        check_distrusted(|it| fs::write(it.stamp(), "{\"form").unwrap(), "its stamp is damaged");
        check_distrusted(|it| fs::remove_file(it.python()).unwrap(), "its Python is gone");
        check_distrusted(
            |it| fs::write(it.venv().join("pyvenv.cfg"), "version = 3.12.1\n").unwrap(),
            "its `pyvenv.cfg` names another Python",
        );
        check_distrusted(
            |layout| {
                let text = fs::read_to_string(layout.stamp()).unwrap();
                fs::write(layout.stamp(), text.replace("\"format\": 1", "\"format\": 2")).unwrap();
            },
            "another version of dspex made it",
        );
    }

    #[test]
    fn a_group_of_other_versions_is_not_current() {
        let (_directory, layout) = finished();
        let text = fs::read_to_string(layout.stamp()).unwrap();
        fs::write(layout.stamp(), text.replace(&Group::Base.lock_hash(), "00")).unwrap();
        let stamp = Stamp::read(&layout).unwrap();
        assert!(!stamp.is_current(Group::Base));
        assert_eq!(stamp.installed(), [Group::Base]);
    }
}
