"""Builds the types that a case brings: models, typed dicts and enums."""

import typing
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import pydantic
import typing_extensions

from recording import values

_OPTIONS = ("ge", "gt", "le", "lt", "min_length", "max_length", "multiple_of", "pattern")
_MIXINS = {"str": str, "int": int}


def build(table: dict[str, Any]) -> dict[str, Any]:
    """Return the classes of a table, each built from those above it."""
    classes: dict[str, Any] = {}
    for name, entry in table.items():
        classes[name] = _BUILDERS[entry["kind"]](name, entry, classes)
    return classes


def evaluate(annotation: str, classes: dict[str, Any]) -> Any:
    """Return the type that a Python annotation says, over `typing` and the case's own types."""
    names = {**typing.__dict__, "date": date, "datetime": datetime, "Decimal": Decimal, **classes}
    return eval(annotation, names)  # noqa: S307 - our own cases, which are code.


def _model(name: str, entry: dict[str, Any], classes: dict[str, Any]) -> Any:
    fields = {
        field["name"]: (evaluate(field["type"], classes), _field_info(field, classes))
        for field in entry["fields"]
    }
    model = pydantic.create_model(name, __doc__=entry.get("doc"), **fields)
    model.model_rebuild(_types_namespace={**typing.__dict__, **classes, name: model})
    return model


def _field_info(field: dict[str, Any], classes: dict[str, Any]) -> Any:
    options = {key: field[key] for key in _OPTIONS if key in field}
    if "desc" in field:
        options["description"] = field["desc"]
    if "default" in field:
        options["default"] = values.decode(field["default"], classes)
    return pydantic.Field(**options)


def _typed_dict(name: str, entry: dict[str, Any], classes: dict[str, Any]) -> Any:
    fields = {}
    for field in entry["fields"]:
        annotation = evaluate(field["type"], classes)
        extras = field.keys() - {"name", "type"}
        fields[field["name"]] = (
            Annotated[annotation, _field_info(field, classes)] if extras else annotation
        )
    typed_dict = typing_extensions.TypedDict(name, fields)
    typed_dict.__doc__ = entry.get("doc")
    return typed_dict


def _enum(name: str, entry: dict[str, Any], classes: dict[str, Any]) -> Any:
    members = []
    for member in entry["values"]:
        label, value = member if isinstance(member, list) else (str(member), member)
        members.append((label, values.decode(value, classes)))
    mixin = _MIXINS.get(entry.get("mixin"))
    return Enum(name, members, type=mixin) if mixin else Enum(name, members)


_BUILDERS = {"model": _model, "typeddict": _typed_dict, "enum": _enum}
