"""Python values in MessagePack, without loss.

MessagePack has no tuple, set, date, decimal, complex number or integer beyond 64 bits; they travel
as extension types. msgspec alone would send a tuple as a list, so every value is walked before it
is encoded.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import struct
import sys
import uuid
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import pydantic

from dspex_worker import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

EXT_BIG_INT = 1
"""Decimal digits in ASCII."""
EXT_TUPLE = 2
"""A MessagePack array."""
EXT_SET = 3
"""A MessagePack array."""
EXT_TAGGED = 4
"""A MessagePack array of the name of the class and pydantic's text for the value."""
EXT_COMPLEX = 5
"""The bits of two floats, the real part first, big endian."""
EXT_FROZEN_SET = 6
"""A MessagePack array."""
EXT_SURROGATES = 7
"""UTF-8 in which surrogates stand as three bytes each."""
EXT_DICT = 8
"""A MessagePack array of each key and its value, in turn: a dict with a key that is no text."""
EXT_ND_ARRAY = 9
"""A MessagePack array of numpy's type, the shape (nil for a number on its own) and the bytes."""
EXT_REFERENCE = 10
"""A MessagePack array of an object's number in this process, its class and a short text for it."""

MAX_DEPTH = 64
"""How deep lists, tuples, sets and dicts may stand in one another."""

_TAGGED: dict[type, pydantic.TypeAdapter[Any]] = {
    kind: pydantic.TypeAdapter(kind)
    for kind in (dt.date, dt.datetime, dt.time, dt.timedelta, uuid.UUID)
} | {
    # Left alone, pydantic writes `NaN` and refuses to read it again.
    decimal.Decimal: pydantic.TypeAdapter(
        Annotated[decimal.Decimal, pydantic.Field(allow_inf_nan=True)]
    )
}
"""The classes of tagged scalars, with what reads and writes their text."""

_COLLECTIONS = {tuple: EXT_TUPLE, set: EXT_SET, frozenset: EXT_FROZEN_SET}
"""The classes of collections that travel as an array of their items."""

_SHOWN = frozenset({str, int, float, bool, type(None)})
"""The classes of keys that errors show; the `repr` of another may be code of a user."""

_ATTRIBUTES = "dspy.clients.call_result.AttributeDict"
"""DSPy's dict whose items are attributes too, as `logprobs` are."""

_MINUTE = dt.timedelta(minutes=1)

_COMPLEX = struct.Struct(">dd")

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


class NotSupportedYetError(Exception):
    """A value that the wire does not carry: names its type and its place, never the value."""


def pack(value: Any, path: str = "value", depth: int = 0) -> Any:  # noqa: C901, PLR0911
    """Give what msgspec is to encode for `value`; `path` names the value in errors."""
    kind = type(value)
    if kind is str:
        return _pack_text(value)
    if value is None or kind is bool or kind is float or kind is bytes:
        return value
    if kind is int:
        return value if _INT_MIN <= value <= _INT_MAX else _pack_big_int(value, path)
    if isinstance(value, enum.Enum):
        return pack(value.value, path, depth)
    if depth >= MAX_DEPTH:
        raise NotSupportedYetError(f"`{path}` is nested more than {MAX_DEPTH} deep")
    depth += 1
    if kind is list:
        return [pack(item, f"{path}[{index}]", depth) for index, item in enumerate(value)]
    if kind is dict:
        return _pack_dict(value, path, depth)
    if issubclass(kind, dict) and type_name(kind) == _ATTRIBUTES:
        return _pack_dict(value, path, depth)
    if kind in _COLLECTIONS:
        return _pack_items(_COLLECTIONS[kind], value, path, depth)
    if isinstance(value, pydantic.BaseModel):
        names = [*kind.model_fields, *(value.model_extra or ())]
        return {name: pack(getattr(value, name), f"{path}.{name}", depth) for name in names}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: pack(getattr(value, name), f"{path}.{name}", depth) for name in names}
    return _pack_scalar(value, path)


def _pack_scalar(value: Any, path: str) -> msgspec.msgpack.Ext:
    """Give what is one value of a class that MessagePack lacks, and is no number or text."""
    kind = type(value)
    if kind in _TAGGED:
        if kind in (dt.datetime, dt.time) and (value.utcoffset() or _MINUTE) % _MINUTE:
            # Pydantic leaves the seconds out, and the moment would be another one.
            raise NotSupportedYetError(f"`{path}` has an offset from UTC with seconds, and")
        tagged = [kind.__name__, _TAGGED[kind].dump_python(value, mode="json")]
        return msgspec.msgpack.Ext(EXT_TAGGED, msgspec.msgpack.encode(tagged))
    if kind is complex:
        return msgspec.msgpack.Ext(EXT_COMPLEX, _COMPLEX.pack(value.real, value.imag))
    # Whoever has an array has imported numpy, which takes its time and need not be there.
    numpy = sys.modules.get("numpy")
    if numpy and (kind is numpy.ndarray or issubclass(kind, numpy.generic)):
        return _pack_array(numpy, value, path)
    if kept.keeps():
        parts = [kept.keep(value), type_name(kind), kept.shown(value)]
        return msgspec.msgpack.Ext(EXT_REFERENCE, msgspec.msgpack.encode(parts))
    raise NotSupportedYetError(f"`{path}` is a `{type_name(kind)}`")


