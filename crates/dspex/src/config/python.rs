//! `[python]` and `[pool.NAME]`: Python and its workers.

use std::ops::RangeInclusive;

use dspex_bridge::python::{PoolConfig, PythonConfig, PythonSource, Recycle, Spawn};

use super::DEFAULT_VENV;
use super::reader::Section;

/// The settings of Python; `None` where it is switched off.
pub(super) fn read(section: &Section<'_>) -> Option<PythonConfig> {
    let enabled = section.bool("enabled").unwrap_or(true);
    let venv = section.text("venv").unwrap_or_else(|| DEFAULT_VENV.to_owned());
    let allow = section.texts("allow");
    section.close(&["enabled", "venv", "allow"], &["lm"]);
    let config = PythonConfig::venv(venv);
    enabled.then(|| match allow {
        Some(allow) => config.allow(allow),
        None => config,
    })
}

/// The words of `spawn`.
const SPAWN: [(&str, Spawn); 3] =
    [("fork_server", Spawn::ForkServer), ("cold", Spawn::Cold), ("embedded", Spawn::Embedded)];

/// The settings of one pool.
pub(super) fn read_pool(section: &Section<'_>) -> PoolConfig {
    let spawn = section.word("spawn", &SPAWN);
    let mut pool = match spawn {
        Some(Spawn::Embedded) => PoolConfig::embedded(),
        spawn => PoolConfig::default().spawn(spawn.unwrap_or_default()),
    };
    if let Some(workers) = read_workers(section) {
        pool.n_workers = workers;
    }
    if let Some(megabytes) = section.megabytes("memory_limit") {
        pool = pool.memory_limit_mb(megabytes);
    }
    if let Some(directory) = section.text("cgroup") {
        pool = pool.cgroup(directory);
    }
    if let Some(wait) = section.duration("lease_wait") {
        pool = pool.lease_wait(wait);
    }
    if let Some(length) = section.count("queue_length", 1) {
        pool = pool.queue_length(usize::try_from(length).unwrap_or(usize::MAX));
    }
    let number = |key: &str, least: u64| {
        section.count(key, least).map(|count| usize::try_from(count).unwrap_or(usize::MAX))
    };
    if let Some(threads) = number("threads_per_worker", 1) {
        pool = pool.threads_per_worker(threads);
    }
    if let Some(calls) = number("read_ahead", 0) {
        pool = pool.read_ahead(calls);
    }
    if let Some(workers) = number("warm_spares", 0) {
        pool = pool.warm_spares(workers);
    }
    for module in section.texts("preload").unwrap_or_default() {
        pool = pool.preload(module);
    }
    for variable in section.texts("environment").unwrap_or_default() {
        pool = pool.environment(variable);
    }
    if let Some(gpus) = section.numbers("gpus") {
        pool = pool.gpus(gpus);
    }
    if let Some(venv) = section.text("venv") {
        pool = pool.python(PythonSource::Venv(venv.into()));
    }
    pool.recycle = read_recycle(&section.section("recycle"));
    if let Some(what) = pool.beyond_embedding() {
        let message = format!("`{}` is `embedded`, which has no {what}", section.path("spawn"));
        section.fault("spawn", message, Some("leave that setting out, or `spawn`"));
    }
    section.close(&POOL_KEYS, &[]);
    pool
}

const POOL_KEYS: [&str; 14] = [
    "n_workers",
    "threads_per_worker",
    "read_ahead",
    "warm_spares",
    "memory_limit",
    "cgroup",
    "lease_wait",
    "queue_length",
    "spawn",
    "preload",
    "environment",
    "gpus",
    "venv",
    "recycle",
];

/// `recycle = { after_calls = 10_000, after = "6h" }`.
fn read_recycle(section: &Section<'_>) -> Recycle {
    section.close(&["after_calls", "after"], &[]);
    Recycle { after_calls: section.count("after_calls", 1), after: section.duration("after") }
}

/// `n_workers = 4` or `n_workers = { min = 2, max = 8 }`.
fn read_workers(section: &Section<'_>) -> Option<RangeInclusive<usize>> {
    let number = |section: &Section<'_>, key: &str| {
        section.count(key, 1).and_then(|count| usize::try_from(count).ok())
    };
    if !section.is_table("n_workers") {
        return number(section, "n_workers").map(|count| count..=count);
    }
    let table = section.section("n_workers");
    table.close(&["min", "max"], &[]);
    let (min, max) = (number(&table, "min"), number(&table, "max"));
    match (min, max) {
        (Some(min), Some(max)) if min > max => {
            let path = table.path("min");
            let message = format!("`{path}` is {min}, more than `max`, which is {max}");
            table.fault("min", message, None);
            None
        }
        (Some(min), Some(max)) => Some(min..=max),
        (Some(min), None) => Some(min..=min),
        (None, Some(max)) => Some(1..=max),
        (None, None) => None,
    }
}
