//! One exchange's way through the keys: each source in turn, and what it gives once that is refused.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Key, Secret, Sent};
use crate::llm::LmErrorKind;

/// The keys of one exchange, in the order in which they are sent; none is sent twice.
pub(crate) struct Round<'k> {
    key: &'k Key,
    /// The sources that were not asked yet; that whose key was taken last comes first.
    order: std::vec::IntoIter<usize>,
    /// The source that was asked last.
    position: usize,
    /// Its key, where it has not been asked for another yet.
    given: Option<Arc<Secret>>,
    sent: Sent,
    /// The names of the sources that gave a key.
    givers: Vec<String>,
    /// Why the others gave none.
    faults: Vec<String>,
}

impl<'k> Round<'k> {
    pub(crate) fn new(key: &'k Key) -> Self {
        let n_sources = key.sources.len();
        let first = key.first.load(Ordering::Relaxed);
        let order: Vec<usize> = (0..n_sources).map(|n| (first + n) % n_sources).collect();
        Self {
            key,
            order: order.into_iter(),
            position: first,
            given: None,
            sent: Sent::default(),
            givers: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// The next key to send; `None` where there is no other than those that were sent and refused.
    ///
    /// At most two for each source: what it has, and what it gives once that was refused.
    pub(crate) async fn next(&mut self) -> Option<Arc<Secret>> {
        loop {
            if let Some(refused) = self.given.take() {
                let anew = self.key.sources[self.position].key(Some(&refused)).await;
                // Why there is no other key is not told, for the refusal is.
                if let Some(key) = anew.ok().filter(|key| !self.sent.holds(key)) {
                    return Some(self.send(key));
                }
            }
            self.position = self.order.next()?;
            let source = &self.key.sources[self.position];
            match source.key(None).await {
                Ok(key) => {
                    self.givers.push(source.name());
                    self.given = Some(key.clone());
                    if !self.sent.holds(&key) {
                        return Some(self.send(key));
                    }
                }
                Err(fault) => self.faults.push(fault),
            }
        }
    }

    fn send(&mut self, key: Arc<Secret>) -> Arc<Secret> {
        self.sent.add(key.clone());
        key
    }

    /// The key that was sent last was taken: its source is the first one from now on.
    pub(crate) fn was_taken(&self) {
        self.key.first.store(self.position, Ordering::Relaxed);
    }

    /// The keys that were sent so far.
    pub(crate) fn sent(&self) -> &Sent {
        &self.sent
    }

    pub(crate) fn into_sent(self) -> Sent {
        self.sent
    }

    /// The names of the sources whose keys were sent.
    pub(crate) fn givers(&self) -> &[String] {
        &self.givers
    }

    /// The failure of an exchange for which no source had a key.
    pub(crate) fn missing(self) -> LmErrorKind {
        let sources = self.key.sources.iter().map(|source| source.name()).collect();
        LmErrorKind::MissingKey { sources, reason: self.faults.join(", and ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that are sent where each of them is refused.
    async fn all(key: &Key) -> Vec<String> {
        let (mut round, mut sent) = (Round::new(key), Vec::new());
        while let Some(key) = round.next().await {
            sent.push(key.0.clone());
        }
        sent
    }

    /// A file that holds this key.
    fn file(folder: &tempfile::TempDir, key: &str) -> Key {
        let path = folder.path().join(key);
        std::fs::write(&path, key).unwrap();
        Key::file(path)
    }

    #[tokio::test]
    async fn sources_are_asked_in_their_order_and_the_taken_one_first() {
        let folder = tempfile::tempdir().unwrap();
        let key = file(&folder, "a").or(file(&folder, "b")).or(file(&folder, "c"));
        assert_eq!(all(&key).await, ["a", "b", "c"]);
        let mut round = Round::new(&key);
        round.next().await.unwrap();
        round.next().await.unwrap();
        round.was_taken();
        assert_eq!(all(&key).await, ["b", "c", "a"]);
        assert_eq!(all(&key.clone()).await, ["b", "c", "a"]);
    }

    #[tokio::test]
    async fn a_source_gives_another_key_where_it_has_one_and_none_is_sent_twice() {
        let folder = tempfile::tempdir().unwrap();
        let key = file(&folder, "a").or(file(&folder, "a")).or(file(&folder, "b"));
        assert_eq!(all(&key).await, ["a", "b"]);
        let mut round = Round::new(&key);
        assert_eq!(round.next().await.unwrap().0, "a");
        std::fs::write(folder.path().join("a"), "new").unwrap();
        assert_eq!(round.next().await.unwrap().0, "new");
        assert_eq!(round.next().await.unwrap().0, "b");
        assert!(round.next().await.is_none());
        assert_eq!(round.givers().len(), 3);
    }

    #[tokio::test]
    async fn a_missing_key_is_passed_over_and_all_missing_ones_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let missing = || Key::env("DSPEX_NO_SUCH_KEY");
        assert_eq!(all(&missing().or(file(&folder, "a"))).await, ["a"]);
        let key = missing().or(Key::command("true", ["sk-1"]));
        let mut round = Round::new(&key);
        assert!(round.next().await.is_none());
        assert_eq!(
            round.missing().to_string(),
            "needs a key, and the variable `DSPEX_NO_SUCH_KEY` is not set, and the command `true` \
             printed nothing"
        );
    }
}
