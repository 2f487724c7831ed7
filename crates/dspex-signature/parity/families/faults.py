"""The faults that models make in JSON: each takes good JSON and spoils it."""

import re
from collections.abc import Callable
from random import Random

Fault = Callable[[str, Random], str]


def _at_random(text: str, pattern: str, replacement: str, random: Random) -> str:
    """Replace one occurrence of a pattern, chosen at random."""
    matches = list(re.finditer(pattern, text))
    if not matches:
        return text
    match = random.choice(matches)
    return text[: match.start()] + match.expand(replacement) + text[match.end() :]


def _always(change: Callable[[str], str]) -> Fault:
    return lambda text, _: change(text)


def _one(pattern: str, replacement: str) -> Fault:
    return lambda text, random: _at_random(text, pattern, replacement, random)


def _cut(text: str, random: Random) -> str:
    return text[: random.randrange(1, len(text))]


def _flip(text: str, random: Random) -> str:
    at = random.randrange(len(text))
    return text[:at] + random.choice("{}[]\",:'\\ \n#/x1-") + text[at + random.choice((0, 1)) :]


def _drop(text: str, random: Random) -> str:
    at = random.randrange(len(text))
    return text[:at] + text[at + 1 :]


_STRING = r'"((?:[^"\\]|\\.)*)"'
_KEY = _STRING + r"(\s*:)"
_TEXT = r'(?<=: )"((?:[^"\\]|\\.)+)"'

