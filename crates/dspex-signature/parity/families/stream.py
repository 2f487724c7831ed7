"""Stream cases: completions that are written piece by piece, cut in several ways."""

import json
import re
from collections.abc import Iterator
from random import Random

from families.case import Case

_TEXTS = [
    ("plain", "To get to the other side!"),
    ("plain", "one"),
    ("lines", "One line.\n\nAnother line,\n  indented, and a last one."),
    ("lines", "A list:\n- one\n- two\n\n```python\nprint(1)\n```"),
    ("punctuation", "Is it [1] or (2), {3} or #4? Yes: 5, 6; \"seven\" and 'eight'."),
    ("punctuation", "a < b & c > d, 100% of [x]"),
    ("punctuation", 'It ends in a quote: "so"'),
    ("punctuation", "x} y, {z"),
    ("punctuation", "back\\slash and \t tab"),
    ("unicode", "Grüße aus Köln, naïve 東京 🎉 done"),
    ("brackets", "see [[ here ]] now"),
    ("brackets", "the header [[ ## other ## ]] inside a line"),
    ("empty", ""),
    ("long", " ".join(f"word{number}" for number in range(60))),
]
_PARTS = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")


def cases(random: Random) -> Iterator[Case]:
    """Yield the cases, of every adapter and of several texts."""
    number = 0
    for tag, text in _TEXTS:
        reason = random.choice(["Because it is so.", "First this.\nThen that."])
        for adapter, completion in _completions(reason, text):
            number += 1
            parts = [part.end() for part in _PARTS.finditer(completion)][:-1]
            picked = sorted(random.sample(range(1, len(completion)), min(9, len(completion) // 8)))
            yield {
                "id": f"stream-{number:03}",
                "kind": "stream",
                "tags": ["stream", adapter, tag],
                "adapter": adapter,
                "signature": {"spec": "question -> reasoning, answer, score: int"},
                "completion": completion,
                "cuts": [1, 2, 3, 5, 9, len(completion), parts, picked],
            }


def _completions(reasoning: str, answer: str) -> Iterator[tuple[str, str]]:
    yield (
        "chat",
        (
            f"[[ ## reasoning ## ]]\n{reasoning}\n\n[[ ## answer ## ]]\n{answer}\n\n"
            "[[ ## score ## ]]\n3\n\n[[ ## completed ## ]]"
        ),
    )
    yield (
        "chat",
        f"Sure!\n[[ ## reasoning ## ]] {reasoning}\n[[ ## answer ## ]] {answer}\n[[ ## score ## ]] 3\n",
    )
    fields = {"reasoning": reasoning, "answer": answer, "score": 3}
    yield "json", json.dumps(fields, ensure_ascii=False)
    yield "json", json.dumps(fields, indent=2)
    yield "json", "```json\n" + json.dumps(dict(reversed(fields.items()))) + "\n```"
    escaped = answer.replace("&", "&amp;").replace("<", "&lt;")
    yield (
        "xml",
        (
            f"<reasoning>\n{reasoning}\n</reasoning>\n\n<answer>\n{escaped}\n</answer>\n\n"
            "<score>\n3\n</score>"
        ),
    )
    yield "xml", f"<score>3</score><answer>{escaped}</answer><reasoning>{reasoning}</reasoning>"
    if "<" in answer:
        yield (
            "xml",
            f"<answer>a <b>{escaped}</b></answer><reasoning>{reasoning}</reasoning><score>3</score>",
        )
