"""Format cases about the signature: types of outputs, options, descriptions, instructions."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case
from families.case import Case
from families.catalogue import FIELD_TYPES, signature
from families.completions import ADAPTERS

# Output types whose schemas have corners of their own.
# fmt: off
_SCHEMAS = [
    "list[None]", "Optional[Any]", "dict", "tuple", "set", "frozenset", "tuple[()]",
    "tuple[int, ...]", "tuple[int]", "dict[str, None]", "dict[int, int]", "dict[float, str]",
    "dict[bool, str]", "dict[Any, Any]", "dict[datetime.date, str]", "dict[datetime.datetime, str]",
    "dict[decimal.Decimal, str]", "dict[uuid.UUID, str]", "dict[bytes, str]",
    "dict[tuple[int, int], str]", "dict[Optional[str], int]", "dict[Union[int, str], int]",
    "dict[Literal['a', 'b'], int]", "dict[Literal[1, 2], int]", "dict[Color, int]",
    "dict[Rank, int]", "dict[SColor, int]", "dict[str, dict[int, list[str]]]", "Literal['a', 1]",
    "Literal['a', 1, None]", "Literal['a', True, 2]", "Literal[None]",
    "Optional[Literal['a', None]]", "Optional[Literal[1, 2]]", "list[Literal['a', 1, None, True]]",
    "list[Literal['a']]", "list[Literal[1]]", "list[Literal[True, False]]", "list[Literal[None]]",
    "dict[str, Literal['é', '\"', '\\\\']]", "Union[Literal['a'], Literal[1]]", "Union[int, str]",
    "Union[str, None, int]", "Union[list[int], list[str]]", "Union[Person, Address]",
    "Union[Person, dict[str, int]]", "Union[Color, Rank]", "Union[int, list[Union[int, None]]]",
    "Union[datetime.date, datetime.datetime]", "int | float", "bool | None", "None",
    "Sequence[int]", "MutableSequence[str]", "Iterable[int]", "Mapping[str, int]", "Deque[int]",
    "Set[str]", "FrozenSet[int]", "AbstractSet[int]", "OrderedDict[str, int]",
    "DefaultDict[str, int]", "Counter[str]", "Type[int]", "Text", "bytes", "complex",
    "decimal.Decimal", "list[decimal.Decimal]", "uuid.UUID", "pathlib.Path", "fractions.Fraction",
    "ipaddress.IPv4Address", "datetime.timedelta", "datetime.time", "Annotated[int, Field(gt=0)]",
    "list[Annotated[int, Field(gt=0, le=10)]]", "Annotated[str, Field(description='d')]",
    "dict[str, Annotated[list[int], Field(min_length=1)]]",
    "Optional[Annotated[float, Field(multiple_of=0.5)]]", "Annotated[Optional[int], 'x']",
    "list[Person]", "list[Tree]", "Optional[Tree]", "dict[str, Tree]", "list[list[Person]]",
    "tuple[Person, Address]", "set[Color]", "list[SColor]", "Optional[IRank]", "list[Odd]", "Odd",
    "list[Row]", "Optional[Row]", "dict[str, Wide]", "list[Union[Person, Address, None]]",
    "list[Team]", "list[Limits]", "Optional[Settings]", "tuple[list[Person], dict[str, Color]]",
    "list[Link]", "list[Event]", "dspy.Image", "list[dspy.Image]", "dspy.Code",
    "dspy.Code['python']", "dspy.Reasoning", "dspy.History", "dspy.Audio", "dspy.File",
    "dspy.ToolCalls", "Optional[dspy.Code]", "pydantic.HttpUrl", "pydantic.PositiveInt",
    "pydantic.BaseModel", "list[pydantic.PositiveInt]", "re.Pattern[str]",
]
_CLASS_NAMES = (
    "Person", "Address", "Citizen", "Tree", "Link", "Event", "Limits", "Settings", "Color", "Rank",
    "SColor", "IRank", "Odd", "Team", "Row", "Wide",
)
_DESCS: list[dict[str, str]] = [
    {"q": "the question"}, {"q": "the question", "a": "the answer", "n": "the number"}, {"a": ""},
    {"a": "", "n": ""}, {"q": ""}, {"a": "${a}"}, {"q": "${q}", "n": "${a}"}, {"a": "two\nlines"},
    {"n": "two\n  lines\n"}, {"a": "  pad  "}, {"n": "  pad  "},
    {"a": "{braces} é🎉 <b> & [[ ## a ## ]]"}, {"a": "must be \"quoted\" \\ 'x'"}, {"q": "\n"},
    {"n": "\u2028x\x85"},
]
_INSTRUCTIONS = [
    "Do it.", "    Indented\n      deeper\n    back", "Line one.\n\n  Line three.\n\n",
    "\n\nlead\n\ntrail\n\n", "[[ ## completed ## ]] {question}", "日本語の指示。\n二行目",
    "trailing  \nspaces  ", "", " ", "a\n \n\t\nb", "x\r\ny\rz",
    "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g", "\tTabs\n\t\tdeeper", "  first\n second\n   third",
    '{a} ${b} <c> & "d"', "- one\n    - two", 'Use JSON.\n```json\n{\n    "a": 1\n}\n```',
    "one\n\n\n\ntwo", "x" * 500, "  \n  a\n    b\n  ", "a\\nb", "\u00a0a\n\u00a0b",
]
_OPTIONS: list[dict[str, Any]] = [
    {"n": {"ge": 1, "le": 5}}, {"n": {"le": 5, "ge": 1}}, {"n": {"gt": 0, "desc": "rank"}},
    {"n": {"desc": "rank", "gt": 0}}, {"q": {"min_length": 2, "max_length": 10}},
    {"a": {"max_length": 3}, "n": {"ge": -1}, "q": {"desc": "d"}},
    {"n": {"multiple_of": 2, "lt": 10}}, {"a": {"desc": "", "max_length": 3}},
    {"q": {"desc": "", "max_length": 3}, "n": {"desc": ""}}, {"n": {"ge": 1, "default": 3}},
    {"a": {"default": "x"}}, {"q": {"default": "dq"}}, {"n": {"desc": "two\nlines", "ge": 1}},
    {"a": {"prefix": "A!"}}, {"n": {"ge": {"$int": "99999999999999999999"}}},
    {"n": {"lt": 100, "gt": -100}},
]
_NAMES = [
    "snake_case, camelCase, HTMLDoc -> out_1, out2", "completed -> dspy_root", "q -> completed",
    "dspy_root -> item", "item -> entry", "été, 日本 -> naïve, 答え: int", "class_, x_ -> a1",
    "in0, in1, in2, in3, in4, in5, in6, in7 -> out0: int, out1, out2: bool, out3: float, out4, out5, out6, out7: list[int]",
    "x -> type: Person", "a -> b, c, d", "a, b, c -> d", "-> y: int", "x ->", "->",
]
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield every type of output, then every option and text of a signature."""
    yield from _types(random)
    yield from _texts(random)


