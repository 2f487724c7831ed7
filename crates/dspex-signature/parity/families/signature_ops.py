"""Signature cases about options of fields, descriptions and operations."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case
from families.case import Case
from families.catalogue import table

# fmt: off
_OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("q -> a: int", {"a": {"ge": 1, "le": 5}}), ("q -> a: int", {"a": {"le": 5, "ge": 1}}),
    ("q -> a: int", {"a": {"gt": 0}}),
    ("q -> a: int", {"a": {"lt": 10, "gt": 0, "multiple_of": 2}}),
    ("q -> a: int", {"a": {"gt": 0.5}}), ("q -> a: float", {"a": {"ge": 0, "le": 1.0}}),
    ("q -> a: float", {"a": {"multiple_of": 0.5}}), ("q -> a: float", {"a": {"ge": 1e20}}),
    ("q -> a: float", {"a": {"ge": 1e-7, "lt": {"$float": "inf"}}}),
    ("q -> a: int", {"a": {"ge": {"$int": "123456789012345678901234567890"}}}),
    ("q -> a: int", {"q": {"min_length": 2, "max_length": 9, "desc": "d"}}),
    ("q -> a: int", {"q": {"max_length": 9, "min_length": 2}}),
    ("q -> a: list[str]", {"a": {"min_length": 1, "max_length": 3}}),
    ("q -> a: dict[str, int]", {"a": {"min_length": 1}}),
    ("q -> a: set[int]", {"a": {"max_length": 4}}), ("q -> a: Optional[int]", {"a": {"ge": 1}}),
    ("q -> a: Union[int, str]", {"a": {"ge": 1}}), ("q -> a: int", {"a": {"min_length": 1}}),
    ("q -> a: str", {"a": {"ge": 1}}), ("q -> a: bool", {"a": {"ge": 1}}),
    ("q -> a: Any", {"a": {"min_length": 1}}), ("q -> a: Literal['x']", {"a": {"max_length": 1}}),
    ("q -> a: datetime.date", {"a": {"ge": {"$date": "2024-01-02"}}}),
    ("q -> a: decimal.Decimal", {"a": {"ge": {"$decimal": "1.50"}}}),
    ("q -> a: str", {"a": {"multiple_of": 2}}), ("q -> a: int", {"a": {"multiple_of": 0}}),
    ("q -> a: str", {"a": {"min_length": -1}}), ("q -> a: str", {"a": {"min_length": 1.5}}),
    ("q -> a: list[int]", {"a": {"gt": 1}}), ("q -> a: Person", {"a": {"gt": 1}}),
    ("q -> a: Color", {"a": {"min_length": 1}}),
    ("q -> a: tuple[int, ...]", {"a": {"min_length": 2}}),
    ("q -> a: bytes", {"a": {"max_length": 3}}), ("q -> a: int", {"a": {"gt": None}}),
    ("q -> a: int", {"a": {"gt": "1"}}), ("q -> a: int", {"a": {"ge": True}}),
    ("q -> a: int", {"a": {"ge": -0.0}}), ("q -> a: int", {"a": {"ge": 5, "le": 1}}),
    ("q -> a: int", {"a": {"ge": 0}}), ("q -> a: str", {"a": {"min_length": 0}}),
    ("q -> a: str", {"a": {"max_length": 0}}), ("q -> a: int", {"q": {"default": None}}),
    ("q -> a: int", {"q": {"default": "x"}}), ("q -> a: int", {"a": {"default": 5}}),
    ("q -> a: int", {"a": {"default": "not an int"}}), ("q -> a: int", {"a": {"default": 5.0}}),
    ("q -> a: list[str]", {"a": {"default": ["x", "y"]}}),
    ("q -> a: dict[str, Any]", {"a": {"default": {"k": [1, None]}}}),
    ("q -> a: float", {"a": {"default": {"$float": "nan"}}}),
    ("q -> a: float", {"a": {"default": {"$float": "-inf"}}}),
    ("q -> a: int", {"a": {"default": {"$int": "99999999999999999999"}}}),
    ("q -> a: set[int]", {"a": {"default": {"$set": [3, 1]}}}),
    ("q -> a: tuple[int, str]", {"a": {"default": {"$tuple": [1, "x"]}}}),
    ("q -> a: datetime.date", {"a": {"default": {"$date": "2024-01-02"}}}),
    ("q -> a: decimal.Decimal", {"a": {"default": {"$decimal": "1.50"}}}),
    ("q -> a: Color", {"a": {"default": {"$enum": ["Color", "red"]}}}),
    ("q -> a: Person", {"a": {"default": {"$model": "Person", "value": {"name": "A", "age": 1}}}}),
    ("q -> a: Optional[int]", {"a": {"default": None, "ge": 1, "desc": "maybe"}}),
    ("q -> a: int", {"a": {"ge": 1, "default": 0}}), ("q -> a", {"a": {"desc": ""}}),
    ("q -> a", {"a": {"desc": "${a}"}}), ("q -> a", {"a": {"desc": "${b}"}}),
    ("q -> a", {"a": {"desc": " padded "}}), ("q -> a", {"a": {"desc": "two\nlines"}}),
    ("q -> a", {"a": {"desc": None}}), ("q -> a", {"a": {"desc": 5}}),
    ("q -> a", {"a": {"desc": "d", "prefix": "P:"}}), ("q -> a", {"a": {"prefix": "No colon"}}),
    ("q -> a", {"a": {"prefix": ""}}), ("q -> a", {"a": {"prefix": None}}), ("q -> a", {"a": {}}),
    ("q -> a", {"q": {}, "a": {}}),
    ("q -> a, b: int", {"b": {"gt": 0}, "q": {"desc": "the q"}, "a": {"desc": "the a"}}),
    ("myField -> outPut", {"myField": {"desc": "x"}, "outPut": {"prefix": "O:"}}),
    ("q -> a", {"nope": {"desc": "x"}}),
    ("q -> a: int", {"a": {"desc": "d", "ge": 1, "prefix": "P:", "le": 2, "default": 1}}),
    ("q: int -> a", {"q": {"ge": 1, "le": 2, "default": 1}}),
]
_DESCS: list[dict[str, str]] = [
    {"q": "the question"}, {"a": "the answer", "q": "the question"}, {"a": ""}, {"a": "${a}"},
    {"a": "two\nlines"}, {"a": "  pad  "}, {"a": "{braces} é🎉 <b>"},
    {"n": "number\n\n    indented"}, {"nope": "x"},
]
_OPS: list[dict[str, Any]] = [
    {"op": "append", "name": "c", "io": "output"}, {"op": "append", "name": "c", "io": "input"},
    {"op": "prepend", "name": "d", "io": "input"},
    {"op": "prepend", "name": "d", "io": "output", "type": "int"},
    {"op": "append", "name": "e", "io": "output", "type": "list[str]", "desc": "some texts"},
    {"op": "append", "name": "f", "io": "input", "type": "Optional[int]", "desc": ""},
    {"op": "append", "name": "y", "io": "output", "type": "str"},
    {"op": "append", "name": "y", "io": "input", "type": "str"},
    {"op": "append", "name": "a", "io": "output"},
    {"op": "prepend", "name": "b", "io": "input", "type": "float"},
    {"op": "insert", "index": 0, "name": "i", "io": "input"},
    {"op": "insert", "index": 1, "name": "i", "io": "input"},
    {"op": "insert", "index": 2, "name": "i", "io": "input"},
    {"op": "insert", "index": 3, "name": "i", "io": "input"},
    {"op": "insert", "index": -1, "name": "i", "io": "input"},
    {"op": "insert", "index": -2, "name": "i", "io": "input"},
    {"op": "insert", "index": -3, "name": "i", "io": "input"},
    {"op": "insert", "index": -4, "name": "i", "io": "input"},
    {"op": "insert", "index": 0, "name": "o", "io": "output", "type": "bool"},
    {"op": "insert", "index": 1, "name": "o", "io": "output"},
    {"op": "insert", "index": 2, "name": "o", "io": "output"},
    {"op": "insert", "index": -2, "name": "o", "io": "output"},
    {"op": "insert", "index": 0, "name": "b", "io": "input"},
    {"op": "insert", "index": 99, "name": "i", "io": "input"}, {"op": "delete", "name": "a"},
    {"op": "delete", "name": "b"}, {"op": "delete", "name": "y"}, {"op": "delete", "name": "zz"},
    {"op": "with_instructions", "text": "New text."}, {"op": "with_instructions", "text": ""},
    {"op": "append_instructions", "text": "More."}, {"op": "append_instructions", "text": ""},
    {"op": "append_instructions", "text": "\n  indented\n    more"},
    {"op": "with_updated_fields", "name": "y", "desc": "new"},
    {"op": "with_updated_fields", "name": "y", "desc": "new", "prefix": "P:"},
    {"op": "with_updated_fields", "name": "y", "type": "str"},
    {"op": "with_updated_fields", "name": "a", "type": "list[int]", "desc": "ints"},
    {"op": "with_updated_fields", "name": "zz", "desc": "x"},
    {"op": "with_updated_fields", "name": "a", "type": "Optional[str]"},
    {"op": "with_updated_fields", "name": "y"},
    {"op": "with_updated_fields", "name": "y", "desc": ""},
    {"op": "with_updated_fields", "name": "y", "ge": 1},
    {"op": "with_updated_fields", "name": "y", "default": 5},
    {"op": "with_updated_fields", "name": "y", "format": "x"},
    {"op": "with_updated_fields", "name": "a", "max_length": 3, "desc": "d"},
    {"op": "with_updated_fields", "name": "y", "prefix": ""},
]
# fmt: on
# What no program does: options that are DSPy's own, and a description that is none.
_ODD_OPS: list[dict[str, Any]] = [
    {"op": "with_updated_fields", "name": "y", "desc": None},
    {"op": "with_updated_fields", "name": "y", "constraints": ""},
    {"op": "with_updated_fields", "name": "a", "__dspy_field_type": "output"},
]


def cases(random: Random) -> Iterator[Case]:
    """Yield every option and every operation, then operations in a row."""
    for spec, options in _OPTIONS:
        names = [name for name in ("Person", "Color") if name in spec]
        yield _case("sig-options", "medium", spec, *names, field_options=options)
    for descs in _DESCS:
        yield _case("sig-descs", "medium", "q -> a, n: int", descs=descs)
    for operation in _OPS:
        yield _case("sig-ops", "medium", "a, b -> y: int", ops=[operation])
        yield _case(
            "sig-ops", "medium", "a, b -> y: int", instructions="Base text.", ops=[operation]
        )
    for operation in _ODD_OPS:
        yield _case("sig-ops", "hard", "a, b -> y: int", ops=[operation])
    options = {"y": {"ge": 1, "default": 5, "desc": "n"}, "a": {"max_length": 9}}
    for operation in _OPS:
        yield _case(
            "sig-ops-options", "hard", "a, b -> y: int", field_options=options, ops=[operation]
        )
    for _ in range(110):
        ops = random.choices(_OPS, k=random.choice((2, 2, 3, 4)))
        rest: dict[str, Any] = {"ops": ops}
        if random.random() < 0.4:
            rest = {"instructions": "  Base\n    text.", **rest}
        yield _case("sig-ops-row", "hard", "a, b -> y: int", **rest)
    for annotation in ("Person", "list[Person]", "Color", "Optional[Person]", "Unknown"):
        ops = [{"op": "append", "name": "p", "io": "output", "type": annotation}]
        yield _case("sig-ops", "hard", "a -> b", "Person", "Color", ops=ops)
        ops = [{"op": "with_updated_fields", "name": "b", "type": annotation, "desc": "typed"}]
        yield _case("sig-ops", "hard", "a -> b", "Person", "Color", ops=ops)


def _case(family: str, level: str, spec: str, *names: str, **rest: Any) -> Case:
    types = table(*names)
    given = {"spec": spec, **rest, **({"types": types} if types else {})}
    return case.make("signature", family, level, {"signature": given})
