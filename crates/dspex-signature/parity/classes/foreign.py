"""Dates, times, durations, identifiers and decimals."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Optional, Union
from uuid import UUID

import dspy
from pydantic import BaseModel, Field


class Book(dspy.Signature):
    """Find a day for the appointment."""

    request: str = dspy.InputField()
    today: date = dspy.InputField()
    holidays: list[date] = dspy.InputField()
    day: date = dspy.OutputField()
    alternatives: list[date] = dspy.OutputField(max_length=3)
    deadline: Optional[date] = dspy.OutputField()


class Reschedule(dspy.Signature):
    """Move the meeting so that everybody can come."""

    meeting: datetime = dspy.InputField(desc="where it takes place")
    written: datetime = dspy.InputField(desc="when the mail was sent")
    clock: time = dspy.InputField()
    length: timedelta = dspy.InputField()
    moved: datetime = dspy.OutputField()
    answered: datetime = dspy.OutputField()
    reminder: timedelta = dspy.OutputField(desc="before it starts")
    doors: time = dspy.OutputField()


class Shifts(dspy.Signature):
    """Read the times from a roster."""

    roster: dict[str, tuple[time, time]] = dspy.InputField()
    breaks: list[timedelta] = dspy.InputField()
    slept: Optional[timedelta] = dspy.InputField()
    starts: dict[str, datetime] = dspy.OutputField()
    gaps: list[tuple[datetime, timedelta]] = dspy.OutputField()
    last: Optional[time] = dspy.OutputField()


class Trace(dspy.Signature):
    """Follow a request through the services."""

    request_id: UUID = dspy.InputField()
    parents: list[UUID] = dspy.InputField()
    owner: Optional[UUID] = dspy.InputField()
    culprit: UUID = dspy.OutputField()
    by_service: dict[str, UUID] = dspy.OutputField()
    chain: tuple[UUID, Optional[UUID]] = dspy.OutputField()


class QuotePrice(dspy.Signature):
    """Quote a price in the customer's currency."""

    net: Decimal = dspy.InputField()
    rate: Decimal = dspy.InputField(desc="for one unit of ours", gt=0)
    rebates: list[Decimal] = dspy.InputField()
    price: Decimal = dspy.OutputField(ge=0, lt=1000.5)
    by_country: dict[str, Decimal] = dspy.OutputField()
    rounding: Optional[Decimal] = dspy.OutputField(
        desc="none where it came out even", gt=-0.01, le=0.01
    )


class Status(Enum):
    Due = "due"
    Paid = "paid"


class Invoice(BaseModel):
    """An invoice as it is filed."""

    id: UUID = Field(description="of the file")
    issued: date
    due: Optional[date] = Field(default=None, description="none for cash")
    received: datetime
    amount: Decimal = Field(description="with tax", ge=0)
    grace: timedelta = timedelta(days=14)
    status: Status = Status.Due


class FileInvoice(dspy.Signature):
    """File the invoice."""

    scan: str = dspy.InputField()
    previous: Invoice = dspy.InputField()
    invoice: Invoice = dspy.OutputField()
    related: list[Invoice] = dspy.OutputField()


class Stay(dspy.Signature):
    """Book a stay."""

    wish: str = dspy.InputField()
    arrival: date = dspy.InputField(default=date(2024, 2, 29))
    breakfast: time = dspy.InputField(default=time(0, 0))
    checkout: time = dspy.InputField(default=time(10, 30))
    booked: datetime = dspy.InputField(default=datetime(1970, 1, 1, tzinfo=timezone.utc))
    late: timedelta = dspy.InputField(default=timedelta(minutes=90))
    guest: UUID = dspy.InputField(default=UUID(int=0))
    deposit: Decimal = dspy.InputField(default=Decimal("1.50"))
    until: Optional[date] = dspy.OutputField(default=None)
    total: Decimal = dspy.OutputField(default=Decimal(0))


class Settings(BaseModel):
    wake: time = time(6, 45)
    snooze: timedelta = Field(default=timedelta(seconds=90), description="each time")
    price: Decimal = Decimal("0.99")
    device: UUID = UUID("12345678-1234-5678-1234-567812345678")
    since: date = date(1970, 1, 1)
    last: Optional[datetime] = None
    skipped: list[date] = []


