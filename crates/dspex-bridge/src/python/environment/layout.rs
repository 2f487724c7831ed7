//! Where things stand inside an environment's directory, and how the directory is emptied.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The paths of one environment.
///
/// `dspex/` inside the virtual environment holds what is ours; that it is there marks the whole
/// directory as made by dspex, so that only such directories are ever emptied.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    venv: PathBuf,
}

impl Layout {
    pub(super) const fn new(venv: PathBuf) -> Self {
        Self { venv }
    }

    pub(super) fn venv(&self) -> &Path {
        &self.venv
    }

    /// A program of the environment, such as `uv`.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        let directory = if cfg!(windows) { "Scripts" } else { "bin" };
        self.venv.join(directory).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    pub(super) fn python(&self) -> PathBuf {
        self.program("python")
    }

    pub(super) fn own(&self) -> PathBuf {
        self.venv.join("dspex")
    }

    pub(super) fn stamp(&self) -> PathBuf {
        self.own().join("stamp.json")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.own().join("lock")
    }

    pub(super) fn requirements(&self, name: &str) -> PathBuf {
        self.own().join(format!("{name}.txt"))
    }

    /// Deno's cache, with Pyodide in it.
    pub(super) fn deno_dir(&self) -> PathBuf {
        self.own().join("deno")
    }

    /// Whether nothing stands here, or only what dspex made.
    pub(super) fn is_ours_to_fill(&self) -> io::Result<bool> {
        if self.lock().is_file() {
            return Ok(true);
        }
        match fs::read_dir(&self.venv) {
            Ok(mut entries) => Ok(entries.next().is_none()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Removes all but the lock, which others may be waiting on.
    pub(super) fn clear(&self) -> io::Result<()> {
        debug_assert!(self.lock().is_file(), "only a marked directory is emptied");
        remove_entries(&self.venv, &self.own())?;
        remove_entries(&self.own(), &self.lock())
    }
}

fn remove_entries(directory: &Path, keep: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        if path == keep {
            continue;
        }
        // The type of the entry itself: a link to a directory is unlinked, not followed.
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(&path)?;
        } else {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_others_is_never_ours() {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::new(directory.path().to_owned());
        assert!(layout.is_ours_to_fill().unwrap(), "an empty directory may be filled");
        fs::write(directory.path().join("pyvenv.cfg"), "").unwrap();
        assert!(!layout.is_ours_to_fill().unwrap(), "somebody else's environment may not");
        fs::create_dir(layout.own()).unwrap();
        fs::write(layout.lock(), "").unwrap();
        assert!(layout.is_ours_to_fill().unwrap(), "one with our mark may");
    }

    #[cfg(unix)]
    #[test]
    fn clearing_keeps_the_lock_and_does_not_follow_links() {
        let directory = tempfile::tempdir().unwrap();
        let outside = directory.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("kept"), "").unwrap();
        let layout = Layout::new(directory.path().join("venv"));
        fs::create_dir_all(layout.own()).unwrap();
        fs::create_dir_all(layout.venv().join("lib")).unwrap();
        fs::write(layout.lock(), "").unwrap();
        fs::write(layout.stamp(), "").unwrap();
        std::os::unix::fs::symlink(&outside, layout.venv().join("lib64")).unwrap();
        layout.clear().unwrap();
        assert!(outside.join("kept").is_file());
        assert!(layout.lock().is_file() && !layout.stamp().exists());
        assert_eq!(fs::read_dir(layout.venv()).unwrap().count(), 1);
    }
}