def _types(random: Random) -> Iterator[Case]:
    for field_type in FIELD_TYPES:
        for adapter in random.sample(ADAPTERS, 2 if field_type.level != "easy" else 3):
            given = signature(
                f"question -> first: {field_type.annotation}, last", *field_type.classes
            )
            yield _case("fmt-output-type", field_type.level, adapter, given, {"question": "q"})
    for annotation in _SCHEMAS:
        names = [name for name in _CLASS_NAMES if name in annotation]
        for adapter in random.sample(ADAPTERS, 2):
            given = signature(f"q -> a: {annotation}", *names)
            yield _case("fmt-schema", "hard", adapter, given, {"q": "x"}, "schema")


def _texts(random: Random) -> Iterator[Case]:
    for descs in _DESCS:
        for adapter in random.sample(ADAPTERS, 2):
            given = {"spec": "q -> a, n: int", "descs": descs}
            yield _case("fmt-descs", "medium", adapter, given, {"q": "x"})
    for options in _OPTIONS:
        for adapter in ADAPTERS:
            given = {"spec": "q -> a, n: int", "field_options": options}
            yield _case("fmt-options", "medium", adapter, given, {"q": "x"})
    for text in _INSTRUCTIONS:
        for adapter in random.sample(ADAPTERS, 2):
            given = {"spec": "question -> answer", "instructions": text}
            yield _case("fmt-instructions", "medium", adapter, given, {"question": "q"})
    for spec in _NAMES:
        names = ["Person"] if "Person" in spec else []
        inputs = {name.split(":")[0].strip(): "v" for name in spec.split("->")[0].split(",")}
        for adapter in ADAPTERS:
            yield _case("fmt-names", "hard", adapter, signature(spec, *names), inputs)


def _case(
    family: str, level: str, adapter: str, given: dict[str, Any], inputs: dict[str, Any], *tags: str
) -> Case:
    body = {"adapter": adapter, "signature": given, "inputs": inputs}
    return case.make("format", family, level, body, *tags)
