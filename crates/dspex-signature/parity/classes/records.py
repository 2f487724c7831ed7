"""Models in fields: alone, in containers, within each other, with docs, defaults and bounds."""

from typing import Any, Optional

import dspy
from pydantic import BaseModel, Field


class Person(BaseModel):
    name: str
    age: int


class Introduce(dspy.Signature):
    """Introduce the speaker."""

    speaker: Person = dspy.InputField()
    minutes: int = dspy.InputField()
    introduction: str = dspy.OutputField()
    host: Person = dspy.OutputField(desc="Who says it.")


class Line(BaseModel):
    """One line of an invoice."""

    item: str
    quantity: int = Field(ge=1, description="pieces")
    unit_price: float
    discount: Optional[float]


class CheckInvoice(dspy.Signature):
    """Check an invoice against the delivery note."""

    lines: list[Line] = dspy.InputField()
    note: str = dspy.InputField()
    wrong_lines: list[Line] = dspy.OutputField(desc="As they should be.")
    total: float = dspy.OutputField(ge=0.0)


class Player(BaseModel):
    number: int
    captain: bool = False


class PickTeam(dspy.Signature):
    """Pick the team for Saturday."""

    squad: dict[str, Player] = dspy.InputField()
    injured: Optional[Player] = dspy.InputField()
    goalkeepers: dict[int, Player] = dspy.InputField()
    team: dict[str, Player] = dspy.OutputField()
    reserve: Optional[Player] = dspy.OutputField()


class Point(BaseModel):
    x: float
    y: float


class FitShape(dspy.Signature):
    """Fit a shape to points that somebody drew."""

    points: list[Point] = dspy.InputField()
    corners: tuple[Point, Point] = dspy.InputField()
    labelled: tuple[str, Point] = dspy.InputField()
    outline: list[tuple[Point, Point]] = dspy.OutputField()
    centre: tuple[Point, Optional[float]] = dspy.OutputField()
    strokes: list[list[Point]] = dspy.OutputField()


class Gene(BaseModel):
    symbol: str = Field(pattern="^[A-Z0-9-]+$")
    aliases: list[str] = []


class Mutation(BaseModel):
    gene: Gene
    change: str
    frequency: Optional[float] = Field(default=None, ge=0.0, le=1.0)


class Finding(BaseModel):
    """What the laboratory found.

    One per sample.
    """

    sample: str
    mutations: list[Mutation]
    main: Optional[Mutation] = Field(default=None, description="the one that matters")


class Report(BaseModel):
    patient: str
    findings: dict[str, Finding]
    remarks: list[str] = Field(default=[], max_length=3)


class WriteReport(dspy.Signature):
    """Turn the laboratory's notes into a report."""

    notes: str = dspy.InputField()
    last: Optional[Report] = dspy.InputField(desc="The one before, if any.")
    report: Report = dspy.OutputField()


class Clause(BaseModel):
    number: str
    text: str
    weight: float = 1.0


class Deed(BaseModel):
    """A deed as it was signed."""

    parties: tuple[str, str]
    clauses: list[Clause] = Field(min_length=1)
    annex: Optional[Clause]


class CompareDeeds(dspy.Signature):
    """Compare two deeds, clause by clause."""

    old: Deed = dspy.InputField()
    new: Deed = dspy.InputField()
    changed: list[Clause] = dspy.OutputField()
    worst: Optional[Clause] = dspy.OutputField()


class Webhook(BaseModel):
    """An event as the gateway posts it."""

    eventId: str = Field(description="unique")
    type: str
    createdAt: Optional[int]
    payload: Any
    headers: dict[str, str] = {}
    extra: Any = Field(default=None, description="whatever else came")
    in_: list[Any]


class RouteEvent(dspy.Signature):
    webhook: Webhook = dspy.InputField()
    queue: str = dspy.OutputField()
    reply: Webhook = dspy.OutputField()


class Ingredient(BaseModel):
    """Something to eat."""

    name: str = Field(min_length=1, max_length=40, description="in the singular")
    grams: float = Field(gt=0, lt=10000)
    optional: bool = Field(default=False, description="may be left out")
    substitutes: list[str] = Field(default=["none"], max_length=4)


class Recipe(BaseModel):
    title: str = Field(max_length=60)
    serves: int = Field(default=4, ge=1, le=12)
    ingredients: list[Ingredient] = Field(min_length=1, description="in the order of use")
    steps: list[str]
    rating: Optional[float] = Field(default=None, ge=0, le=5)


class Cook(dspy.Signature):
    """Write a recipe for what is in the fridge."""

    fridge: list[Ingredient] = dspy.InputField(min_length=1)
    recipe: Recipe = dspy.OutputField()
    shopping: list[Ingredient] = dspy.OutputField(max_length=5, desc="What is still to be bought.")


class Empty(BaseModel):
    """Says next to nothing."""

    note: Optional[str] = None


class FillForm(dspy.Signature):
    """Fill in what the applicant has said."""

    statement: str = dspy.InputField()
    known: Empty = dspy.InputField()
    form: Empty = dspy.OutputField()
    others: dict[str, list[Empty]] = dspy.OutputField()
    maybe: list[Optional[Empty]] = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    Introduce: {"speaker": {"name": "Grace", "age": 79}, "minutes": 5},
    CheckInvoice: {
        "lines": [
            {"item": "lamp", "quantity": 2, "unit_price": 30, "discount": None},
            {"item": "bulb", "quantity": 10, "unit_price": 1.25, "discount": 0.5},
        ],
        "note": "2 lamps, 9 bulbs",
    },
    PickTeam: {
        "squad": {"Ada": {"number": 7, "captain": True}, "Bo": {"number": 11, "captain": False}},
        "injured": None,
        "goalkeepers": {"1": {"number": 1, "captain": False}},
    },
    FitShape: {
        "points": [{"x": 0.0, "y": 0.5}, {"x": 1.0, "y": -0.5}],
        "corners": [{"x": 0, "y": 0}, {"x": 1, "y": 1}],
        "labelled": ["peak", {"x": 0.5, "y": 2.0}],
    },
    WriteReport: {
        "notes": "BRCA1 c.68_69del in sample 2",
        "last": {
            "patient": "P-17",
            "findings": {
                "S1": {
                    "sample": "S1",
                    "mutations": [
                        {
                            "gene": {"symbol": "TP53", "aliases": ["LFS1"]},
                            "change": "c.524G>A",
                            "frequency": 0.25,
                        }
                    ],
                    "main": None,
                }
            },
            "remarks": [],
        },
    },
    CompareDeeds: {
        "old": {
            "parties": ["Doe", "Roe"],
            "clauses": [{"number": "1", "text": "The house ...", "weight": 1.0}],
            "annex": None,
        },
        "new": {
            "parties": ["Doe", "Roe"],
            "clauses": [{"number": "1a", "text": "The house and ...", "weight": 0.5}],
            "annex": {"number": "A", "text": "Plans", "weight": 2.0},
        },
    },
    RouteEvent: {
        "webhook": {
            "eventId": "e-1",
            "type": "paid",
            "createdAt": 1714521600,
            "payload": {"amount": 12.5, "lines": [1, 2]},
            "headers": {"x-id": "7"},
            "extra": None,
            "in_": [1, "a", None],
        }
    },
    Cook: {"fridge": [{"name": "leek", "grams": 300, "optional": False, "substitutes": ["onion"]}]},
    FillForm: {"statement": "I moved in May.", "known": {"note": None}},
}
