"""Builds DSPy signature classes from dspex's description of them."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import enum
import typing
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Union

import dspy
import msgspec
import pydantic
import typing_extensions
from dspy.signatures.signature import make_signature

from dspex_worker import values
from dspex_worker.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMED: dict[str, Any] = {
    "Any": Any,
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "NoneType": type(None),
    "bytes": bytes,
    "complex": complex,
    "decimal.Decimal": decimal.Decimal,
    "datetime.date": dt.date,
    "datetime.datetime": dt.datetime,
    "datetime.time": dt.time,
    "datetime.timedelta": dt.timedelta,
    "uuid.UUID": uuid.UUID,
    "list": list,
    "dict": dict,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "Sequence": typing.Sequence,
    "MutableSequence": typing.MutableSequence,
    "Deque": collections.deque,
    "AbstractSet": typing.AbstractSet,
    "MutableSet": typing.MutableSet,
    "Iterable": typing.Iterable,
    "Mapping": typing.Mapping,
    "MutableMapping": typing.MutableMapping,
    "OrderedDict": typing.OrderedDict,
    "DefaultDict": collections.defaultdict,
    "Counter": typing.Counter,
}
"""What a signature's text calls these types, without their parameters."""


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
    """Builds signatures, and remembers them by their encoded description.

    Building one takes about a millisecond.
    """

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._built = Recent[BuiltSignature]()

    def build(self, description: bytes) -> BuiltSignature:
        """Give the signature of a description, the same class for the same description."""
        return self._built.get(description, _build, description)


def _build(encoded: bytes) -> BuiltSignature:
    description = values.decode(encoded)
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
        if kind not in _MAKERS:
            raise values.NotSupportedYetError(f"a field of type `{kind}`")
        return _MAKERS[kind](self, described)

    def annotations(self, described: list[dict[str, Any]]) -> tuple[Any, ...]:
        return tuple(self.annotation(one) for one in described)

    def made_class(self, described: dict[str, Any]) -> type:
        self.n_asked += 1
        key = msgspec.msgpack.encode(values.pack(described))
        if key not in self._made:
            makers = {
                "enum": _enum_class,
                "record": self._record_class,
                "typed_dict": self._typed_dict_class,
            }
            self._made[key] = makers[described["kind"]](described)
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

    def _typed_dict_class(self, described: dict[str, Any]) -> Any:
        fields = {field["name"]: self.annotation(field["type"]) for field in described["fields"]}
        made = typing_extensions.TypedDict(described["name"], fields)
        made.__doc__ = described["doc"]
        return made


_MAKERS: dict[str, Callable[[_Classes, dict[str, Any]], Any]] = {
    "named": lambda _, described: _named(described["name"]),
    "generic": lambda classes, described: _named(described["name"])[
        classes.annotations(described["parameters"])
    ],
    "tuple": lambda classes, described: tuple[classes.annotations(described["items"])],
    "tuple_of": lambda classes, described: tuple[classes.annotation(described["item"]), ...],
    "union": lambda classes, described: Union[  # noqa: UP007
        classes.annotations(described["members"])
    ],
    "literal": lambda _, described: Literal[tuple(described["members"])],
    "enclosing": lambda _, described: typing.ForwardRef(described["name"]),
    "enum": _Classes.made_class,
    "record": _Classes.made_class,
    "typed_dict": _Classes.made_class,
}
"""One row for each kind of description."""


def _named(name: str) -> Any:
    """Give the type that a signature's text calls `name`."""
    if name in _NAMED:
        return _NAMED[name]
    package, _, class_name = name.partition(".")
    if package == "dspy" and hasattr(dspy, class_name):
        return getattr(dspy, class_name)
    raise values.NotSupportedYetError(f"a field of type `{name}`")


def _enum_class(described: dict[str, Any]) -> type[enum.Enum]:
    members = [tuple(member) for member in described["members"]]
    mixin = {"str": str, "int": int}.get(described["mixin"])
    made = enum.Enum(described["name"], members, type=mixin)
    made.__doc__ = described["doc"]
    return made
