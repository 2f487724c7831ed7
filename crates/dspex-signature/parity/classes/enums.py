"""Enums of bare names: values, docs, containers, models, defaults."""

from enum import Enum
from typing import Any, Optional

import dspy
from pydantic import BaseModel, Field


class Topic(Enum):
    Delivery = "Delivery"
    Refund = "Refund"
    Other = "Other"


class Sort(dspy.Signature):
    """Sort the ticket."""

    text: str = dspy.InputField()
    topic: Topic = dspy.OutputField()


class Reassign(dspy.Signature):
    """Correct the topic that the customer chose."""

    chosen: Topic = dspy.InputField()
    text: str = dspy.InputField()
    others: list[Topic] = dspy.InputField(desc="Topics of earlier tickets.")
    topic: Optional[Topic] = dspy.OutputField(desc="none where it was right")
    candidates: list[Topic] = dspy.OutputField(max_length=2)


class Verdict(Enum):
    """How a court decides."""

    Affirmed = "affirmed"
    ReversedInPart = "reversed in part"
    Remanded = "remanded; to another chamber"
    SeeNote = 'see "note" (it\'s odd)'
    Übrige = "sonstiges (§ 3)"


class ReadRuling(dspy.Signature):
    """Read the ruling."""

    ruling: str = dspy.InputField()
    below: Verdict = dspy.InputField()
    verdict: Verdict = dspy.OutputField(desc="Of the last instance.")


class Hazard(Enum):
    """What a label warns of.

    Taken from the pictograms:
        flame, skull, and
        fish.
    """

    Flammable = "Flammable"
    Toxic = "Toxic"
    Harmful = "Harmful to water"


class Phase(Enum):
    Solid = "Solid"
    Liquid = "Liquid"
    Gas = "Gas"


class Substance(BaseModel):
    name: str
    phase: Phase = Phase.Liquid
    hazards: list[Hazard] = Field(description="none where it is harmless")
    main: Optional[Hazard] = None


class LabelBottle(dspy.Signature):
    """Write the label of a bottle."""

    substance: Substance = dspy.InputField()
    phase: Phase = dspy.InputField(default=Phase.Solid)
    hazard: Optional[Hazard] = dspy.OutputField()
    contents: list[Substance] = dspy.OutputField()


class Suit(Enum):
    Hearts = "♥"
    Spades = "♠"
    Clubs = "♣"


class PlayCard(dspy.Signature):
    hand: list[tuple[Suit, int]] = dspy.InputField()
    trump: Optional[Suit] = dspy.InputField()
    card: tuple[Suit, int] = dspy.OutputField()
    by_suit: dict[Suit, list[int]] = dspy.OutputField()
    void: set[Suit] = dspy.OutputField()


class Only(Enum):
    Yes = "Yes"


class Acknowledge(dspy.Signature):
    """Acknowledge the terms."""

    terms: str = dspy.InputField()
    earlier: Optional[Only] = dspy.InputField()
    accepted: Only = dspy.OutputField()
    signed: Optional[Only] = dspy.OutputField(default=None)


class Odd(Enum):
    Nothing = "None"
    Truth = "True"
    Zero = "0"
    Blank = " "
    Semicolon = "a; b"
    Braces = "{odd}"


class Echo(dspy.Signature):
    """Repeat the value as it stands."""

    value: Odd = dspy.InputField()
    rest: dict[str, Odd] = dspy.InputField()
    echo: Odd = dspy.OutputField()
    maybe: Optional[Odd] = dspy.OutputField()
    pairs: dict[Odd, Odd] = dspy.OutputField()


class Swapped(Enum):
    Red = "Green"
    Green = "Red"
    Self_ = "self"


class MixColours(dspy.Signature):
    """Name the colour that two others give."""

    first: Swapped = dspy.InputField()
    second: Swapped = dspy.InputField(default=Swapped.Green)
    mixed: Swapped = dspy.OutputField()
    sure: bool = dspy.OutputField()


class Weekday(Enum):
    Monday = "Monday"
    Friday = "Friday"


class Shift(Enum):
    """When somebody works."""

    Early = "Early"
    Late = "Late"
    Night = "Night"


class Duty(BaseModel):
    """Who works when."""

    nurse: str
    day: Weekday = Field(description="of the coming week")
    shifts: list[Shift] = Field(min_length=1, max_length=2)
    swaps: dict[Weekday, Shift] = {}
    off: set[Weekday] = set()
    last: tuple[Weekday, Shift] = (Weekday.Friday, Shift.Night)


class PlanDuties(dspy.Signature):
    """Plan the duties of a ward."""

    wishes: dict[str, list[Weekday]] = dspy.InputField()
    fixed: list[Duty] = dspy.InputField()
    duties: list[Duty] = dspy.OutputField()
    gaps: list[tuple[Weekday, Shift]] = dspy.OutputField(desc="What nobody wants.")
    by_day: dict[Weekday, dict[Shift, str]] = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    Sort: {"text": "Where is my lamp?"},
    Reassign: {"chosen": "Other", "text": "I want my money back.", "others": ["Refund", "Other"]},
    ReadRuling: {"ruling": "The appeal ...", "below": 'see "note" (it\'s odd)'},
    LabelBottle: {
        "substance": {
            "name": "ethanol",
            "phase": "Liquid",
            "hazards": ["Flammable", "Harmful to water"],
            "main": None,
        },
        "phase": "Gas",
    },
    PlayCard: {"hand": [["♥", 7], ["♠", 10]], "trump": "♣"},
    Acknowledge: {"terms": "All sales are final.", "earlier": "Yes"},
    Echo: {"value": "None", "rest": {"a": "0", "b": " ", "c": "{odd}"}},
    MixColours: {"first": "Green", "second": "self"},
    PlanDuties: {
        "wishes": {"Kim": ["Monday"], "Lee": []},
        "fixed": [
            {
                "nurse": "Lee",
                "day": "Friday",
                "shifts": ["Night"],
                "swaps": {"Monday": "Late"},
                "off": ["Monday"],
                "last": ["Friday", "Early"],
            }
        ],
    },
}
