//! Python's containers beside `list[T]` and `dict[K, V]`.

/// A container of items that have one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Collection {
    /// `tuple[T, ...]`.
    Tuple,
    /// `set[T]`.
    Set,
    /// `frozenset[T]`.
    FrozenSet,
    /// `Sequence[T]`.
    Sequence,
    /// `MutableSequence[T]`.
    MutableSequence,
    /// `deque[T]`.
    Deque,
    /// `AbstractSet[T]`.
    AbstractSet,
    /// `MutableSet[T]`.
    MutableSet,
    /// `Iterable[T]`.
    Iterable,
}

impl Collection {
    /// Its name in prompts.
    pub(crate) const fn prompt_name(self) -> &'static str {
        match self {
            Self::Tuple => "tuple",
            Self::Set => "set",
            Self::FrozenSet => "frozenset",
            Self::Sequence => "Sequence",
            Self::MutableSequence => "MutableSequence",
            Self::Deque => "deque",
            Self::AbstractSet => "Set",
            Self::MutableSet => "MutableSet",
            Self::Iterable => "Iterable",
        }
    }

    /// Its name in a signature.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Deque => "Deque",
            Self::AbstractSet => "AbstractSet",
            other => other.prompt_name(),
        }
    }

    /// Whether its items are distinct and hashable.
    #[must_use]
    pub const fn is_set(self) -> bool {
        matches!(self, Self::Set | Self::FrozenSet | Self::AbstractSet | Self::MutableSet)
    }
}

/// A container of keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mapping {
    /// `Mapping[K, V]`.
    Mapping,
    /// `MutableMapping[K, V]`.
    MutableMapping,
    /// `OrderedDict[K, V]`.
    OrderedDict,
    /// `defaultdict[K, V]`.
    DefaultDict,
    /// `Counter[K]`, whose values are `int`.
    Counter,
}

impl Mapping {
    /// Its name in prompts.
    pub(crate) const fn prompt_name(self) -> &'static str {
        match self {
            Self::Mapping => "Mapping",
            Self::MutableMapping => "MutableMapping",
            Self::OrderedDict => "OrderedDict",
            Self::DefaultDict => "defaultdict",
            Self::Counter => "Counter",
        }
    }

    /// Its name in a signature.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::DefaultDict => "DefaultDict",
            other => other.prompt_name(),
        }
    }
}

/// A builtin container whose items are of any type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bare {
    /// `list`.
    List,
    /// `dict`.
    Dict,
    /// `tuple`.
    Tuple,
    /// `set`.
    Set,
    /// `frozenset`.
    FrozenSet,
}

impl Bare {
    /// Its name, in signatures and in prompts.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Dict => "dict",
            Self::Tuple => "tuple",
            Self::Set => "set",
            Self::FrozenSet => "frozenset",
        }
    }
}
