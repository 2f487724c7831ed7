"""Parse cases about pydantic's lax mode: JSON values of the wrong kind for each scalar and key."""

import json
from collections.abc import Iterator
from random import Random

from families import case
from families.case import Case
from families.catalogue import signature

# fmt: off
_NUMBERS = [
    "0", "1", "-1", "2", "5", "1.0", "-0.0", "1.5", "1e3", "1e20", "12345678901234567890",
    "9007199254740993", "true", "false", "null", "[]", "{}", "[1]", '{"a": 1}', "NaN", "1e400",
    "86400", "20000000000", "20000000001", "-62135596800", "253402300800", "1714979289.123456",
    "0.1",
]
_TEXTS = [
    "", " ", "1", " 1 ", "+1", "-0", "1.0", "1.50", "1.5", "1e3", "1_000", "1__0", "_1", "1_",
    "0x1", "01", "1,000", "١", "１", "NaN", "nan", "inf", "-Infinity", "infinity", "true", "True",
    "TRUE", "t", "T", "yes", "YES", "y", "on", "off", "no", "n", "f", "0", "2", "None", "null", "x",
    "12345678901234567890", "2024-01-02", "2024-1-2", "2024-02-30", "2024-01-02T00:00:00",
    "2024-01-02T03:04", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05.123456+02:00",
    "2024-01-02T03:04:05.1234567", "2024-01-02T24:00:00", "2024-01-02t03:04:05z",
    "2024-01-02_03:04:05", "20240102", "1714979289", "1714979289000", "1.5e9", "03:04", "03:04:05",
    "03:04:05.5Z", "3:04", "03:04:05+25:00", "24:00", "P1D", "P1DT2H3M4.5S", "-P1D", "PT", "P1W",
    "P1Y", "1:02:03", "1 day", "1 days, 1:02:03", "3 days 04:05:06",
    "12345678-1234-5678-1234-567812345678", "12345678123456781234567812345678",
    "{12345678-1234-5678-1234-567812345678}", "urn:uuid:12345678-1234-5678-1234-567812345678",
    "12345678-1234-5678-1234-56781234567", "1+2j", "(1+2j)", "1j", "é", "red", "RED", "LOW", "a",
]
_KINDS: dict[str, tuple[str, ...]] = {
    "int": (), "float": (), "bool": (), "str": (), "bytes": (), "Any": (), "datetime.date": (),
    "datetime.datetime": (), "datetime.time": (), "datetime.timedelta": (), "decimal.Decimal": (),
    "uuid.UUID": (), "complex": (), "Literal['a', 1, True]": (), "Literal['1', '0']": (),
    "Color": ("Color",), "Rank": ("Rank",), "SColor": ("SColor",), "IRank": ("IRank",),
    "Odd": ("Odd",), "Optional[int]": (), "Union[int, str]": (), "Union[str, float]": (),
    "Union[float, int]": (), "Union[bool, float]": (), "Union[int, bool, str]": (),
    "Union[datetime.date, datetime.datetime]": (), "Union[datetime.datetime, datetime.date]": (),
    "Union[decimal.Decimal, int]": (), "Union[int, datetime.date]": (),
    "Union[Rank, Color]": ("Rank", "Color"), "Union[Literal['1'], int]": (), "list[int]": (),
    "tuple[int, ...]": (), "set[int]": (), "dict[str, int]": (),
}
_CONTAINERS = [
    "[]", "{}", "[1, 2]", '["1", " 2 "]', "[1, 1.0, true]", "[1.5]", "[null]", "[[1]]", '"12"',
    "12", '{"1": 1}', '{"a": "1"}', '{"a": 1.0}', '{"a": null}', '[["a", 1]]', "null", "true",
]
_KEYS = [
    "1", "1.0", " 1 ", "01", "x", "", "true", "null", "-5", "1e3", "2024-01-02",
    "2024-01-02T00:00:00", "red", "a", "12345678901234567890",
]
_KEY_TYPES: dict[str, tuple[str, ...]] = {
    "int": (), "float": (), "bool": (), "datetime.date": (), "decimal.Decimal": (),
    "Literal['a', 'x']": (), "Literal[1, 2]": (), "Color": ("Color",), "Optional[int]": (),
    "Union[int, str]": (), "Any": (), "bytes": (),
}
# fmt: on
_PER_KIND = 12


def cases(random: Random) -> Iterator[Case]:
    """Yield values inside a list, where DSPy leaves them to pydantic, and keys of objects."""
    for kind, names in _KINDS.items():
        given = signature(f"q -> a: list[{kind}]", *names)
        pool = _NUMBERS + [json.dumps(text, ensure_ascii=False) for text in _TEXTS]
        if kind[:4] in ("list", "tupl", "set[", "dict"):
            pool = _CONTAINERS
        for text in random.sample(pool, _PER_KIND):
            completion = f'{{"a": [{text}]}}'
            yield case.parse("pv-coerce", "hard", "json", given, completion, "coerce", "value")
        for text in random.sample(pool, 3):
            completion = f"[[ ## a ## ]]\n[{text}]\n\n[[ ## completed ## ]]\n"
            yield case.parse("pv-coerce", "hard", "chat", given, completion, "coerce", "value")
    for kind, names in _KEY_TYPES.items():
        given = signature(f"q -> a: dict[{kind}, int]", *names)
        for key in random.sample(_KEYS, 5):
            completion = json.dumps({"a": {key: 1}})
            yield case.parse("pv-keys", "hard", "json", given, completion, "int-keys", "value")
