"""The types that cases use: a table of classes, and field types with values that fit them."""

from dataclasses import dataclass, field
from typing import Any


def _model(*fields: dict[str, Any], doc: str | None = None) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": "model", "fields": list(fields)}
    return entry | ({"doc": doc} if doc is not None else {})


def _field(name: str, annotation: str, **options: Any) -> dict[str, Any]:
    return {"name": name, "type": annotation, **options}


CLASSES: dict[str, dict[str, Any]] = {
    "Person": _model(_field("name", "str"), _field("age", "int")),
    "Address": _model(
        _field("street", "str", desc="street and number"),
        _field("zip_code", "Optional[str]", default=None),
        doc="Where somebody lives.",
    ),
    "Citizen": _model(
        _field("name", "str"),
        _field("home", "Address"),
        _field("tags", "list[str]", default=[]),
        _field("score", "float", default=0.5),
    ),
    "Tree": _model(_field("value", "int"), _field("kids", "List['Tree']", default=[])),
    "Link": _model(_field("text", "str"), _field("next", "Optional['Link']", default=None)),
    "Event": _model(
        _field("at", "datetime"),
        _field("day", "Optional[date]", default=None),
        _field("cost", "Optional[Decimal]", default=None),
    ),
    "Rated": _model(
        _field("stars", "int", ge=1, le=5),
        _field("note", "str", min_length=2, default="ok"),
    ),
    "Limits": _model(
        _field("share", "float", gt=0, lt=1),
        _field("step", "float", multiple_of=0.5, default=1.5),
        _field("codes", "list[int]", min_length=1, max_length=3, default=[1]),
        _field("label", "str", max_length=4, desc='at most 4 "letters"', default="x"),
        doc="Numbers\n    within bounds.\n\n    Nothing else.",
    ),
    "Settings": _model(
        _field("type", "str"),
        _field("options", "dict[str, Any]", default={}),
        _field("counts", "Dict[str, int]", default={"a": 1}),
        _field("pair", "tuple[int, str]", default={"$tuple": [1, "x"]}),
        _field("flag", "bool", default=False),
        doc="Knobs & <dials>.",
    ),
    "Loose": _model(_field("anything", "Any"), _field("more", "Any", default=None)),
    "Color": {"kind": "enum", "values": ["red", "green", "blue"]},
    "Status": {
        "kind": "enum",
        "values": [["OPEN", "open issue"], ["CLOSED", "closed"], ["WONT_FIX", "won't fix"]],
    },
    "Rank": {"kind": "enum", "values": [["LOW", 1], ["MID", 2], ["HIGH", 3]]},
    "SColor": {"kind": "enum", "mixin": "str", "values": [["RED", "red"], ["BLUE", "blue"]]},
    "IRank": {"kind": "enum", "mixin": "int", "values": [["LOW", 1], ["HIGH", 3]]},
    "Odd": {"kind": "enum", "values": [["A", "B"], ["B", "A"], ["N", 1], ["F", 2.5], ["T", True]]},
    "Phase": {"kind": "enum", "values": ["to do", "done!", "été"]},
    "Mood": {"kind": "enum", "mixin": "str", "values": ["low", "high"]},
    "Node": _model(
        _field("name", "str"),
        _field("edges", "Dict[str, 'Node']", default={}),
        _field("back", "Union['Node', str, None]", default=None),
    ),
    "Money": _model(
        _field("amount", "Decimal", ge=0, desc="in euros"),
        _field("rates", "Dict[str, Decimal]", default={}),
        _field("since", "date", default={"$date": "2024-01-02"}),
        _field("tip", "Decimal", default={"$decimal": "1.50"}),
    ),
    "Span": _model(
        _field("start", "date"),
        _field("end", "Union[date, datetime, None]", default=None),
        _field("stops", "List[datetime]", max_length=2, default=[]),
    ),
    "Defaults": _model(
        _field("color", "Color", default={"$enum": ["Color", "red"]}),
        _field("home", "Address", default={"$model": "Address", "value": {"street": "S"}}),
        _field("ratio", "float", default={"$float": "inf"}),
        _field("word", "Literal['a', 'b']", default="b"),
        _field("many", "Set[int]", default={"$set": [3]}),
        _field("raw", "bytes", default={"$bytes": "b"}),
        _field("none", "None", default=None),
        doc="",
    ),
    "Empty": _model(doc="Nothing at all."),
    "Choice": _model(
        _field("kind", "Literal['a', 'b']"),
        _field("color", "Color"),
        _field("maybe", "Union[int, str, None]", default=None),
    ),
    "Team": _model(
        _field("lead", "Person"),
        _field("members", "list[Person]", default=[]),
        _field("by_role", "dict[str, Person]", default={}),
        _field("rank", "Optional[Rank]", default=None),
    ),
    "Row": {
        "kind": "typeddict",
        "fields": [_field("id", "int"), _field("labels", "list[str]")],
    },
    "Wide": {
        "kind": "typeddict",
        "fields": [
            _field("who", "Person"),
            _field("when", "Optional[date]"),
            _field("map", "dict[str, float]"),
        ],
    },
}

