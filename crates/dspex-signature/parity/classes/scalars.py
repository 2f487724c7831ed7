"""Fields of plain types: texts, booleans, numbers of every width, and values of any type."""

from typing import Any, Optional

import dspy


class Ask(dspy.Signature):
    question: str = dspy.InputField()
    answer: str = dspy.OutputField()


class Escalate(dspy.Signature):
    """Decide whether a support ticket has to be escalated."""

    subject: str = dspy.InputField()
    body: str = dspy.InputField(desc="The customer's own words.")
    is_business: bool = dspy.InputField()
    days_open: int = dspy.InputField()
    escalate: bool = dspy.OutputField()
    first_reply_minutes: int = dspy.OutputField(desc="How long the customer may wait.")
    confidence: float = dspy.OutputField()


class ReadMeters(dspy.Signature):
    """Reconcile the counters of a data centre."""

    rack: int = dspy.InputField()
    port: int = dspy.InputField()
    packets: int = dspy.InputField()
    octets: int = dspy.InputField()
    lifetime_octets: int = dspy.InputField()
    n_samples: int = dspy.InputField()
    drift: int = dspy.OutputField()
    temperature: int = dspy.OutputField()
    balance: int = dspy.OutputField()
    nanoseconds: int = dspy.OutputField()
    total: int = dspy.OutputField()
    offset: int = dspy.OutputField()


class ReviewIntake(dspy.Signature):
    """Complete the intake form of a patient; leave out what nobody has said."""

    complaint: str = dspy.InputField()
    allergy: Optional[str] = dspy.InputField()
    weight_kg: Optional[float] = dspy.InputField()
    pulse: Optional[int] = dspy.InputField()
    smokes: Optional[bool] = dspy.InputField()
    referral: Optional[str] = dspy.OutputField()
    pain: Optional[int] = dspy.OutputField()
    fever: Optional[float] = dspy.OutputField()
    urgent: Optional[bool] = dspy.OutputField()


class AdjustDose(dspy.Signature):
    """Adjust the dose to the patient's kidneys."""

    drug: str = dspy.InputField()
    creatinine: float = dspy.InputField()
    on_dialysis: bool = dspy.InputField()
    age: Optional[int] = dspy.InputField()
    milligrams: float = dspy.OutputField()
    interval_hours: Optional[int] = dspy.OutputField()
    warning: Optional[str] = dspy.OutputField()


class Inspect(dspy.Signature):
    """Say what kind of payload this is."""

    payload: Any = dspy.InputField()
    previous: Any = dspy.InputField(desc="Whatever came before it.")
    nothing: Any = dspy.InputField()
    kind: str = dspy.OutputField()
    normalized: Any = dspy.OutputField()
    rest: Any = dspy.OutputField(desc="What could not be read.")


class Translate(dspy.Signature):
    """Translate into the target language, and keep the register."""

    # An output that stands before an input is shown after all of them.
    translation: str = dspy.OutputField()
    text: str = dspy.InputField()
    is_faithful: bool = dspy.OutputField()
    target_language: str = dspy.InputField()


class Extract(dspy.Signature):
    letter: str = dspy.InputField()
    page: int = dspy.InputField()
    sender: str = dspy.OutputField()
    recipient: str = dspy.OutputField()
    reference: Optional[str] = dspy.OutputField()
    place: str = dspy.OutputField()
    salutation: str = dspy.OutputField()
    has_signature: bool = dspy.OutputField()
    n_enclosures: int = dspy.OutputField()


class Straighten(dspy.Signature):
    """Estimate how a scanned page has to be turned."""

    skew: float = dspy.InputField(desc="degrees, clockwise")
    noise: float = dspy.InputField()
    dots_per_inch: float = dspy.InputField()
    rotation: float = dspy.OutputField(desc="degrees, counterclockwise")
    is_blank: bool = dspy.OutputField()


class Summarize(dspy.Signature):
    """Summarize the change for a reviewer."""

    diff: str = dspy.InputField()
    summary: str = dspy.OutputField()


class Convert(dspy.Signature):
    """Convert a physical constant, and keep its precision."""

    large: float = dspy.InputField()
    small: float = dspy.InputField()
    tenth: float = dspy.InputField()
    minus_zero: float = dspy.InputField()
    whole: float = dspy.InputField()
    converted: float = dspy.OutputField()
    exponent: int = dspy.OutputField()


class Consent(dspy.Signature):
    """Check a consent form that was filled in by hand."""

    signed: bool = dspy.InputField()
    witnessed: bool = dspy.InputField()
    withdrawn: bool = dspy.InputField()
    n_pages: int = dspy.InputField()
    n_copies: int = dspy.InputField()
    is_valid: bool = dspy.OutputField()
    reason: Optional[str] = dspy.OutputField()


class Rewrite(dspy.Signature):
    """Rewrite the text so that it can be read aloud."""

    text: str = dspy.InputField()
    empty: str = dspy.InputField()
    tone: Optional[str] = dspy.InputField()
    rewritten: str = dspy.OutputField()
    n_words: int = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    Ask: {"question": "Where does the Danube rise?"},
    Escalate: {
        "subject": "No heating since Friday",
        "body": "We have called three times.\n\nNobody came.",
        "is_business": False,
        "days_open": 4,
    },
    ReadMeters: {
        "rack": 255,
        "port": 65535,
        "packets": 4294967295,
        "octets": 18446744073709551615,
        "lifetime_octets": 9223372036854775808,
        "n_samples": 0,
    },
    ReviewIntake: {
        "complaint": "Chest pain when climbing stairs",
        "allergy": None,
        "weight_kg": 81.5,
        "pulse": 96,
        "smokes": None,
    },
    AdjustDose: {"drug": "metformin", "creatinine": 1.75, "on_dialysis": True, "age": None},
    Inspect: {
        "payload": {"id": 7, "tags": ["a", None, True], "ratio": 0.5},
        "previous": ["plain", 2, {"deep": [[]]}],
        "nothing": None,
    },
    Translate: {"text": "Ça va être juste.", "target_language": "English"},
    Extract: {"letter": "Dear Ms Ødegård,\nplease find enclosed ...", "page": 3},
    Straighten: {"skew": -1.5, "noise": 0.0625, "dots_per_inch": 300},
    Summarize: {
        "diff": '--- a/lib.rs\n+++ b/lib.rs\n@@ -1 +1 @@\n-let x = "{}";\n+let x = r"\\";\n'
    },
    Convert: {"large": 1e22, "small": 6.62607015e-34, "tenth": 0.1, "minus_zero": -0.0, "whole": 3},
    Consent: {
        "signed": "yes",
        "witnessed": 1,
        "withdrawn": "off",
        "n_pages": "12",
        "n_copies": 2.0,
    },
    Rewrite: {
        "text": "[[ ## text ## ]]\n{text} <text>&amp;</text> \t\u00a0end\u2028🙂 ",
        "empty": "",
        "tone": "  calm  ",
    },
}
