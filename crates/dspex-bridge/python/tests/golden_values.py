"""Python values as `golden.json` writes them, which the Rust tests read as well."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import struct
import uuid
from pathlib import Path
from typing import Any

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
    scalars = {"int": int, "float": float, "bytes": bytes.fromhex, "bits": _float}
    if form in scalars:
        return scalars[form](inner)
    if form == "map":
        return {name: build(value) for name, value in inner}
    if form == "complex":
        return complex(*map(float, inner))
    kinds = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
    if form in kinds:
        return kinds[form](build(item) for item in inner)
    classes = (dt.date, dt.datetime, dt.time, dt.timedelta, decimal.Decimal, uuid.UUID)
    named = {kind.__name__: kind for kind in classes}
    return pydantic.TypeAdapter(named[form]).validate_python(inner)


def _float(bits: str) -> float:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    return number
