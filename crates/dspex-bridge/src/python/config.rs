//! What a user decides about Python: which one, what it may run, and how many workers.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

/// Where Python is and what it may import.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PythonConfig {
    /// The Python that workers run.
    pub source: PythonSource,
    /// The packages whose modules may be called by name; `dspy` unless you say otherwise.
    pub allow: Vec<String>,
    /// Directories where packages of yours are found, after all installed ones.
    pub search: Vec<PathBuf>,
}

/// The Python that workers run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PythonSource {
    /// A virtual environment that `dspex setup` made; it is checked before workers start.
    Venv(PathBuf),
    /// An interpreter of yours that can import DSPy, taken as it is.
    Interpreter(PathBuf),
}

impl PythonConfig {
    /// The virtual environment at `path`, as `dspex setup` makes it.
    pub fn venv(path: impl Into<PathBuf>) -> Self {
        Self::new(PythonSource::Venv(path.into()))
    }

    /// An interpreter that can import `dspy` and `msgspec` already.
    pub fn interpreter(path: impl Into<PathBuf>) -> Self {
        Self::new(PythonSource::Interpreter(path.into()))
    }

    fn new(source: PythonSource) -> Self {
        Self { source, allow: vec!["dspy".to_owned()], search: Vec::new() }
    }

    /// The packages whose modules may be called by name, in place of `dspy` alone.
    #[must_use]
    pub fn allow<S: Into<String>>(mut self, packages: impl IntoIterator<Item = S>) -> Self {
        self.allow = packages.into_iter().map(Into::into).collect();
        self
    }

    /// One more directory where packages of yours are found. The working directory is searched in
    /// any case; installed packages go before both.
    #[must_use]
    pub fn search(mut self, directory: impl Into<PathBuf>) -> Self {
        self.search.push(directory.into());
        self
    }

    /// Whether `name` is one of the allowed packages or stands inside one.
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        self.allow.iter().any(|package| {
            name.strip_prefix(package.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

impl Default for PythonConfig {
    fn default() -> Self {
        Self::venv(".venv")
    }
}

/// When a fresh worker takes the place of one that has served long enough: never unless said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recycle {
    /// After so many calls.
    pub after_calls: Option<u64>,
    /// After so long, once its call is over.
    pub after: Option<Duration>,
}

/// How workers are started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spawn {
    /// Forked from a process that has imported DSPy: at once, and with its memory shared. Where more
    /// than one thread runs in it once everything is imported, as [`Cold`](Self::Cold) with a warning.
    #[default]
    ForkServer,
    /// Each for itself, importing everything anew: for libraries that may not be forked, such as
    /// those of graphics cards.
    Cold,
    /// As a thread of this process, in its one embedded interpreter: for development, tests and
    /// trusted code. [`PoolConfig::embedded`] is such a pool; the feature `embed` has to be on.
    Embedded,
}

/// How many workers a pool has, and what waits for them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolConfig {
    /// How many workers start with the first call, and how many there may be.
    pub n_workers: RangeInclusive<usize>,
    /// How many calls a worker runs at once, each on a thread of its own; one unless said.
    pub threads_per_worker: usize,
    /// How many calls more a worker is sent while it runs as many as it can; none unless said.
    pub read_ahead: usize,
    /// Workers that are kept ready beside those that may run calls, to take the place of one that
    /// ends; none unless said.
    pub warm_spares: usize,
    /// The most megabytes a worker may allocate; beyond, Python raises `MemoryError`.
    pub memory_limit_mb: Option<u64>,
    /// The control group (Linux) in which each worker gets one of its own, with `memory_limit_mb` for it
    /// and all of its children; none unless said.
    pub cgroup: Option<PathBuf>,
    /// How long a call waits for a worker once all of them have started; after that it fails with
    /// [`Overloaded`](crate::CallErrorKind::Overloaded).
    pub lease_wait: Duration,
    /// How many calls may wait at once; one more fails with
    /// [`Overloaded`](crate::CallErrorKind::Overloaded) at once.
    pub queue_length: usize,
    /// Variables that workers inherit beside the few that they have in any case; a key that is
    /// named here enters Python.
    pub environment: Vec<String>,
    /// The graphics cards that workers see; those of the machine where nobody says.
    pub gpus: Option<Vec<u32>>,
    /// The Python that the pool's workers run, where not that of the others.
    pub python: Option<PythonSource>,
    /// When a fresh worker takes the place of one.
    pub recycle: Recycle,
    /// How workers are started.
    pub spawn: Spawn,
    /// Modules that are imported before the first call, and before the fork where workers are forked.
    pub preload: Vec<String>,
    /// Whether workers have the methods that misbehave; for dspex's own tests.
    #[doc(hidden)]
    pub faults: bool,
}

impl PoolConfig {
    /// A pool of this many workers, and the defaults for the rest: the start of the range with the
    /// first call, its end at most. An end of 0 counts as 1.
    #[must_use]
    pub fn workers(n_workers: RangeInclusive<usize>) -> Self {
        Self { n_workers, ..Self::default() }
    }

