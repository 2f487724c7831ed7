"""Bounds on numbers, lengths and patterns: which are told, in which order, and how they print."""

from typing import Any, Optional

import dspy
from pydantic import BaseModel, Field


class RateFilm(dspy.Signature):
    """Rate a film from its reviews."""

    reviews: list[str] = dspy.InputField()
    n_stars: int = dspy.OutputField(ge=1, le=5)
    share_of_praise: float = dspy.OutputField(ge=0.0, le=1.0)
    spread: float = dspy.OutputField(ge=0, le=1)
    surprise: float = dspy.OutputField(gt=-1, lt=1.0)


class SetThermostat(dspy.Signature):
    """Set the thermostat for the night."""

    outside: float = dspy.InputField(le=60.0, ge=-89.5)
    rooms: int = dspy.InputField(lt=100, gt=0)
    celsius: float = dspy.OutputField(lt=30, gt=5.5, desc="for the living room")
    delta: int = dspy.OutputField(desc="against last night", le=3, ge=-3)
    minutes: int = dspy.OutputField(ge=0.0, lt=1440.0)


class NameProduct(dspy.Signature):
    """Name a product so that it fits on the label."""

    brief: str = dspy.InputField(min_length=10)
    banned: list[str] = dspy.InputField(max_length=20)
    name: str = dspy.OutputField(min_length=1, max_length=24)
    claim: Optional[str] = dspy.OutputField(max_length=80, min_length=0)
    alternatives: list[str] = dspy.OutputField(min_length=2, max_length=5, desc="best first")


class AssignCode(dspy.Signature):
    """Assign a diagnosis its code."""

    diagnosis: str = dspy.InputField(desc="as dictated", pattern=r"\S")
    code: str = dspy.OutputField(pattern=r"^[A-Z]\d{2}(\.\d{1,2})?$")
    chapter: str = dspy.OutputField(min_length=1, pattern="^[IVX]+$", max_length=5)
    modifier: Optional[str] = dspy.OutputField(pattern="^[\"'<>&]{2}$", desc="two marks")


class SizeTank(dspy.Signature):
    """Size a water tank for a village."""

    people: int = dspy.InputField(ge=1, le=1_000_000)
    rainfall: Optional[float] = dspy.InputField(ge=0.0)
    litres: float = dspy.OutputField(gt=0.0, le=1e16)
    loss: float = dspy.OutputField(ge=1e-05, lt=0.001)
    inflow: float = dspy.OutputField(ge=-1e22, le=1e10)
    valves: Optional[int] = dspy.OutputField(ge=0, le=255)
    balance: int = dspy.OutputField(ge=-9223372036854775808, le=9223372036854775807)


class Part(BaseModel):
    number: str = Field(pattern=r"^P-\d{4,}$", max_length=12)
    quantity: int = Field(ge=1, lt=1000, description="pieces, not boxes")
    tolerance: float = Field(gt=0, le=0.5)
    weight: float = Field(ge=0.0)
    finish: Optional[str] = Field(min_length=2)
    drawings: list[str] = Field(max_length=3, min_length=1)


class ListParts(dspy.Signature):
    """List the parts of the assembly."""

    assembly: str = dspy.InputField()
    spare: Part = dspy.InputField(desc="One that is always there.")
    parts: list[Part] = dspy.OutputField(min_length=1)
    heaviest: Part = dspy.OutputField()


class Interval(BaseModel):
    """A stretch of a chromosome."""

    start: int = Field(ge=0, le=248956422)
    end: Optional[int] = Field(gt=0)
    score: Optional[float] = Field(ge=-1, le=1.0)
    strand: str = Field(pattern="^[+-]$")
    reads: list[int] = Field(max_length=100)
    depth: Optional[list[float]] = Field(min_length=1)


class CallVariant(dspy.Signature):
    chromosome: str = dspy.InputField(pattern="^(chr)?([1-9]|1[0-9]|2[0-2]|X|Y)$")
    region: Interval = dspy.InputField()
    variant: Optional[Interval] = dspy.OutputField(desc="none where the reads agree")
    quality: float = dspy.OutputField(ge=0, lt=100)


class PriceOption(dspy.Signature):
    """Price an option on the index."""

    strike: float = dspy.InputField(gt=0.0)
    days: int = dspy.InputField(ge=0, le=3650)
    rate: Optional[float] = dspy.InputField(gt=-0.05, lt=0.25)
    price: float = dspy.OutputField(ge=0)
    delta: Optional[float] = dspy.OutputField(ge=-1.0, le=1.0)
    steps: Optional[list[Optional[float]]] = dspy.OutputField(max_length=8)


class SplitBudget(dspy.Signature):
    """Split the budget of a household."""

    income: float = dspy.InputField(desc="after tax", default=2500.0, ge=0.0)
    months: int = dspy.InputField(ge=1, default=12, le=24)
    currency: str = dspy.InputField(pattern="^[A-Z]{3}$", default="EUR", desc="ISO 4217")
    notes: list[str] = dspy.InputField(default=[], max_length=5)
    rent: float = dspy.OutputField(ge=0, desc="cold", le=2500)
    rows: list[list[str]] = dspy.OutputField(min_length=1, max_length=12)


class Tuned(BaseModel):
    gain: float = Field(default=1.0, gt=0, le=10)
    bias: int = Field(ge=-128, le=127, default=0)
    label: str = Field(max_length=8, default="mid", pattern="^[a-z]*$")
    taps: list[float] = Field(min_length=1, default=[0.5, 0.25])
    limit: Optional[int] = Field(default=None, ge=1)


class TuneAmplifier(dspy.Signature):
    """Tune the amplifier by ear."""

    complaint: str = dspy.InputField(max_length=500, desc="what it sounds like")
    current: Tuned = dspy.InputField()
    tuned: Tuned = dspy.OutputField()


class ScanReceipt(dspy.Signature):
    """Scan a receipt."""

    text: str = dspy.InputField(min_length=0, max_length=4294967295)
    total: float = dspy.OutputField(ge=0.01)
    tip: float = dspy.OutputField(ge=-0.0)
    digits: str = dspy.OutputField(min_length=4, max_length=4)
    items: list[int] = dspy.OutputField(min_length=0)
    tax: float = dspy.OutputField(lt=100.0, gt=0.10)


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    RateFilm: {"reviews": ["A triumph.", "I left after ten minutes."]},
    SetThermostat: {"outside": -4.5, "rooms": 3},
    NameProduct: {"brief": "A kettle that whistles in tune.", "banned": ["smart", "pro"]},
    AssignCode: {"diagnosis": "Fracture of the left wrist"},
    SizeTank: {"people": 1200, "rainfall": None},
    ListParts: {
        "assembly": "A gate with two hinges and a latch.",
        "spare": {
            "number": "P-0001",
            "quantity": 4,
            "tolerance": 0.25,
            "weight": 12,
            "finish": None,
            "drawings": ["hinge.svg"],
        },
    },
    CallVariant: {
        "chromosome": "chrX",
        "region": {
            "start": 1000,
            "end": None,
            "score": 0.5,
            "strand": "-",
            "reads": [12, 0, 7],
            "depth": [1.5, 2.0],
        },
    },
    PriceOption: {"strike": 5100.0, "days": 90, "rate": 0.03125},
    SplitBudget: {"income": 3100.5, "months": 6, "currency": "CHF", "notes": ["a new stove"]},
    TuneAmplifier: {
        "complaint": "It hums.",
        "current": {"gain": 2.5, "bias": -3, "label": "low", "taps": [1.0], "limit": 20},
    },
    ScanReceipt: {"text": "COFFEE 2,80\nTIP 0,20"},
}
