//! A key in a file: read again where the file has changed, or where its key was refused.

use std::fmt;
use std::fs::{self, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::{MAX_KEY, Secret};

/// How often a file is looked at that held a key before and holds none now: one that is written in
/// place is empty for a moment, or not there.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// A file whose text is a key.
pub(super) struct File {
    path: PathBuf,
    kept: Arc<Mutex<Option<Kept>>>,
}

/// The key as it was read, and the file as it was then.
struct Kept {
    key: Arc<Secret>,
    stamp: Stamp,
}

/// What differs where a file has been written.
#[derive(PartialEq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    inode: u64,
}

impl File {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, kept: Arc::default() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The key; read again where it is the one that was `refused`.
    ///
    /// # Errors
    /// What the file does instead of holding one.
    pub(super) async fn key(&self, refused: Option<&Arc<Secret>>) -> Result<Arc<Secret>, String> {
        // The lock goes along: a file system that hangs holds one thread, whoever stops waiting.
        let mut kept = self.kept.clone().lock_owned().await;
        let (path, refused) = (self.path.clone(), refused.cloned());
        let look = spawn_blocking(move || look(&path, &mut kept, refused.as_deref()));
        look.await.unwrap_or_else(|_| Err("was not read to its end".to_owned()))
    }
}

fn look(
    path: &Path,
    kept: &mut Option<Kept>,
    refused: Option<&Secret>,
) -> Result<Arc<Secret>, String> {
    if let Some(Kept { key, stamp }) = kept
        && refused != Some(&**key)
        && fs::metadata(path).is_ok_and(|metadata| Stamp::of(&metadata) == *stamp)
    {
        return Ok(key.clone());
    }
    let mut fresh = read(path);
    let n_looks = if kept.is_some() { LOOKS } else { 1 };
    for _ in 1..n_looks {
        if fresh.is_ok() {
            break;
        }
        std::thread::sleep(BETWEEN_LOOKS);
        fresh = read(path);
    }
    let fresh = fresh.inspect_err(|_| *kept = None)?;
    Ok(kept.insert(fresh).key.clone())
}

fn read(path: &Path) -> Result<Kept, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    // A pipe is waited for without end.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("is not a file".to_owned());
    }
    let file = fs::File::open(path).map_err(unreadable)?;
    // Taken before the text, so that what is written meanwhile is read the next time.
    let stamp = Stamp::of(&file.metadata().map_err(unreadable)?);
    let mut text = Vec::new();
    file.take(MAX_KEY as u64 + 1).read_to_end(&mut text).map_err(unreadable)?;
    Ok(Kept { key: Arc::new(Secret::parse(&text, "holds")?), stamp })
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let inode = 0;
        Self { modified: metadata.modified().ok(), length: metadata.len(), inode }
    }
}

impl PartialEq for File {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl fmt::Debug for File {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.path, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(file: &File, refused: Option<&Arc<Secret>>, expected: &str) -> Arc<Secret> {
        let key = file.key(refused).await.unwrap();
        assert_eq!(key.0, expected);
        key
    }

    /// Writes without a trace in the file's metadata.
    fn rewrite(path: &Path, text: &str) {
        let modified = fs::metadata(path).unwrap().modified().unwrap();
        fs::write(path, text).unwrap();
        fs::File::options().append(true).open(path).unwrap().set_modified(modified).unwrap();
    }

    #[tokio::test]
    async fn a_file_is_read_again_where_it_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let file = File::new(path.clone());
        fs::write(&path, " sk-1\n").unwrap();
        check(&file, None, "sk-1").await;
        rewrite(&path, " sk-2\n");
        check(&file, None, "sk-1").await;
        fs::write(&path, "sk-three").unwrap();
        check(&file, None, "sk-three").await;
        let other = folder.path().join("other");
        fs::write(&other, "sk-four!").unwrap();
        fs::rename(other, &path).unwrap();
        check(&file, None, "sk-four!").await;
    }

    #[tokio::test]
    async fn a_file_is_read_again_where_its_key_was_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let file = File::new(path.clone());
        fs::write(&path, "sk-1").unwrap();
        let first = check(&file, None, "sk-1").await;
        rewrite(&path, "sk-2");
        let second = check(&file, Some(&first), "sk-2").await;
        assert_ne!(first, second);
        check(&file, Some(&second), "sk-2").await;
    }

    #[tokio::test]
    async fn a_file_that_is_written_just_now_is_looked_at_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let file = File::new(path.clone());
        fs::write(&path, "sk-1").unwrap();
        check(&file, None, "sk-1").await;
        fs::write(&path, "").unwrap();
        let (key, written) = tokio::join!(file.key(None), async { fs::write(&path, "sk-2") });
        written.unwrap();
        assert_eq!(key.unwrap().0, "sk-2");
        fs::remove_file(&path).unwrap();
        assert!(file.key(None).await.unwrap_err().starts_with("cannot be read: No such file"));
    }

    #[tokio::test]
    async fn what_is_no_key_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let file = File::new(path.clone());
        let missing = "cannot be read: No such file or directory (os error 2)";
        assert_eq!(file.key(None).await.unwrap_err(), missing);
        for (text, expected) in [
            (&b"\n"[..], "holds nothing"),
            (b"\xff", "holds what is not UTF-8"),
            (&vec![b'k'; MAX_KEY + 1], "holds more than 64 KiB"),
        ] {
            fs::write(&path, text).unwrap();
            assert_eq!(file.key(None).await.unwrap_err(), expected);
        }
        let error = File::new(folder.path().to_owned()).key(None).await.unwrap_err();
        assert_eq!(error, "is not a file");
    }
}
