"""Signature cases about types: every construct, on either side, spelt in every way."""

from collections.abc import Iterator
from random import Random

from families import case
from families.case import Case
from families.catalogue import FIELD_TYPES, signature, table

# fmt: off
_SCALARS = [
    "int", "str", "float", "bool", "bytes", "bytearray", "complex", "Any", "None", "NoneType",
    "list", "dict", "tuple", "set", "frozenset", "List", "Dict", "Tuple", "Set", "FrozenSet",
    "Type", "Optional", "Union", "Literal", "Callable", "Iterable", "Sequence", "Mapping",
    "MutableMapping", "Hashable", "Sized", "AnyStr", "Text", "NoReturn", "Never", "Self",
    "LiteralString", "ClassVar", "Final", "Annotated", "Generic", "Protocol", "TypeVar",
    "NamedTuple", "TypedDict", "Counter", "Deque", "DefaultDict", "OrderedDict", "ChainMap",
    "Collection", "Container", "Iterator", "Generator", "Awaitable", "Pattern", "Match", "IO",
    "TextIO", "SupportsInt", "Reversible", "ForwardRef", "TYPE_CHECKING", "cast", "object", "type",
    "range", "slice", "memoryview", "Exception", "True", "Ellipsis",
]
_ALIASES = [
    "typing.Any", "typing.List[int]", "typing.Optional[str]", "typing.Union[int, None]",
    "typing.Literal['a']", "typing.Dict[str, typing.List[int]]", "typing",
    "collections.OrderedDict", "collections.abc.Sequence[int]", "collections.deque[int]",
    "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta", "datetime",
    "datetime.nope", "decimal.Decimal", "uuid.UUID", "pathlib.Path", "fractions.Fraction",
    "enum.Enum", "re.Pattern[str]", "ipaddress.IPv4Address", "pydantic.BaseModel",
    "pydantic.HttpUrl", "pydantic.PositiveInt", "pydantic.conint", "nosuchmodule.X", "os.PathLike",
    "json", "this_is_unknown", "dspy.Image", "dspy.Audio", "dspy.File", "dspy.History", "dspy.Tool",
    "dspy.ToolCalls", "dspy.Code", "dspy.Code['python']", "dspy.Reasoning", "dspy.Type",
    "dspy.Example", "dspy.Prediction", "dspy.Nope", "list[dspy.Image]", "Optional[dspy.Image]",
    "list[dspy.Tool]", "dict[str, dspy.Image]", "Image", "History", "builtins.int",
    "builtins.list[int]", "types.NoneType", "typing_extensions.TypedDict", "BaseModel", "FieldInfo",
    "Decimal", "date", "Path", "UUID",
]
_GENERICS = [
    "list[int]", "List[int]", "list[int,]", "list[int, str]", "list[]", "list[()]",
    "list[list[list[int]]]", "list[None]", "list[...]", "list['int']", "list[1]", "list[Any]",
    "list[list]", "list[type]", "list[tuple[()]]", "dict[str, int]", "Dict[str, int]", "dict[str]",
    "dict[str, int, bool]", "dict[str, dict[str, list[int]]]", "dict[int, Any]",
    "dict[tuple[int, int], str]", "Dict", "Dict[str, Any]", "DefaultDict[str, int]",
    "OrderedDict[str, int]", "Counter[str]", "tuple[int]", "tuple[int, str]", "tuple[int, ...]",
    "Tuple[int, ...]", "tuple[..., int]", "tuple[...]", "tuple[()]", "Tuple[()]",
    "tuple[int, str, ...]", "tuple[int, *tuple[str]]", "tuple[(int, str)]", "tuple", "set[int]",
    "Set[str]", "frozenset[int]", "FrozenSet[str]", "AbstractSet[int]", "type[int]", "Type[int]",
    "Sequence[int]", "MutableSequence[int]", "Iterable[str]", "Iterator[int]", "Collection[int]",
    "Mapping[str, int]", "MutableMapping[str, int]", "Deque[int]", "Callable[[int], str]",
    "Callable[..., str]", "Awaitable[int]", "Generator[int, None, str]", "int[str]", "str[int]",
    "Any[int]", "None[int]", "list[int][str]", "list[int].x", "list(int)", "list[int]()", "[int]",
    "{int}", "(int)", "(int, str)", "()", "{}", "int, str", "lambda: int", "int if x else str",
    "not int", "-int", "int + str", "int & str", "int ^ str", "x := int", "int or str",
    "int == str", "*int", "f'int'", "'int'", '"int"', "b'int'", "1", "1.5", "True", "...",
    "await int", "[int for x in y]", "list [ int ]", "list\t[int]", "list[ # c\nint]",
    "dict[str,int]", "dict [ str , int ]", "ReadOnly[int]", "Required[int]", "NotRequired[int]",
    "ClassVar[int]", "Final[int]", "Unpack[int]", "Concatenate[int]", "TypeGuard[int]",
]
_UNIONS = [
    "int | str", "int|str", "str | int", "int | None", "None | int", "int | str | None",
    "None | int | str", "int | None | str", "int | int", "int | int | str", "(int | str) | float",
    "int | (str | float)", "None | None", "Optional[int]", "Optional[None]", "Optional[int | None]",
    "Optional[Optional[int]]", "Optional[int, str]", "Optional[()]", "Optional[]", "Optional",
    "Union[int, str]", "Union[int]", "Union[int, int]", "Union[int, int, str, int]",
    "Union[None, int]", "Union[int, None]", "Union[None]", "Union[()]", "Union[]", "Union",
    "Union[int, Union[str, float]]", "Union[int, Optional[str]]",
    "Union[Optional[int], Optional[str]]", "Union[int, str | None]", "Optional[Union[int, str]]",
    "Optional[Literal['a']]", "Literal['a'] | None", "Literal['a'] | Literal['b']",
    "Literal['a'] | int", "Union[Literal['a'], Literal['a']]",
    "Union[Literal['a', 'b'], Literal['b', 'a']]", "Union[List[int], list[int]]",
    "Union[list[int], List[int], list[int]]", "Union[Dict[str, int], dict[str, int]]",
    "list[int] | None", "list[int | None]", "list[int | str] | dict[str, int | None] | None",
    "dict[str, Optional[int]]", "Optional[list[Optional[dict[str, Union[int, None]]]]]",
    "Any | None", "Optional[Any]", "Union[Any, int]", "Union[int, Any, None]", "int | 'str'",
    "int | 1", "Optional['int']", "Union['int', str]", "int | dict", "list | None",
    "tuple[int | None, ...]", "bool | int", "Union[bool, int, float]",
    "float | int | bool | str | None", "Optional[tuple[()]]", "int | datetime.date",
    "Union[datetime.date, datetime.datetime]", "Union[int, list]", "Optional[List]",
    "Optional[Dict]", "Tuple[Optional[int], ...]", "int | |", "| int", "int |", "int || str",
    "Union[int str]", "Optional[int", "Optional[int]]",
]
_LITERALS = [
    "Literal['a']", "Literal['a', 'b']", "Literal['a', 'a']", 'Literal["a"]',
    "Literal['a', \"b\"]", "Literal[\"it's\"]", "Literal['say \"x\"']",
    "Literal['both \\' and \"']", "Literal['']", "Literal[' ']", "Literal[' a ']",
    "Literal['a, b']", "Literal['a]']", "Literal['[a']", "Literal['a: b']", "Literal['->']",
    "Literal['a -> b']", "Literal['#']", "Literal['(', ')']", "Literal['{', '}']", "Literal['\\n']",
    "Literal['\\t', '\\\\']", "Literal['\\x41', '\\u00e9', '\\N{BULLET}']", "Literal['\\q']",
    "Literal['\\']", "Literal[r'\\d']", "Literal[b'a']", "Literal[u'a']", "Literal[f'a']",
    "Literal['a' 'b']", "Literal['''a''']", 'Literal["""a\nb"""]', "Literal['日本', 'é🎉']",
    "Literal[1]", "Literal[1, 2, 3]", "Literal[1, 1]", "Literal[1, True]", "Literal[True, 1]",
    "Literal[0, False]", "Literal[-1]", "Literal[+1]", "Literal[0x10, 0b11, 0o17]",
    "Literal[1_000]", "Literal[1.5]", "Literal[1.0, 1]", "Literal[1e3]", "Literal[1j]",
    "Literal[9999999999999999999999]", "Literal[True]", "Literal[True, False]", "Literal[None]",
    "Literal['a', None]", "Literal[None, 'a', 1, True]", "Literal['1', 1]",
    "Literal[Literal['a'], 'b']", "Literal[Literal['a', 'b'], Literal['b', 'c']]", "Literal[...]",
    "Literal[int]", "Literal[a]", "Literal[(1, 2)]", "Literal[[1]]", "Literal[()]", "Literal[]",
    "Literal['a',]", "Literal['a' 1]", "Literal['a'", "Literal['a]", "Literal[a b]",
    "Literal['True']", "Literal['None', None]", 'Literal["a\\"b"]', "Literal['a\\'b']",
    "Optional[Literal['a', None]]", "list[Literal['a', 'b']]", "dict[Literal['a'], int]",
    "Literal['a'] | Literal[1]", "typing.Literal['x']", "Literal['x', 'X']", "Literal['a\u2028b']",
    "Literal['a\tb']",
]
_CALLS = [
    "Annotated[int, 'note']", "Annotated[int, 5]", "Annotated[int]",
    "Annotated[str, Field(description='d')]", "Annotated[int, Field(gt=0)]",
    "Annotated[int, Field(gt=0, lt=10)]", "Annotated[list[int], Field(min_length=1)]",
    "Annotated[Optional[int], 'x']", "Optional[Annotated[int, 'x']]", "list[Annotated[str, 'x']]",
    "Annotated[int, Field()]", "Annotated[int, Field(5)]", "Annotated[int, Field(default=5)]",
    "Annotated[int, Field(nope=1)]", "Annotated[int, foo()]", "Field(gt=0)", "Field()",
    "list[Field(gt=0)]", "Annotated[Annotated[int, 'a'], 'b']", "Annotated[Literal['a'], 'x']",
    "Annotated['int', 'x']", "Annotated[Person, 'x']", "InputField()", "OutputField(desc='x')",
]
_CLASSES = [
    "Person", "list[Person]", "List[Person]", "Optional[Person]", "Person | None", "None | Person",
    "Union[Person, Address]", "Person | Address | None", "dict[str, Person]", "tuple[Person, ...]",
    "tuple[Person, Color]", "set[Color]", "Color", "Optional[Color]", "list[Optional[Color]]",
    "Literal['a'] | Color", "Literal[Color]", "Color.red", "Color.RED", "Row", "list[Row]", "Tree",
    "list[Tree]", "Person[int]", "person", "Persons", "Person.name", "Optional[list[Person]]",
    "Union[Person, Person]", "Annotated[Person, 'x']", "'Person'", "list['Person']",
    "List['Person']", "type[Person]", "NoneType", "Optional[NoneType]", "int | NoneType",
    "datetime.date | Person", "Decimal", "SColor", "IRank", "dict[Color, Person]", "Person & Color",
    "Person | 'Address'",
]
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield every annotation as an output, and many as inputs or in the middle."""
    groups = {
        "sig-scalar": _SCALARS,
        "sig-module": _ALIASES,
        "sig-generic": _GENERICS,
        "sig-union": _UNIONS,
        "sig-literal": _LITERALS,
        "sig-call": _CALLS,
    }
    for family, annotations in groups.items():
        for annotation in annotations:
            spec = random.choice(
                (
                    "x -> y: {}",
                    "x -> y: {}",
                    "x: {} -> y",
                    "x: {} -> y: {}",
                    "a, x: {}, b -> y: {}, z",
                )
            )
            names = ("Person",) if "Person" in annotation else ()
            yield _case(family, spec.replace("{}", annotation), *names)
    everything = ("Person", "Address", "Color", "Row", "Tree", "SColor", "IRank")
    for annotation in _CLASSES:
        for spec in ("x -> y: {}", "x: {} -> y"):
            yield _case("sig-custom", spec.replace("{}", annotation), *everything)
    for field_type in FIELD_TYPES:
        spec = f"x: {field_type.annotation} -> y: {field_type.annotation}"
        names = field_type.classes
        yield case.make(
            "signature", "sig-typed", field_type.level, {"signature": signature(spec, *names)}
        )
    for _ in range(90):
        some = random.sample(FIELD_TYPES, random.choice((2, 3, 4)))
        fields = [f"f{at}: {_nested(one.annotation, random)}" for at, one in enumerate(some)]
        cut = random.randrange(1, len(fields))
        spec = ", ".join(fields[:cut]) + " -> " + ", ".join(fields[cut:])
        yield _case("sig-nested", spec, *[name for one in some for name in one.classes])


def _nested(annotation: str, random: Random) -> str:
    wrappers = [
        "{}",
        "list[{}]",
        "Optional[{}]",
        "dict[str, {}]",
        "{} | None",
        "tuple[{}, ...]",
        "Union[{}, int]",
        "List[Optional[{}]]",
        "Union[None, {}, str]",
    ]
    for _ in range(random.choice((1, 2))):
        annotation = random.choice(wrappers).replace("{}", annotation)
    return annotation


def _case(family: str, spec: str, *names: str) -> Case:
    types = table(*names)
    given = {"spec": spec, **({"types": types} if types else {})}
    level = "medium" if len(spec) < 40 and spec.isascii() else "hard"
    tags = ["custom-types"] if names else []
    return case.make("signature", family, level, {"signature": given}, *tags)
