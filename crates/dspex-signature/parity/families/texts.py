"""Texts that models write where a value is asked for."""

import json

# fmt: off
SCALARS: list[str] = [
    "42", " 42 ", "-7", "+5", "0", "-0", "007", "42.", ".5", "3.0", "3.7", "-0.5", "1e3", "1E5",
    "1e-7", "1e400", "-1e400", "1,000", "1_000", "1 000", "0x10", "0b11", "0o7", "50%", "$5",
    "5 kg", "NaN", "nan", "Infinity", "-Infinity", "inf", "-inf", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "0.1",
    "0.30000000000000004", "1.7976931348623157e308", "5e-324", "12345678901234567.0", "true",
    "false", "True", "FALSE", "tRue", "yes", "No", "on", "off", "y", "n", "t", "f", "1", "2",
    "null", "None", "NULL", "none", "undefined", "", "   ", '""', "''", '"', "'", "N/A", "-",
    '"42"', "'42'", '"true"', '" 5 "', '"null"', "\u201c42\u201d", "\u2018x\u2019", "`42`",
    "**42**", "```json\n42\n```", "```\n42\n```", '```json\n"x"\n```', "42\n",
    "The answer is 42.", "42 (approx)", "x", "text", "two words", "é🎉 日本語", "yes, of course",
    "a: b", "a\tb", "line\nline", "{", "}", "[", "]", "{}", "[]", "()", "[[]]", "[42]", "[1, 2]",
    '["x"]', '{"a": 1}', '{"a": {"b": [1]}}', "(1, 'a')", "{1, 2}", "{'a': 1}", "['x', \"y\"]",
    "b'raw'", "u'x'", "r'\\d'", "1+2j", "1 + 2", "-[1]", "// comment\n5", "# comment\n5",
    "/* c */ 5", "5 // five", "5;", "5,", ",5", "\\n", "\\u0041", "\\x41", "\u00a05\u00a0",
    "\ufeff5", "\u200b5", "٣", "５", "½", "²", "Ⅷ", "\u2028", "\x0c5\x0b", "<b>5</b>", "5 &lt; 6",
    "a & b", "2024-05-06", "2024-05-06T07:08:09", "2024-05-06 07:08", "2024-05-06T07:08:09Z",
    "2024-05-06T07:08:09.123456789+02:00", "06/05/2024", "May 6, 2024", "2024-02-30", "2024-5-6",
    "20240506", "1714979289", "1714979289.5", "1714979289000", "07:08", "07:08:09.5", "25:00",
    "P1D", "P1DT2H30M", "1 day, 2:00:00", "1.50", "-1.5e3", "1.5.2",
    "12345678123456781234567812345678", "12345678-1234-5678-1234-567812345678",
    "{12345678-1234-5678-1234-567812345678}", "urn:uuid:12345678-1234-5678-1234-567812345678",
]
# fmt: on

# fmt: off
CHOICES: list[str] = [
    "yes", "Yes", "YES", " yes ", "'yes'", '"yes"', "Literal['yes']", 'Literal["yes"]',
    "Literal[yes]", "str[yes]", "yes.", "yes, no", "maybe", "a", "A", "'a'", "a, b", "it's",
    "'it's'", "it\\'s", '"q"', "q", '\'"q"\'', "x]", "Literal[x]]", "both ' \"", "Literal[2]",
    "'2'", "Literal['2']", "2.0", "1", "1.0", "'1'", "true", "None", "''x''", "red", "RED", "Red",
    "Color.red", "Color.RED", "purple", "red ", "'red'", '"red"', "<Color.red: 'red'>", "red|blue",
    "OPEN", "open issue", "open", "Status.OPEN", "won't fix", "WONT_FIX", "closed", "LOW", "low",
    "3", "3.0", "4", "B", "A", "N", "F", "T", "2.5", "True", "to do", "TO DO", "done!", "done",
    "été", "low", "Mood.low", "yes\nno", "high",
]
# fmt: on

