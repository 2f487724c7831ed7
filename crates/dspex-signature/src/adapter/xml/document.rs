//! The elements of a completion as one flat list, so that depth costs no stack.

use std::{borrow::Cow, ops::Range};

/// Where something stands in a text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The reader refuses documents of which 32 bits would not count the bytes twice.
    pub(super) fn new(range: Range<usize>) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).expect("documents of 2 GiB are refused");
        Self { start: narrow(range.start), end: narrow(range.end) }
    }

    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }

    pub(super) const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A name: its namespace stands in the document's text, its local part in the source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Name {
    /// Empty where there is none.
    pub(super) namespace: Span,
    pub(super) local: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    pub(super) name: Name,
    pub(super) value: Span,
}

/// An element's place in the list; the root is 0 and so is no one's child or sibling.
pub(super) type NodeIndex = u32;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Node {
    pub(super) name: Name,
    /// A range of the list of attributes.
    pub(super) attributes: Span,
    /// A span of [`Document::gathered`], as `tail`.
    pub(super) text: Span,
    pub(super) tail: Span,
    /// 0 where there is none.
    pub(super) first_child: NodeIndex,
    /// 0 where there is none.
    pub(super) next_sibling: NodeIndex,
}

/// What a completion holds: the children of a root around all of it.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) source: &'a str,
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<Attribute>,
    /// Text that does not stand in the source as it is, with references resolved, values of
    /// attributes and namespaces, all at their spans.
    pub(super) text: String,
}

impl Document<'_> {
    /// The element around the whole completion.
    pub(super) const fn root(&self) -> Element<'_> {
        Element { document: self, index: 0 }
    }
}

/// One element of a document, as Python's `ElementTree` shows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'d> {
    document: &'d Document<'d>,
    index: NodeIndex,
}

impl<'d> Element<'d> {
    fn node(self) -> &'d Node {
        &self.document.nodes[self.index as usize]
    }

    /// The namespace, empty where there is none, and the local name.
    pub(super) fn qualified_name(self) -> (&'d str, &'d str) {
        self.document.qualified(self.node().name)
    }

    /// The name as `ElementTree` writes it: `{namespace}local`.
    pub(super) fn tag(self) -> Cow<'d, str> {
        match self.qualified_name() {
            ("", local) => Cow::Borrowed(local),
            (namespace, local) => Cow::Owned(format!("{{{namespace}}}{local}")),
        }
    }

    /// The text before the first child.
    pub(super) fn text(self) -> &'d str {
        self.document.gathered(self.node().text)
    }

    /// The text behind the element, up to its next sibling or the end of its parent.
    pub(super) fn tail(self) -> &'d str {
        self.document.gathered(self.node().tail)
    }

    /// Namespace, local name and value of each attribute, in order.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'d str, &'d str, &'d str)> {
        let Span { start, end } = self.node().attributes;
        let attributes = &self.document.attributes[start as usize..end as usize];
        attributes.iter().map(move |attribute| {
            let (namespace, local) = self.document.qualified(attribute.name);
            (namespace, local, attribute.value.of(&self.document.text))
        })
    }

    /// The value of an attribute without a namespace.
    pub(super) fn attribute(self, name: &str) -> Option<&'d str> {
        let mut attributes = self.attributes();
        attributes
            .find(|(namespace, local, _)| namespace.is_empty() && *local == name)
            .map(|(_, _, value)| value)
    }

    pub(super) fn has_children(self) -> bool {
        self.node().first_child != 0
    }

    pub(super) fn first_child(self) -> Option<Self> {
        self.at(self.node().first_child)
    }

    pub(super) fn next_sibling(self) -> Option<Self> {
        self.at(self.node().next_sibling)
    }

    /// The children in order.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.first_child(), |child| child.next_sibling())
    }

    fn at(self, index: NodeIndex) -> Option<Self> {
        (index != 0).then_some(Self { index, ..self })
    }
}

impl<'a> Document<'a> {
    /// A text of the document: a span of the source, or behind it one of `text`.
    fn gathered(&self, span: Span) -> &str {
        let (start, end) = (span.start as usize, span.end as usize);
        match start.checked_sub(self.source.len()) {
            Some(start) => &self.text[start..end - self.source.len()],
            None => &self.source[start..end],
        }
    }

    fn qualified(&self, name: Name) -> (&str, &str) {
        (name.namespace.of(&self.text), name.local.of(self.source))
    }
}
