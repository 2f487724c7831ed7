//! A worker as a thread of this process, at the other end of a socket.

use std::os::fd::{IntoRawFd as _, OwnedFd};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use rustix::thread::gettid;
use tokio::sync::oneshot;

use super::{EmbedError, EmbeddedPython};
use crate::python::package;

/// The most threads that serve at once, those included that were given up and have not ended.
const MAX_SERVING: usize = 64;

/// How many serve now.
static N_SERVING: AtomicUsize = AtomicUsize::new(0);

/// What a thread serves, and how.
pub(in crate::python) struct Serving {
    pub(in crate::python) venv: PathBuf,
    /// Where the worker package is.
    pub(in crate::python) package: PathBuf,
    pub(in crate::python) search: Vec<PathBuf>,
    pub(in crate::python) preload: Vec<String>,
    /// How many calls it runs at once.
    pub(in crate::python) threads: usize,
    pub(in crate::python) faults: bool,
}

/// Tells of a thread's end, and why where Python raised.
pub(in crate::python) type Ending = oneshot::Receiver<Result<(), String>>;

/// Starts a thread that serves calls over this socket until the other end closes; gives the thread's
/// id, and its end.
///
/// # Errors
/// [`EmbedError`], where Python does not run.
pub(in crate::python) async fn serve(
    socket: OwnedFd,
    serving: Serving,
) -> Result<(u32, Ending), EmbedError> {
    let not_started = |reason: String| EmbedError::NotStarted { reason };
    let place = Place::take().ok_or(EmbedError::Full { serving: MAX_SERVING })?;
    let (started, is_started) = oneshot::channel();
    let (ended, ending) = oneshot::channel();
    let thread = thread::Builder::new().name("dspex-python".to_owned());
    let run = move || {
        let _place = place;
        match EmbeddedPython::start(&serving.venv) {
            Ok(_) => {
                let id = gettid().as_raw_nonzero().get().cast_unsigned();
                let _ = started.send(Ok(id));
                // A pool that was dropped meanwhile has closed the socket, which ends this as well.
                let _ = ended.send(serving.run(socket).map_err(|error| error.to_string()));
            }
            Err(error) => drop(started.send(Err(error))),
        }
    };
    thread.spawn(run).map_err(|error| not_started(error.to_string()))?;
    let id = is_started.await.map_err(|_| not_started("its thread panicked".to_owned()))??;
    Ok((id, ending))
}

impl Serving {
    /// Serves on this thread. Python is let go of whenever it waits for a message.
    fn run(&self, socket: OwnedFd) -> PyResult<()> {
        Python::attach(|py| {
            let path = py.import("sys")?.getattr("path")?;
            // As text: Python's importer passes paths over that are anything else.
            let package = self.package.as_os_str();
            if !path.contains(package)? {
                path.call_method1("insert", (0, package))?;
            }
            let search: Vec<_> = self.search.iter().map(|path| path.as_os_str()).collect();
            let options = PyDict::new(py);
            options.set_item("threads", self.threads)?;
            options.set_item("faults", self.faults)?;
            let served = py.import(format!("{}.embedded", package::NAME))?;
            let arguments = (socket.into_raw_fd(), search, &self.preload);
            served.call_method("serve", arguments, Some(&options))?;
            Ok(())
        })
    }
}

/// One of the threads that may serve; free again when it is dropped.
struct Place;

impl Place {
    fn take() -> Option<Self> {
        let more = |serving| (serving < MAX_SERVING).then_some(serving + 1);
        N_SERVING.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|_| Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        N_SERVING.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn so_many_serve_and_no_more_until_one_has_ended() {
        let mut places: Vec<Place> = std::iter::from_fn(Place::take).collect();
        assert_eq!(places.len(), MAX_SERVING);
        assert!(Place::take().is_none());
        let (socket, _ours) = std::os::unix::net::UnixStream::pair().unwrap();
        let serving = Serving {
            venv: PathBuf::new(),
            package: PathBuf::new(),
            search: Vec::new(),
            preload: Vec::new(),
            threads: 1,
            faults: false,
        };
        let refused = serve(socket.into(), serving).await.unwrap_err();
        assert_eq!(refused, EmbedError::Full { serving: MAX_SERVING });
        assert!(refused.hint().unwrap().contains("fewer workers"));
        places.pop();
        assert!(Place::take().is_some());
    }
}