    /// A pool in this process: one worker that is a thread of the embedded interpreter, which all such
    /// pools of a process share. The feature `embed` has to be on.
    ///
    /// A crash in Python is a crash of the program. A call that does not stop when it is cancelled
    /// cannot be killed: it is given up and goes on, while a fresh thread serves the next calls. What Python
    /// prints goes where the program's own output goes, and what it logs is Python's own affair.
    #[must_use]
    pub fn embedded() -> Self {
        Self { n_workers: 1..=1, memory_limit_mb: None, spawn: Spawn::Embedded, ..Self::default() }
    }

    /// What an embedded pool is asked for that only processes have; `None` where nothing is, and for
    /// all other pools.
    #[must_use]
    pub fn beyond_embedding(&self) -> Option<&'static str> {
        let asked = [
            (self.max_workers() > 1, "more than one worker: use `threads_per_worker`"),
            (self.warm_spares > 0, "`warm_spares`: there is one worker"),
            (self.memory_limit_mb.is_some(), "`memory_limit`: the memory is the program's own"),
            (self.cgroup.is_some(), "`cgroup`: the memory is the program's own"),
            (!self.environment.is_empty(), "`environment`: it is the program's own"),
            (self.gpus.is_some(), "`gpus`: the program's own environment says which are seen"),
            (self.recycle != Recycle::default(), "`recycle`: the interpreter stays"),
        ];
        let is_embedded = self.spawn == Spawn::Embedded;
        asked.into_iter().find(|(is_asked, _)| is_embedded && *is_asked).map(|(_, what)| what)
    }

    /// How many calls a worker runs at once, each on a thread of its own; 0 counts as 1.
    ///
    /// Python runs one thread at a time, so that this is for calls which wait: for a model, a server,
    /// a file. They share the worker's memory and its end.
    #[must_use]
    pub const fn threads_per_worker(mut self, threads: usize) -> Self {
        self.threads_per_worker = if threads == 0 { 1 } else { threads };
        self
    }

    /// How many calls more a worker is sent while it runs as many as it can, once there are as many
    /// workers as there may be.
    ///
    /// A worker then goes from one call to the next without waiting for dspex, which counts where
    /// calls take less than a millisecond. One that was sent ahead waits for the call before it, even
    /// where another worker becomes free first.
    #[must_use]
    pub const fn read_ahead(mut self, calls: usize) -> Self {
        self.read_ahead = calls;
        self
    }

    /// So many workers are kept ready beside those that may run calls, to take the place of one that
    /// ends: for pools whose workers take long to start.
    #[must_use]
    pub const fn warm_spares(mut self, workers: usize) -> Self {
        self.warm_spares = workers;
        self
    }

    /// The most megabytes a worker may allocate; beyond, Python raises `MemoryError`.
    #[must_use]
    pub const fn memory_limit_mb(mut self, megabytes: u64) -> Self {
        self.memory_limit_mb = Some(megabytes);
        self
    }