FAULTS: dict[str, Fault] = {
    "fence": _always(lambda text: f"```json\n{text}\n```"),
    "fence-bare": _always(lambda text: f"```\n{text}\n```"),
    "fence-open": _always(lambda text: f"```json\n{text}"),
    "fence-prose": _always(lambda text: f"Here you go:\n\n```json\n{text}\n```\n\nAnything else?"),
    "fence-two": _always(lambda text: f"```json\n{text}\n```\n```json\n{{}}\n```"),
    "prose-before": _always(lambda text: f"Sure! The answer is {text}"),
    "prose-after": _always(lambda text: f"{text}\n\nHope that helps!"),
    "prose-braces": _always(lambda text: f"Using the {{format}} given: {text}"),
    "prose-brackets": _always(lambda text: f"As [1] says: {text} [2]"),
    "prose-quotes": _always(lambda text: f'The "answer" is: {text}'),
    "think": _always(lambda text: f"<think>maybe {{x}}</think>{text}"),
    "trailing-comma": _one(r'(?<=[\w"\]}])([}\]])', r",\1"),
    "trailing-commas": _one(r'(?<=[\w"\]}])([}\]])', r",,\1"),
    "leading-comma": _one(r"([{\[])", r"\1,"),
    "missing-comma": _one(r", ", " "),
    "missing-comma-newline": _one(r", ", "\n"),
    "missing-colon": _one(r'(?<="): ', " "),
    "equals": _one(r'(?<="): ', " = "),
    "arrow": _one(r'(?<="): ', " => "),
    "semicolons": _always(lambda text: text.replace(", ", "; ")),
    "single-quotes": _always(lambda text: text.replace('"', "'")),
    "smart-quotes": _always(lambda text: re.sub(_STRING, "\u201c\\1\u201d", text)),
    "smart-quote-one": _one(_STRING, "\u201c\\1\u201d"),
    "low-quotes": _one(_STRING, "\u00ab\\1\u00bb"),
    "backticks": _one(_STRING, r"`\1`"),
    "unquoted-keys": _always(lambda text: re.sub(_KEY, r"\1\2", text)),
    "unquoted-key": _one(_KEY, r"\1\2"),
    "unquoted-value": _one(_TEXT, r"\1"),
    "half-quoted-key": _one(_KEY, r'"\1\2'),
    "half-quoted-value": _one(_TEXT, r'"\1'),
    "end-quoted-value": _one(_TEXT, r'\1"'),
    "doubled-quotes": _one(_STRING, r'""\1""'),
    "tripled-quotes": _one(_TEXT, r'"""\1"""'),
    "escaped-quotes": _always(lambda text: text.replace('"', '\\"')),
    "inner-quotes": _one(_TEXT, r'"say "\1" twice"'),
    "inner-quote": _one(_TEXT, r'"\1" tall"'),
    "inner-quote-comma": _one(_TEXT, r'"he said "\1", then left"'),
    "inner-braces": _one(_TEXT, r'"{\1}"'),
    "apostrophe": _one(_TEXT, r"'it's \1'"),
    "line-comment": _one(r", ", ", // why\n"),
    "block-comment": _one(r", ", ", /* why */ "),
    "hash-comment": _one(r", ", ", # why\n"),
    "comment-first": _always(lambda text: f"// answer\n{text}"),
    "comment-open": _one(r", ", ", /* why "),
    "comment-before-key": _one(r"\{", "{ // first\n"),
    "raw-newline": _one(_TEXT, '"\\1\nmore"'),
    "raw-tab": _one(_TEXT, '"\\1\tmore"'),
    "control": _one(_TEXT, '"\\1\x01\x1f"'),
    "escaped-newline": _one(_TEXT, r'"\1\\nmore"'),
    "escaped-twice": _one(_TEXT, r'"\1\\\\nmore"'),
    "bad-escape": _one(_TEXT, r'"\1\\d\\x41\\q"'),
    "bad-unicode": _one(_TEXT, r'"\1\\u12"'),
    "unicode-escape": _one(_TEXT, r'"\1\\u00e9\\ud83d\\ude00"'),
    "backslash-end": _one(_TEXT, r'"\1\\"'),
    "windows-path": _one(_TEXT, r'"C:\\temp\\new\\\1"'),
    "newlines-around": _always(lambda text: re.sub(r"([{}\[\],:])", r"\n\1\n", text)),
    "crlf": _always(lambda text: text.replace(", ", ",\r\n")),
    "no-break-space": _always(lambda text: text.replace(": ", ":\u00a0")),
    "bom": _always(lambda text: "\ufeff" + text),
    "python-literals": _always(
        lambda text: text.replace("true", "True").replace("null", "None").replace("false", "False")
    ),
    "upper-literals": _always(lambda text: text.replace("true", "TRUE").replace("null", "NULL")),
    "undefined": _one(r"(?<=: )(?:null|true|\d+)", "undefined"),
    "nan": _one(r"(?<=: )-?\d+(?:\.\d+)?", "NaN"),
    "infinity": _one(r"(?<=: )-?\d+(?:\.\d+)?", "-Infinity"),
    "number-plus": _one(r"(?<=: )(\d)", r"+\1"),
    "number-dot": _one(r"(?<=: )(\d+)(?=[,}])", r"\1."),
    "number-point": _one(r"(?<=: )(\d+)(?=[,}])", r".\1"),
    "number-zero": _one(r"(?<=: )(\d+)(?=[,}])", r"00\1"),
    "number-comma": _one(r"(?<=: )(\d+)(?=[,}])", r"\1,000"),
    "number-under": _one(r"(?<=: )(\d+)(?=[,}])", r"\1_000"),
    "number-hex": _one(r"(?<=: )(\d+)(?=[,}])", r"0x\1"),
    "number-exp": _one(r"(?<=: )(\d+)(?=[,}])", r"\1e2"),
    "number-exp-open": _one(r"(?<=: )(\d+)(?=[,}])", r"\1e"),
    "number-ratio": _one(r"(?<=: )(\d+)(?=[,}])", r"\1/2"),
    "number-unit": _one(r"(?<=: )(\d+)(?=[,}])", r"\1kg"),
    "number-minus": _one(r"(?<=: )(\d+)(?=[,}])", r"\1-2"),
    "number-big": _one(r"(?<=: )(\d+)(?=[,}])", r"\g<1>0000000000000000000000"),
    "number-quoted": _one(r"(?<=: )(\d+)(?=[,}])", r'"\1"'),
    "null-value": _one(r"(?<=: )(?:\d+|\"[^\"]*\")", "null"),
    "no-value": _one(r"(?<=: )(?:\d+|\"[^\"]*\")", ""),
    "ellipsis": _one(r"([}\]])$", r", ...\1"),
    "concatenated": _one(_TEXT, r'"\1" + "more"'),
    "two-strings": _one(_TEXT, r'"\1" "more"'),
    "duplicate-key": _one(r"\{" + _KEY, r'{"\1": 0, "\1"\2'),
    "extra-key": _one(r"\{", r'{"zzz": {"a": 0}, '),
    "key-case": _always(lambda text: re.sub(_KEY, lambda m: m[0].title(), text)),
    "key-spaces": _one(_KEY, r'" \1 "\2'),
    "number-key": _one(_KEY, r"1\2"),
    "empty-key": _one(_KEY, r'""\2'),
    "open-object": _always(lambda text: text[:-1]),
    "open-string": _always(lambda text: text.rstrip('}]"')),
    "extra-close": _always(lambda text: text + "}"),
    "wrong-close": _always(lambda text: text[:-1] + "]"),
    "paren-close": _always(lambda text: text[:-1] + ")"),
    "parens": _always(lambda text: text.replace("[", "(").replace("]", ")")),
    "braces-doubled": _always(lambda text: "{" + text + "}"),
    "bracketed": _always(lambda text: f"[{text}]"),
    "bracketed-more": _always(lambda text: f"[{text}, 5]"),
    "bracketed-open": _always(lambda text: f"[{text}"),
    "wrapped-key": _always(lambda text: f'{{"result": {text}}}'),
    "quoted-whole": _always(lambda text: '"' + text.replace('"', '\\"') + '"'),
    "quoted-single": _always(lambda text: f"'{text}'"),
    "two-objects": _always(lambda text: f"{text}\n{text.replace('1', '9')}"),
    "two-objects-comma": _always(lambda text: f"{text}, {{}}"),
    "other-object-first": _always(lambda text: f'{{"zzz": 1}} {text}'),
    "empty-object-first": _always(lambda text: f"{{}} {text}"),
    "list-first": _always(lambda text: f"[1, 2] {text}"),
    "json-lines": _always(lambda text: text.replace(", ", "}\n{")),
    "assignment": _always(lambda text: f"answer = {text};"),
    "call": _always(lambda text: f"print({text})"),
    "label": _always(lambda text: f"json: {text}"),
    "no-braces": _always(lambda text: text[1:-1]),
    "xml-around": _always(lambda text: f"<answer>{text}</answer>"),
    "html-escaped": _always(lambda text: text.replace('"', "&quot;")),
    "spaces": _always(lambda text: f"\n\n   {text}   \n"),
    "cut": _cut,
    "cut-again": _cut,
    "cut-late": lambda text, random: text[: -random.randrange(1, min(6, len(text)))],
    "flip": _flip,
    "flip-again": _flip,
    "drop": _drop,
    "drop-again": _drop,
}
