//! Where events go: the recorder and its sinks.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Event;

/// Receives events. It is called on the thread that reports, so it must not block.
pub trait EventSink: Send + Sync + 'static {
    /// Takes note of one event.
    fn accept(&self, event: &Event);
}

/// The one place that every crate reports to: a cheap handle to clone.
#[derive(Clone, Default)]
pub struct Recorder {
    sinks: Arc<[Arc<dyn EventSink>]>,
}

impl Recorder {
    /// A recorder without sinks: events still appear as `tracing` records.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same recorder with one more sink.
    #[must_use]
    pub fn with(self, sink: Arc<dyn EventSink>) -> Self {
        Self { sinks: self.sinks.iter().cloned().chain([sink]).collect() }
    }

    /// Reports an event to every sink, whatever the log filter says.
    #[expect(clippy::needless_pass_by_value, reason = "the caller is done with the event")]
    pub fn record(&self, event: Event) {
        tracing::debug!(target: "dspex", name = event.name(), ?event);
        for sink in self.sinks.iter() {
            sink.accept(&event);
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recorder").field("sinks", &self.sinks.len()).finish()
    }
}

/// Keeps the newest events; older ones are forgotten.
#[derive(Debug)]
pub struct RecentEvents {
    capacity: usize,
    events: Mutex<VecDeque<Event>>,
}

impl RecentEvents {
    /// Keeps at most `capacity` events.
    #[must_use]
    pub const fn new(capacity: usize) -> Self {
        Self { capacity, events: Mutex::new(VecDeque::new()) }
    }

    /// The events kept, oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().cloned().collect()
    }
}

impl EventSink for RecentEvents {
    fn accept(&self, event: &Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() == self.capacity {
            events.pop_front();
        }
        if self.capacity > 0 {
            events.push_back(event.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_event_is_forgotten_first() {
        let recent = Arc::new(RecentEvents::new(2));
        let recorder = Recorder::new().with(recent.clone());
        for pid in 1..=3 {
            let took = std::time::Duration::ZERO;
            recorder.record(Event::WorkerStarted { pool: "general".into(), pid, took });
        }
        let pids: Vec<_> = recent
            .events()
            .into_iter()
            .map(|event| match event {
                Event::WorkerStarted { pid, .. } => pid,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(pids, [2, 3]);
    }
}