# fmt: off
CONTAINERS: list[str] = [
    "[]", "{}", "()", "[1, 2, 3]", '["a", "b"]', "['a', 'b']", "[1, 2, 3,]", "[1 2 3]", "[1, 2, 3",
    "1, 2, 3", "1\n2\n3", "- a\n- b", "* a\n* b", "1. a\n2. b", "a, b", "a; b", '"a", "b"',
    '["a" "b"]', '["a", "b]', "[a, b]", "[a b, c]", '["a", b]', "[1, [2, [3]]]", "[[1, 2], [3]]",
    "[[1], 2]", "[null]", "[None, 1]", "[true, false]", "[True, 'x', 1.5]", "[1.0, 2.0]", "[1.5]",
    '["1", "2"]', '["1", 2, "x"]', "(1, 2)", "(1, 'a')", "[1, 'a']", '[1, "a", 2]', "[1]",
    "{1, 2, 2}", "{1}", "set()", "[1, 1, 2]", "[[1, 2], [1, 2]]", "{'a'}", '{"a": 1}',
    '{"a": 1, "b": 2}', "{'a': 1}", "{a: 1}", '{"a": "1"}', '{"a": "x"}', '{"a": null}',
    '{"a": 1.0}', '{"a": 1.5}', '{1: "a"}', '{"1": "a"}', '{"1.5": "a"}', '{"true": "a"}',
    '{"x": "a"}', '{"a": 1,}', '{"a" 1}', '{"a": 1 "b": 2}', '{"a": 1', '{"a": [1, 2]}',
    '{"a": {"b": 1}}', '{"a": 1, "a": 2}', '[{"a": 1}]', '[{"a": 1}, {"a": 2}]', '[["a", 1]]',
    '[["a", 1], ["b", 2]]', '{"a": 1} {"b": 2}', "```json\n[1, 2]\n```", '```json\n{"a": 1}\n```',
    "Here: [1, 2]", 'Result: {"a": 1}.', "[1, 2] // done", "[1, /* two */ 2]", '{"red": 1}',
    '{"RED": 1}', '{"2024-01-02": 1}', '["2024-01-02"]', '["red", "blue"]', '["red", "purple"]',
    '["RED"]', "[red, blue]", "[1, 3]", "[1, 4]", '["a", "c"]', '["a", "a"]', '"[1, 2]"',
    "'[1, 2]'", '"a"', "a", "1", "1.5", "null", "None", "", "true", "{'a': (1, 2)}",
    "[(1, 'a'), (2, 'b')]", "dict(a=1)", "[...]", "[1, ...]", '{"a": [1, 2}', '{"a": [1, 2]',
    '[{"a": 1}', '["a\\nb"]', '["a\nb"]', '["é", "\\u00e9"]', '["\\ud83d\\ude00"]', '["a\\"b"]',
    '["a"b"]', "['it's']", "[\"it's\"]", "[1,\n 2,\n 3\n]", "\u201ca\u201d, \u201cb\u201d",
    "[\u201ca\u201d]", "[1,,2]", "[,1]", "[1;2]", "[1|2]", "<item>1</item><item>2</item>",
    "[0x10, 1_000]", "[1,000]", "[NaN, Infinity]", "[1e400]", "[123456789012345678901234567890]",
    "[01, 1.]", "[.5]", "[+1]", "[-]", "[1-2]", "[2024-01-02]",
]
# fmt: on

