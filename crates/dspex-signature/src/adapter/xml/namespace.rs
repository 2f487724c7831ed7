//! Which prefix stands for which namespace, as expat binds them.

use std::collections::HashMap;

use super::document::Span;

/// What the prefix `xml` stands for, and nothing else may.
pub(super) const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

/// The bindings in force; the prefix of the default namespace is empty.
pub(super) struct Scope<'a> {
    /// Namespaces by prefix, innermost last.
    bindings: HashMap<&'a str, Vec<Span>>,
    /// The prefixes in the order of their binding.
    bound: Vec<&'a str>,
}

impl<'a> Scope<'a> {
    /// Nothing but `xml`, whose namespace stands at `xml` in the document's text.
    pub(super) fn new(xml: Span) -> Self {
        Self { bindings: HashMap::from([("xml", vec![xml])]), bound: Vec::new() }
    }

    /// How many bindings there are, to return to.
    pub(super) const fn mark(&self) -> usize {
        self.bound.len()
    }

    /// Undoes what was bound since the mark.
    pub(super) fn leave(&mut self, mark: usize) {
        while self.bound.len() > mark
            && let Some(prefix) = self.bound.pop()
        {
            self.bindings.get_mut(prefix).and_then(Vec::pop);
        }
    }

    /// Binds a prefix; `value` is the namespace's text.
    pub(super) fn bind(
        &mut self,
        prefix: &'a str,
        namespace: Span,
        value: &str,
    ) -> Result<(), &'static str> {
        match (prefix, value) {
            ("xmlns", _) | (_, XMLNS_NAMESPACE) => return Err("`xmlns` cannot be bound"),
            ("xml", XML_NAMESPACE) => {}
            ("xml", _) | (_, XML_NAMESPACE) => return Err("`xml` cannot be bound anew"),
            ("", _) => {}
            (_, "") => return Err("a prefix is bound to nothing"),
            _ => {}
        }
        // `ElementTree` parts a namespace from the name by this.
        if value.contains('}') {
            return Err("a namespace has a `}`");
        }
        self.bindings.entry(prefix).or_default().push(namespace);
        self.bound.push(prefix);
        Ok(())
    }

    /// What a prefix stands for; `None` where it is not bound.
    pub(super) fn of_prefix(&self, prefix: &str) -> Option<Span> {
        self.bindings.get(prefix)?.last().copied()
    }

    /// The namespace of elements without a prefix, empty where there is none.
    pub(super) fn default(&self) -> Span {
        if self.bound.is_empty() {
            return Span::default();
        }
        self.of_prefix("").unwrap_or_default()
    }
}