_NEEDS = {
    "Citizen": ["Address"],
    "Choice": ["Color"],
    "Team": ["Person", "Rank"],
    "Wide": ["Person"],
    "Defaults": ["Color", "Address"],
}


def table(*names: str) -> dict[str, Any]:
    """Return the entries for `names` and for what they need, in an order that can be built."""
    wanted: dict[str, Any] = {}
    for name in names:
        for needed in [*_NEEDS.get(name, []), name]:
            wanted[needed] = CLASSES[needed]
    return wanted


def signature(spec: str, *names: str, **rest: Any) -> dict[str, Any]:
    """Return a signature with the classes that it names."""
    types = table(*names)
    return {"spec": spec, **rest, **({"types": types} if types else {})}


@dataclass(frozen=True)
class FieldType:
    """A type of a field, with JSON values that fit it; `$`-tags where only Python has them."""

    label: str
    annotation: str
    values: list[Any]
    classes: list[str] = field(default_factory=list)
    level: str = "medium"


_ADA = {"name": "Ada", "age": 36}
_HOME = {"street": "S 1", "zip_code": None}
_EVENT = {"at": "2024-05-06T07:08:09", "day": "2024-01-02", "cost": "1.50"}
_TREE = {"value": 1, "kids": [{"value": 2, "kids": []}, {"value": 3, "kids": [{"value": 4}]}]}
_CHOICE = {"kind": "a", "color": "red", "maybe": "x"}
_SETTINGS = {"type": "t", "options": {"deep": [1, None, {"x": 1.0}]}, "pair": [2, "y"]}

