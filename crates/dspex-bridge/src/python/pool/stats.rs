//! What a pool has done so far.

use serde::Serialize;

/// A pool's figures at one moment, in numbers since its start where not said otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PoolStats {
    /// Process ids of the workers that are ready, in ascending order.
    pub pids: Vec<u32>,
    /// Workers that run a call now.
    pub busy: usize,
    /// Workers that are starting now.
    pub starting: usize,
    /// Calls that wait for a worker now.
    pub waiting: usize,
    /// Objects that workers keep now for values that refer to them.
    pub kept: usize,
    /// Calls that were sent to workers, each attempt for itself.
    pub calls: u64,
    /// Calls that were sent again after a worker had died.
    pub retries: u64,
    /// Workers that became ready.
    pub started: u64,
    /// Workers that ended without being asked to.
    pub crashed: u64,
    /// Workers that had served long enough.
    pub recycled: u64,
}
