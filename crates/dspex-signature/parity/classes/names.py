"""Fields whose names a prompt words in a way of its own, and names that Rust cannot have."""

from typing import Any, Optional

import dspy
from pydantic import BaseModel


class ParseMail(dspy.Signature):
    """Read a mail as it comes from the gateway."""

    messageId: str = dspy.InputField()
    htmlBody: Optional[str] = dspy.InputField(desc="As sent.")
    isAutoReply: bool = dspy.InputField()
    inReplyTo: Optional[str] = dspy.OutputField()
    plainText: str = dspy.OutputField()


class IndexPaper(dspy.Signature):
    """Index a paper for the library."""

    abstract: str = dspy.InputField()
    type: str = dspy.InputField()
    final: bool = dspy.InputField()
    match: Optional[str] = dspy.OutputField(desc="The shelf it belongs to.")
    priv: bool = dspy.OutputField(desc="Nobody outside may read it.")
    where: str = dspy.OutputField()


class CompareQuarters(dspy.Signature):
    """Compare two quarters."""

    q1_revenue: float = dspy.InputField()
    q2_revenue_2024: float = dspy.InputField()
    top5: list[str] = dspy.InputField()
    utf8_note: str = dspy.InputField()
    k2: int = dspy.OutputField()
    p95_ms: float = dspy.OutputField()
    sha256sum: str = dspy.OutputField()


class Measure(dspy.Signature):
    größe: float = dspy.InputField()
    año: int = dspy.InputField()
    日付: str = dspy.InputField()
    été: bool = dspy.OutputField()
    übergröße: Optional[float] = dspy.OutputField()


class ProbeUrl(dspy.Signature):
    """Probe an address, and say what answered."""

    URL: str = dspy.InputField()
    HTTPMethod: str = dspy.InputField()
    x: int = dspy.InputField()
    HTTPStatus: int = dspy.OutputField()
    parsedURL2: str = dspy.OutputField()
    iOSVersion: Optional[str] = dspy.OutputField()
    id: str = dspy.OutputField()


class Classify(dspy.Signature):
    """Say which class a specimen belongs to."""

    class_: str = dspy.InputField()
    in_: Optional[str] = dspy.InputField()
    genus__species: str = dspy.InputField()
    from_: str = dspy.OutputField()
    fields_: list[str] = dspy.OutputField()
    instructions_: str = dspy.OutputField()


class Reproduce(dspy.Signature):
    """Say how the table came to differ from its original."""

    # Pydantic has methods of these names, which the fields cover.
    copy: str = dspy.InputField()
    schema: str = dspy.InputField()
    json: str = dspy.OutputField()
    construct: bool = dspy.OutputField()


class Contract(BaseModel):
    signature: str
    instructions: Optional[str]
    fields: list[str]
    input_fields: int
    model: str
    modelName: str


class CheckContract(dspy.Signature):
    """Check that a contract has been signed."""

    contract: Contract = dspy.InputField()
    signed_contract: Contract = dspy.OutputField()


class Finish(dspy.Signature):
    """Close the checklist of a flight."""

    checklist: str = dspy.InputField()
    role: str = dspy.InputField()
    completed: bool = dspy.OutputField()
    content: str = dspy.OutputField()
    reasoning: str = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    ParseMail: {"messageId": "<7@mail>", "htmlBody": "<p>Hi</p>", "isAutoReply": False},
    IndexPaper: {"abstract": "We count sheep.", "type": "article", "final": True},
    CompareQuarters: {
        "q1_revenue": 1250000.0,
        "q2_revenue_2024": 1310000.5,
        "top5": ["tea", "oats"],
        "utf8_note": "naïve",
    },
    Measure: {"größe": 1.82, "año": 1999, "日付": "令和6年5月1日"},
    ProbeUrl: {"URL": "https://example.org/?q=1&r=2", "HTTPMethod": "GET", "x": -1},
    Classify: {"class_": "Aves", "in_": None, "genus__species": "Turdus merula"},
    Reproduce: {"copy": "a,b\n1,3", "schema": "a int, b int"},
    CheckContract: {
        "contract": {
            "signature": "J. Doe",
            "instructions": None,
            "fields": ["price", "term"],
            "input_fields": 2,
            "model": "lease",
            "modelName": "L-2",
        }
    },
    Finish: {"checklist": "flaps, fuel, doors", "role": "co-pilot"},
}