class SetAlarm(dspy.Signature):
    """Set the alarm."""

    sentence: str = dspy.InputField()
    settings: Settings = dspy.InputField()
    changed: Settings = dspy.OutputField(desc="As they are from now on.")


class Bought(BaseModel):
    """Shares came in."""

    kind: Literal["Bought"]
    on: date
    price: Decimal


class Sold(BaseModel):
    kind: Literal["sold"]
    at: datetime
    price: Decimal
    after: timedelta = Field(description="since they were bought")


Trade = Union[Bought, Sold]


class TaxTrades(dspy.Signature):
    """Work out the tax on trades."""

    trades: list[Trade] = dspy.InputField()
    allowance: Optional[Decimal] = dspy.InputField()
    tax: Decimal = dspy.OutputField()
    decisive: Optional[Trade] = dspy.OutputField()


class Chronicle(dspy.Signature):
    first: date = dspy.InputField()
    span: tuple[date, date] = dspy.InputField()
    moments: list[datetime] = dspy.InputField()
    local: list[datetime] = dspy.InputField()
    instants: list[time] = dspy.InputField()
    lengths: dict[str, timedelta] = dspy.InputField()
    amounts: dict[str, list[Decimal]] = dspy.InputField()
    days: set[date] = dspy.OutputField()
    ids: set[UUID] = dspy.OutputField()
    chronicle: list[tuple[date, str]] = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    Book: {
        "request": "some day next week",
        "today": "2024-02-29",
        "holidays": ["2024-12-25", "1999-01-01"],
    },
    Reschedule: {
        "meeting": "2024-05-01T09:30:00",
        "written": "2024-04-30T18:05:07Z",
        "clock": "18:05",
        "length": "PT1H30M",
    },
    Shifts: {
        "roster": {"Kim": ["06:00:00", "14:15:30"], "Lee": ["22:00", "06:00"]},
        "breaks": ["PT30M", 90],
        "slept": None,
    },
    Trace: {
        "request_id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "parents": ["00000000-0000-0000-0000-000000000000", "6BA7B811-9DAD-11D1-80B4-00C04FD430C8"],
        "owner": None,
    },
    QuotePrice: {"net": "120.50", "rate": "0.000123", "rebates": ["-5", "0.00", 3]},
    FileInvoice: {
        "scan": "No. 7, 1 May",
        "previous": {
            "id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "issued": "2024-04-01",
            "due": "2024-04-15",
            "received": "2024-04-02T07:00:00.250000Z",
            "amount": "99.90",
            "grace": "P7D",
            "status": "paid",
        },
    },
    Stay: {
        "wish": "a quiet room",
        "arrival": "2025-07-01",
        "breakfast": "07:30:00",
        "checkout": "11:00:00.000001",
        "booked": "2025-01-31T23:59:59Z",
        "late": "P1DT2H",
        "guest": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "deposit": "20",
    },
    SetAlarm: {
        "sentence": "Wake me at seven.",
        "settings": {
            "wake": "07:00:00",
            "snooze": "PT5M",
            "price": "1.10",
            "device": "00000000-0000-0000-0000-000000000001",
            "since": "2020-02-02",
            "last": "2024-05-01T07:00:01.500000",
            "skipped": ["2024-05-01"],
        },
    },
    TaxTrades: {
        "trades": [
            {"kind": "Bought", "on": "2023-01-02", "price": "10.00"},
            {"kind": "sold", "at": "2024-01-02T15:30:00Z", "price": "12.75", "after": "P365D"},
        ],
        "allowance": "1000",
    },
    Chronicle: {
        "first": "0001-01-01",
        "span": ["1582-10-04", "9999-12-31"],
        "moments": ["1969-12-31T23:59:59.999999Z", "2000-01-01T00:00:00Z"],
        "local": ["2024-03-31T02:30:00"],
        "instants": ["00:00:00", "23:59:59.5"],
        "lengths": {"back": "-PT30M", "none": "PT0S", "week": "P7D"},
        "amounts": {"chf": ["0.05"], "jpy": []},
    },
}
