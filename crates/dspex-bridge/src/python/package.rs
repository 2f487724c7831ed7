//! The worker package: embedded here, unpacked where Python can import it.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::hexadecimal::hexadecimal;

/// The package's name.
pub(crate) const NAME: &str = "dspex_worker";

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../python/dspex_worker/", $name)))),*]
    };
}

/// Names and texts of all files.
const FILES: [(&str, &str); 25] = files![
    "__init__.py",
    "__main__.py",
    "calls.py",
    "embedded.py",
    "embeddings.py",
    "engine.py",
    "errors.py",
    "faults.py",
    "fork_server.py",
    "inbox.py",
    "kept.py",
    "lm.py",
    "modules.py",
    "names.py",
    "operations.py",
    "process.py",
    "recent.py",
    "server.py",
    "signatures.py",
    "streaming.py",
    "streams.py",
    "tools.py",
    "trace.py",
    "values.py",
    "wire.py",
];

/// Puts the package where Python can import it, and gives the directory for `PYTHONPATH`.
///
/// The directory is named by the content's hash, readable by this user only, and checked at every
/// start: one that holds anything else is not used. `bases` are tried in order; the last one
/// should be a place that can be written.
///
/// # Errors
/// The last base's error.
pub(crate) fn unpack(bases: &[PathBuf]) -> io::Result<PathBuf> {
    let mut result = Err(io::Error::new(io::ErrorKind::NotFound, "no directory to unpack into"));
    for base in bases {
        result = unpack_into(base);
        if result.is_ok() {
            break;
        }
    }
    result
}

/// Where packages are unpacked: the user's cache directory, and the temporary one where that
/// cannot be written.
pub(crate) fn bases() -> Vec<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    let cache = cache.or_else(|| variable("HOME").map(|home| home.join(".cache")));
    let cache = cache.map(|cache| cache.join("dspex"));
    let user = rustix::process::getuid().as_raw();
    let temporary = std::env::temp_dir().join(format!("dspex-{user}"));
    cache.into_iter().chain([temporary]).collect()
}

fn unpack_into(base: &Path) -> io::Result<PathBuf> {
    private_directory(base)?;
    let target = base.join(format!("worker-{}", hash()));
    if is_intact(&target) {
        return Ok(target);
    }
    let staging = base.join(format!(".worker-{}-{}", hash(), std::process::id()));
    let _ = fs::remove_dir_all(&staging);
    write_all(&staging)?;
    // Another process may have been faster, or something else stands there; either way the rename
    // decides, and what stands there afterwards is checked.
    if fs::rename(&staging, &target).is_err() {
        if !is_intact(&target) {
            fs::remove_dir_all(&target)?;
            fs::rename(&staging, &target)?;
        }
        let _ = fs::remove_dir_all(&staging);
    }
    match is_intact(&target) {
        true => Ok(target),
        false => Err(io::Error::other(format!("`{}` holds other files", target.display()))),
    }
}

fn write_all(staging: &Path) -> io::Result<()> {
    let package = staging.join(NAME);
    fs::DirBuilder::new().mode(0o700).create(staging)?;
    fs::DirBuilder::new().mode(0o700).create(&package)?;
    for (name, text) in FILES {
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(package.join(name))?;
        file.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// Makes a directory that only this user can write, or checks that it is one.
fn private_directory(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    match is_private(path)? {
        true => Ok(()),
        false => {
            let message = format!("`{}` can be written by others", path.display());
            Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
        }
    }
}

fn is_private(path: &Path) -> io::Result<bool> {
    let metadata = fs::symlink_metadata(path)?;
    let mine = metadata.uid() == rustix::process::getuid().as_raw();
    Ok(metadata.is_dir() && mine && metadata.permissions().mode() & 0o022 == 0)
}

/// Whether the directory holds the package, unchanged, and no other Python file beside it.
fn is_intact(target: &Path) -> bool {
    let package = target.join(NAME);
    let private = |path: &Path| is_private(path).unwrap_or(false);
    let unchanged = |(name, text): &(&str, &str)| {
        fs::read(package.join(name)).is_ok_and(|found| found == text.as_bytes())
    };
    private(target)
        && private(&package)
        && names(target).is_ok_and(|names| names == [NAME])
        && names(&package).is_ok_and(|names| names.len() == FILES.len())
        && FILES.iter().all(unchanged)
}

fn names(directory: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name().into_string()));
    let names = names.collect::<io::Result<Result<Vec<_>, _>>>()?;
    names.map_err(|_| io::Error::other("a name that is not Unicode"))
}

fn hash() -> String {
    let mut hasher = Sha256::new();
    for (name, text) in FILES {
        hasher.update((name.len() as u64).to_be_bytes());
        hasher.update(name);
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    hexadecimal(&hasher.finalize()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_package_is_embedded() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(NAME);
        let mut found = names(&source).unwrap();
        found.retain(|name| name != "__pycache__");
        found.sort();
        assert_eq!(found, FILES.map(|(name, _)| name));
    }

    #[test]
    fn a_changed_package_is_replaced_and_an_intact_one_is_kept() {
        let base = tempfile::tempdir().unwrap();
        let bases = [base.path().join("cache")];
        let target = unpack(&bases).unwrap();
        let file = target.join(NAME).join("values.py");
        let before = fs::metadata(&file).unwrap().ino();
        assert_eq!(unpack(&bases).unwrap(), target);
        assert_eq!(fs::metadata(&file).unwrap().ino(), before);
        fs::write(&file, "import os").unwrap();
        assert_eq!(unpack(&bases).unwrap(), target);
        let (_, values) = FILES.iter().find(|(name, _)| *name == "values.py").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), *values);
        fs::write(target.join("dspy.py"), "").unwrap();
        unpack(&bases).unwrap();
        assert!(!target.join("dspy.py").exists());
        assert_eq!(names(&bases[0]).unwrap().len(), 1, "nothing is left behind");
    }

    #[test]
    fn a_directory_that_others_can_write_is_passed_over() {
        let base = tempfile::tempdir().unwrap();
        let open = base.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        let target = unpack(&[open, base.path().join("own")]).unwrap();
        assert!(target.starts_with(base.path().join("own")));
    }
}
