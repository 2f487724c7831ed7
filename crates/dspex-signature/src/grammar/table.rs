//! Types that the caller brings, by name.

use crate::Type;

/// Names for types beyond the built-in ones, as DSPy's `custom_types`.
///
/// A name of the table wins over a built-in one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypeTable(Vec<(String, Type)>);

impl TypeTable {
    /// No types.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The same table with `name` standing for `ty`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, ty: Type) -> Self {
        self.insert(name, ty);
        self
    }

    /// Lets `name` stand for `ty`, in place of what it stood for.
    pub fn insert(&mut self, name: impl Into<String>, ty: Type) {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, ty));
    }

    /// The type that `name` stands for.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, ty)| ty)
    }

    /// The names, in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}
