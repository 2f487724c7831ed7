"""Models that stand in several places: of a signature, of another model, of two signatures."""

from enum import Enum
from typing import Any, Optional

import dspy
from pydantic import BaseModel, Field


class Address(BaseModel):
    """Where something is sent."""

    street: str
    city: str = Field(description="without the postcode")
    postcode: Optional[str] = None


class Customer(BaseModel):
    name: str
    billing: Address
    shipping: Address = Field(description="where the parcel goes")


class ReadOrder(dspy.Signature):
    """Read an order from a mail."""

    mail: str = dspy.InputField()
    customer: Customer = dspy.OutputField()
    alternatives: list[Address] = dspy.OutputField()


class CompareAddresses(dspy.Signature):
    """Say whether two addresses are one place."""

    left: Address = dspy.InputField()
    right: Address = dspy.InputField(desc="As the customer wrote it.")
    same: bool = dspy.OutputField()
    merged: Optional[Address] = dspy.OutputField()


class MoveCustomer(dspy.Signature):
    """Record that a customer has moved."""

    customer: Customer = dspy.InputField()
    message: str = dspy.InputField()
    moved: Customer = dspy.OutputField()
    history: dict[str, Customer] = dspy.OutputField(desc="By year.")


class Unit(Enum):
    Milligram = "mg"
    Millilitre = "ml"


class Amount(BaseModel):
    value: float = Field(gt=0.0)
    unit: Unit


class Drug(BaseModel):
    name: str
    strength: Amount


class Prescription(BaseModel):
    """What the doctor writes down."""

    drug: Drug
    per_day: Amount
    unit_on_label: Unit = Unit.Milligram


class Prescribe(dspy.Signature):
    """Write the prescription, and what may replace it."""

    symptoms: str = dspy.InputField()
    current: list[Drug] = dspy.InputField()
    prescription: Prescription = dspy.OutputField()
    generics: list[Drug] = dspy.OutputField()
    daily_limit: Amount = dspy.OutputField(desc="of all drugs together")


class CheckDose(dspy.Signature):
    """Check that a dose is within its limit."""

    prescription: Prescription = dspy.InputField()
    limit: Amount = dspy.InputField()
    exceeds: bool = dspy.OutputField()
    safe: Optional[Amount] = dspy.OutputField()


class Author(BaseModel):
    handle: str
    is_maintainer: bool = False


class Comment(BaseModel):
    author: Author
    text: str
    line: Optional[int] = Field(default=None, ge=1)


class Review(BaseModel):
    reviewers: list[Author] = Field(description="in the order of their replies")
    comments: list[Comment] = []
    resolved_by: Optional[Author] = None
    by_file: dict[str, list[Comment]] = {}


class ReviewChange(dspy.Signature):
    """Review the change as its maintainers would."""

    diff: str = dspy.InputField()
    author: Author = dspy.InputField()
    earlier: list[Comment] = dspy.InputField(desc="What was said of the last version.")
    review: Review = dspy.OutputField()


class SumUpReview(dspy.Signature):
    """Sum up a review for the author."""

    review: Review = dspy.InputField()
    open_comments: tuple[list[Comment], list[Comment]] = dspy.OutputField(desc="Must, may.")
    next_reviewer: Optional[Author] = dspy.OutputField()


class Money(BaseModel):
    """An amount with its currency."""

    amount: float
    currency: str = Field(default="EUR", min_length=3, max_length=3)


class Offer(BaseModel):
    price: Money = Field(description="for one piece")
    fees: tuple[Money, Money]
    rebate: Money = Field(default=Money(amount=0.0), description="for regulars")


class Negotiate(dspy.Signature):
    """Negotiate the price."""

    offer: Offer = dspy.InputField()
    limit: Money = dspy.InputField()
    counter_offer: Offer = dspy.OutputField()
    saved: Money = dspy.OutputField(desc="against the first offer")


class Left(BaseModel):
    tip: Author
    note: str


class Right(BaseModel):
    tip: Author
    rank: int


class Diamond(BaseModel):
    left: Left
    right: Right
    again: Optional[Left] = None


class ResolveConflict(dspy.Signature):
    diamond: Diamond = dspy.InputField()
    sides: tuple[Left, Right] = dspy.OutputField()
    resolved: Diamond = dspy.OutputField()
    tip: Author = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    ReadOrder: {"mail": "Two lamps to Main St 4, the bill to my office."},
    CompareAddresses: {
        "left": {"street": "Main St 4", "city": "Cork", "postcode": None},
        "right": {"street": "4, Main Street", "city": "Corcaigh", "postcode": "T12"},
    },
    MoveCustomer: {
        "customer": {
            "name": "Roe",
            "billing": {"street": "A 1", "city": "B", "postcode": None},
            "shipping": {"street": "C 2", "city": "D", "postcode": "E 3"},
        },
        "message": "New flat: F 4.",
    },
    Prescribe: {
        "symptoms": "headache",
        "current": [{"name": "aspirin", "strength": {"value": 100, "unit": "mg"}}],
    },
    CheckDose: {
        "prescription": {
            "drug": {"name": "syrup", "strength": {"value": 2.5, "unit": "ml"}},
            "per_day": {"value": 7.5, "unit": "ml"},
            "unit_on_label": "ml",
        },
        "limit": {"value": 10.0, "unit": "ml"},
    },
    ReviewChange: {
        "diff": "+ let x = 1;",
        "author": {"handle": "kim", "is_maintainer": False},
        "earlier": [
            {"author": {"handle": "lee", "is_maintainer": True}, "text": "Why?", "line": 3}
        ],
    },
    SumUpReview: {
        "review": {
            "reviewers": [{"handle": "lee", "is_maintainer": True}],
            "comments": [],
            "resolved_by": None,
            "by_file": {
                "a.rs": [
                    {
                        "author": {"handle": "kim", "is_maintainer": False},
                        "text": "Fixed.",
                        "line": None,
                    }
                ]
            },
        }
    },
    Negotiate: {
        "offer": {
            "price": {"amount": 9.5, "currency": "EUR"},
            "fees": [{"amount": 1.0, "currency": "EUR"}, {"amount": 0.5, "currency": "CHF"}],
            "rebate": {"amount": 0.0, "currency": "EUR"},
        },
        "limit": {"amount": 8.0, "currency": "EUR"},
    },
    ResolveConflict: {
        "diamond": {
            "left": {"tip": {"handle": "a", "is_maintainer": False}, "note": "mine"},
            "right": {"tip": {"handle": "b", "is_maintainer": True}, "rank": -1},
            "again": None,
        }
    },
}
