//! What a Rust type looks like to other fields, known at compile time.
//!
//! [`Type`](crate::Type) is the full description used at run time; a [`Shape`] is the little that
//! a `const` can hold and that wiring a pipeline needs.

/// The shape of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// Anything.
    Any,
    /// Text.
    Str,
    /// An integer.
    Int,
    /// A float.
    Float,
    /// A bool.
    Bool,
    /// A list of one shape.
    List(&'static Shape),
    /// A fixed number of items, each of its own shape.
    Tuple(&'static [Shape]),
    /// A set of one shape.
    Set(&'static Shape),
    /// A map: the shapes of its keys and of its values.
    Dict(&'static Shape, &'static Shape),
    /// A value that may be absent.
    Option(&'static Shape),
    /// A record, an enum or a class of Python's library, by its name.
    Named(&'static str),
}

/// The shape of a record: its name and the fields it has.
#[derive(Clone, Copy, Debug)]
pub struct RecordShape {
    /// The record's name, for messages.
    pub name: &'static str,
    /// Whether fields beyond `parts` are possible, as in [`Fields`](crate::Fields).
    pub open: bool,
    /// What it is made of, oldest first.
    pub parts: &'static [Part],
}

/// A part of a record's shape.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Fields by name.
    Own(&'static [(&'static str, Shape)]),
    /// All fields of another record.
    Flat(&'static RecordShape),
    /// All fields of another record, each of which may be absent.
    Maybe(&'static RecordShape),
    /// A stage of a pipeline: what it reads and what it makes.
    Stage {
        /// The fields it reads.
        reads: &'static RecordShape,
        /// The fields it makes.
        makes: &'static RecordShape,
    },
}
