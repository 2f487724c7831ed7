"""Run cases of ReAct: tools, what they return or raise, and how loops end."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case
from families.case import Case
from families.completions import ADAPTERS
from families.replies import finish, reply, step

# fmt: off
_TABLE: dict[str, Any] = {
    '{"x": 1}': 1, '{"x": 2, "y": 2}': 4, '{"x": 3}': {"sum": 3, "ok": True, "l": [1.0, None]},
    '{"x": 4}': "two\nlines [[ ## trajectory ## ]]", '{"x": 5}': None, '{"x": 6}': 1e16,
    '{"x": 7}': ["a", "b"], '{"x": 8}': [], '{"x": 9}': {"raise": "overflow"}, '{"x": 10}': "",
    '{"x": 11}': True, '{"x": 12}': ["multi\nline", "«q»"], '{"x": 13}': [1, 2],
    '{"x": 14}': "<b> & é🎉",
}
_ADD = {
    "name": "add", "desc": "Adds two numbers.",
    "args": {"x": {"type": "integer"}, "y": {"type": "integer", "default": 0}}, "table": _TABLE,
}
_SEARCH = {
    "name": "search", "desc": "Finds\n    texts.",
    "args": {"query": {"type": "string", "description": "what to 'find'"}, "k": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None}},
    "table": {'{"query": "a"}': ["hit"]}, "default": "nothing",
}
# fmt: on
_NOW = {"name": "now", "desc": "", "args": {}, "table": {"{}": "noon"}}
_INT = {"spec": "question -> answer: int"}
_ASKED = {"question": "What is 2+2?"}


def cases(random: Random) -> Iterator[Case]:
    """Yield what tools return, then odd steps, then other signatures."""
    for x in range(1, 16):
        adapter = random.choice(ADAPTERS)
        arguments = {"x": 2, "y": 2} if x == 2 else {"x": x}
        yield _case(random, adapter, [step(adapter, "add", arguments), finish(adapter)])
    for adapter in ADAPTERS:
        odd: list[list[Any]] = [
            [finish(adapter)],
            [step(adapter, "nope", {})],
            [step(adapter, "add", "not an object")],
            [step(adapter, "add", {"z": 1}), finish(adapter)],
            [step(adapter, "add", {"x": "1"}), finish(adapter)],
            ["junk", finish("json")],
            ["junk", "junk"],
            [step(adapter, "add", {"x": 1}), {"status": 500}],
        ]
        for replies in random.sample(odd, 5):
            yield _case(random, adapter, replies)
    too_long = {
        "status": 400,
        "error": "long",
        "type": "invalid_request_error",
        "code": "context_length_exceeded",
    }
    steps = [step("chat", "add", {"x": 1}), step("chat", "add", {"x": 7})]
    yield _case(random, "chat", [*steps, too_long, finish("chat")])
    yield _case(random, "chat", [too_long, too_long, too_long])
    yield _case(random, "chat", [steps[0], steps[1], finish("chat")], max_iters=2)
    yield _case(random, "json", [step("json", "add", {"x": 1})], max_iters=1)
    tools = [_ADD, _SEARCH, _NOW]
    for replies in (
        [step("chat", "search", {"query": "a"}), finish("chat")],
        [step("chat", "search", {"query": "b", "k": 2}), finish("chat")],
        [step("chat", "now", {}), finish("chat")],
    ):
        yield _case(random, "chat", replies, tools=tools)
    for given in (
        {"spec": "question, context: list[str] -> answer, score: float"},
        {"spec": "question -> answer", "instructions": "Find it.\n  Slowly."},
        {"spec": "q -> a: list[str]", "descs": {"q": "the q", "a": "the a"}},
    ):
        yield _case(random, "chat", [finish("chat")], signature=given, tools=[_NOW])
    for tool in (
        {
            "name": "odd_args",
            "desc": "Says \"x\" and 'y'.",
            "args": {
                "a": {"type": "array", "items": {"type": "string"}},
                "o": {"type": "object", "properties": {"k": {"type": "number"}}},
                "b": {"type": "boolean", "default": True},
                "n": {"type": "null"},
            },
            "table": {},
            "default": "ok",
        },
        {
            "name": "enum",
            "desc": "d",
            "args": {"e": {"enum": ["a", "b"], "type": "string"}},
            "table": {},
            "default": 1.5,
        },
    ):
        yield _case(random, "chat", [step("chat", tool["name"], {}), finish("chat")], tools=[tool])
    twice = [*[steps[0]] * 2, *[finish("chat")] * 2, reply("chat", {"reasoning": "R", "answer": 3})]
    yield _case(random, "chat", twice, lm_config={"n": 2})


def _case(random: Random, adapter: str, replies: list[Any], **rest: Any) -> Case:
    given = rest.pop("signature", _INT)
    names = [part.split(":")[0].strip() for part in given["spec"].split("->")[0].split(",")]
    inputs = _ASKED if given is _INT else dict.fromkeys(names, "v")
    last = {"reasoning": "Because.", "answer": 4, "score": 0.5, "a": ["x"]}
    replies = [*replies, reply(adapter, last)]
    body = {
        "module": "react",
        "adapter": adapter,
        "signature": given,
        "inputs": inputs,
        "replies": replies,
        "tools": rest.pop("tools", [_ADD]),
        **rest,
    }
    level = random.choice(("medium", "hard"))
    return case.make("run", "run-react", level, body, "react")
