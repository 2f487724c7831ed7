"""Run cases of Predict and ChainOfThought: settings, errors, fallbacks, saved states."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case
from families.case import Case
from families.catalogue import FIELD_TYPES, signature
from families.completions import ADAPTERS
from families.replies import reply

_TOKENS: list[Any] = [
    {
        "token": "4",
        "logprob": -0.25,
        "bytes": [52],
        "top_logprobs": [
            {"token": "4", "logprob": -0.25, "bytes": [52]},
            {"token": "é", "logprob": -2, "bytes": [195, 169]},
        ],
    },
    {"token": "\\xf0", "logprob": 0, "bytes": None, "top_logprobs": []},
]
_ODD_TOKENS: list[Any] = [
    {"token": "a", "logprob": -1e-7},
    {"token": "lost"},
    {"logprob": -1.0},
    {
        "token": "b",
        "logprob": -0.5,
        "bytes": [],
        "top_logprobs": [{"token": "c"}, {"token": "d", "logprob": -9999.0}],
    },
]
_INT = {"spec": "question -> answer: int"}
_ASKED = {"question": "What is 2+2?"}
# fmt: off
_CONFIGS: list[dict[str, Any]] = [
    {"temperature": 0.3}, {"temperature": 0}, {"temperature": 0.0}, {"temperature": 1},
    {"temperature": None}, {"max_tokens": 7}, {"max_tokens": None},
    {"temperature": 0.3, "max_tokens": 7}, {"top_p": 0.9}, {"seed": 7}, {"stop": ["END"]},
    {"stop": "END"}, {"presence_penalty": 0.5, "frequency_penalty": -0.5}, {"logprobs": True},
    {"user": "me"}, {"temperature": 1.5, "top_p": 1, "seed": 0}, {"rollout_id": 3},
    {"rollout_id": 3, "temperature": 0.9},
]
_COUNTS: list[dict[str, Any]] = [
    {"n": 1}, {"n": 2}, {"n": 3}, {"n": 2, "temperature": 0}, {"n": 2, "temperature": 0.1},
    {"n": 2, "temperature": 0.15}, {"n": 2, "temperature": 0.16}, {"n": 2, "temperature": 1.0},
    {"n": 2, "temperature": None}, {"n": 4}, {"n": 0}, {"n": None},
]
# fmt: on
_FAILURES: list[dict[str, Any]] = [
    {"status": status, "error": "boom", "type": kind, "code": None}
    for status, kind in (
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (402, "billing_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (408, "timeout"),
        (409, "conflict"),
        (413, "too_large"),
        (418, "teapot"),
        (422, "unprocessable"),
        (429, "rate_limit_error"),
        (500, "server_error"),
        (501, "server_error"),
        (502, "server_error"),
        (503, "server_error"),
        (504, "server_error"),
        (529, "overloaded"),
    )
] + [
    {
        "status": 400,
        "error": "too long",
        "type": "invalid_request_error",
        "code": "context_length_exceeded",
    },
    {
        "status": 400,
        "error": "This model's maximum context length is 5 tokens",
        "type": "invalid_request_error",
    },
    {"status": 429, "error": "quota", "type": "insufficient_quota", "code": "insufficient_quota"},
    {"status": 401, "error": "bad key", "type": "invalid_request_error", "code": "invalid_api_key"},
    {
        "status": 404,
        "error": "no model",
        "type": "invalid_request_error",
        "code": "model_not_found",
    },
    {"status": 400, "error": "filtered", "type": "invalid_request_error", "code": "content_filter"},
    {"status": 400},
]
# fmt: off
_JUNK = [
    "", " ", "I refuse the format.", "4", "null", "[]", '{"wrong": 1}',
    "[[ ## answer ## ]]\nnot a number\n", "<answer>four</answer>", "<answer>", '{"answer": "four"}',
]
_ODD_REPLIES: list[Any] = [
    {"content": None}, {"content": ""}, {"content": None, "finish_reason": "length"},
    {"content": "[[ ## answer ## ]]\n4", "finish_reason": "length"},
    {"content": "[[ ## answer ## ]]\n4", "reasoning_content": "Because."},
    {"content": None, "reasoning_content": "Because."},
    {"content": "[[ ## answer ## ]]\n4", "finish_reason": "content_filter"},
    {"content": None, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
    {"content": "[[ ## answer ## ]]\n4", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
]
_SPECS: list[tuple[str, tuple[str, ...], dict[str, Any], dict[str, Any]]] = [
    ("question -> answer", (), _ASKED, {"answer": "4"}),
    ("question -> answer: int", (), _ASKED, {"answer": 4}),
    ("question, ctx: list[str] -> answer: list[str]", (), {"question": "q", "ctx": ["a", "b\nc"]}, {"answer": ["x"]}),
    ("x: Person -> y: Person, z: bool", ("Person",), {"x": {"name": "A", "age": 1}}, {"y": {"name": "B", "age": 2}, "z": True}),
    ("x: float, y: Optional[int] -> total: float, kind: Literal['a', 'b']", (), {"x": 1e-7, "y": None}, {"total": 2.5, "kind": "b"}),
    ("q -> table: dict[str, int], note", (), {"q": "q"}, {"table": {"a": 1}, "note": "n"}),
]
_MODELS: list[tuple[str, dict[str, Any]]] = [
    ("openai/gpt-4o", {}), ("openai/gpt-4.1-mini", {}), ("openai/gpt-4", {}),
    ("openai/gpt-3.5-turbo", {}), ("openai/gpt-4-turbo", {}), ("openai/made-up-model", {}),
    ("openai/o1", {"temperature": 1.0, "max_tokens": 16000}),
    ("openai/o3-mini", {"temperature": 1.0, "max_tokens": 20000}),
    ("openai/o1", {"temperature": 0.5, "max_tokens": 16000}), ("openai/o1", {"max_tokens": 10}),
    ("openai/gpt-5", {"temperature": 1.0, "max_tokens": 16000}), ("openai/gpt-5-mini", {}),
    ("openai/gpt-4o-2024-08-06", {}), ("openai/gpt-5-chat-latest", {}),
]
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield every setting and failure once or twice, adapters changing."""
    for spec, names, inputs, outputs in _SPECS:
        for adapter in ADAPTERS:
            module = random.choice(("predict", "chain_of_thought"))
            values = {"reasoning": "R."} | outputs if module != "predict" else outputs
            given = signature(spec, *names)
            yield _run(
                "run-plain",
                "medium",
                adapter,
                given,
                [reply(adapter, values)],
                inputs=inputs,
                module=module,
            )
    for spec in (
        "reasoning -> answer",
        "question -> reasoning, answer",
        "question -> answer, reasoning: list[str]",
        "rationale -> answer",
    ):
        inputs = {spec.split(" ")[0]: "given"}
        replies = [reply("chat", {"reasoning": "[]", "answer": "4"})]
        yield _run(
            "run-plain",
            "hard",
            "chat",
            {"spec": spec},
            replies,
            inputs=inputs,
            module="chain_of_thought",
        )
    yield from _settings(random)
    yield from _inputs(random)
    yield from _failures(random)
    yield from _schemas(random)
    yield from _states(random)


