"""Signatures that are built from descriptions equal those that DSPy's users write."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - DSPy reads the annotations of the classes below.
import enum
import unittest
from typing import Any, Literal

import dspy
import msgspec
import pydantic
from typing_extensions import TypedDict

from dspex_worker import values
from dspex_worker.signatures import SignatureFactory


class Urgency(enum.Enum):
    """How soon."""

    LOW = "low"
    HIGH = "high"


class Line(pydantic.BaseModel):
    """One line."""

    item: str = pydantic.Field(description="what was sold")
    quantity: int = pydantic.Field(ge=1)


class Node(pydantic.BaseModel):
    """A tree."""

    children: list[Node]


class Row(TypedDict):
    """A row."""

    id: int


class Invoice(dspy.Signature):
    """Read the invoice."""

    text: str = dspy.InputField()
    before: list[Line] = dspy.InputField(desc="earlier lines")
    lines: list[Line] = dspy.OutputField()
    urgency: Urgency | None = dspy.OutputField(desc="or none")
    kind: Literal["a", "b"] = dspy.OutputField()
    score: float = dspy.OutputField(ge=0.0, le=1.0)
    extra: dict[str, Any] = dspy.OutputField()
    when: dt.date | tuple[int, ...] = dspy.OutputField()
    pair: tuple[int, Node] = dspy.OutputField()
    row: Row = dspy.OutputField()
    words: frozenset[str] = dspy.OutputField()


def named(name: str) -> dict[str, Any]:
    """Describe a type that has a name."""
    return {"kind": "named", "name": name}


def generic(name: str, *parameters: Any) -> dict[str, Any]:
    """Describe a type with parameters."""
    return {"kind": "generic", "name": name, "parameters": list(parameters)}


def field(name: str, ty: Any, desc: str | None = None, **constraints: Any) -> dict[str, Any]:
    """Describe a field."""
    ty = named(ty) if isinstance(ty, str) else ty
    return {"name": name, "type": ty, "desc": desc, "constraints": constraints}


LINE = {
    "kind": "record",
    "name": "Line",
    "doc": "One line.",
    "fields": [field("item", "str", "what was sold"), field("quantity", "int", ge=1)],
}
URGENCY = {
    "kind": "enum",
    "name": "Urgency",
    "doc": "How soon.",
    "members": [["LOW", "low"], ["HIGH", "high"]],
    "mixin": None,
}
NODE = {
    "kind": "record",
    "name": "Node",
    "doc": "A tree.",
    "fields": [field("children", generic("list", {"kind": "enclosing", "name": "Node"}))],
}
ROW = {"kind": "typed_dict", "name": "Row", "doc": "A row.", "fields": [field("id", "int")]}
DESCRIPTION = {
    "name": "Invoice",
    "instructions": "Read the invoice.",
    "inputs": [
        field("text", "str"),
        field("before", generic("list", LINE), "earlier lines"),
    ],
    "outputs": [
        field("lines", generic("list", LINE)),
        field("urgency", {"kind": "union", "members": [URGENCY, named("NoneType")]}, "or none"),
        field("kind", {"kind": "literal", "members": ["a", "b"]}),
        field("score", "float", ge=0.0, le=1.0),
        field("extra", generic("dict", named("str"), named("Any"))),
        field(
            "when",
            {
                "kind": "union",
                "members": [named("datetime.date"), {"kind": "tuple_of", "item": named("int")}],
            },
        ),
        field("pair", {"kind": "tuple", "items": [named("int"), NODE]}),
        field("row", ROW),
        field("words", generic("frozenset", named("str"))),
    ],
}


def encoded(description: dict[str, Any]) -> bytes:
    """Give what Rust sends."""
    return msgspec.msgpack.encode(values.pack(description))


class SignaturesTest(unittest.TestCase):
    """The messages are what matters: they show names, types, schemas, order and constraints."""

    def test_messages_equal_those_of_the_class_a_user_writes(self) -> None:
        built = SignatureFactory().build(encoded(DESCRIPTION))
        inputs = {"text": "2 lamps", "before": [{"item": "cup", "quantity": 3}]}
        theirs = {"text": "2 lamps", "before": [Line(item="cup", quantity=3)]}
        for adapter in (dspy.ChatAdapter(), dspy.JSONAdapter(), dspy.XMLAdapter()):
            with self.subTest(type(adapter).__name__):
                self.assertEqual(
                    adapter.format(built.signature, [], built.instances(inputs)),
                    adapter.format(Invoice, [], theirs),
                )

    def test_the_same_description_gives_the_same_class(self) -> None:
        factory = SignatureFactory()
        self.assertIs(factory.build(encoded(DESCRIPTION)), factory.build(encoded(DESCRIPTION)))

    def test_inputs_that_do_not_validate_are_left_as_they_are(self) -> None:
        built = SignatureFactory().build(encoded(DESCRIPTION))
        inputs = {"text": "x", "before": [{"item": "cup", "quantity": 0}], "other": {}}
        self.assertEqual(built.instances(inputs), inputs)


if __name__ == "__main__":
    unittest.main()