    /// Gives each worker a control group of its own in this one, such as
    /// `/sys/fs/cgroup/system.slice/app.service`, so that the kernel holds it and all of its children to
    /// the memory limit, and ends them together.
    ///
    /// It has to be delegated to this program, by `Delegate=memory` of systemd for one, and to have no
    /// processes of its own (`DelegateSubgroup=`). Both versions of control groups will do.
    #[must_use]
    pub fn cgroup(mut self, directory: impl Into<PathBuf>) -> Self {
        self.cgroup = Some(directory.into());
        self
    }

    /// How long a call waits for a worker once all of them have started.
    #[must_use]
    pub const fn lease_wait(mut self, wait: Duration) -> Self {
        self.lease_wait = wait;
        self
    }

    /// How many calls may wait at once.
    #[must_use]
    pub const fn queue_length(mut self, length: usize) -> Self {
        self.queue_length = length;
        self
    }

    /// One more variable that workers inherit; a key that is named here enters Python.
    #[must_use]
    pub fn environment(mut self, variable: impl Into<String>) -> Self {
        self.environment.push(variable.into());
        self
    }

    /// The graphics cards that workers see, by `CUDA_VISIBLE_DEVICES`; none of them by an empty list.
    #[must_use]
    pub fn gpus(mut self, gpus: impl IntoIterator<Item = u32>) -> Self {
        self.gpus = Some(gpus.into_iter().collect());
        self
    }

    /// Another Python for the workers of this pool, such as one with another version of DSPy.
    #[must_use]
    pub fn python(mut self, python: PythonSource) -> Self {
        self.python = Some(python);
        self
    }

    /// A fresh worker takes the place of one after so many calls.
    #[must_use]
    pub const fn recycle_after_calls(mut self, n_calls: u64) -> Self {
        self.recycle.after_calls = Some(n_calls);
        self
    }

    /// A fresh worker takes the place of one after so long, once its call is over.
    #[must_use]
    pub const fn recycle_after(mut self, age: Duration) -> Self {
        self.recycle.after = Some(age);
        self
    }

    /// How workers are started.
    #[must_use]
    pub const fn spawn(mut self, spawn: Spawn) -> Self {
        self.spawn = spawn;
        self
    }

    /// One more module that is imported before the first call.
    #[must_use]
    pub fn preload(mut self, module: impl Into<String>) -> Self {
        self.preload.push(module.into());
        self
    }

    /// Gives workers the methods that misbehave.
    #[doc(hidden)]
    #[must_use]
    pub const fn faults(mut self) -> Self {
        self.faults = true;
        self
    }

    /// The most workers there may be; never none.
    pub(crate) fn max_workers(&self) -> usize {
        (*self.n_workers.end()).max(1)
    }
}

impl Default for PoolConfig {
    /// One worker at first and up to two per processor, eight at most: a worker spends most of a
    /// call waiting for a language model.
    fn default() -> Self {
        let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            n_workers: 1..=(2 * n_processors).clamp(2, 8),
            threads_per_worker: 1,
            read_ahead: 0,
            warm_spares: 0,
            memory_limit_mb: Some(512),
            cgroup: None,
            lease_wait: Duration::from_secs(30),
            queue_length: 1024,
            environment: Vec::new(),
            gpus: None,
            python: None,
            recycle: Recycle::default(),
            spawn: Spawn::default(),
            preload: Vec::new(),
            faults: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_allows_what_stands_inside_it_and_nothing_else() {
        let config = PythonConfig::default().allow(["dspy", "acme.legal"]);
        let check = |name, allowed| assert_eq!(config.allows(name), allowed, "{name}");
        check("dspy", true);
        check("dspy.ChainOfThought", true);
        check("acme.legal.Review", true);
        check("dspyx.Predict", false);
        check("acme.Review", false);
        check("os.system", false);
        check("", false);
    }
}
