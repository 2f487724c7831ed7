"""Defaults of inputs, outputs and model fields, of every kind that a field can be."""

from enum import Enum
from typing import Any, Optional

import dspy
from pydantic import BaseModel, Field


class Search(dspy.Signature):
    """Search the archive."""

    query: str = dspy.InputField()
    k: int = dspy.InputField(default=10)
    threshold: float = dspy.InputField(default=0.5)
    language: str = dspy.InputField(default="en", desc="ISO 639-1")
    fuzzy: bool = dspy.InputField(default=True)
    hits: list[str] = dspy.OutputField()


class Paginate(dspy.Signature):
    """Turn to a page of the results."""

    results: str = dspy.InputField()
    offset: int = dspy.InputField(default=0)
    after: str = dspy.InputField(default="")
    ratio: float = dspy.InputField(default=0.0)
    reverse: bool = dspy.InputField(default=False)
    filters: list[str] = dspy.InputField(default=[])
    cursor: Optional[str] = dspy.InputField(default=None)
    page: str = dspy.OutputField()


class BookTable(dspy.Signature):
    """Book a table."""

    wish: str = dspy.InputField()
    guests: Optional[int] = dspy.InputField(default=2)
    occasion: Optional[str] = dspy.InputField(default="birthday")
    terrace: Optional[bool] = dspy.InputField(default=False)
    budget: Optional[float] = dspy.InputField(default=None)
    note: Optional[str] = dspy.OutputField(default=None)
    deposit: float = dspy.OutputField(default=20.0)
    confirmed: bool = dspy.OutputField(default=False, desc="by the house")


class PackParcel(dspy.Signature):
    """Pack a parcel, and say how it is to be labelled."""

    contents: str = dspy.InputField()
    labels: list[str] = dspy.InputField(default=["fragile", "this side up"])
    sides: tuple[int, int, int] = dspy.InputField(default=(30, 20, 10))
    insured: tuple[str, float] = dspy.InputField(default=("EUR", 500.0))
    surcharges: dict[str, float] = dspy.InputField(default={"island": 4.5, "night": 2.0})
    zones: set[int] = dspy.InputField(default={3})
    layers: list[list[int]] = dspy.InputField(default=[[1, 2], []])
    label: str = dspy.OutputField()
    weights: dict[int, float] = dspy.OutputField(default={})


class Priority(Enum):
    Low = "Low"
    Normal = "Normal"
    High = "High!"


class AssignTask(dspy.Signature):
    """Assign a task to somebody of the team."""

    task: str = dspy.InputField()
    priority: Priority = dspy.InputField(default=Priority.Normal)
    at_most: Optional[Priority] = dspy.InputField(default=Priority.High)
    allowed: list[Priority] = dspy.InputField(default=[Priority.Low, Priority.High])
    assignee: str = dspy.OutputField(default="nobody")
    final_priority: Priority = dspy.OutputField(default=Priority.Low, desc="as assigned")


class Retry(BaseModel):
    attempts: int = 3
    backoff: float = 1.5
    jitter: bool = False
    on: list[str] = ["timeout"]
    host: Optional[str] = None
    only: Priority = Priority.High
    codes: set[int] = set()
    window: tuple[int, int] = (0, 60)
    tags: dict[str, str] = {"team": "core"}


class ConfigureClient(dspy.Signature):
    """Configure a client for the service."""

    description: str = dspy.InputField()
    base: Retry = dspy.InputField(desc="What holds where nothing is said.")
    retry: Retry = dspy.OutputField()


class Address(BaseModel):
    street: str
    country: str = Field(default="FR", description="ISO 3166")
    floor: Optional[int] = None


class ShipOrder(dspy.Signature):
    """Ship the order."""

    order: str = dspy.InputField()
    depot: Address = dspy.InputField(
        default=Address(street="Quai 3", country="BE", floor=-1), desc="where it leaves"
    )
    stops: list[Address] = dspy.InputField(default=[Address(street="Rue 1")])
    billing: Optional[Address] = dspy.InputField(default=None)
    carrier: str = dspy.OutputField(default="post")


class Depot(BaseModel):
    name: str
    where: Address = Field(default=Address(street="Rue 2", country="LU"), description="of the gate")
    spare: Optional[Address] = Field(default=None, description="in winter")