def _settings(random: Random) -> Iterator[Case]:
    for config in _CONFIGS:
        adapter = random.choice(ADAPTERS)
        replies = [reply(adapter, {"answer": 4})]
        yield _run("run-config", "medium", adapter, _INT, replies, config=config)
        lm = {key: value for key, value in config.items() if key != "rollout_id"}
        yield _run("run-config", "medium", adapter, _INT, replies, lm_config=lm)
    both = [
        ({"temperature": 0.3}, {"temperature": 0.9, "max_tokens": 99}),
        ({"temperature": 0}, {"temperature": 0.9}),
        ({"temperature": None}, {"temperature": 0.9}),
        ({"n": 2}, {"temperature": 0.5}),
        ({"n": 2}, {"temperature": 0.1}),
        ({"n": 2, "temperature": 0}, {"temperature": 0.5}),
        ({}, {"n": 2}),
        ({"n": 1}, {"n": 2}),
        ({"n": 3}, {"n": 2}),
        ({"n": None}, {"n": 2}),
        ({}, {"n": 3, "temperature": 0.5}),
        ({}, {"n": 2, "temperature": 0}),
        ({"temperature": 0.3}, {"n": 2}),
        ({"max_tokens": 5}, {"max_tokens": 50, "top_p": 0.5}),
    ]
    for config, lm in both:
        replies = [reply("chat", {"answer": at}) for at in (4, 5, 6)]
        yield _run("run-config", "hard", "chat", _INT, replies, config=config, lm_config=lm)
    yield from _likely_tokens()
    for config in _COUNTS:
        adapter = random.choice(ADAPTERS)
        replies = [reply(adapter, {"answer": at}) for at in (4, 5, 6, 7)]
        yield _run("run-n", "medium", adapter, _INT, replies, config=config)
    for bad_at in (0, 1):
        replies = [reply("chat", {"answer": 4}), reply("chat", {"answer": 5})]
        replies[bad_at] = "junk"
        replies += ['{"answer": 6}', '{"answer": 7}']
        yield _run("run-n", "hard", "chat", _INT, replies, config={"n": 2})
    for model, lm in _MODELS:
        for adapter in ("json", "chat"):
            replies = ["junk"] * (adapter == "chat") + ['{"answer": 4}']
            rest = {"model": model, "lm_config": lm}
            yield _run("run-model", "hard", adapter, _INT, replies, tags=["model-catalog"], **rest)


