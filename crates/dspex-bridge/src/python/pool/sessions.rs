//! Which worker ran the calls of a session.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The workers of the sessions that called last.
#[derive(Debug)]
pub(super) struct Sessions<W> {
    /// The worker, and when the session called last.
    workers: HashMap<Arc<str>, (W, u64)>,
    /// The sessions, those that called longest ago first.
    by_call: BTreeMap<u64, Arc<str>>,
    n_calls: u64,
}

/// Sessions that are remembered; of those that called longest ago nothing is known any more.
const MAX_SESSIONS: usize = 10_000;

impl<W> Default for Sessions<W> {
    fn default() -> Self {
        Self { workers: HashMap::new(), by_call: BTreeMap::new(), n_calls: 0 }
    }
}

impl<W> Sessions<W> {
    /// The worker of a session.
    pub(super) fn worker(&self, session: &str) -> Option<&W> {
        self.workers.get(session).map(|(worker, _)| worker)
    }

    /// Takes note of the worker that runs a call of a session.
    pub(super) fn called(&mut self, session: &Arc<str>, worker: W) {
        self.n_calls += 1;
        let known = self.workers.insert(session.clone(), (worker, self.n_calls));
        if let Some((_, earlier)) = known {
            self.by_call.remove(&earlier);
        }
        self.by_call.insert(self.n_calls, session.clone());
        if self.workers.len() > MAX_SESSIONS
            && let Some((_, oldest)) = self.by_call.pop_first()
        {
            self.workers.remove(&oldest);
        }
    }

    /// Forgets a session, which begins anew with its next call.
    pub(super) fn forget(&mut self, session: &str) {
        if let Some((_, call)) = self.workers.remove(session) {
            self.by_call.remove(&call);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_sessions_are_remembered() {
        let mut sessions = Sessions::default();
        let name = |number: usize| Arc::<str>::from(number.to_string());
        for number in 0..MAX_SESSIONS {
            sessions.called(&name(number), 1);
        }
        sessions.called(&name(0), 2);
        sessions.called(&name(MAX_SESSIONS), 3);
        assert_eq!(sessions.worker("0"), Some(&2));
        assert_eq!(sessions.worker("1"), None, "it called longest ago");
        sessions.forget("0");
        assert_eq!(sessions.worker("0"), None);
        assert_eq!(sessions.workers.len(), sessions.by_call.len());
    }
}