# fmt: off
FIELD_TYPES: list[FieldType] = [
    FieldType("str", "str", ["text", "two\nlines", "é🎉"], level="easy"),
    FieldType("int", "int", [42, -7, 0], level="easy"),
    FieldType("float", "float", [1.5, -0.0, 1e-7], level="easy"),
    FieldType("bool", "bool", [True, False], level="easy"),
    FieldType("any", "Any", ["text", 5, {"a": [1, {"b": None}]}]),
    FieldType("none", "None", [None], level="hard"),
    FieldType("complex", "complex", ["1+2j"], level="hard"),
    FieldType("bytes", "bytes", ["raw"], level="hard"),
    FieldType("date", "datetime.date", ["2024-05-06"]),
    FieldType("datetime", "datetime.datetime", ["2024-05-06T07:08:09"]),
    FieldType("time", "datetime.time", ["07:08:09"], level="hard"),
    FieldType("timedelta", "datetime.timedelta", ["P1DT2H"], level="hard"),
    FieldType("decimal", "decimal.Decimal", ["1.50"]),
    FieldType("uuid", "uuid.UUID", ["12345678-1234-5678-1234-567812345678"], level="hard"),
    FieldType("list", "list", [[1, "a", None]]), FieldType("dict", "dict", [{"a": 1}]),
    FieldType("tuple", "tuple", [[1, "a"]], level="hard"),
    FieldType("set", "set", [[1]], level="hard"),
    FieldType("list-str", "list[str]", [["a", "b"], []], level="easy"),
    FieldType("list-int", "list[int]", [[1, 2, 3]], level="easy"),
    FieldType("list-float", "list[float]", [[1.0, 2.5]]),
    FieldType("list-bool", "list[bool]", [[True, False]]),
    FieldType("list-any", "list[Any]", [[1, "a", None, {"x": 1.5}]]),
    FieldType("list-list-int", "list[list[int]]", [[[1], [2, 3], []]]),
    FieldType("list-optional-int", "list[Optional[int]]", [[1, None]]),
    FieldType("list-tuple", "list[tuple[str, int]]", [[["a", 1], ["b", 2]]]),
    FieldType("list-dict", "list[dict[str, int]]", [[{"a": 1}, {}]]),
    FieldType("list-literal", "list[Literal['a', 'b']]", [["a", "b"]]),
    FieldType("list-date", "list[datetime.date]", [["2024-01-02"]], level="hard"),
    FieldType("dict-str-int", "dict[str, int]", [{"a": 1, "b": 2}], level="easy"),
    FieldType("dict-str-any", "dict[str, Any]", [{"a": [1], "b": {"c": None}}]),
    FieldType("dict-str-list", "dict[str, list[str]]", [{"a b": ["x"], "1st": [], "da-sh": ["z"]}]),
    FieldType("dict-int-str", "dict[int, str]", [{"1": "a", "-2": "b"}]),
    FieldType("dict-float-str", "dict[float, str]", [{"1.5": "a"}], level="hard"),
    FieldType("dict-bool-str", "dict[bool, str]", [{"true": "a"}], level="hard"),
    FieldType("dict-literal", "dict[Literal['a', 'b'], int]", [{"a": 1}], level="hard"),
    FieldType("dict-date", "dict[datetime.date, int]", [{"2024-01-02": 1}], level="hard"),
    FieldType("dict-dict", "dict[str, dict[str, int]]", [{"a": {"b": 1}}]),
    FieldType("tuple-int-str", "tuple[int, str]", [[1, "a"]]),
    FieldType("tuple-ints", "tuple[int, ...]", [[1, 2, 3], []]),
    FieldType("tuple-one", "tuple[int]", [[1]], level="hard"),
    FieldType("tuple-deep", "tuple[list[int], dict[str, bool]]", [[[1], {"a": True}]], level="hard"),
    FieldType("set-int", "set[int]", [[3, 1, 2]]),
    FieldType("frozenset-str", "frozenset[str]", [["a"]], level="hard"),
    FieldType("sequence", "Sequence[int]", [[1, 2]], level="hard"),
    FieldType("mapping", "Mapping[str, int]", [{"a": 1}], level="hard"),
    FieldType("iterable", "Iterable[int]", [[1, 2]], level="hard"),
    FieldType("deque", "Deque[int]", [[1, 2]], level="hard"),
    FieldType("literal-str", "Literal['yes', 'no']", ["yes", "no"], level="easy"),
    FieldType("literal-int", "Literal[1, 2, 3]", [1, 3]),
    FieldType("literal-mixed", "Literal['1', 1, True, None, 'x']", ["1", 1, True, None, "x"]),
    FieldType("literal-bool", "Literal[True, False]", [True, False]),
    FieldType( "literal-quotes", "Literal['it\\'s', 'a, b', '\"q\"', 'x]', 'both \\' \"']", ["it's", "a, b"] ),
    FieldType("literal-none", "Literal['a', None]", ["a", None], level="hard"),
    FieldType("optional-str", "Optional[str]", ["text", None]),
    FieldType("optional-int", "Optional[int]", [5, None]),
    FieldType("optional-float", "float | None", [2.5, None]),
    FieldType("optional-bool", "Optional[bool]", [True, None]),
    FieldType("optional-list", "Optional[list[str]]", [["a"], None]),
    FieldType("optional-dict", "dict[str, int] | None", [{"a": 1}, None]),
    FieldType("optional-literal", "Optional[Literal['a', 'b']]", ["a", None]),
    FieldType("optional-date", "Optional[datetime.date]", ["2024-02-29", None], level="hard"),
    FieldType("int-or-str", "Union[int, str]", [3, "x", "3"]),
    FieldType("str-or-int", "Union[str, int]", [3, "x", "3"]),
    FieldType("int-or-float", "Union[int, float]", [3, 3.5]),
    FieldType("float-or-int", "Union[float, int]", [3, 3.5]),
    FieldType("bool-or-int", "Union[bool, int]", [True, 1]),
    FieldType("int-or-bool", "int | bool", [True, 1], level="hard"),
    FieldType("str-int-none", "Union[str, int, None]", ["x", 3, None]),
    FieldType("int-float-none", "int | float | None", [1, 1.5, None]),
    FieldType("list-or-dict", "Union[list[int], dict[str, int]]", [[1], {"a": 1}]),
    FieldType("list-or-str", "Union[list[str], str]", [["a"], "a"]),
    FieldType("str-or-list", "str | list[str]", [["a"], "a"]),
    FieldType("ints-or-strs", "Union[list[int], list[str]]", [[1], ["a"]], level="hard"),
    FieldType("date-or-str", "Union[datetime.date, str]", ["2024-01-02", "soon"], level="hard"),
    FieldType("literal-or-int", "Union[Literal['a'], int]", ["a", 3], level="hard"),
    FieldType("list-union", "list[Union[int, str]]", [[1, "a", "2"]]),
    FieldType("dict-union", "dict[str, int | str | None]", [{"a": 1, "b": "x", "c": None}]),
    FieldType("person", "Person", [_ADA], ["Person"], level="easy"),
    FieldType("optional-person", "Optional[Person]", [_ADA, None], ["Person"]),
    FieldType("list-person", "list[Person]", [[_ADA, {"name": "B", "age": 1}], []], ["Person"]),
    FieldType("dict-person", "dict[str, Person]", [{"x": _ADA}], ["Person"]),
    FieldType("tuple-person", "tuple[Person, int]", [[_ADA, 1]], ["Person"], level="hard"),
    FieldType("person-or-address", "Union[Person, Address]", [_ADA, _HOME], ["Person", "Address"]),
    FieldType("address-or-person", "Address | Person", [_ADA, _HOME], ["Address", "Person"]),
    FieldType("person-or-str", "Union[Person, str]", [_ADA, "x"], ["Person"], level="hard"),
    FieldType( "citizen", "Citizen", [{"name": "C", "home": _HOME, "tags": ["x"], "score": 1}], ["Citizen"] ),
    FieldType("tree", "Tree", [_TREE], ["Tree"]),
    FieldType("link", "Link", [{"text": "a", "next": {"text": "b", "next": None}}], ["Link"]),
    FieldType("event", "Event", [_EVENT, {"at": "2024-05-06T07:08:09Z"}], ["Event"]),
    FieldType("rated", "Rated", [{"stars": 5, "note": "fine"}], ["Rated"]),
    FieldType("limits", "Limits", [{"share": 0.5, "codes": [1, 2]}], ["Limits"], level="hard"),
    FieldType("settings", "Settings", [_SETTINGS], ["Settings"], level="hard"),
    FieldType("loose", "Loose", [{"anything": [1, {"a": None}]}], ["Loose"], level="hard"),
    FieldType("choice", "Choice", [_CHOICE], ["Choice"]),
    FieldType( "team", "Team", [{"lead": _ADA, "members": [_ADA], "by_role": {"x y": _ADA}, "rank": 2}], ["Team"], level="hard" ),
    FieldType("list-citizen", "list[Citizen]", [[{"name": "C", "home": _HOME}]], ["Citizen"]),
    FieldType("row", "Row", [{"id": 1, "labels": ["a"]}], ["Row"]),
    FieldType("list-row", "list[Row]", [[{"id": 1, "labels": []}]], ["Row"]),
    FieldType( "wide", "Wide", [{"who": _ADA, "when": None, "map": {"a": 1}}], ["Wide"], level="hard" ),
    FieldType("color", "Color", ["red", "blue"], ["Color"], level="easy"),
    FieldType("status", "Status", ["open issue", "won't fix"], ["Status"]),
    FieldType("rank", "Rank", [1, 3], ["Rank"]), FieldType("scolor", "SColor", ["red"], ["SColor"]),
    FieldType("irank", "IRank", [3], ["IRank"], level="hard"),
    FieldType("odd", "Odd", ["A", "B", 1, 2.5], ["Odd"], level="hard"),
    FieldType("phase", "Phase", ["to do", "done!"], ["Phase"], level="hard"),
    FieldType("mood", "Mood", ["low"], ["Mood"], level="hard"),
    FieldType("node", "Node", [{"name": "a", "edges": {"x y": {"name": "b"}}}], ["Node"], level="hard"),
    FieldType("money", "Money", [{"amount": "1.50", "rates": {"a": 2}}], ["Money"], level="hard"),
    FieldType("span", "Span", [{"start": "2024-01-02", "stops": ["2024-01-02T03:04:05"]}], ["Span"], level="hard"),
    FieldType("defaults", "Defaults", [{}, {"color": "blue", "many": [1]}], ["Defaults"], level="hard"),
    FieldType("empty", "Empty", [{}], ["Empty"], level="hard"),
    FieldType("list-color", "list[Color]", [["red", "blue"]], ["Color"]),
    FieldType("optional-color", "Optional[Color]", ["red", None], ["Color"]),
    FieldType("optional-rank", "Optional[Rank]", [2, None], ["Rank"]),
    FieldType("dict-rank", "dict[str, Rank]", [{"a": 1}], ["Rank"]),
    FieldType("dict-color-int", "dict[Color, int]", [{"red": 1}], ["Color"], level="hard"),
    FieldType("color-or-int", "Union[Color, int]", ["red", 5], ["Color"], level="hard"),
    FieldType("rank-or-str", "Union[Rank, str]", [1, "x"], ["Rank"], level="hard"),
]
# fmt: on
