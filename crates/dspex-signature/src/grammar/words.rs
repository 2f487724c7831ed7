//! The names of types: what each means where a type is expected.

use std::sync::Arc;

use crate::{
    OpaqueType, Type,
    types::{Bare, Collection, Mapping},
};

/// What a name means where a type is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A type of the caller's table.
    Own,
    /// A type without parameters.
    Plain(Plain),
    /// A type that takes parameters.
    Container(Container, Spelling),
    Optional,
    Union,
    Literal,
    Annotated,
    /// What Python knows by that name is no type that a field can have.
    NoType,
    /// As [`Word::NoType`] for a whole field, though DSPy takes it inside another type.
    NoWholeType,
    /// DSPy knows it; dspex does not yet.
    NotYet,
    Unknown,
}

/// A type that takes parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    List,
    Dict,
    /// `tuple`, fixed or with `...`.
    Tuple,
    /// One parameter.
    Collection(Collection),
    /// Two parameters, or one for `Counter`.
    Mapping(Mapping),
}

/// Whether a container is spelled as Python's builtin or as `typing` spells it; the two take
/// wrong parameters differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    Builtin,
    Typing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Any,
    None,
    Str,
    Int,
    Float,
    Bool,
    Bytes,
    Complex,
    Decimal,
    Date,
    DateTime,
    Time,
    TimeDelta,
    Uuid,
    /// A class that only Python knows from inside, by its path and its name in prompts.
    Opaque(&'static str, &'static str),
}

impl Plain {
    pub(super) fn ty(self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::None => Type::None,
            Self::Str => Type::Str,
            Self::Int => Type::Int,
            Self::Float => Type::Float,
            Self::Bool => Type::Bool,
            Self::Bytes => Type::Bytes,
            Self::Complex => Type::Complex,
            Self::Decimal => Type::Decimal,
            Self::Date => Type::Date,
            Self::DateTime => Type::DateTime,
            Self::Time => Type::Time,
            Self::TimeDelta => Type::TimeDelta,
            Self::Uuid => Type::Uuid,
            Self::Opaque(path, prompt_name) => {
                Type::Opaque(Arc::new(OpaqueType::new(path).with_prompt_name(prompt_name)))
            }
        }
    }
}

impl Container {
    /// The type without parameters, where a signature can have it.
    pub(super) const fn bare(self) -> Option<Type> {
        let bare = match self {
            Self::List => Bare::List,
            Self::Dict => Bare::Dict,
            Self::Tuple => Bare::Tuple,
            Self::Collection(Collection::Set) => Bare::Set,
            Self::Collection(Collection::FrozenSet) => Bare::FrozenSet,
            Self::Collection(_) | Self::Mapping(_) => return None,
        };
        Some(Type::Bare(bare))
    }
}

/// The names a hint proposes.
pub(super) const PROPOSED: [&str; 15] = [
    "str",
    "int",
    "float",
    "bool",
    "list",
    "dict",
    "tuple",
    "set",
    "Optional",
    "Union",
    "Literal",
    "Any",
    "bytes",
    "frozenset",
    "complex",
];

/// The meaning of a name without a dot.
pub(super) fn word(name: &str) -> Word {
    match (builtin(name), typing(name)) {
        (Word::Unknown, Word::Unknown) if name == "NoneType" => Word::Plain(Plain::None),
        (Word::Unknown, Word::Unknown) if IN_REACH.contains(&name) => Word::NotYet,
        (Word::Unknown, known) | (known, _) => known,
    }
}

/// The meaning of `builtins.name`.
pub(super) fn builtin(name: &str) -> Word {
    let container = |container| Word::Container(container, Spelling::Builtin);
    match name {
        "str" => Word::Plain(Plain::Str),
        "int" => Word::Plain(Plain::Int),
        "float" => Word::Plain(Plain::Float),
        "bool" => Word::Plain(Plain::Bool),
        "bytes" => Word::Plain(Plain::Bytes),
        "complex" => Word::Plain(Plain::Complex),
        "list" => container(Container::List),
        "dict" => container(Container::Dict),
        "tuple" => container(Container::Tuple),
        "set" => container(Container::Collection(Collection::Set)),
        "frozenset" => container(Container::Collection(Collection::FrozenSet)),
        "bytearray" => Word::NoType,
        _ => Word::Unknown,
    }
}

