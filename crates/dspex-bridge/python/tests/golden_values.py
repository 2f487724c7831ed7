"""Python values as `golden.json` writes them, which the Rust tests read as well."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import struct
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pydantic

GOLDEN = Path(__file__).with_name("golden.json")


def cases() -> list[tuple[str, Any, bytes]]:
    """Give name, value and encoding of each golden case."""
    described = json.loads(GOLDEN.read_text())
    return [(case["name"], build(case["value"]), bytes.fromhex(case["hex"])) for case in described]


def build(described: Any) -> Any:
    """Give the value that a description stands for."""
    if described is None or isinstance(described, (bool, str)):
        return described
    ((form, inner),) = described.items()
    if form in _BUILDERS:
        return _BUILDERS[form](inner)
    kinds = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
    if form in kinds:
        return kinds[form](build(item) for item in inner)
    classes = (dt.date, dt.datetime, dt.time, dt.timedelta, decimal.Decimal, uuid.UUID)
    named = {kind.__name__: kind for kind in classes}
    return pydantic.TypeAdapter(named[form]).validate_python(inner)


def _float(bits: str) -> float:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    return number


def _array(described: list[Any]) -> Any:
    code, shape, items = described
    array = np.ndarray(shape or (), np.dtype(code), bytes.fromhex(items))
    return array if shape is not None else array[()]


class Shelf:
    """Stays where it is."""

    def __repr__(self) -> str:
        """Show it."""
        return "<Shelf>"


_BUILDERS = {
    "int": int,
    "float": float,
    "bits": _float,
    "bytes": bytes.fromhex,
    "surrogates": lambda encoded: bytes.fromhex(encoded).decode("utf-8", "surrogatepass"),
    "complex": lambda parts: complex(*map(float, parts)),
    "ndarray": _array,
    "reference": lambda _: Shelf(),
    "dict": lambda entries: {build(key): build(value) for key, value in entries},
    "map": lambda entries: {name: build(value) for name, value in entries},
}