def _likely_tokens() -> Iterator[Case]:
    asked = {"logprobs": True}
    settings: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (asked, {}),
        ({"logprobs": True, "top_logprobs": 2}, {}),
        ({"logprobs": True, "top_logprobs": 0}, {}),
        ({}, {"logprobs": True, "top_logprobs": 1}),
        ({"logprobs": False}, asked),
        ({"logprobs": None}, asked),
        ({"logprobs": True, "n": 2}, {}),
        ({"n": 2}, asked),
        (asked, {"n": 2}),
    ]
    for config, lm in settings:
        for module in ("predict", "chain_of_thought"):
            values = [{"reasoning": "R.", "answer": at} for at in (4, 5)]
            replies = [_scored(reply("chat", each), _TOKENS[at:]) for at, each in enumerate(values)]
            rest = {"config": config, "lm_config": lm, "module": module}
            yield _run("run-logprobs", "medium", "chat", _INT, replies, **rest)
    for tokens in (None, [], _ODD_TOKENS):
        replies = [_scored('{"answer": 4}', tokens)]
        yield _run("run-logprobs", "hard", "json", _INT, replies, config=asked)
    replies = [_scored("junk", _TOKENS), _scored('{"answer": 4}', _TOKENS[1:])]
    yield _run("run-logprobs", "hard", "chat", _INT, replies, config=asked)
    named = {"spec": "question -> answer: int, logprobs: int"}
    replies = [_scored(reply("chat", {"answer": 4, "logprobs": 1}), _TOKENS)]
    yield _run("run-logprobs", "hard", "chat", named, replies, config=asked)


def _scored(content: str, tokens: list[Any] | None) -> dict[str, Any]:
    return {"content": content, "logprobs": {"content": tokens, "refusal": None}}


def _inputs(random: Random) -> Iterator[Case]:
    given = {"spec": "question, extra -> answer: int"}
    odd: list[dict[str, Any]] = [
        {},
        {"question": "q"},
        {"extra": "e"},
        {"question": "q", "extra": "e", "junk": 1},
        {"question": None, "extra": [1]},
        {"question": 5, "extra": {"a": 1}},
        {"question": "", "extra": ""},
    ]
    for inputs in odd:
        adapter = random.choice(ADAPTERS)
        yield _run(
            "run-inputs", "medium", adapter, given, [reply(adapter, {"answer": 4})], inputs=inputs
        )
    for options in (
        {"extra": {"default": "en"}},
        {"extra": {"default": None}},
        {"extra": {"default": ["x"]}},
        {"answer": {"default": 9}},
    ):
        adapter = random.choice(ADAPTERS)
        rest = given | {"field_options": options}
        for answered in ({"answer": 4}, {}):
            replies = [reply(adapter, answered), reply("json", {"answer": 5})]
            yield _run("run-inputs", "medium", adapter, rest, replies, inputs={"question": "q"})
    demos: list[list[dict[str, Any]]] = [
        [{"question": "1+1?", "answer": 2}],
        [{"question": "1+1?", "answer": 2}, {"question": "3+3?"}, {"answer": 6}],
        [{"question": "1+1?", "answer": None}],
        [{"question": "x", "reasoning": "R", "answer": 2}],
        [{"question": "1+1?", "answer": "two", "extra": 1}],
    ]
    for some in demos:
        adapter, module = random.choice(ADAPTERS), random.choice(("predict", "chain_of_thought"))
        replies = [reply(adapter, {"reasoning": "R", "answer": 4})]
        yield _run("run-demos", "medium", adapter, _INT, replies, module=module, demos=some)
        yield _run(
            "run-demos",
            "medium",
            adapter,
            _INT,
            replies,
            demos=some,
            demos_as_examples=True,
        )
    for adapter in ADAPTERS:
        inputs = {"question": "now", "history": {"$history": [{"question": "Q1", "answer": 1}]}}
        history = {"spec": "question, history: dspy.History -> answer: int"}
        yield _run(
            "run-history", "hard", adapter, history, [reply(adapter, {"answer": 4})], inputs=inputs
        )


