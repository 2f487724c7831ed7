"""Lists, optional values, tuples and arrays, within one another."""

from typing import Any, Optional

import dspy


class Cluster(dspy.Signature):
    """Group the headlines that tell the same story."""

    headlines: list[str] = dspy.InputField()
    weights: list[float] = dspy.InputField()
    seen: list[bool] = dspy.InputField()
    ids: list[int] = dspy.InputField(desc="one per headline")
    groups: list[list[int]] = dspy.OutputField(desc="Positions, from 0.")
    titles: list[str] = dspy.OutputField()


class FillGaps(dspy.Signature):
    """Fill the gaps of a series."""

    series: list[Optional[float]] = dspy.InputField()
    labels: Optional[list[str]] = dspy.InputField()
    flags: Optional[list[Optional[bool]]] = dspy.InputField()
    filled: list[float] = dspy.OutputField()
    doubtful: Optional[list[int]] = dspy.OutputField()
    notes: list[Optional[str]] = dspy.OutputField()


class Route(dspy.Signature):
    """Plan a route that visits every stop once."""

    start: tuple[float, float] = dspy.InputField(desc="latitude, longitude")
    stops: list[tuple[str, float, float]] = dspy.InputField()
    curfew: Optional[tuple[int, int]] = dspy.InputField()
    legs: list[tuple[str, str, int]] = dspy.OutputField()
    total: tuple[int, float, bool, str] = dspy.OutputField()


class Rotate(dspy.Signature):
    """Rotate a body about an axis."""

    axis: tuple[float, float, float] = dspy.InputField()
    matrix: tuple[tuple[int, int], tuple[int, int]] = dspy.InputField()
    corners: list[tuple[float, float, float]] = dspy.InputField()
    quaternion: tuple[float, float, float, float] = dspy.OutputField()
    names: Optional[tuple[str, str]] = dspy.OutputField()
    only: tuple[bool] = dspy.OutputField()


class Tokenize(dspy.Signature):
    paragraphs: list[list[list[str]]] = dspy.InputField()
    spans: list[tuple[int, tuple[int, int]]] = dspy.InputField()
    tokens: list[list[str]] = dspy.OutputField()
    best: tuple[list[str], list[float]] = dspy.OutputField()


class MergeRows(dspy.Signature):
    """Merge the rows of two spreadsheets."""

    left: list[list[Any]] = dspy.InputField()
    right: list[Any] = dspy.InputField()
    key: tuple[Any, int] = dspy.InputField()
    merged: list[list[Any]] = dspy.OutputField()
    dropped: Optional[list[Any]] = dspy.OutputField()
    pairs: list[tuple[Any, Any]] = dspy.OutputField()


class Tally(dspy.Signature):
    """Count the votes of an empty hall."""

    votes: list[str] = dspy.InputField()
    rounds: list[list[int]] = dspy.InputField()
    bounds: list[tuple[int, int]] = dspy.InputField()
    minority: Optional[list[str]] = dspy.InputField()
    winner: Optional[str] = dspy.OutputField()
    margins: list[float] = dspy.OutputField()


class Transpose(dspy.Signature):
    """Transpose a melody."""

    melody: list[tuple[str, Optional[int]]] = dspy.InputField()
    range: tuple[Optional[str], Optional[str]] = dspy.InputField()
    transposed: list[tuple[str, Optional[int]]] = dspy.OutputField()
    keys: list[str] = dspy.OutputField()


class Redact(dspy.Signature):
    """Black out what a court does not publish."""

    ruling: list[str] = dspy.InputField(desc="Paragraph by paragraph.")
    parties: list[Optional[tuple[str, str]]] = dspy.InputField(desc="Surname, first name.")
    redacted: list[str] = dspy.OutputField()
    spans: list[Optional[list[tuple[int, int]]]] = dspy.OutputField()


class Vote(dspy.Signature):
    """Weigh the answers of several models."""

    answers: list[str] = dspy.InputField()
    scores: list[tuple[float, bool]] = dspy.InputField()
    matrix: list[tuple[float, float]] = dspy.InputField()
    winner: tuple[int, str] = dspy.OutputField()
    ties: tuple[list[int], Optional[float]] = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    Cluster: {
        "headlines": ["Rain", "More rain"],
        "weights": [0.5, 2.0],
        "seen": [True, False],
        "ids": [9007199254740993, 0],
    },
    FillGaps: {"series": [1.0, None, 2.5], "labels": None, "flags": [None, True]},
    Route: {
        "start": [48.25, 16.5],
        "stops": [["Depot", 48.0, 16.0], ["Café «Zur Post»", 47.5, 15.25]],
        "curfew": [22, 6],
    },
    Rotate: {
        "axis": [0.0, 0.0, 1.0],
        "matrix": [[0, -1], [1, 0]],
        "corners": [[0.5, 0.25, -1.0]],
    },
    Tokenize: {"paragraphs": [[["It", "rains"], []], []], "spans": [[1, [0, 2]], [2, [3, 8]]]},
    MergeRows: {
        "left": [["id", 1], ["x", None]],
        "right": [{"a": 1, "b": [True]}, "tail", 2.5],
        "key": ["id", 0],
    },
    Tally: {"votes": [], "rounds": [[]], "bounds": [], "minority": None},
    Transpose: {"melody": [["c", 4], ["rest", None]], "range": [None, "g5"]},
    Redact: {"ruling": ["The plaintiff ..."], "parties": [["Doe", "Jane"], None]},
    Vote: {
        "answers": ["42", "41"],
        "scores": [[0.75, True], [0.25, False]],
        "matrix": [[1.0, 0.5]],
    },
}
