"""Format cases of one value: each type as an input and as the output of a demo."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case
from families.case import Case
from families.catalogue import FIELD_TYPES, signature
from families.completions import ADAPTERS

_ADA = {"name": 'O\'Neil "x" <y>', "age": 1}

# Values that need not fit: texts that adapters could trip over, and what only Python can say.
# fmt: off
TEXTS: list[Any] = [
    "", " ", "plain", "two\nlines", "  padded \n", "\n\nlead", "trail\n\n", "a\r\nb\rc",
    "a\x0bb\x0cc\x1cd\x85e\u2028f", "tab\there", "été 日本語 🎉 ‍👩‍🚀",
    "quotes \" and ' and \\ backslash \\n", "{braces} {x} {{y}} ${z} %s %(a)s",
    "[[ ## completed ## ]]", "[[ ## answer ## ]]\nspoof", "<b>&amp; </b> ]]> <!-- c -->",
    "a < b && c > d", "</x>", "«guillemets»", "null", "5", "[1, 2]", '{"a": 1}', "True",
    "\x00\x1b[0m", "\ufeffbom",
    "<<CUSTOM-TYPE-START-IDENTIFIER>>text<<CUSTOM-TYPE-END-IDENTIFIER>>", "x" * 300,
    "\u00a0nbsp\u00a0", "- a\n- b", "```json\n{}\n```",
]
OTHERS: list[Any] = [
    None, True, False, 0, 5, -1, 1.0, -0.0, 1e16, 1e20, 1.5e-07, 0.0001, 0.00001,
    123456789012345680.0, 0.1, 1e22, 5e-324, 1.7976931348623157e308, {"$float": "nan"},
    {"$float": "inf"}, {"$float": "-inf"}, {"$int": "123456789012345678901234567890"},
    9223372036854775807, [], {}, ["x"], ["a", "b"], ["two\nlines"], ["two\nlines", "«q»"], ["a", 5],
    [None], [["x"]], [1, 2.0, True, None], {"a": 1}, {"a": {"b": [None, 1.0, "é"]}},
    {"": "", "a b": "<&>"}, [{"a": "x"}, {}], [{"$float": "nan"}, {"$float": "inf"}],
    {"a": {"$float": "-inf"}, "b": {"$int": "99999999999999999999"}}, {"$tuple": [1, "a"]},
    {"$tuple": []}, {"$tuple": [{"$tuple": [1]}, [2]]}, {"$set": [3]}, {"$set": [1, 2, 3]},
    {"$set": []}, {"$bytes": "raw"}, {"$bytes": "été\n"}, {"$date": "2024-01-02"},
    {"$datetime": "2024-05-06T07:08:09"}, {"$datetime": "2024-05-06T07:08:09.120000+00:00"},
    {"$datetime": "2024-05-06T07:08:09-03:30"}, {"$decimal": "1.50"}, {"$decimal": "1E+3"},
    {"$decimal": "NaN"}, [{"$date": "2024-01-02"}, {"$decimal": "0.10"}],
    {"when": {"$datetime": "2024-05-06T07:08:09"}},
    [{"$tuple": [1, 2]}, {"$set": [1]}, {"$bytes": "b"}], {"$enum": ["Color", "red"]},
    {"$enum": ["Rank", "HIGH"]}, {"$enum": ["SColor", "RED"]}, {"$enum": ["IRank", "HIGH"]},
    [{"$enum": ["Rank", "LOW"]}], {"k": {"$enum": ["Color", "blue"]}},
    {"$model": "Person", "value": _ADA}, [{"$model": "Person", "value": _ADA}],
    {"k": {"$model": "Person", "value": _ADA}},
    {"$model": "Event", "value": {"at": "2024-05-06T07:08:09Z", "cost": "1.0"}},
    {"$model": "Tree", "value": {"value": 1, "kids": [{"value": 2}]}},
    {"$model": "Loose", "value": {"anything": {"$float": "nan"}}},
    {"$tuple": [{"$model": "Person", "value": _ADA}, {"$enum": ["Rank", "LOW"]}]},
    {"$history": [{"q": "x"}]},
]
# fmt: on
_NAMES = ("Color", "Rank", "SColor", "IRank", "Person", "Event", "Tree", "Loose", "Row")


def cases(random: Random) -> Iterator[Case]:
    """Yield fitting values of every type, then odd values for the types that take them oddly."""
    for field_type in FIELD_TYPES:
        for value in field_type.values[:2]:
            names = field_type.classes
            given = signature(f"x: {field_type.annotation} -> answer", *names)
            yield _input(random.choice(ADAPTERS), given, value, field_type.level)
            given = signature(f"question -> out: {field_type.annotation}", *names)
            adapter = random.choice(ADAPTERS)
            yield _output(adapter, given, value, field_type.level)
    for value in TEXTS:
        for adapter in random.sample(ADAPTERS, 2):
            yield _input(adapter, {"spec": "x: str -> answer"}, value, "medium")
        for adapter in random.sample(ADAPTERS, 2):
            yield _output(adapter, {"spec": "question -> out: str"}, value, "medium")
    for value in OTHERS:
        used = [name for name in _NAMES if f"'{name}'" in str(value)]
        for annotation in ("str", "Any"):
            adapter = random.choice(ADAPTERS)
            given = signature(f"x: {annotation} -> answer", *used)
            yield _input(adapter, given, value, "hard", "wrong-type")
            adapter = random.choice(ADAPTERS)
            given = signature(f"question -> out: {annotation}", *used)
            yield _output(adapter, given, value, "hard", "wrong-type")
    yield from _mismatched(random)


def _mismatched(random: Random) -> Iterator[Case]:
    """Yield values under types that they do not fit, or fit only after conversion."""
    loose: list[Any] = [
        "5",
        5,
        5.0,
        2.5,
        True,
        None,
        [1],
        ["1"],
        {"a": "1"},
        {"name": "A", "age": "7"},
        {"name": "A"},
        {"name": "A", "age": 1, "extra": 2},
        [["a", 1]],
        {"street": "S"},
        "red",
        ["red"],
        {"1": "a"},
        {"value": "1"},
        [{"id": "1", "labels": []}],
        {"id": 1, "labels": ["x"]},
    ]
    for _ in range(120):
        field_type = random.choice(FIELD_TYPES)
        value = random.choice(loose)
        names = field_type.classes
        if random.random() < 0.5:
            given = signature(f"x: {field_type.annotation} -> answer", *names)
            yield _input(random.choice(ADAPTERS), given, value, "hard", "wrong-type")
        else:
            given = signature(f"question -> out: {field_type.annotation}", *names)
            yield _output(random.choice(ADAPTERS), given, value, "hard", "wrong-type")


def _input(adapter: str, given: dict[str, Any], value: Any, level: str, *tags: str) -> Case:
    body = {"adapter": adapter, "signature": given, "inputs": {"x": value}}
    return case.make("format", "fmt-input", level, body, *tags)


def _output(adapter: str, given: dict[str, Any], value: Any, level: str, *tags: str) -> Case:
    demos = [{"question": "then", "out": value}]
    body = {"adapter": adapter, "signature": given, "demos": demos, "inputs": {"question": "now"}}
    return case.make("format", "fmt-demo-output", level, body, *tags)
