"""Enums with data whose variants hold models, containers, bounds, defaults and other enums."""

from enum import Enum
from typing import Any, Literal, Optional, Union

import dspy
from pydantic import BaseModel, Field


class Unit(Enum):
    Metre = "m"
    Foot = "ft"


class Place(BaseModel):
    """A point of the map."""

    lat: float
    lon: float


class Near(BaseModel):
    kind: Literal["near"]
    place: Place
    within: tuple[float, Unit]


class Along(BaseModel):
    kind: Literal["along"]
    stops: list[Place] = Field(min_length=2)
    unit: Unit = Unit.Metre


class Everywhere(BaseModel):
    """No place in particular."""

    kind: Literal["Everywhere"]


Area = Union[Near, Along, Everywhere]


class SearchMap(dspy.Signature):
    """Search the map."""

    query: str = dspy.InputField()
    area: Area = dspy.InputField()
    hits: list[Place] = dspy.OutputField()
    better_area: Optional[Area] = dspy.OutputField()


class Tablet(BaseModel):
    """Swallowed whole."""

    route: Literal["by mouth"]
    n_per_day: int = Field(ge=1, le=6)
    with_food: bool = False


class Drip(BaseModel):
    """Over hours."""

    route: Literal["into a vein"]
    rate: float = Field(gt=0.0, description="ml per hour")
    additives: dict[str, float] = {}


class Patch(BaseModel):
    route: Literal["Patch"]
    sites: set[str] = Field(description="where it may stick")
    days: Optional[int] = Field(ge=1, le=7)


Therapy = Union[Tablet, Drip, Patch]


class Treat(dspy.Signature):
    """Choose how a drug is given."""

    drug: str = dspy.InputField()
    tried: dict[str, Therapy] = dspy.InputField()
    therapy: Therapy = dspy.OutputField()
    by_day: dict[int, list[Therapy]] = dspy.OutputField()


class Number(BaseModel):
    eventType: Literal["Number"]
    rawValue: float


class Word(BaseModel):
    eventType: Literal["Word"]
    rawValue: str
    type: Any


Cell = Union[Number, Word]


class ReadTable(dspy.Signature):
    rows: list[list[Cell]] = dspy.InputField()
    header: list[Optional[Cell]] = dspy.OutputField()
    sums: dict[str, Cell] = dspy.OutputField()


class Sphere(BaseModel):
    solid: Literal["Sphere"]
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    radius: float = 1.0


class Brick(BaseModel):
    """Upright, never turned."""

    solid: Literal["cuboid"]
    corners: tuple[tuple[float, float], tuple[float, float]]
    colour: Optional[str] = "grey"
    tags: list[str] = ["plain"]


Solid = Union[Sphere, Brick]


class BuildScene(dspy.Signature):
    """Build a scene from what somebody tells."""

    story: str = dspy.InputField()
    seen: list[Solid] = dspy.InputField()
    scene: list[Solid] = dspy.OutputField()
    on_top: dict[str, tuple[Solid, float]] = dspy.OutputField()


class PackScene(dspy.Signature):
    """Pack what stands in a scene."""

    solids: dict[int, Solid] = dspy.InputField()
    from_area: Optional[Area] = dspy.InputField()
    packed: list[tuple[str, Solid]] = dspy.OutputField(desc="By label.")
    left_over: Optional[dict[str, Solid]] = dspy.OutputField()


class Author(BaseModel):
    """Who wrote it."""

    handle: str
    is_bot: bool = False


class Approve(BaseModel):
    type: Literal["Approve"]
    by: Author


class RequestChanges(BaseModel):
    """It cannot go in as it is."""

    type: Literal["RequestChanges"]
    by: Author = Field(description="not the one who wrote the code")
    files: dict[str, list[int]]


class Abstain(BaseModel):
    type: Literal["Abstain"]
    why: Any = None


Opinion = Union[Approve, RequestChanges, Abstain]


class ReviewPatch(dspy.Signature):
    """Review a patch as several people would."""

    patch: str = dspy.InputField()
    author: Author = dspy.InputField()
    so_far: dict[str, Opinion] = dspy.InputField()
    opinions: list[Opinion] = dspy.OutputField()
    final_opinion: Opinion = dspy.OutputField(desc="of the maintainer")


class Leaf(BaseModel):
    is_: Literal["Leaf"]
    weight: float


class Pair(BaseModel):
    is_: Literal["a pair"]
    labels: tuple[str, str]


Twig = Union[Leaf, Pair]


class Cut(BaseModel):
    at: Literal["Cut"]
    twig: Twig
    others: list[Twig] = []


class Bend(BaseModel):
    at: Literal["Bend"]
    twig: Optional[Twig]
    degrees: int = Field(gt=-180, le=180)


Prune = Union[Cut, Bend]


class PruneTree(dspy.Signature):
    tree: str = dspy.InputField()
    last_year: Optional[Prune] = dspy.InputField()
    this_year: Prune = dspy.OutputField()
    twigs: list[Twig] = dspy.OutputField()


class Ok(BaseModel):
    """It came back."""

    status: Literal[" ok "]
    r: str = Field(description='the body, {as} it "came"\\n')
    type: Optional[int]


class Nok(BaseModel):
    """It did not.

    The server may say why:
        in words.
    """

    status: Literal['it\'s "nok"']
    type: str = Field(default="unknown", max_length=16, description="")


Fetched = Union[Ok, Nok]


class Fetch(dspy.Signature):
    """Say what a request would have brought."""

    url: str = dspy.InputField()
    sample: Fetched = dspy.InputField()
    fetched: Fetched = dspy.OutputField()
    retries: tuple[Fetched, Fetched] = dspy.OutputField()


CASES: dict[type[dspy.Signature], dict[str, Any]] = {
    SearchMap: {
        "query": "water",
        "area": {"kind": "near", "place": {"lat": 47.5, "lon": 9.5}, "within": [500, "ft"]},
    },
    Treat: {
        "drug": "ibuprofen",
        "tried": {
            "2023": {"route": "by mouth", "n_per_day": 3, "with_food": True},
            "2024": {"route": "Patch", "sites": ["arm"], "days": None},
        },
    },
    ReadTable: {
        "rows": [
            [{"eventType": "Number", "rawValue": 2.5}],
            [{"eventType": "Word", "rawValue": "tea", "type": {"deep": [1]}}],
        ]
    },
    BuildScene: {
        "story": "A ball on a brick.",
        "seen": [
            {"solid": "Sphere", "centre": [0.5, 0, 1], "radius": 2.0},
            {"solid": "cuboid", "corners": [[0, 0], [1, 2.5]], "colour": None, "tags": []},
        ],
    },
    PackScene: {
        "solids": {"2": {"solid": "Sphere", "centre": [0, 0, 0], "radius": 1}},
        "from_area": {"kind": "Everywhere"},
    },
    ReviewPatch: {
        "patch": "- old\n+ new",
        "author": {"handle": "kim", "is_bot": False},
        "so_far": {
            "lee": {"type": "Approve", "by": {"handle": "lee", "is_bot": True}},
            "mo": {"type": "Abstain", "why": ["busy", {"until": 3}]},
        },
    },
    PruneTree: {
        "tree": "apple, seven years",
        "last_year": {"at": "Bend", "twig": {"is_": "Leaf", "weight": 0.5}, "degrees": -90},
    },
    Fetch: {
        "url": "https://example.org",
        "sample": {"status": " ok ", "r": "<p>\n</p>", "type": None},
    },
}
