//! The names of types: those that can be read, those that only DSPy reads, those from elsewhere.

use crate::Type;

/// What a name means where a type is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A type of the caller's table.
    Own,
    /// A type without parameters.
    Plain(Plain),
    /// `list`.
    List(Spelling),
    /// `dict`.
    Dict(Spelling),
    Optional,
    Union,
    Literal,
    /// DSPy knows it; dspex does not yet.
    NotYet,
    Unknown,
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
    Str,
    Int,
    Float,
    Bool,
}

impl Plain {
    pub(super) const fn ty(self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::Str => Type::Str,
            Self::Int => Type::Int,
            Self::Float => Type::Float,
            Self::Bool => Type::Bool,
        }
    }
}

/// The names a hint proposes.
pub(super) const PROPOSED: [&str; 9] =
    ["str", "int", "float", "bool", "list", "dict", "Optional", "Literal", "Any"];

/// The meaning of a name without a dot.
pub(super) fn word(name: &str) -> Word {
    match builtin(name) {
        Word::Unknown => typing(name),
        known => known,
    }
}

/// The meaning of `builtins.name`.
pub(super) fn builtin(name: &str) -> Word {
    match name {
        "str" => Word::Plain(Plain::Str),
        "int" => Word::Plain(Plain::Int),
        "float" => Word::Plain(Plain::Float),
        "bool" => Word::Plain(Plain::Bool),
        "list" => Word::List(Spelling::Builtin),
        "dict" => Word::Dict(Spelling::Builtin),
        "tuple" | "set" | "frozenset" | "complex" | "bytes" | "bytearray" => Word::NotYet,
        _ => Word::Unknown,
    }
}

/// The meaning of `typing.name`.
pub(super) fn typing(name: &str) -> Word {
    match name {
        "Any" => Word::Plain(Plain::Any),
        "Text" => Word::Plain(Plain::Str),
        "List" => Word::List(Spelling::Typing),
        "Dict" => Word::Dict(Spelling::Typing),
        "Optional" => Word::Optional,
        "Union" => Word::Union,
        "Literal" => Word::Literal,
        name if NOT_YET.contains(&name) => Word::NotYet,
        _ => Word::Unknown,
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
        _ => return None,
    })
}

/// Names of Python 3.11's `typing` module that DSPy looks up, and of common classes that a
/// caller of DSPy may have in reach.
#[rustfmt::skip]
const NOT_YET: [&str; 105] = [
    "AbstractSet", "Annotated", "AnyStr", "AsyncContextManager", "AsyncGenerator",
    "AsyncIterable", "AsyncIterator", "Awaitable", "BaseModel", "BinaryIO", "ByteString",
    "CT_co", "Callable", "ChainMap", "ClassVar", "Collection", "Concatenate", "Container",
    "ContextManager", "Coroutine", "Counter", "Decimal", "DefaultDict", "Deque", "Final",
    "ForwardRef", "FrozenSet", "Generator", "Generic", "GenericAlias", "Hashable", "IO",
    "ItemsView", "Iterable", "Iterator", "KT", "KeysView", "LiteralString", "Mapping",
    "MappingView", "Match", "MutableMapping", "MutableSequence", "MutableSet", "NamedTuple",
    "NamedTupleMeta", "Never", "NewType", "NoReturn", "NoneType", "NotRequired", "OrderedDict",
    "ParamSpec", "ParamSpecArgs", "ParamSpecKwargs", "Path", "Pattern", "Protocol", "Required",
    "Reversible", "Self", "Sequence", "Set", "Sized", "SupportsAbs", "SupportsBytes",
    "SupportsComplex", "SupportsFloat", "SupportsIndex", "SupportsInt", "SupportsRound", "T",
    "T_co", "T_contra", "TextIO", "Tuple", "Type", "TypeAlias", "TypeGuard", "TypeVar",
    "TypeVarTuple", "TypedDict", "UUID", "Unpack", "VT", "VT_co", "V_co", "ValuesView",
    "abstractmethod", "cast", "collections", "contextlib", "date", "datetime", "defaultdict", "final", "functools",
    "io", "operator", "overload", "re", "sys", "time", "timedelta", "types",
];