/// The meaning of `typing.name`.
pub(super) fn typing(name: &str) -> Word {
    let container = |container| Word::Container(container, Spelling::Typing);
    match name {
        "Any" => Word::Plain(Plain::Any),
        "Text" => Word::Plain(Plain::Str),
        "List" => container(Container::List),
        "Dict" => container(Container::Dict),
        "Tuple" => container(Container::Tuple),
        "Set" => container(Container::Collection(Collection::Set)),
        "FrozenSet" => container(Container::Collection(Collection::FrozenSet)),
        "Sequence" => container(Container::Collection(Collection::Sequence)),
        "MutableSequence" => container(Container::Collection(Collection::MutableSequence)),
        "Deque" => container(Container::Collection(Collection::Deque)),
        "AbstractSet" => container(Container::Collection(Collection::AbstractSet)),
        "MutableSet" => container(Container::Collection(Collection::MutableSet)),
        "Iterable" => container(Container::Collection(Collection::Iterable)),
        "Mapping" => container(Container::Mapping(Mapping::Mapping)),
        "MutableMapping" => container(Container::Mapping(Mapping::MutableMapping)),
        "OrderedDict" => container(Container::Mapping(Mapping::OrderedDict)),
        "defaultdict" => {
            Word::Container(Container::Mapping(Mapping::DefaultDict), Spelling::Builtin)
        }
        "DefaultDict" => container(Container::Mapping(Mapping::DefaultDict)),
        "Counter" => container(Container::Mapping(Mapping::Counter)),
        "Optional" => Word::Optional,
        "Union" => Word::Union,
        "Literal" => Word::Literal,
        "Annotated" => Word::Annotated,
        name if NO_TYPE.contains(&name) => Word::NoType,
        name if NO_WHOLE_TYPE.contains(&name) => Word::NoWholeType,
        name if NOT_YET.contains(&name) => Word::NotYet,
        _ => Word::Unknown,
    }
}

/// The meaning of a name with dots.
pub(super) fn dotted(path: &[&str]) -> Word {
    let container = |container| Word::Container(container, Spelling::Builtin);
    match path {
        ["typing", name] => match typing(name) {
            Word::Unknown => Word::NoType,
            known => known,
        },
        ["builtins", name] => match builtin(name) {
            Word::Unknown => Word::NotYet,
            known => known,
        },
        ["datetime", "date"] => Word::Plain(Plain::Date),
        ["datetime", "datetime"] => Word::Plain(Plain::DateTime),
        ["datetime", "time"] => Word::Plain(Plain::Time),
        ["datetime", "timedelta"] => Word::Plain(Plain::TimeDelta),
        ["decimal", "Decimal"] => Word::Plain(Plain::Decimal),
        ["uuid", "UUID"] => Word::Plain(Plain::Uuid),
        ["collections", "OrderedDict"] => container(Container::Mapping(Mapping::OrderedDict)),
        ["collections", "Counter"] => container(Container::Mapping(Mapping::Counter)),
        ["collections", "defaultdict"] => container(Container::Mapping(Mapping::DefaultDict)),
        ["collections", "deque"] => container(Container::Collection(Collection::Deque)),
        ["collections", "abc", "Sequence"] => {
            container(Container::Collection(Collection::Sequence))
        }
        ["collections", "abc", "Mapping"] => container(Container::Mapping(Mapping::Mapping)),
        ["types", "NoneType"] => Word::Plain(Plain::None),
        _ => opaque(path),
    }
}

/// Whether these are generics of one parameter that only Python knows from inside.
pub(super) fn is_opaque_generic(path: &[&str]) -> bool {
    matches!(path, ["Type"] | ["typing", "Type" | "Pattern"] | ["Pattern"] | ["re", "Pattern"])
}

/// How a prompt writes such a generic.
pub(super) fn opaque_generic_name(path: &[&str]) -> &'static str {
    if path.last() == Some(&"Type") { "type" } else { "Pattern" }
}

/// Whether this is an `int` of pydantic's with notes beside it, which reach no prompt where it is
/// the whole type of a field.
pub(super) fn is_constrained_int(path: &[&str]) -> bool {
    matches!(
        path,
        [
            "pydantic",
            "PositiveInt" | "NegativeInt" | "NonNegativeInt" | "NonPositiveInt" | "StrictInt"
        ]
    )
}

/// A class of DSPy's or of another module that a field can have.
fn opaque(path: &[&str]) -> Word {
    let known = OPAQUE.iter().find(|(known, _)| known.split('.').eq(path.iter().copied()));
    match (known, path) {
        (Some((path, prompt_name)), _) => Word::Plain(Plain::Opaque(path, prompt_name)),
        // All that these hold was tried.
        (None, ["dspy" | "datetime" | "decimal", _]) => Word::NoType,
        // What other modules hold only Python knows.
        (None, _) => Word::NotYet,
    }
}