def _failures(random: Random) -> Iterator[Case]:
    for failure in _FAILURES:
        adapter = random.choice(ADAPTERS)
        replies = [failure, reply(adapter, {"answer": 4})]
        yield _run("run-http-error", "medium", adapter, _INT, replies, tags=["provider-error"])
    for junk in _JUNK:
        for adapter in ("chat", "xml", random.choice(("json", "chat-nofallback"))):
            second = random.choice((reply("json", {"answer": 4}), "junk", {"status": 500}))
            yield _run("run-fallback", "hard", adapter, _INT, [junk, second])
    for odd in _ODD_REPLIES:
        replies = [odd, reply("json", {"answer": 5})]
        yield _run("run-reply", "hard", "chat", _INT, replies)
    yield _run("run-reply", "medium", "chat", _INT, [])


def _schemas(random: Random) -> Iterator[Case]:
    for field_type in random.sample(FIELD_TYPES, 46):
        given = signature(f"question -> out: {field_type.annotation}", *field_type.classes)
        replies = [reply("json", {"out": field_type.values[0]})]
        yield _run("run-json-schema", "hard", "json", given, replies, tags=["response-format"])
    for options in (
        {"answer": {"default": 3}},
        {"answer": {"ge": 1, "desc": "d"}},
        {"note": {"max_length": 5}},
        {"note": {"default": None}},
    ):
        given = {"spec": "question -> answer: int, note", "field_options": options}
        replies = [reply("json", {"answer": 4, "note": "okay then"})]
        yield _run("run-json-schema", "hard", "json", given, replies, tags=["response-format"])


def _states(random: Random) -> Iterator[Case]:
    fields = [
        {"prefix": "Q!", "description": "saved q"},
        {"prefix": "A!", "description": "saved a"},
    ]
    saved: dict[str, Any] = {
        "traces": [],
        "train": [],
        "demos": [],
        "signature": {"instructions": "Saved.", "fields": fields},
        "lm": None,
    }
    changes: list[dict[str, Any]] = [
        {},
        {"demos": [{"question": "D", "answer": 1}]},
        {"demos": [{"question": "D", "answer": "1"}, {"question": "E"}]},
        {"signature": {"instructions": "  Two\n    lines.", "fields": fields}},
        {"signature": {"instructions": "Fewer.", "fields": fields[:1]}},
        {"signature": {"instructions": "More.", "fields": fields * 2}},
        {
            "signature": {
                "instructions": "",
                "fields": [
                    {"prefix": "Q:", "description": "${question}"},
                    {"prefix": "A:", "description": ""},
                ],
            }
        },
        {"demos": [{"augmented": True, "question": "D", "reasoning": "r", "answer": 1}]},
    ]
    for change in changes:
        adapter = random.choice(ADAPTERS)
        replies = [reply(adapter, {"reasoning": "R", "answer": 4})]
        state = saved | change
        yield _run("run-state", "hard", adapter, _INT, replies, state=state)
        rest = {"module": "chain_of_thought", "state": {"predict": state}}
        yield _run("run-state", "hard", adapter, _INT, replies, **rest)
        rest = {"state": state, "demos": [{"question": "own", "answer": 0}]}
        yield _run("run-state", "hard", adapter, _INT, replies, **rest)


def _run(
    family: str, level: str, adapter: str, given: dict[str, Any], replies: list[Any], **rest: Any
) -> Case:
    tags = rest.pop("tags", [])
    module = rest.pop("module", "predict")
    body = {
        "module": module,
        "adapter": adapter,
        "signature": given,
        "inputs": rest.pop("inputs", _ASKED),
        "replies": replies,
    }
    return case.make("run", family, level, body | rest, module, *tags)
