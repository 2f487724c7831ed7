"""Dictionaries and sets, and what they hold."""

from enum import Enum
from typing import Any, Optional

import dspy
from pydantic import BaseModel, Field


class Localize(dspy.Signature):
    """Translate the texts of a user interface; the keys stay."""

    texts: dict[str, str] = dspy.InputField(min_length=1)
    limits: dict[str, int] = dspy.InputField(desc="Characters that fit.")
    localized: dict[str, str] = dspy.OutputField()
    confidence: dict[str, float] = dspy.OutputField()
    untouched: dict[str, bool] = dspy.OutputField()


class PredictDemand(dspy.Signature):
    """Predict how many trams run full, by hour."""

    history: dict[int, int] = dspy.InputField()
    events: dict[int, str] = dspy.InputField(desc="by day, 0 is today")
    demand: dict[int, float] = dspy.OutputField()
    changes: dict[int, list[int]] = dspy.OutputField()


class BuildGlossary(dspy.Signature):
    """Build a glossary from the chapters."""

    chapters: dict[str, list[str]] = dspy.InputField()
    known: dict[str, dict[str, str]] = dspy.InputField()
    glossary: dict[str, Optional[str]] = dspy.OutputField()
    places: dict[str, list[tuple[int, int]]] = dspy.OutputField()
    nested: dict[str, dict[int, list[str]]] = dspy.OutputField()


class Lookup(dspy.Signature):
    """Look up a word in several dictionaries."""

    entry: dict[str, str] = dspy.InputField()
    ranks: dict[int, float] = dspy.InputField()
    senses: dict[str, list[str]] = dspy.OutputField()
    frequency: Optional[dict[str, int]] = dspy.OutputField()
    origins: set[str] = dspy.OutputField()


class Deduplicate(dspy.Signature):
    """Find customers that stand in the register twice."""

    ids: set[int] = dspy.InputField()
    names: set[str] = dspy.InputField()
    flags: set[int] = dspy.InputField()
    duplicates: set[int] = dspy.OutputField(max_length=10, desc="the later of two")
    merged: dict[int, set[int]] = dspy.OutputField()
    doubtful: Optional[set[str]] = dspy.OutputField()


class Room(Enum):
    Kitchen = "Kitchen"
    Bath = "bath room"
    Attic = "Attic"


class Furnish(dspy.Signature):
    """Furnish a flat, room by room."""

    sizes: dict[Room, float] = dspy.InputField()
    wishes: dict[Room, list[str]] = dspy.InputField()
    locked: set[Room] = dspy.InputField()
    furniture: dict[Room, dict[str, int]] = dspy.OutputField()
    empty: set[Room] = dspy.OutputField()
    neighbours: dict[Room, Room] = dspy.OutputField()


class Lamp(Enum):
    """A lamp in the hall."""

    Left = "Left"
    Right = "right-hand"


class SwitchLamps(dspy.Signature):
    states: dict[Lamp, bool] = dspy.InputField()
    broken: set[Lamp] = dspy.InputField()
    switched: dict[Lamp, bool] = dspy.OutputField()
    dimmed: list[dict[Lamp, Optional[float]]] = dspy.OutputField()


class InferSchema(dspy.Signature):
    """Infer the schema of a record."""

    record: dict[str, Any] = dspy.InputField()
    samples: list[dict[str, Any]] = dspy.InputField()
    columns: dict[str, Any] = dspy.OutputField()
    examples: dict[int, Any] = dspy.OutputField()


class Stock(BaseModel):
    """What is on the shelf."""

    counts: dict[str, int] = Field(description="by article", min_length=1, max_length=500)
    by_shelf: dict[int, list[str]]
    reserved: set[str] = Field(max_length=3, description="by customers")
    prices: dict[str, Optional[float]] = {}
    rooms: dict[Room, int] = Field(default={Room.Attic: 1}, description="shelves by room")


class CountStock(dspy.Signature):
    """Count the stock after closing time."""

    before: Stock = dspy.InputField()
    sold: dict[str, tuple[int, float]] = dspy.InputField()
    after: Stock = dspy.OutputField()
    by_branch: dict[str, Stock] = dspy.OutputField()


class Nothing(dspy.Signature):
    """Say what is missing."""

    map: dict[str, float] = dspy.InputField()
    numbers: set[int] = dspy.InputField()
    absent: Optional[dict[str, str]] = dspy.InputField()
    holes: dict[str, Optional[list[str]]] = dspy.InputField()
    pair: tuple[dict[str, int], set[int]] = dspy.InputField()
    missing: list[set[str]] = dspy.OutputField()
    found: tuple[set[int], dict[str, bool]] = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    Localize: {
        "texts": {"": "none", "ok": "Okay", "quit": "Quit?"},
        "limits": {"ok": 4, "quit": 12},
    },
    PredictDemand: {
        "history": {"7": 120, "8": 340, "17": 410},
        "events": {"-1": "snow", "0": "sun"},
    },
    BuildGlossary: {
        "chapters": {"1 Sea": ["tide", "ebb"], "2 Land": []},
        "known": {"de": {"Ebbe": "ebb"}, "fr": {}},
    },
    Lookup: {"entry": {"bank": "side of a river"}, "ranks": {"12": 0.5}},
    Deduplicate: {"ids": [1, 2, 5], "names": ["Østergård"], "flags": [3]},
    Furnish: {
        "sizes": {"Kitchen": 9.5, "bath room": 4.0},
        "wishes": {"Kitchen": ["a bench"], "Attic": []},
        "locked": ["bath room"],
    },
    SwitchLamps: {"states": {"right-hand": True}, "broken": ["Left"]},
    InferSchema: {
        "record": {"id": 1, "tags": ["a"], "who": {"name": None}},
        "samples": [{"a": 1, "b": 2.5}, {}],
    },
    CountStock: {
        "before": {
            "counts": {"cups": 12, "pots": 0},
            "by_shelf": {"1": ["cups"], "2": []},
            "reserved": ["cups"],
            "prices": {"cups": None, "pots": 9.5},
            "rooms": {"Kitchen": 4},
        },
        "sold": {"cups": [2, 7.5]},
    },
    Nothing: {
        "map": {},
        "numbers": [],
        "absent": None,
        "holes": {"a": None, "b": []},
        "pair": [{"x": -1}, [2]],
    },
}