class OpenDepot(dspy.Signature):
    """Open a depot near the customers."""

    customers: list[str] = dspy.InputField()
    depot: Depot = dspy.OutputField()


class Calibrate(dspy.Signature):
    """Calibrate the balance."""

    reading: float = dspy.InputField()
    epsilon: float = dspy.InputField(default=1e-05)
    huge: float = dspy.InputField(default=1e16)
    tenth: float = dspy.InputField(default=0.1)
    minus: float = dspy.InputField(default=-0.5)
    whole: float = dspy.InputField(default=3.0)
    gain: float = dspy.InputField(default=0.25)
    limit: int = dspy.InputField(default=18446744073709551615)
    floor: int = dspy.InputField(default=-9223372036854775808)
    corrected: float = dspy.OutputField(default=-1e-07)


class Template(dspy.Signature):
    """Render the template."""

    template: str = dspy.InputField(default="Dear {name},\n\n\t\"…\" 'ok' \\ \U0001f642")
    marker: str = dspy.InputField(default="[[ ## name ## ]]", desc="starts a part")
    separator: str = dspy.InputField(default=" ")
    rendered: str = dspy.OutputField(default="<none>")


# Values that Rust has by another name.
class Remind(dspy.Signature):
    """Word a reminder for an unpaid invoice."""

    invoice: str = dspy.InputField()
    tone: str = dspy.InputField(default="firm")
    grace_seconds: int = dspy.InputField(default=259200)
    share: float = dspy.InputField(default=0.75)
    copies: list[int] = dspy.InputField(default=[1, 1, 1])
    priority: Priority = dspy.InputField(default=Priority.Normal)
    extra: Any = dspy.InputField(default=None)
    reminder: str = dspy.OutputField()
    fee: int = dspy.OutputField(default=5)


class Boxed(dspy.Signature):
    """Say what is in the box."""

    weight: float = dspy.InputField(default=1.5)
    label: str = dspy.InputField(default="unknown")
    seal: Optional[int] = dspy.InputField(default=7)
    contents: str = dspy.OutputField()
    fragile: Optional[bool] = dspy.OutputField(default=None)


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    Search: {"query": "tides", "k": 3, "threshold": 0.25, "language": "de", "fuzzy": False},
    Paginate: {
        "results": "...",
        "offset": 20,
        "after": "id-19",
        "ratio": 0.125,
        "reverse": True,
        "filters": ["new"],
        "cursor": "Zm9v",
    },
    BookTable: {
        "wish": "by the window",
        "guests": None,
        "occasion": None,
        "terrace": True,
        "budget": 80.0,
    },
    PackParcel: {
        "contents": "two cups",
        "labels": [],
        "sides": [12, 12, 9],
        "insured": ["CHF", 40.0],
        "surcharges": {"mountain": 1.0},
        "zones": [7],
        "layers": [[], [2]],
    },
    AssignTask: {"task": "paint it", "priority": "High!", "at_most": None, "allowed": ["Normal"]},
    ConfigureClient: {
        "description": "It is slow on Mondays.",
        "base": {
            "attempts": 5,
            "backoff": 2.0,
            "jitter": True,
            "on": [],
            "host": "a.example",
            "only": "Low",
            "codes": [503],
            "window": [5, 10],
            "tags": {},
        },
    },
    ShipOrder: {
        "order": "lamp",
        "depot": {"street": "Quai 4", "country": "NL", "floor": 0},
        "stops": [],
        "billing": {"street": "Rue 9", "country": "FR", "floor": None},
    },
    OpenDepot: {"customers": ["Lille", "Arras"]},
    Calibrate: {
        "reading": 9.81,
        "epsilon": 0.0001,
        "huge": 1e100,
        "tenth": 0.2,
        "minus": -1.0,
        "whole": 4.0,
        "gain": 0.5,
        "limit": 1,
        "floor": -1,
    },
    Template: {"template": "Hi {name}", "marker": "{", "separator": "\n"},
    Remind: {
        "invoice": "No. 12",
        "tone": "kind",
        "grace_seconds": 60,
        "share": 0.5,
        "copies": [2],
        "priority": "Low",
        "extra": {"a": [1, 2.5]},
    },
    Boxed: {"weight": 0.5, "label": "glass", "seal": None},
}
