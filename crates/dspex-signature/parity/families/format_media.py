"""Format cases with the types that DSPy brings: images, code, reasoning; and their markers."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from families import case
from families.case import Case
from families.completions import ADAPTERS

_START, _END = "<<CUSTOM-TYPE-START-IDENTIFIER>>", "<<CUSTOM-TYPE-END-IDENTIFIER>>"
_BLOCK = '[{"type": "image_url", "image_url": {"url": "http://x/y.png"}}]'
_URL = {"url": "http://x/y.png"}
_DATA = {"url": "data:image/png;base64,aGk="}
_VALUES: list[tuple[str, Any]] = [
    ("dspy.Image", _URL),
    ("dspy.Image", _DATA),
    ("dspy.Image", "http://x/y.png"),
    ("dspy.Image", None),
    ("list[dspy.Image]", [_URL, _DATA]),
    ("list[dspy.Image]", []),
    ("Optional[dspy.Image]", _URL),
    ("dict[str, dspy.Image]", {"a": _URL}),
    ("dspy.Audio", {"data": "aGk=", "audio_format": "wav"}),
    ("dspy.File", {"file_data": "data:text/plain;base64,aGk=", "filename": "a.txt"}),
    ("dspy.File", {"file_id": "f-1"}),
    ("dspy.Code", {"code": "print(1)\n"}),
    ("dspy.Code['python']", {"code": "print(1)"}),
    ("dspy.Code", "x = 1"),
    ("dspy.Reasoning", {"content": "because"}),
    ("dspy.Reasoning", "because"),
    ("dspy.Tool", "no tool"),
    ("dspy.ToolCalls", {"tool_calls": [{"name": "f", "args": {"x": 1}}]}),
    ("Any", {"messages": []}),
]
_MARKED = [
    f"{_START}{_BLOCK}{_END}",
    f"before {_START}{_BLOCK}{_END} after",
    f"{_START}{_BLOCK}{_END}{_START}{_BLOCK}{_END}",
    f"{_START}not json{_END}",
    f"{_START}{_END}",
    f"{_START}{{}}{_END}",
    f'{_START}["text", 5]{_END}',
    f"{_START}{json.dumps(_BLOCK)[1:-1]}{_END}",
    f"{_START}[{{'type': 'text', 'text': 'x'}},]{_END}",
    f"{_START}{_BLOCK}",
    f"{_BLOCK}{_END}",
    f"{_START}\n{_BLOCK}\n{_END}",
    f"{_START}a{_START}b{_END}c{_END}",
]


def cases(random: Random) -> Iterator[Case]:
    """Yield media as inputs and outputs, and texts that hold what stands for media."""
    for annotation, value in _VALUES:
        given = {"spec": f"x: {annotation}, y -> answer"}
        demos = [{"x": value, "y": "then", "answer": "A"}, {"x": value, "answer": "B"}]
        yield _case(random.choice(ADAPTERS), given, {"x": value, "y": "why"}, demos)
    for annotation, value in random.sample(_VALUES, 8):
        demos = [{"q": "then", "out": value}]
        given = {"spec": f"q -> out: {annotation}, more"}
        yield _case(random.choice(ADAPTERS), given, {"q": "now"}, demos)
    for text in _MARKED:
        demos = [{"x": text, "answer": text}] if random.random() < 0.5 else []
        yield _case(random.choice(ADAPTERS), {"spec": "x -> answer"}, {"x": text}, demos)


def _case(
    adapter: str, given: dict[str, Any], inputs: dict[str, Any], demos: list[dict[str, Any]]
) -> Case:
    body = {"adapter": adapter, "signature": given, "demos": demos, "inputs": inputs}
    return case.make("format", "fmt-media", "hard", body, "exotic")
