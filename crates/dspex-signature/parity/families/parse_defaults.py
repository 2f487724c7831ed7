"""Parse cases about outputs that are missing, null, optional or have a default."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case
from families.case import Case
from families.catalogue import signature

_ADA = {"name": "Ada", "age": 36}
# fmt: off
_SIGNATURES: list[tuple[str, dict[str, Any]]] = [
    ("optional", signature("q -> a, b: Optional[int]")),
    ("optional", signature("q -> a: Optional[str], b: int | None")),
    ("optional", signature("q -> a: str | None, b: Optional[list[str]]")),
    ("optional", signature("q -> a: Any, b: Union[str, int, None]")),
    ("optional", signature("q -> a: Optional[Person], b: Optional[Literal['x']]", "Person")),
    ("optional", signature("q -> a: list[Optional[int]], b: Literal['x', None]")),
    ("default", signature("q -> a, b: int", field_options={"b": {"default": 7}})),
    ("default", signature("q -> a, b: int", field_options={"a": {"default": "dft"}, "b": {"default": 7}})),
    ("default", signature("q -> a, b: int", field_options={"b": {"default": "not an int"}})),
    ("default", signature("q -> a, b: Optional[int]", field_options={"b": {"default": 7}})),
    ("default", signature("q -> a, b: list[str]", field_options={"b": {"default": ["x"]}})),
    ("default", signature("q -> a, b: float", field_options={"b": {"default": {"$float": "nan"}}})),
    ("default", signature("q -> a, b: int", field_options={"b": {"default": None}})),
    ( "default", signature( "q -> a, b: Person", "Person", field_options={"b": {"default": {"$model": "Person", "value": _ADA}}} ) ),
    ( "default", signature("q -> a, b: Color", "Color", field_options={"b": {"default": {"$enum": ["Color", "red"]}}}) ),
    ("constraint", signature("q -> a, b: int", field_options={"b": {"ge": 1, "le": 3}})),
    ("constraint", signature("q -> a, b: int", field_options={"a": {"max_length": 1}, "b": {"gt": 100}})),
]
_COMPLETIONS: dict[str, list[str]] = {
    "chat": [ "[[ ## a ## ]]\nx\n", "[[ ## b ## ]]\n5\n", "", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\nnull\n", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\nNone\n", "[[ ## a ## ]]\nnull\n[[ ## b ## ]]\n9\n", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n9\n", "[[ ## a ## ]]\n[[ ## b ## ]]\nx\n", "[[ ## completed ## ]]" ],
    "json": [ '{"a": "x"}', '{"b": 5}', "{}", '{"a": "x", "b": null}', '{"a": null, "b": 9}', '{"a": "x", "b": ""}', '{"a": "x", "b": "null"}', '{"a": "x", "b": 9}', '{"a": null, "b": null}', '{"a": {}, "b": []}', "[]", "nothing" ],
    "xml": ["<a>x</a>", "<b>5</b>", "", "<a>x</a><b/>", "<a>x</a><b>null</b>", "<a/><b>9</b>", "<a>x</a><b> </b>", "<a>x</a><b>9</b>", "<c>1</c>"],
}
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield each completion under each signature, two in five left out."""
    for tag, given in _SIGNATURES:
        for adapter, bodies in _COMPLETIONS.items():
            for completion in bodies:
                if random.random() < 0.6:
                    yield case.parse("defaults", "medium", adapter, given, completion, tag)
