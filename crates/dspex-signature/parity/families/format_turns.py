"""Format cases about turns: demos, inputs, histories, and seeded mixtures of all."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case
from families.case import Case
from families.catalogue import FIELD_TYPES, FieldType, signature
from families.completions import ADAPTERS
from families.format_values import TEXTS

_FULL = {"a": "A1", "b": "B1", "c": "C1", "d": 1}
# fmt: off
_DEMOS: list[list[dict[str, Any]]] = [
    [], [_FULL], [_FULL, {"a": "A2", "b": "B2", "c": "C2", "d": 2}],
    [{"a": "A1", "b": "B1", "c": "C1"}], [{"a": "A1", "b": "B1", "d": 1}], [{"a": "A1", "c": "C1"}],
    [{"a": "A1", "b": "B1"}], [{"c": "C1", "d": 1}], [{}], [{"zz": 1}],
    [_FULL | {"zz": 1, "augmented": True}], [{"b": "B1", "a": "A1", "d": 1, "c": "C1"}],
    [_FULL, {"a": "A2", "c": "C2"}, {"a": "A3", "b": "B3", "c": "C3", "d": 3}],
    [_FULL | {"d": None}], [_FULL | {"a": None}], [_FULL | {"c": None, "d": None}],
    [{"a": None, "c": None}], [{"a": None, "b": "x"}], [_FULL | {"c": ""}], [_FULL | {"a": ""}],
    [_FULL | {"d": "not an int"}], [_FULL | {"d": 1.0}], [_FULL | {"d": True}],
    [_FULL | {"d": [1, 2]}], [_FULL | {"c": ["x", "y"]}], [_FULL | {"a": ["x"]}],
    [_FULL | {"c": {"k": "v"}}], [_FULL | {"c": 5}], [_FULL | {"c": "[[ ## d ## ]]\n9"}],
    [_FULL | {"a": "  pad\n"}], [_FULL | {"c": "\n x \n"}],
    [{"a": "A1", "c": "C1"}, {"b": "B2", "d": 2}, {"a": "A3"}], [_FULL] * 3,
    [_FULL | {"c": [1, "x"]}], [_FULL | {"c": {"$float": "nan"}}],
    [{"a": "A1", "d": {"$float": "inf"}}], [_FULL | {"c": {"$tuple": ["x"]}}],
    [{"a": "A1", "b": "B1", "c": "multi\nline\n\ntext"}],
]
_INPUTS: list[dict[str, Any]] = [
    {"a": "x", "b": "y"}, {"a": "x"}, {"b": "y"}, {}, {"b": "y", "a": "x", "zz": "ignored"},
    {"a": None, "b": None}, {"a": "", "b": ""}, {"a": "x", "b": ["p", "q"]},
    {"a": "x", "b": "y", "c": "given output"}, {"a": 5, "b": {"k": [1]}}, {"zz": 1},
    {"a": " ", "b": "\n"},
]
_HISTORIES: list[list[dict[str, Any]]] = [
    [], [{"question": "Q1", "answer": "A1"}],
    [{"question": "Q1", "answer": "A1"}, {"question": "Q2", "answer": "A2"}],
    [{"question": "only q"}], [{"answer": "only a"}], [{}],
    [{"question": " pad ", "answer": "multi\nline", "extra": 5}],
    [{"question": "Q1", "answer": "A1", "n": 7}], [{"question": None, "answer": None}],
    [{"question": "", "answer": ""}], [{"answer": "A1", "question": "Q1"}], [{"extra": 1}],
    [{"question": "Q1", "answer": ["x", "y"]}], [{"question": ["x"], "answer": 5}],
    [{"question": "Q1", "answer": {"k": 1.0}}], [{"question": "Q1", "answer": "<a> & b"}],
    [{"question": "Q1", "history": "odd", "answer": "A"}],
    [{"question": {"$float": "nan"}, "answer": {"$float": "inf"}}],
    [{"question": "Q1"}, {"answer": "A1"}, {"question": "Q2", "answer": "A2"}],
    [{"question": True, "answer": [1, None]}],
]
_HISTORY_SPECS = [
    "question, history: dspy.History -> answer",
    "history: dspy.History, question -> answer, n: int", "history: dspy.History -> answer",
    "question, extra, history: dspy.History -> reasoning, answer: list[str]",
]
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield every list of demos, inputs and history, then mixtures."""
    spec = "a, b -> c, d: int"
    for demos in _DEMOS:
        for adapter in ADAPTERS:
            body = _body(adapter, {"spec": spec}, {"a": "x", "b": "y"}, demos)
            yield case.make("format", "fmt-demos", "medium", body, "demos")
    for demos in random.sample(_DEMOS, 12):
        body = _body(random.choice(ADAPTERS), {"spec": spec}, {"a": "x", "b": "y"}, demos)
        body["demos_as_examples"] = True
        yield case.make("format", "fmt-demos", "medium", body, "demos", "examples")
    for inputs in _INPUTS:
        for adapter in ADAPTERS:
            yield case.make(
                "format", "fmt-inputs", "medium", _body(adapter, {"spec": spec}, inputs)
            )
    yield from _history(random)
    for _ in range(200):
        yield _mixed(random)