/// What somebody who writes `name` in another notation means, as DSPy writes it.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    Some(match name {
        "string" | "String" | "STRING" | "Str" | "STR" | "text" | "varchar" | "char" => "str",
        "integer" | "Integer" | "Int" | "INT" | "long" | "short" | "i8" | "i16" | "i32" | "i64"
        | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "int",
        "double" | "Double" | "Float" | "f32" | "f64" | "real" | "numeric" => "float",
        "boolean" | "Boolean" | "Bool" | "BOOL" => "bool",
        "any" | "unknown" => "Any",
        "array" | "Array" | "Vec" | "vec" | "LIST" => "list[str]",
        "object" | "Object" | "map" | "Map" | "HashMap" | "json" | "JSON" | "record" => {
            "dict[str, Any]"
        }
        "Option" | "optional" | "Maybe" => "Optional[str]",
        "literal" | "enum" | "Enum" => "Literal['a', 'b']",
        "null" | "nil" | "none" | "undefined" => "None",
        "timestamp" | "Timestamp" | "DateTime" => "datetime.datetime",
        _ => return None,
    })
}

/// Classes by their paths, with their names in prompts: DSPy's own, and some that users import.
const OPAQUE: [(&str, &str); 20] = [
    ("dspy.Audio", "Audio"),
    ("dspy.Code", "Code"),
    ("dspy.File", "File"),
    ("dspy.History", "History"),
    ("dspy.Image", "Image"),
    ("dspy.Reasoning", "str"),
    ("dspy.SandboxSerializable", "SandboxSerializable"),
    ("dspy.Signature", "Signature"),
    ("dspy.Tool", "Tool"),
    ("dspy.ToolCallResults", "ToolCallResults"),
    ("dspy.ToolCalls", "ToolCalls"),
    ("dspy.Type", "Type"),
    ("enum.Enum", "Enum"),
    ("fractions.Fraction", "Fraction"),
    ("ipaddress.IPv4Address", "IPv4Address"),
    ("ipaddress.IPv6Address", "IPv6Address"),
    ("os.PathLike", "PathLike"),
    ("pathlib.Path", "Path"),
    ("pydantic.BaseModel", "BaseModel"),
    ("pydantic.HttpUrl", "HttpUrl"),
];

/// Common classes that a caller of DSPy may have imported, and so in reach of a signature.
pub(super) const IN_REACH: [&str; 8] =
    ["BaseModel", "Decimal", "Path", "UUID", "date", "datetime", "time", "timedelta"];

/// Names of Python 3.11's `typing` that DSPy refuses wherever they stand, measured by trying all.
#[rustfmt::skip]
const NO_TYPE: [&str; 65] = [
    "ABCMeta", "AsyncContextManager", "AsyncGenerator", "AsyncIterable", "AsyncIterator",
    "Awaitable", "BinaryIO", "ByteString", "ChainMap", "Collection", "Concatenate",
    "Container", "ContextManager", "Coroutine", "EXCLUDED_ATTRIBUTES", "ForwardRef", "Generic",
    "GenericAlias", "IO", "ItemsView", "Iterator", "KeysView", "LiteralString", "MappingView",
    "Match", "MethodDescriptorType", "MethodWrapperType", "NamedTupleMeta", "Never", "NewType",
    "NoReturn", "NotRequired", "ParamSpec", "ParamSpecArgs", "ParamSpecKwargs", "Protocol",
    "Required", "Reversible", "Sized", "SupportsAbs", "SupportsBytes", "SupportsComplex",
    "SupportsFloat", "SupportsIndex", "SupportsInt", "SupportsRound", "TYPE_CHECKING", "TextIO",
    "TypeAlias", "TypeGuard", "TypeVar", "TypeVarTuple", "Unpack", "ValuesView",
    "WrapperDescriptorType", "assert_never", "collections", "contextlib", "functools", "io", "operator", "re", "sys", "types", "warnings",
];

/// Names of `typing` that DSPy refuses for a whole field only: what takes parameters, type
/// variables, functions.
#[rustfmt::skip]
const NO_WHOLE_TYPE: [&str; 31] = [
    "AnyStr", "CT_co", "Callable", "Generator", "Hashable", "KT", "NamedTuple", "Pattern", "T",
    "T_co", "T_contra", "Type", "TypedDict", "VT", "VT_co", "V_co", "abstractmethod",
    "assert_type", "cast", "clear_overloads", "dataclass_transform", "final", "get_args",
    "get_origin", "get_overloads", "get_type_hints", "is_typeddict", "no_type_check", "overload",
    "reveal_type", "runtime_checkable",
];

/// Names of `typing` that DSPy takes, at least in some places.
const NOT_YET: [&str; 3] = ["ClassVar", "Final", "Self"];
