"""Enums with data: unions of models that a tag tells apart."""

from enum import Enum
from typing import Any, Literal, Optional, Union

import dspy
from pydantic import BaseModel, Field


class Card(BaseModel):
    method: Literal["Card"]
    last_four: str


class Transfer(BaseModel):
    method: Literal["Transfer"]
    iban: str


class Cash(BaseModel):
    method: Literal["Cash"]


Payment = Union[Card, Transfer, Cash]


class ReadPayment(dspy.Signature):
    """Find out how an invoice was paid."""

    receipt: str = dspy.InputField()
    payment: Payment = dspy.OutputField()


class Refund(dspy.Signature):
    """Say how the money goes back."""

    paid: Payment = dspy.InputField()
    wishes: list[Payment] = dspy.InputField(desc="What the customer would like, best first.")
    back: Optional[Payment] = dspy.OutputField()
    fees: dict[str, Payment] = dspy.OutputField()


class Circle(BaseModel):
    type: Literal["Circle"]
    radius: float


class Rectangle(BaseModel):
    type: Literal["Rectangle"]
    width: float
    height: float


Form = Union[Circle, Rectangle]


class Draw(dspy.Signature):
    """Turn a sketch into shapes."""

    sketch: str = dspy.InputField()
    frame: Form = dspy.InputField()
    forms: list[Form] = dspy.OutputField()
    pair: tuple[Form, Optional[Form]] = dspy.OutputField()


class Opened(BaseModel):
    """Somebody opened the ticket."""

    event: Literal["ticket.opened"]
    by: str = Field(description="a handle")


class Closed(BaseModel):
    """The ticket is done with.

    It may be opened again.
    """

    event: Literal["ticket.closed"]
    reason: Optional[str] = Field(default=None, max_length=80)
    minutes: int = Field(ge=0, le=100000, description="since it was opened")


class Lost(BaseModel):
    event: Literal["Lost"]


Event = Union[Opened, Closed, Lost]


class FollowTicket(dspy.Signature):
    """Say what will happen to the ticket next."""

    events: list[Event] = dspy.InputField()
    next_event: Event = dspy.OutputField(desc="The likeliest.")
    after: list[Event] = dspy.OutputField(max_length=3)


class Account(BaseModel):
    """An account and how it pays."""

    owner: str
    payment: Payment
    spare: Optional[Payment] = None
    used: list[Payment] = Field(default=[], description="Oldest first.")


class UpdateAccount(dspy.Signature):
    """Bring the account up to date."""

    account: Account = dspy.InputField()
    letter: str = dspy.InputField()
    updated: Account = dspy.OutputField()
    removed: list[Payment] = dspy.OutputField()


class Keep(BaseModel):
    move: Literal["Keep"]


class Raise(BaseModel):
    move: Literal["Raise"]
    by: int


Bid = Union[Keep, Raise]


class Auction(dspy.Signature):
    """Bid for a painting."""

    painting: str = dspy.InputField()
    opening: Bid = dspy.InputField(default=Raise(move="Raise", by=100))
    limit: Optional[Bid] = dspy.InputField(default=None)
    rivals: list[Bid] = dspy.InputField(default=[Keep(move="Keep")])
    bid: Bid = dspy.OutputField(default=Keep(move="Keep"))


class Allow(BaseModel):
    """Nothing speaks against it."""

    Verdict: Literal["✓"]


class Deny(BaseModel):
    Verdict: Literal["✗ (no)"]
    because: str = Field(min_length=1)


class Ask(BaseModel):
    """Somebody has to look."""

    Verdict: Literal["Ask"]
    whom: Optional[str] = None


Ruling = Union[Allow, Deny, Ask]


class GuardTool(dspy.Signature):
    """Decide which calls of a tool may go ahead."""

    calls: list[str] = dspy.InputField()
    earlier: list[Optional[Ruling]] = dspy.InputField(desc="none where nobody asked")
    rulings: list[Optional[Ruling]] = dspy.OutputField(min_length=1)
    strictest: Ruling = dspy.OutputField()


class Desk(Enum):
    """Where somebody can complain."""

    Front = "front desk"
    Night = "Night"


class Walk(BaseModel):
    mode: Literal["Walk"]
    floor: int


class Phone(BaseModel):
    mode: Literal["Phone"]
    extension: str = Field(pattern=r"^\d{2,4}$", description='as on the "blue" list')
    desk: Desk


Way = Union[Walk, Phone]


class Direct(dspy.Signature):
    """Tell a guest where to go."""

    guest: str = dspy.InputField()
    known: dict[Desk, Way] = dspy.InputField()
    paid: Optional[Payment] = dspy.InputField()
    ways: dict[Desk, list[Way]] = dspy.OutputField()
    pay: Payment = dspy.OutputField(desc="how the guest may pay there")


class Text(BaseModel):
    text: str


class Say(BaseModel):
    do: Literal["Say"]
    what: Text


class Wait(BaseModel):
    do: Literal["Wait"]
    seconds: float = Field(gt=0, default=1.5)


Action = Union[Say, Wait]


class Fine(BaseModel):
    type: Literal["Fine"]


class Failed(BaseModel):
    type: Literal["Failed"]
    error: str
    retry: Action


Outcome = Union[Fine, Failed]


class Act(dspy.Signature):
    """Act on what the caller says."""

    call: str = dspy.InputField()
    last: Outcome = dspy.InputField()
    action: Action = dspy.OutputField()
    outcome: Outcome = dspy.OutputField()
    log: list[tuple[Action, Outcome]] = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    ReadPayment: {"receipt": "VISA **** 4242"},
    Refund: {
        "paid": {"method": "Card", "last_four": "4242"},
        "wishes": [{"method": "Cash"}, {"method": "Transfer", "iban": "IE29AIBK"}],
    },
    Draw: {"sketch": "o [ ]", "frame": {"type": "Rectangle", "width": 4, "height": 2.5}},
    FollowTicket: {
        "events": [
            {"event": "ticket.opened", "by": "kim"},
            {"event": "ticket.closed", "reason": None, "minutes": 12},
            {"event": "Lost"},
        ]
    },
    UpdateAccount: {
        "account": {
            "owner": "Roe",
            "payment": {"method": "Transfer", "iban": "IE29AIBK"},
            "spare": {"method": "Cash"},
            "used": [],
        },
        "letter": "Please use my card.",
    },
    Auction: {
        "painting": "A mill",
        "opening": {"move": "Keep"},
        "limit": {"move": "Raise", "by": 5000},
        "rivals": [],
    },
    GuardTool: {
        "calls": ["rm -r x", "ls"],
        "earlier": [{"Verdict": "✓"}, None, {"Verdict": "✗ (no)", "because": "it deletes"}],
    },
    Direct: {
        "guest": "My key is gone.",
        "known": {
            "front desk": {"mode": "Walk", "floor": -1},
            "Night": {"mode": "Phone", "extension": "112", "desk": "Night"},
        },
        "paid": None,
    },
    Act: {
        "call": "Hello?",
        "last": {"type": "Failed", "error": "busy", "retry": {"do": "Wait", "seconds": 2.0}},
    },
}
