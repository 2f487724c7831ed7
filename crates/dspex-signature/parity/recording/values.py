"""Values of a case: JSON with tags for what JSON lacks, both ways."""

import json
import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import dspy
import pydantic

_I64 = range(-(2**63), 2**63)
_ANY_DICT = pydantic.TypeAdapter(dict[Any, Any])


def decode(value: Any, classes: dict[str, Any]) -> Any:  # noqa: PLR0911 - one for each kind of value.
    """Return the Python value that a case's JSON stands for."""
    if isinstance(value, list):
        return [decode(item, classes) for item in value]
    if not isinstance(value, dict):
        return value
    tag = next(iter(value), "")
    if tag in _PLAIN_TAGS:
        return _PLAIN_TAGS[tag](value[tag])
    if tag in _NESTED_TAGS:
        return _NESTED_TAGS[tag](decode(value[tag], classes))
    if tag == "$enum":
        class_name, member = value[tag]
        return classes[class_name][member]
    if tag == "$model":
        inner = decode(value["value"], classes)
        return pydantic.TypeAdapter(classes[value[tag]]).validate_python(inner)
    return {key: decode(item, classes) for key, item in value.items()}


_PLAIN_TAGS: dict[str, Callable[[Any], Any]] = {
    "$float": float,
    "$int": int,
    "$bytes": str.encode,
    "$date": date.fromisoformat,
    "$datetime": datetime.fromisoformat,
    "$decimal": Decimal,
}
_NESTED_TAGS: dict[str, Callable[[Any], Any]] = {
    "$tuple": tuple,
    "$set": set,
    "$history": lambda messages: dspy.History(messages=messages),
}


def given(fields: dict[str, Any], signature: Any, classes: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs or a demo of a case, plain lists and dicts validated for their fields."""
    return {name: _for_field(name, value, signature, classes) for name, value in fields.items()}


def _for_field(name: str, value: Any, signature: Any, classes: dict[str, Any]) -> Any:
    decoded = decode(value, classes)
    is_tagged = isinstance(value, dict) and next(iter(value), "").startswith("$")
    if name not in signature.fields or is_tagged or not isinstance(value, list | dict):
        return decoded
    try:
        annotation = signature.fields[name].annotation
        return pydantic.TypeAdapter(annotation).validate_python(decoded)
    except Exception:  # noqa: BLE001 - an invalid value stays as it is, whatever makes it so.
        return decoded


def encode(value: Any) -> Any:  # noqa: PLR0911 - one for each kind of value.
    """Return a value as an expectation writes it."""
    if isinstance(value, Enum):
        return encode(value.value)
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if value in _I64 else {"$int": str(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": str(value)}
    if isinstance(value, pydantic.BaseModel):
        names = list(type(value).model_fields) + list(value.model_extra or {})
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {_key(key): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((encode(item) for item in value), key=json.dumps)
    return encode(pydantic.TypeAdapter(type(value)).dump_python(value, mode="json", fallback=str))


def _key(key: Any) -> str:
    """Return the text by which JSON names a key, as pydantic makes it."""
    if isinstance(key, str) and not isinstance(key, Enum):
        return key
    return next(iter(_ANY_DICT.dump_python({key: None}, mode="json")))
