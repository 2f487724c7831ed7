"""Parse cases whose JSON is faulty: whole completions of JSONAdapter, and values of the others."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case, completions
from families.case import Case
from families.catalogue import signature
from families.faults import FAULTS

_PAIR = signature("q -> a, b: int")
_TYPED = signature("q -> reasoning, answer: list[str], score: float, ok: bool, note: Optional[str]")
_ADA = {"name": "Ada L.", "age": 36}

# fmt: off
_OBJECTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (_PAIR, {"a": "some text", "b": 5}), (_PAIR, {"b": 17, "a": "it's {here}, [there]: done"}),
    ( _TYPED, {"reasoning": "First, think.", "answer": ["x y", "z"], "score": 2.5, "ok": True, "note": None} ),
    (signature("q -> a: Person, b: int", "Person"), {"a": _ADA, "b": 1}),
    ( signature("q -> a: list[Citizen], b", "Citizen"), {"a": [{"name": "C", "home": {"street": "S 1"}, "tags": ["x"]}], "b": "end"} ),
    ( signature("q -> a: dict[str, Any], b: Optional[int]"), {"a": {"k": [1, {"n": None}], "t": "v, w"}, "b": None} ),
    (signature("q -> a: Any, b: str"), {"a": {"x": "1", "y": [True, 2.5]}, "b": "say: hi"}),
]
# fmt: on

_VALUES: list[tuple[dict[str, Any], Any]] = [
    (signature("q -> a: list[str]"), ["x y", "it is, so", "z"]),
    (signature("q -> a: list[int]"), [1, 20, 300]),
    (signature("q -> a: dict[str, int]"), {"x": 1, "y z": 20}),
    (signature("q -> a: dict[str, Any]"), {"x": "some text", "y": [1, None, True], "z": {"n": 2}}),
    (signature("q -> a: Person", "Person"), _ADA),
    (signature("q -> a: list[Person]", "Person"), [_ADA, {"name": "B", "age": 1}]),
    (signature("q -> a: Any"), {"x": ["some text", 2.5], "y": False}),
    (signature("q -> a: Tree", "Tree"), {"value": 1, "kids": [{"value": 2, "kids": []}]}),
]

# fmt: off
_WHOLE: list[tuple[str, str, str]] = [
    ("easy", "", "empty"), ("easy", "   \n", "empty"), ("easy", "no json here", "prose"),
    ("medium", "[]", "list"), ("medium", "{}", "empty"), ("medium", "null", "none"),
    ("medium", "5", "scalar"), ("medium", '"a"', "scalar"), ("medium", "true", "scalar"),
    ("medium", "[[]]", "list"), ("medium", '["a", "b"]', "list"),
    ("medium", '[{"a": "x", "b": 5}]', "list"), ("hard", '[{"a": "x"}, {"b": 5}]', "list"),
    ("hard", '[1, {"a": "x", "b": 5}]', "list"), ("hard", '[[{"a": "x", "b": 5}]]', "list"),
    ("medium", '{"a": {"a": "x", "b": 5}, "b": 6}', "nested"),
    ("medium", '{"x": {"a": "x", "b": 5}}', "nested"), ("hard", '{{"a": "x", "b": 5}}', "braces"),
    ("hard", '{"a": "{", "b": 5}', "braces"),
    ("hard", 'f(x) = {x} so {"a": "x", "b": 5}', "braces"), ("hard", "{a} {b}", "braces"),
    ("hard", "{ } { }", "braces"), ("hard", '}{ {"a": "x", "b": 5}', "braces"),
    ("hard", 'if (x) { return {"a": "x", "b": 5}; }', "braces"),
    ("hard", '{"a": "x", "b": 5}{"a": "y", "b": 6}', "several"),
    ("hard", '{"a": "x"}{"b": 5}', "several"), ("hard", '{"a": "x"}\n\n{"b": 5}', "several"),
    ("hard", '{"a": "x"} and {"b": 5}', "several"), ("medium", '{"a": "x", "b": "5"}', "loose"),
    ("medium", '{"a": "x", "b": 5.0}', "loose"), ("medium", '{"a": "x", "b": 5.5}', "loose"),
    ("medium", '{"a": "x", "b": true}', "loose"), ("medium", '{"a": "x", "b": [5]}', "loose"),
    ("medium", '{"a": ["x"], "b": 5}', "wrong-type"),
    ("medium", '{"a": {"k": "v"}, "b": 5}', "wrong-type"),
    ("medium", '{"a": true, "b": 5}', "wrong-type"),
    ("medium", '{"a": 1.50, "b": 5}', "wrong-type"), ("hard", '{"a": 1e3, "b": 5}', "wrong-type"),
    ("hard", '{"a": [1, null, true, "it\'s", 2.0, {"k": []}], "b": 5}', "python-repr"),
    ("hard", '{"a": {"k": "a\\nb", "q": "\\"", "u": "é\\u0000"}, "b": 5}', "python-repr"),
    ("hard", '{"a": 12345678901234567890123456789, "b": 5}', "big"),
    ("hard", '{"a": "x", "b": 12345678901234567890123456789}', "big"),
    ("hard", '{"a": 1e400, "b": 5}', "float"), ("hard", '{"a": -0.0, "b": -0}', "float"),
    ("hard", '{"a": "x", "b": 5e0}', "float"), ("hard", '{"a": "x", "b": 1E2}', "float"),
    ("medium", '{"\\u0061": "x", "b": 5}', "escape"),
    ("hard", '{"a": "\\ud83d\\ude00 \\u00e9 \\/ \\b\\f", "b": 5}', "escape"),
    ("medium", '{"a": "x", "b": 5}' + " " * 40, "strip"),
    ("medium", '\t{"a"\t:\t"x"\n,\r\n"b":5}', "strip"),
    ("hard", '{"a": "x", "b": 5}\u2028', "unicode"),
    ("hard", '\u00a0{"a": "x", "b": 5}', "unicode"), ("hard", '{"a": "x", "b": 5}\x00', "control"),
    ("hard", '{"a": "x", "b": 5, "completed": true}', "extra"),
    ("hard", "[[ ## a ## ]]\nx\n\n[[ ## b ## ]]\n5\n", "chat-for-json"),
    ("hard", "<a>x</a><b>5</b>", "xml-for-json"), ("hard", "a: x\nb: 5", "yaml"),
    ("hard", '- a: "x"\n- b: 5', "yaml"), ("hard", '"a": "x", "b": 5', "no-braces"),
    ("hard", "a = 'x'\nb = 5", "no-braces"),
    ("hard", '{"a": "x", "b": 5} // {"a": "y"}', "comment"),
    ("hard", '// {"a": "y", "b": 6}\n{"a": "x", "b": 5}', "comment"),
    ("hard", '/* {"a": "y"} */ {"a": "x", "b": 5}', "comment"),
    ("hard", '# note\n{"a": "x", "b": 5}', "comment"),
    ("hard", '```json\n{"a": "x", "b": 5}\n```\nand\n```json\n{"a": "y", "b": 6}\n```', "fence"),
    ("hard", '```python\n{"a": "x", "b": 5}\n```', "fence"),
    ("hard", '{"a": "```json\\n{}\\n```", "b": 5}', "fence"),
    ("hard", '{"a": "```code```", "b": 5}', "fence"),
    ("hard", '```json {"a": "x", "b": 5} ```', "fence"),
    ("hard", "{'a': 'it\\'s', 'b': 5}", "python-literal"),
    ("hard", "{'a': \"it's\", 'b': 5}", "python-literal"),
    ("hard", "dict(a='x', b=5)", "python-literal"),
    ("hard", "{'a': ('x', 'y'), 'b': 5}", "python-literal"),
    ("hard", "{'a': {'x', 'y'}, 'b': 5}", "python-literal"),
    ("hard", "{'a': None, 'b': 5}", "python-literal"),
    ("hard", '{"a": "x",\n\n"b": 5', "truncated"), ("hard", '{"a": "x", "b": ', "truncated"),
    ("hard", '{"a": "x", "b":', "truncated"), ("hard", '{"a": "x", "', "truncated"),
    ("hard", '{"a": "x', "truncated"), ("hard", '{"a":', "truncated"), ("hard", '{"a', "truncated"),
    ("hard", "{", "truncated"), ("hard", '{"b": 5, "a": "x\\', "truncated"),
    ("hard", '{"b": 5, "a": "x\\u00', "truncated"),
]
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield every fault on some objects and values, then faults upon faults."""
    for level, completion, tag in _WHOLE:
        yield case.parse("json-structure", level, "json", _PAIR, completion, tag)
    for name, fault in FAULTS.items():
        for given, value in random.sample(_OBJECTS, 4):
            completion = fault(completions.json_of(value), random)
            yield case.parse("json-fault", "medium", "json", given, completion, name, "malformed")
        for given, value in random.sample(_VALUES, 3):
            text = fault(completions.json_of(value), random)
            yield _value_case("value-fault", "medium", given, text, random, name)
    for _ in range(260):
        names = random.choices(list(FAULTS), k=random.choice((2, 2, 3)))
        given, value = random.choice(_OBJECTS)
        text = _spoil(value, names, random)
        yield case.parse("json-faults", "hard", "json", given, text, *names, "malformed")
    for _ in range(200):
        names = random.choices(list(FAULTS), k=2)
        given, value = random.choice(_VALUES)
        text = _spoil(value, names, random)
        yield _value_case("value-faults", "hard", given, text, random, *names)


def _spoil(value: Any, names: list[str], random: Random) -> str:
    indent = random.choice((None, None, 2))
    text = completions.json_of(value) if indent is None else completions.indented(value, indent)
    for name in names:
        text = FAULTS[name](text, random) or text
    return text


def _value_case(
    family: str, level: str, given: dict[str, Any], text: str, random: Random, *names: str
) -> Case:
    form = random.choice(("chat", "chat", "json-string", "xml"))
    adapter = form.split("-")[0]
    if form == "chat":
        completion = completions.chat({"a": text})
    elif form == "xml":
        completion = completions.xml({"a": text})
    else:
        completion = completions.json_of({"a": text})
    return case.parse(family, level, adapter, given, completion, *names, form, "malformed")
