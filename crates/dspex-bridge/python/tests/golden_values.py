"""Python values as `golden.json` writes them, which the Rust tests read as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
    if form == "int":
        return int(inner)
    if form == "float":
        return float(inner)
    if form == "bytes":
        return bytes.fromhex(inner)
    if form == "map":
        return {name: build(value) for name, value in inner}
    kinds = {"list": list, "tuple": tuple, "set": set}
    return kinds[form](build(item) for item in inner)
