//! Rules of a user's, that no schema can say.

/// A sentence for the model, and the test that it stands for.
pub(super) struct Rule<T> {
    pub(super) sentence: String,
    holds: Box<dyn Fn(&T) -> bool + Send + Sync>,
}

impl<T> Rule<T> {
    pub(super) fn new(
        sentence: impl Into<String>,
        holds: impl Fn(&T) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { sentence: sentence.into(), holds: Box::new(holds) }
    }

    /// The sentences of the rules that do not hold.
    pub(super) fn broken(rules: &[Self], value: &T) -> Vec<String> {
        let broken = rules.iter().filter(|rule| !(rule.holds)(value));
        broken.map(|rule| rule.sentence.clone()).collect()
    }
}
