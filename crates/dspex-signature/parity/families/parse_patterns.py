"""Parse cases about patterns of text, and signature cases about patterns that are none."""

import json
from collections.abc import Iterator
from random import Random

from families import case
from families.case import Case
from families.catalogue import signature

# fmt: off
_PATTERNS: dict[str, tuple[str, ...]] = {
    "^[A-Z]-[0-9]+$": ("A-1", "A-12\n", "xA-1", "A-", "a-1", "Ä-1"),
    "[0-9]": ("a1b", "", "abc", "١", "1"), "^\\d+$": ("12", "١٢", "1.2", "１２"),
    "^\\w+$": ("größe", "a b", "東京", "a_1", "a-b", "e\u0301"), "\\bcat\\b": ("a cat", "concat", "cat!"),
    "^$": ("", " ", "\n"), "": ("", "any"), "^.$": ("é", "e\u0301", "🎉", "\n", "ab"),
    "(?i)^straße$": ("STRASSE", "Straße", "STRAßE"), "(?s)^a.b$": ("a\nb", "ab", "a b"),
    "(?m)^b$": ("a\nb", "ab"), "^\\s*$": (" \t\n", "\u00a0", "\u200b", "\x1c", "a"),
    "^\\p{Lu}+$": ("ABC", "ÀÉ", "aB"), "^[^,]{2,4}$": ("ab", "abcde", "a,b", "éé"),
    "^(a|ab)(c|bcd)$": ("abcd", "abc", "ac", "abd"), "\\Aab\\z": ("ab", "ab\n", "abc"),
}
_NONE = [
    "(", "[", "a(?=b)", "(?<=a)b", "(a)\\1", "\\Z", "(?P<n>a)", "(?<n>a)", "a{2", "a**", "+",
    "\\p{Nope}", "a{1000}{1000}", "\\x", "(?x) a # b", "[[:alpha:]]", "\\h", "a++",
]
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield every pattern on a field of a model, then what only looks like one on an output."""
    for pattern, texts in _PATTERNS.items():
        coded = {"kind": "model", "fields": [{"name": "code", "type": "str", "pattern": pattern}]}
        given = {"spec": "q -> a: Coded", "types": {"Coded": coded}}
        for text in texts:
            body = json.dumps({"code": text}, ensure_ascii=random.random() < 0.5)
            completion = f'{{"a": {body}}}'
            yield case.parse("patterns", "hard", "json", given, completion, "constraint", "value")
        for value in ("1", "null", '["A-1"]'):
            completion = f'[[ ## a ## ]]\n{{"code": {value}}}\n\n[[ ## completed ## ]]\n'
            yield case.parse("patterns", "hard", "chat", given, completion, "constraint", "value")
    for pattern in [*_NONE, 3, None, True]:
        for spec in ("q -> a", "q -> a: int"):
            given = signature(spec, field_options={"a": {"pattern": pattern}})
            yield case.make("signature", "sig-patterns", "hard", {"signature": given})
