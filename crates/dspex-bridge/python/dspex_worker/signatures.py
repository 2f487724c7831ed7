"""Builds DSPy signature classes from dspex's description of them."""

from __future__ import annotations

import collections
import enum
from dataclasses import dataclass
from typing import Any, Literal, Optional

import dspy
import msgspec
import pydantic
from dspy.signatures.signature import make_signature

from dspex_worker import values

MAX_CACHED = 256
"""Signatures kept, least recently used dropped first; building one takes about a millisecond."""


@dataclass(frozen=True)
class BuiltSignature:
    """A signature class, and how fields with classes in their types become instances."""

    signature: type[dspy.Signature]
    validators: dict[str, pydantic.TypeAdapter[Any]]

    def instances(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Give the same fields with dicts and lists as instances where the type has classes.

        What does not validate is left as it is, and DSPy renders it as it would for its user.
        """
        return {name: self._instance(name, value) for name, value in fields.items()}

    def _instance(self, name: str, value: Any) -> Any:
        validator = self.validators.get(name)
        if validator is None or not isinstance(value, (dict, list, tuple)):
            return value
        try:
            return validator.validate_python(value)
        except pydantic.ValidationError:
            return value


class SignatureFactory:
    """Builds signatures and remembers them by their description."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._built: collections.OrderedDict[bytes, BuiltSignature] = collections.OrderedDict()

    def build(self, description: dict[str, Any]) -> BuiltSignature:
        """Give the signature of a description, the same class for the same description."""
        key = msgspec.msgpack.encode(values.pack(description))
        built = self._built.get(key)
        if built is None:
            built = self._built[key] = _build(description)
            if len(self._built) > MAX_CACHED:
                self._built.popitem(last=False)
        self._built.move_to_end(key)
        return built


def _build(description: dict[str, Any]) -> BuiltSignature:
    classes = _Classes()
    fields: dict[str, tuple[Any, pydantic.fields.FieldInfo]] = {}
    validators: dict[str, pydantic.TypeAdapter[Any]] = {}
    sides = ((dspy.InputField, description["inputs"]), (dspy.OutputField, description["outputs"]))
    for declare, described in sides:
        for field in described:
            before = classes.n_asked
            annotation = classes.annotation(field["type"])
            fields[field["name"]] = (annotation, declare(**_options(field, "desc")))
            if classes.n_asked > before:
                validators[field["name"]] = pydantic.TypeAdapter(annotation)
    signature = make_signature(fields, description["instructions"], description["name"])
    return BuiltSignature(signature, validators)


def _options(field: dict[str, Any], description_key: str) -> dict[str, Any]:
    options = dict(field["constraints"])
    if field["desc"] is not None:
        options[description_key] = field["desc"]
    if "default" in field:
        options["default"] = field["default"]
    return options


class _Classes:
    """Makes the classes of one signature; the same description gives the same class."""

    def __init__(self) -> None:
        self.n_asked = 0
        self._made: dict[bytes, type] = {}

    def annotation(self, described: dict[str, Any]) -> Any:
        kind = described["kind"]
        plain = {"any": Any, "str": str, "int": int, "float": float, "bool": bool}
        if kind in plain:
            return plain[kind]
        if kind == "list":
            return list[self.annotation(described["item"])]
        if kind == "dict":
            return dict[self.annotation(described["key"]), self.annotation(described["value"])]
        if kind == "optional":
            return Optional[self.annotation(described["inner"])]  # noqa: UP045
        if kind == "literal":
            return Literal[tuple(described["members"])]
        if kind in {"enum", "record"}:
            return self._class(described)
        raise values.NotSupportedYetError(f"a field of type `{kind}`")

    def _class(self, described: dict[str, Any]) -> type:
        self.n_asked += 1
        key = msgspec.msgpack.encode(values.pack(described))
        if key not in self._made:
            make = _enum_class if described["kind"] == "enum" else self._record_class
            self._made[key] = make(described)
        return self._made[key]

    def _record_class(self, described: dict[str, Any]) -> type[pydantic.BaseModel]:
        fields = {
            field["name"]: (
                self.annotation(field["type"]),
                pydantic.Field(**_options(field, "description")),
            )
            for field in described["fields"]
        }
        return pydantic.create_model(described["name"], __doc__=described["doc"], **fields)


def _enum_class(described: dict[str, Any]) -> type[enum.Enum]:
    made = enum.Enum(described["name"], [tuple(member) for member in described["members"]])
    made.__doc__ = described["doc"]
    return made
