"""Types made at random, each with the classes it needs and a maker of values that fit it."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

_WORDS = ("alpha", "Beta", "gamma ray", "it's", "é🎉", "x: y", "", "5", "true", "a < b & c")
# fmt: off
_NAMES = (
    "name", "type", "count", "items", "title", "default", "zip_code", "isOk", "value2", "Z", "a",
    "_id"[1:],
)
# fmt: on


@dataclass(frozen=True)
class Shape:
    """A type: how it is written, and JSON values that fit it."""

    annotation: str
    value: Callable[[Random], Any]


class Shapes:
    """Makes shapes; the classes that they need collect in `classes`."""

    def __init__(self, random: Random) -> None:
        """Start without classes."""
        self.random = random
        self.classes: dict[str, Any] = {}

    def shape(self, depth: int, *, inside_class: bool = False) -> Shape:
        """Return a type at most `depth` containers deep."""
        if depth == 0 or self.random.random() < 0.3:
            return self._scalar(inside_class=inside_class)
        make = self.random.choice(
            (
                self._list,
                self._dict,
                self._optional,
                self._union,
                self._tuple,
                self._model,
                self._model,
            )
        )
        return make(depth - 1, inside_class)

    def _scalar(self, *, inside_class: bool) -> Shape:
        module = "" if inside_class else "datetime."
        return self.random.choice(
            (
                Shape("str", lambda random: random.choice(_WORDS)),
                Shape("str", lambda random: random.choice(_WORDS)),
                Shape("int", lambda random: random.choice((0, 1, -7, 42, 10**6))),
                Shape("int", lambda random: random.choice((0, 1, -7, 42, 10**6))),
                Shape("float", lambda random: random.choice((0.5, 2.0, -1e-7, 3))),
                Shape("bool", lambda random: random.random() < 0.5),
                Shape("Any", lambda random: random.choice((None, 1, "x", [1.0], {"k": None}))),
                Shape(f"{module}date", lambda _: "2024-02-29"),
                Shape(f"{module}datetime", lambda random: random.choice(_MOMENTS)),
                Shape(
                    "Literal['red', 'blue', 3]", lambda random: random.choice(("red", "blue", 3))
                ),
                self._enum(),
            )
        )

    def _enum(self) -> Shape:
        name = f"Kind{len(self.classes)}"
        values = self.random.choice(
            (
                [["A", "a"], ["B", "b c"]],
                [["ONE", 1], ["TWO", 2]],
                ["new", "old"],
                [["X", "x"], ["N", 0]],
            )
        )
        entry: dict[str, Any] = {"kind": "enum", "values": values}
        if self.random.random() < 0.25 and all(isinstance(value[-1], str) for value in values):
            entry["mixin"] = "str"
        self.classes[name] = entry
        plain = [value[1] if isinstance(value, list) else value for value in values]
        return Shape(name, lambda random: random.choice(plain))

    def _list(self, depth: int, inside_class: bool) -> Shape:  # noqa: FBT001
        item = self.shape(depth, inside_class=inside_class)
        word = self.random.choice(("list", "List"))
        return Shape(
            f"{word}[{item.annotation}]",
            lambda random: [item.value(random) for _ in range(random.choice((0, 1, 2)))],
        )

    def _dict(self, depth: int, inside_class: bool) -> Shape:  # noqa: FBT001
        item = self.shape(depth, inside_class=inside_class)
        keys = self.random.choice(
            (("str", ("k", "a b", "é")), ("str", ("k", "x1")), ("int", ("1", "20")))
        )
        return Shape(
            f"dict[{keys[0]}, {item.annotation}]",
            lambda random: {key: item.value(random) for key in keys[1][: random.choice((0, 1, 2))]},
        )

    def _optional(self, depth: int, inside_class: bool) -> Shape:  # noqa: FBT001
        inner = self.shape(depth, inside_class=inside_class)
        spelling = self.random.choice(("Optional[{}]", "{} | None", "Union[None, {}]"))
        if "Any" in inner.annotation:
            spelling = "Optional[{}]"
        return Shape(
            spelling.replace("{}", inner.annotation),
            lambda random: None if random.random() < 0.3 else inner.value(random),
        )

    def _union(self, depth: int, inside_class: bool) -> Shape:  # noqa: FBT001
        members = [self.shape(depth, inside_class=inside_class) for _ in range(2)]
        return Shape(
            f"Union[{', '.join(member.annotation for member in members)}]",
            lambda random: random.choice(members).value(random),
        )

    def _tuple(self, depth: int, inside_class: bool) -> Shape:  # noqa: FBT001
        members = [self.shape(depth, inside_class=inside_class) for _ in range(2)]
        if self.random.random() < 0.4:
            return Shape(
                f"tuple[{members[0].annotation}, ...]", lambda random: [members[0].value(random)]
            )
        return Shape(
            f"tuple[{', '.join(member.annotation for member in members)}]",
            lambda random: [member.value(random) for member in members],
        )

    def _model(self, depth: int, inside_class: bool) -> Shape:  # noqa: ARG002, FBT001
        is_model = self.random.random() < 0.85
        names = self.random.sample(_NAMES, self.random.choice((1, 2, 3, 4)))
        fields, makers = [], {}
        for name in names:
            shape = self.shape(depth, inside_class=True)
            field = {"name": name, "type": shape.annotation}
            fields.append(field | (self._options(shape) if is_model else {}))
            makers[name] = shape.value
        name = f"{'Model' if is_model else 'Row'}{len(self.classes)}"
        entry: dict[str, Any] = {"kind": "model" if is_model else "typeddict", "fields": fields}
        if is_model and self.random.random() < 0.3:
            entry["doc"] = self.random.choice(("A thing.", "Two\n    lines.\n", 'Says "é" <&>.'))
        self.classes[name] = entry
        required = {one["name"] for one in fields if "default" not in one}
        return Shape(
            name,
            lambda random: {
                name: make(random)
                for name, make in makers.items()
                if name in required or random.random() < 0.7
            },
        )

    def _options(self, shape: Shape) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if self.random.random() < 0.25:
            options["desc"] = self.random.choice(("a note", 'it\'s "so"', "", "two\nlines"))
        bounds = {
            "int": [{"ge": -10}, {"gt": -100, "le": 10**6}, {"multiple_of": 1}],
            "float": [{"ge": -1}, {"lt": 100.5}],
            "str": [{"max_length": 9}, {"min_length": 1}, {"min_length": 0, "max_length": 20}],
        }.get(shape.annotation)
        if bounds and self.random.random() < 0.3:
            options |= self.random.choice(bounds)
        is_plain = shape.annotation in ("str", "int", "float", "bool", "Any")
        if is_plain and self.random.random() < 0.3:
            options["default"] = shape.value(self.random)
        elif "None" in shape.annotation or shape.annotation.startswith("Optional"):
            options["default"] = None
        elif shape.annotation.lower().startswith("list") and self.random.random() < 0.4:
            options["default"] = []
        return options


_MOMENTS = ("2024-05-06T07:08:09", "2024-05-06T07:08:09Z", "2024-05-06T07:08:09.500000+02:00")


def loosened(value: Any, random: Random) -> Any:  # noqa: PLR0911 - one for each kind of value.
    """Return a value with one part of it said in another way, wrongly, or not at all."""
    if isinstance(value, dict) and value and random.random() < 0.8:
        name = random.choice(list(value))
        change = random.randrange(5)
        if change == 0:
            return {key: item for key, item in value.items() if key != name}
        if change == 1:
            return value | {"extra": 1}
        return value | {name: loosened(value[name], random)}
    if isinstance(value, list) and value and random.random() < 0.8:
        at = random.randrange(len(value))
        return [*value[:at], loosened(value[at], random), *value[at + 1 :]]
    if isinstance(value, bool):
        return random.choice((str(value), int(value), "yes", None, float(value)))
    if isinstance(value, int | float):
        return random.choice(
            (str(value), float(value), f" {value} ", value + 0.5, None, value != 0, [value])
        )
    if isinstance(value, str):
        return random.choice(
            (value.upper(), f" {value}", f"'{value}'", 5, None, [value], True, value + "T")
        )
    return random.choice((None, "", [], {}, "null", 0))