# fmt: off
MODELS: list[str] = [
    '{"name": "Ada", "age": 36}', '{"age": 36, "name": "Ada"}', "{'name': 'Ada', 'age': 36}",
    '{name: "Ada", age: 36}', "{name: Ada, age: 36}", '{"name": "Ada", "age": "36"}',
    '{"name": "Ada", "age": 36.0}', '{"name": "Ada", "age": 36.5}', '{"name": "Ada", "age": true}',
    '{"name": "Ada", "age": null}', '{"name": null, "age": 36}', '{"name": 5, "age": 36}',
    '{"name": "Ada"}', '{"name": "Ada", "age": 36, "extra": [1]}', '{"Name": "Ada", "Age": 36}',
    "{}", "[]", '[{"name": "Ada", "age": 36}]', '["Ada", 36]', '("Ada", 36)',
    '{"name": "Ada", "age": 36,}', '{"name": "Ada" "age": 36}', '{"name": "Ada", "age": 36',
    '{"name": "Ada', '{"name": "A "quoted" b", "age": 36}', '{"name": "Ada", // who\n "age": 36}',
    '{"name": "Ada", "age": 36} and more', 'Person: {"name": "Ada", "age": 36}',
    '```json\n{"name": "Ada", "age": 36}\n```', "Person(name='Ada', age=36)", "name='Ada' age=36",
    "name: Ada\nage: 36", "Ada", "null", "", '"{\\"name\\": \\"Ada\\", \\"age\\": 36}"',
    '{"name": "Ada", "age": " 36 "}', '{"name": "Ada", "age": "thirty"}',
    '{"name": "Ada", "age": 1e2}', '{"name": "Ada", "age": 12345678901234567890123}',
    '{"name": "Ada", "age": 36, "age": 37}', '{"name": ["Ada"], "age": 36}',
    '{"name": "é\\u00e9", "age": -0}', '{"name": "", "age": 0}', '{"name": "a\nb", "age": 1}',
    '{"person": {"name": "Ada", "age": 36}}', '[["name", "Ada"], ["age", 36]]', '{"street": "S"}',
    '{"street": "S", "zip_code": "1"}', '{"street": "S", "zip_code": 1}',
    '{"street": "S", "name": "Ada", "age": 36}', '{"name": "C", "home": {"street": "S"}}',
    '{"name": "C", "home": {"street": "S", "zip_code": null}, "tags": "x", "score": "0.25"}',
    '{"name": "C", "home": null}', '{"name": "C", "home": {"street": "S"}, "tags": ["x", 1]}',
    '{"name": "C", "home": "S"}', '[{"name": "C", "home": {"street": "S"}}, {"name": "D"}]',
    '{"value": 1}', '{"value": "1", "kids": [{"value": 2}]}', '{"value": 1, "kids": null}',
    '{"value": 1, "kids": [{"kids": []}]}', '{"value": 1, "kids": {"value": 2}}',
    '{"value": 1, "kids": [1]}', '{"text": "a"}',
    '{"text": "a", "next": {"text": "b", "next": {"text": "c"}}}', '{"text": "a", "next": "b"}',
    '{"text": "a", "next": {}}', '{"at": "2024-05-06T07:08:09"}', '{"at": "2024-05-06"}',
    '{"at": "2024-05-06 07:08:09+02:00", "day": "2024-05-06T00:00:00", "cost": 1.5}',
    '{"at": 1714979289, "day": 0, "cost": "1e3"}', '{"at": "yesterday"}',
    '{"at": "2024-05-06T07:08:09.5Z", "day": "2024-05-06T01:00:00", "cost": "abc"}',
    '{"at": "2024-05-06T07:08", "cost": "NaN"}',
    '{"at": "2024-05-06T07:08:09-00:00", "cost": "1_000.5"}', '{"stars": 5}', '{"stars": 6}',
    '{"stars": "3", "note": "x"}', '{"stars": 0}', '{"stars": 5.0, "note": "fine"}',
    '{"stars": null}', '{"share": 0.5}', '{"share": 1}', '{"share": "0.25", "step": 0.75}',
    '{"share": 0.5, "codes": []}', '{"share": 0.5, "codes": [1, 2, 3, 4]}',
    '{"share": 0.5, "label": "long text"}',
    '{"share": 0.5, "step": 2, "codes": ["7"], "label": "été!"}', '{"share": NaN}', '{"type": "t"}',
    '{"type": "t", "pair": [1, "x"], "flag": "yes"}', '{"type": "t", "pair": [1]}',
    '{"type": "t", "options": {"1": 2}, "counts": {"a": "2"}, "flag": 2}',
    '{"type": "t", "options": []}', '{"anything": null}', '{"anything": NaN, "more": 1e400}',
    '{"anything": {"a": [1.0, 12345678901234567890]}}', '{"more": 1}',
    '{"anything": "x", "more": {"$float": "nan"}}', '{"kind": "a", "color": "red"}',
    '{"kind": "c", "color": "red"}', '{"kind": "a", "color": "RED"}',
    '{"kind": "a", "color": "red", "maybe": "3"}', '{"kind": "a", "color": "red", "maybe": 3.0}',
    '{"kind": "a", "color": "red", "maybe": 3.5}', '{"kind": "a", "color": "red", "maybe": true}',
    '{"lead": {"name": "Ada", "age": 36}}', '{"lead": {"name": "Ada", "age": 36}, "rank": "2"}',
    '{"lead": {"name": "Ada", "age": 36}, "rank": 2.0, "by_role": {"x": {"name": "B", "age": "1"}}}',
    '{"lead": {"name": "Ada", "age": 36}, "members": {"name": "B", "age": 1}}',
    '{"lead": {"name": "Ada", "age": 36}, "rank": "HIGH"}',
    '{"lead": {"name": "Ada", "age": 36}, "rank": 9}',
    '{"name": "a", "edges": {"x": {"name": "b"}}, "back": "c"}',
    '{"name": "a", "back": {"name": "b", "edges": {}}}', '{"name": "a", "edges": []}',
    '{"name": "a", "back": {"nom": "b"}}', '{"amount": 5}', '{"amount": "-1"}',
    '{"amount": 1e3, "tip": "2"}', '{"amount": 0.1, "since": "2024-13-01"}', '{"amount": "1,5"}',
    '{"amount": true}', '{"start": "2024-01-02"}',
    '{"start": "2024-01-02T00:00:00", "end": "2024-01-03"}',
    '{"start": "2024-01-02", "end": "2024-01-03T04:05"}',
    '{"start": "2024-01-02", "stops": ["2024-01-02", 0, 1.5]}', '{"start": "2024-01-02", "end": 5}',
    '{"color": "blue", "ratio": "nan"}', '{"word": "c"}',
    '{"many": [1, 1, "2"], "raw": "é", "none": null}', '{"none": 1}',
    '{"home": {"street": "T", "zip_code": "1"}}', '{"raw": 5}', '{"id": 1, "labels": ["a"]}',
    '{"id": "1", "labels": ["a"]}', '{"id": 1}', '{"id": 1, "labels": [1]}',
    '{"id": 1, "labels": [], "x": 1}', '{"labels": [], "id": 1}', '[{"id": 1, "labels": []}]',
    '{"who": {"name": "Ada", "age": 36}, "when": "2024-01-02", "map": {"a": 1}}',
    '{"who": {"name": "Ada", "age": 36}, "when": null, "map": {}}',
    '{"who": {"name": "Ada", "age": 36}, "map": {}}',
]
# fmt: on


def is_json(text: str) -> bool:
    """Tell whether a text is JSON as the standard has it."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True