def _history(random: Random) -> Iterator[Case]:
    for messages in _HISTORIES:
        for adapter in ADAPTERS:
            spec = random.choice(_HISTORY_SPECS)
            inputs: dict[str, Any] = {"question": "now", "history": {"$history": messages}}
            demos = random.choice(([], [{"question": "DQ", "answer": "DA", "n": 1}]))
            body = _body(adapter, {"spec": spec}, inputs, demos)
            yield case.make("format", "fmt-history", "hard", body, "history")
    odd: list[dict[str, Any]] = [
        {"question": "now"},
        {"question": "now", "history": None},
        {"question": "now", "history": []},
        {"question": "now", "history": {"messages": [{"question": "Q", "answer": "A"}]}},
        {"question": "now", "history": [{"question": "Q", "answer": "A"}]},
        {"history": {"$history": [{"question": "Q", "answer": "A"}]}},
        {"history": {"$history": []}, "question": ""},
    ]
    for inputs in odd:
        for adapter in ADAPTERS:
            body = _body(adapter, {"spec": _HISTORY_SPECS[0]}, inputs)
            yield case.make("format", "fmt-history", "hard", body, "history")
    demo = {"question": "Q", "history": {"$history": [{"question": "a"}]}, "answer": "A"}
    for adapter in ADAPTERS:
        inputs = {"question": "now", "history": {"$history": []}}
        body = _body(adapter, {"spec": _HISTORY_SPECS[0]}, inputs, [demo])
        yield case.make("format", "fmt-history", "hard", body, "history")


def _mixed(random: Random) -> Case:
    types = [one for one in FIELD_TYPES if one.label not in ("none", "complex", "iterable")]
    n_inputs, n_outputs = random.choice((1, 1, 2, 3)), random.choice((1, 2, 2, 3))
    chosen = random.choices(types, k=n_inputs + n_outputs)
    names = [f"i{at}" for at in range(n_inputs)] + [f"o{at}" for at in range(n_outputs)]
    fields = dict(zip(names, chosen, strict=True))
    declared = [f"{name}: {one.annotation}" for name, one in fields.items()]
    spec = ", ".join(declared[:n_inputs]) + " -> " + ", ".join(declared[n_inputs:])
    rest: dict[str, Any] = {}
    if random.random() < 0.4:
        rest["instructions"] = "Seeded task.\n  Second line."
    if random.random() < 0.3:
        rest["descs"] = {random.choice(names): random.choice(("a note", "", "two\nlines"))}
    classes = [name for one in chosen for name in one.classes]
    inputs = {name: _value(fields[name], random) for name in names[:n_inputs]}
    demos = [
        {name: _value(fields[name], random) for name in names if random.random() < 0.85}
        for _ in range(random.choice((0, 1, 1, 2)))
    ]
    body = _body(random.choice(ADAPTERS), signature(spec, *classes, **rest), inputs, demos)
    return case.make("format", "fmt-mixed", "hard", body, "seeded")


def _value(field_type: FieldType, random: Random) -> Any:
    if field_type.label == "str" or random.random() < 0.05:
        return random.choice(TEXTS)
    return random.choice(field_type.values)


def _body(
    adapter: str, given: dict[str, Any], inputs: dict[str, Any], demos: list[Any] | None = None
) -> dict[str, Any]:
    body: dict[str, Any] = {"adapter": adapter, "signature": given}
    if demos is not None:
        body["demos"] = demos
    return body | {"inputs": inputs}