def decode(payload: bytes | memoryview) -> Any:
    """Read one encoded value."""
    return msgspec.msgpack.decode(payload, ext_hook=_unpack_extension)


def type_name(kind: type) -> str:
    """Give the dotted name of a class; builtins stand alone."""
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def is_plain_text(value: Any) -> bool:
    """Tell whether a value travels as text, and so can be a name."""
    return type(value) is str and _pack_text(value) is value


def _pack_text(text: str) -> Any:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return msgspec.msgpack.Ext(EXT_SURROGATES, text.encode("utf-8", "surrogatepass"))
    return text


def _pack_big_int(number: int, path: str) -> msgspec.msgpack.Ext:
    try:
        return msgspec.msgpack.Ext(EXT_BIG_INT, str(number).encode())
    except ValueError:
        # Python refuses to print integers of more than a few thousand digits.
        raise NotSupportedYetError(f"`{path}` is an `int` with too many digits") from None


def _pack_items(code: int, items: Collection[Any], path: str, depth: int) -> msgspec.msgpack.Ext:
    packed = [pack(item, f"{path}[{index}]", depth) for index, item in enumerate(items)]
    return msgspec.msgpack.Ext(code, msgspec.msgpack.encode(packed))


def _pack_array(numpy: Any, array: Any, path: str) -> msgspec.msgpack.Ext:
    code = array.dtype.str
    try:
        is_plain = numpy.dtype(code) == array.dtype and not array.dtype.hasobject
    except TypeError:
        is_plain = False
    if not is_plain:
        kind = type_name(type(array))
        raise NotSupportedYetError(
            f"`{path}` is a `{kind}` of `{array.dtype}`, whose items are no plain bytes (give its"
            " `tolist()`, or an array of numbers),"
        )
    shape = list(array.shape) if type(array) is numpy.ndarray else None
    packed = msgspec.msgpack.encode([code, shape, array.tobytes()])
    return msgspec.msgpack.Ext(EXT_ND_ARRAY, packed)


def _pack_dict(entries: dict[Any, Any], path: str, depth: int) -> Any:
    if all(map(is_plain_text, entries)):
        return {key: pack(item, f"{path}.{key}", depth) for key, item in entries.items()}
    parts = []
    for index, (key, item) in enumerate(entries.items()):
        parts.append(pack(key, f"key {index} of {path}", depth))
        place = repr(key) if type(key) in _SHOWN else f"key {index}"
        parts.append(pack(item, f"{path}[{place}]", depth))
    return msgspec.msgpack.Ext(EXT_DICT, msgspec.msgpack.encode(parts))


def _unpack_extension(code: int, data: memoryview) -> Any:
    unpack = _UNPACKERS.get(code)
    if unpack is None:
        raise ValueError(f"no value has the extension type {code}")
    return unpack(data)


def _unpack_dict(data: memoryview) -> dict[Any, Any]:
    parts = decode(data)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _unpack_tagged(name: str, text: str) -> Any:
    for kind, adapter in _TAGGED.items():
        if kind.__name__ == name:
            return adapter.validate_python(text)
    raise ValueError(f"no tagged scalar is called `{name}`")


def _unpack_array(code: str, shape: list[int] | None, items: bytes) -> Any:
    import numpy as np  # noqa: PLC0415 - It takes its time, and need not be there.

    # Of bytes that may be changed, as every other array.
    array = np.ndarray(shape or (), np.dtype(code), bytearray(items))
    return array if shape is not None else array[()]


_UNPACKERS: dict[int, Callable[[memoryview], Any]] = {
    EXT_BIG_INT: lambda data: int(bytes(data)),
    EXT_TUPLE: lambda data: tuple(decode(data)),
    EXT_SET: lambda data: set(decode(data)),
    EXT_TAGGED: lambda data: _unpack_tagged(*decode(data)),
    EXT_COMPLEX: lambda data: complex(*_COMPLEX.unpack(data)),
    EXT_FROZEN_SET: lambda data: frozenset(decode(data)),
    EXT_SURROGATES: lambda data: str(data, "utf-8", "surrogatepass"),
    EXT_DICT: _unpack_dict,
    EXT_REFERENCE: lambda data: kept.get(decode(data)[0]),
    EXT_ND_ARRAY: lambda data: _unpack_array(*decode(data)),
}
"""What reads the data of each extension type."""
