//! What a call asks of a pool, and what it gets.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::kept::Pinned;
use super::link::Link;
use super::shared::Shared;
use crate::call::{CallErrorKind, InSession, Priority};

/// What a call asks of a pool.
#[derive(Clone, Copy, Default)]
pub(super) struct Wish<'c> {
    pub(super) priority: Priority,
    pub(super) session: Option<&'c InSession>,
    /// The only worker that will do.
    pub(super) pinned: Option<&'c Pinned>,
}

/// Why no worker comes.
#[derive(Clone)]
pub(super) enum NoWorker {
    Unavailable(Unavailable),
    /// The worker that kept the session has ended.
    SessionLost(Arc<str>),
    /// The worker that kept an object of the call's has ended.
    ObjectLost(Pinned),
}

/// Why a pool cannot serve.
#[derive(Clone, Debug)]
pub(crate) struct Unavailable {
    pub(crate) reason: String,
    pub(crate) hint: String,
}

impl Unavailable {
    pub(super) fn of(self, pool: &str) -> CallErrorKind {
        CallErrorKind::PoolUnavailable {
            pool: pool.to_owned(),
            reason: self.reason,
            hint: self.hint,
        }
    }
}

impl NoWorker {
    pub(super) fn of(self, pool: &str) -> CallErrorKind {
        match self {
            Self::Unavailable(unavailable) => unavailable.of(pool),
            Self::ObjectLost(pinned) => pinned.gone(pool),
            Self::SessionLost(session) => {
                let (pool, session) = (pool.to_owned(), session.to_string());
                CallErrorKind::SessionLost { pool, session }
            }
        }
    }
}

/// What asking for a worker gives.
pub(super) enum Asked {
    /// A worker.
    Leased(Lease),
    /// A place in the queue.
    Queued(oneshot::Receiver<Result<Lease, NoWorker>>),
    /// The queue is full.
    Full,
    /// The session's worker runs as many calls as it can.
    Busy(Arc<str>),
    /// No worker will come.
    Refused(NoWorker),
}

/// A place on a worker; given back when it is dropped without having been called.
pub(super) struct Lease {
    link: Option<Arc<Link>>,
    shared: Arc<Shared>,
}

impl Lease {
    pub(super) const fn new(link: Arc<Link>, shared: Arc<Shared>) -> Self {
        Self { link: Some(link), shared }
    }

    /// The worker. Once called it comes back with the result, not with the lease.
    pub(super) fn into_link(mut self) -> Arc<Link> {
        self.link.take().expect("a lease holds its worker until here")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            self.shared.give_back(link);
        }
    }
}
