"""Parse cases about the headers of ChatAdapter."""

from collections.abc import Iterator
from random import Random

from families import case
from families.case import Case
from families.catalogue import signature

_PAIR = signature("q -> a, b: int")
_TEXTS = signature("q -> a, b")
_THREE = signature("q -> reasoning, answer: list[str], score: float")
_UNICODE = signature("q -> été, 答え: int")
# fmt: off
_SEPARATORS = {
    "cr": "\r", "crlf": "\r\n", "vertical-tab": "\x0b", "form-feed": "\x0c", "file": "\x1c",
    "group": "\x1d", "record": "\x1e", "unit": "\x1f", "next-line": "\x85", "line": "\u2028",
    "paragraph": "\u2029", "zero-width": "\u200b", "null": "\x00", "nbsp": "\u00a0",
}
_HEADERS = [
    "[[ ## a ## ]]", " [[ ## a ## ]]", "   [[ ## a ## ]] inline", "\t[[ ## a ## ]]\tinline",
    "[[ ## a ## ]] inline", "[[ ## a ## ]]inline", "[[ ## a ## ]] in [[ ## b ## ]] line",
    "[[## a ##]]", "[[ ##a## ]]", "[[ ## A ## ]]", "[[ ##  a ## ]]", "[[ ## a ##]]", "[ ## a ## ]",
    "## a ##", "**[[ ## a ## ]]**", "> [[ ## a ## ]]", "- [[ ## a ## ]]", "`[[ ## a ## ]]`",
    "[[ ## a ## ]]:", "[[ ## a ## ]] :", "text [[ ## a ## ]]", "[[ ## a b ## ]]", "[[ ## a-b ## ]]",
    "[[ ## a. ## ]]", "[[ ## ## ]]", "[[ ## a ## ]", "[[ # a # ]]", '[[ ## "a" ## ]]',
    "[[\u00a0## a ## ]]", "\u00a0[[ ## a ## ]] inline", "\u3000[[ ## a ## ]]x",
    "\ufeff[[ ## a ## ]]", "[[ ## a ## ]] [[ ## a ## ]]", "[[ ## a ## ]][[ ## b ## ]]",
    "[[ ## á ## ]]", "[[ ## a\u0301 ## ]]", "[[ ## ａ ## ]]", "[[ ## a1 ## ]]", "[[ ## _a ## ]]",
]
_BODIES: list[tuple[str, str, str]] = [
    ("easy", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5\n\n[[ ## completed ## ]]\n", "good"),
    ("easy", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5", "completed-missing"),
    ("easy", "[[ ## b ## ]]\n5\n[[ ## a ## ]]\nx", "order"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## a ## ]]\ny\n[[ ## b ## ]]\n5", "duplicate"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\nbad\n[[ ## b ## ]]\n5", "duplicate"),
    ("medium", "[[ ## a ## ]]\n\n[[ ## a ## ]]\ny\n[[ ## b ## ]]\n5", "duplicate"),
    ("medium", "[[ ## completed ## ]]\n[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5", "order"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## completed ## ]]\n[[ ## b ## ]]\n5", "order"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## zzz ## ]]\nlost\n[[ ## b ## ]]\n5", "unknown"),
    ("medium", "[[ ## q ## ]]\nquestion\n[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5", "unknown"),
    ("easy", "Sure!\n\n[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5\n", "prose"),
    ("easy", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5\n[[ ## completed ## ]]\nBye!", "prose"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5\n\nBye!", "prose"),
    ("medium", "[[ ## a ## ]] x\n[[ ## b ## ]] 5", "inline"),
    ("medium", "[[ ## a ## ]] x\ny\n[[ ## b ## ]] 5", "inline"),
    ("hard", "   [[ ## a ## ]] x\n   [[ ## b ## ]] 5", "indented"),
    ("hard", " [[ ## a ## ]] x\n  [[ ## b ## ]]5", "indented"),
    ("hard", "          [[ ## a ## ]] long enough text\n[[ ## b ## ]] 5", "indented"),
    ("easy", "[[ ## a ## ]]\nx", "missing"), ("easy", "[[ ## b ## ]]\n5", "missing"),
    ("easy", "", "empty"), ("medium", "\n\n", "empty"),
    ("medium", "[[ ## a ## ]]\n[[ ## b ## ]]\n5", "empty"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## b ## ]]", "empty"),
    ("easy", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\nfive", "invalid"),
    ("medium", "[[ ## a ## ]]\n  x  \n\n   y\n\n[[ ## b ## ]]\n\n\n 5 \n\n", "strip"),
    ("medium", "[[ ## a ## ]]\n\ttab\n    code\n[[ ## b ## ]]\n5", "strip"),
    ("medium", "```\n[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5\n```", "fence"),
    ("medium", "[[ ## a ## ]]\n```\nx\n```\n[[ ## b ## ]]\n```json\n5\n```", "fence"),
    ("medium", '{"a": "x", "b": 5}', "json-for-chat"),
    ("medium", "<a>x</a><b>5</b>", "xml-for-chat"), ("medium", "a: x\nb: 5", "prose"),
    ("hard", "[[ ## a ## ]]\n[[ ## b ## ]] is a header\n[[ ## b ## ]]\n5", "duplicate"),
    ("hard", "[[ ## a ## ]]\nsee [[ ## b ## ]] below\n[[ ## b ## ]]\n5", "marker"),
    ("hard", "[[ ## a ## ]]\n> [[ ## b ## ]]\n[[ ## b ## ]]\n5", "marker"),
    ("hard", "[[ ## a ## ]]\nx [[ ## completed ## ]]\n[[ ## b ## ]]\n5 [[ ## completed ## ]]", "marker"),
    ("hard", "[[ ## a ## ]] x [[ ## b ## ]] 5 [[ ## completed ## ]]", "inline"),
    ("hard", "[[ ## a ## ]]\n«x»\n[[ ## b ## ]]\n5", "unicode"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## b", "truncated"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## b ## ]", "truncated"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5\n[[ ## compl", "truncated"),
    ("hard", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5\n[[ ## completed", "truncated"),
    ("hard", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5\ncompleted", "truncated"),
    ("hard", "[[ ## A ## ]]\nx\n[[ ## B ## ]]\n5", "case"),
    ("hard", "[[ ## a ## ]]\nx\n\n[[ ## b ## ]]\n5\n\n[[ ## a ## ]]\nlate", "duplicate"),
]
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield headers of every shape, between lines of every kind."""
    for level, completion, tag in _BODIES:
        yield case.parse("chat-structure", level, "chat", _PAIR, completion, tag)
        if level != "easy":
            yield case.parse("chat-structure", level, "chat", _TEXTS, completion, tag)
            continue
        given = {"signature": _PAIR, "completion": completion}
        yield case.make("parse", "chat-structure", level, given, tag)
        given = {"adapter": "chat-nofallback", **given}
        yield case.make("parse", "chat-structure", level, given, tag)
    for header in _HEADERS:
        for template in (
            "{}\nx\n[[ ## b ## ]]\n5\n",
            "[[ ## b ## ]]\n5\n{}\nx\ny",
            "[[ ## b ## ]] 5\n{}",
        ):
            completion = template.format(header)
            yield case.parse("chat-header", "hard", "chat", _PAIR, completion, "header")
    for name, separator in _SEPARATORS.items():
        for template in (
            "[[ ## a ## ]]|x|[[ ## b ## ]]|5|",
            "[[ ## a ## ]]\nx|y\n[[ ## b ## ]]\n5|",
            "[[ ## a ## ]] x|[[ ## b ## ]] 5",
            "|[[ ## a ## ]]\n||x||\n[[ ## b ## ]]|\n5",
        ):
            completion = template.replace("|", separator)
            yield case.parse("chat-separator", "hard", "chat", _PAIR, completion, name)
            if "y" in template:
                yield case.parse("chat-separator", "hard", "chat", _TEXTS, completion, name)
    for completion in (
        "[[ ## été ## ]]\nx\n[[ ## 答え ## ]]\n5",
        "[[ ## été ## ]] 5\n[[ ## 答え ## ]] 5",
        "[[ ## ete ## ]]\nx",
    ):
        yield case.parse("chat-header", "hard", "chat", _UNICODE, completion, "unicode")
    yield from _shuffled(random)


def _shuffled(random: Random) -> Iterator[Case]:
    values = {
        "reasoning": ["Think.", "", "a\n\nb", "[[ ## x"],
        "answer": ["[]", '["a"]', "['a', 'b']", "a", "", "- a\n- b", '["a",]', "null"],
        "score": ["1", "0.5", "high", "", "1e400", "nan", "50%", '"2"', "1.0."],
    }
    glue = ["\n", "\n\n", " ", "\n  ", ""]
    for _ in range(120):
        names = random.sample([*values, "completed", "extra"], random.choice((3, 4, 5)))
        completion = ""
        for name in names:
            text = random.choice(values.get(name, ["", "noise"]))
            completion += f"[[ ## {name} ## ]]{random.choice(glue)}{text}{random.choice(glue)}"
        yield case.parse("chat-shuffled", "hard", "chat", _THREE, completion, "seeded")
