"""Signature cases about names, grammar, prefixes and instructions."""

from collections.abc import Iterator
from random import Random

from families import case
from families.case import Case

# fmt: off
_BASIC = [
    "question -> answer", "a, b -> c, d", "  question  ->  answer  ", "a->b", "a,b->c",
    "a , b -> c , d", "question, context: list[str] -> answer: str, score: float", "a:int->b:str",
    "a :int -> b : str", "a -> b, c, d, e, f, g, h",
    ", ".join(f"in{at}" for at in range(30)) + " -> out",
]
_PREFIX = [
    "camelCaseText", "snake_case_text", "HTMLParser", "getHTTPResponseCode", "aB", "v1_2", "a1b",
    "Is2ndBest", "ALL_CAPS_NAME", "fooBAR", "text2number", "number2", "2", "x1y2z3", "ABC1DEF",
    "abc123def456", "A", "a", "AB", "Ab", "aBC", "ABc", "_private", "__dunder__", "trailing_",
    "double__under", "a_B_c", "aBcDeF", "URL", "userID", "userId2", "iOSVersion", "eMail", "x_1",
    "X1", "HTTP2Server", "utf8Text", "base64EncodedJSON", "JSONData2XML", "naïveText", "ÉtéText",
    "étéText", "textÉté", "日本語", "ßtext", "ǆenan", "İstanbul", "ﬁeld", "α2β", "x²", "Ⅷ", "a٣b", "ª",
    "ſ", "ΑΒΓ", "абвГД", "snakeCase_mixedUp", "A1", "a1", "1", "camelCase2Text", "SCREAMING_snake",
    "X_Y_Z", "theHTMLOfURL", "lower", "UPPER", "MiXeD", "a__b", "HTTPSConnectionPool", "_", "__",
    "_1", "_a_", "with_2_numbers", "endsWithA", "aA1B2c",
]
_ERRORS = [
    "", " ", "->", "-> ->", "a", "a, b", "a ->", "-> b", "a -> b -> c", "a → b", "a => b",
    "a - > b", "a --> b", "a ->> b", "a <- b", "a b -> c", "1a -> b", "a-b -> c", "a.b -> c",
    "a: -> b", "a:: int -> b", "a: int: str -> b", "a; b -> c", "a,, b -> c", ", a -> b", "a, -> b",
    "a, , -> b", "a -> b,", "a -> ,b", "a: list[int -> b", "a: list[int]] -> b",
    "a: list{int} -> b", "(a) -> b", "(a, b) -> c", "[a] -> b", "'a' -> b", '"a" -> b', "a! -> b",
    "a? -> b", "$a -> b", "@a -> b", "a@b -> c", "a/b -> c", "a\\b -> c", "#a -> b",
    "a -> b # note", "a # note -> b", "a # note\n -> b", "a -> b\n# note", "a, # first\nb -> c",
    "a\n,\nb\n->\nc", "a\tb -> c", "a\t,\tb -> c", "a\n b -> c", "\na -> b\n", "a \\\n, b -> c",
    "a\x0c -> b", "a\u00a0-> b", "a\u200b -> b", "\ufeffa -> b", "a\u2028-> b", "a\x00 -> b",
    "a;b->c", "a) -> b", "a): pass\ndef g(b -> c", "a -> b): return 1 #", "a -> b)", "*a -> b",
    "**a -> b", "*, a -> b", "a, *, b -> c", "a, /, b -> c", "a, / -> b", "/, a -> b",
    "a, *args -> b", "a, **kwargs -> b", "*args, a -> b", "a, *args: int, b: str -> c", "a -> *b",
    "a -> **b", "a -> *, b", "a -> b, /, c", "a=1 -> b", "a: int = 3 -> b", "a='x' -> b",
    "a=b -> c", "a=1, b -> c", "a: int = 3, b: str -> c", "a: int = 3, b: str = 'x' -> c",
    "a: int=None -> b", "a -> b=1", "a -> b: int = 3", "a=f(x) -> b", "a=(1, 2) -> b", "a=[] -> b",
    "a='->' -> b", "a: Literal['->'] -> b", "a, a -> b", "a -> b, b", "a, b, a -> c", "a -> a",
    "a, b -> b, c", "a, b -> c, a", "a: int, a: str -> b", "a, A -> b, B",
]
_RESERVED = [
    "class -> b", "def -> b", "for -> b", "from -> b", "in -> out", "is -> b", "not -> b",
    "or -> b", "None -> b", "True -> b", "lambda -> b", "pass -> b", "return -> b", "import -> b",
    "print -> b", "match -> b", "case -> b", "type -> b", "async -> b", "await -> b", "self -> b",
    "cls -> b", "input -> output", "inputs -> outputs", "list -> dict", "int: int -> str: str",
    "id -> name", "schema -> b", "json -> b", "copy -> b", "dict -> b", "fields -> b",
    "instructions -> b", "signature -> b", "model_config -> b", "model_fields -> b",
    "model_name -> b", "model_dump -> b", "model_ -> b", "model -> b", "construct -> b",
    "validate -> b", "parse_obj -> b", "input_fields -> b", "output_fields -> b", "append -> b",
    "prepend -> b", "insert -> b", "delete -> b", "equals -> b", "with_instructions -> b",
    "dump_state -> b", "load_state -> b", "a -> copy", "a -> json", "a -> schema", "a -> fields",
    "a -> delete", "_a -> b", "__a -> b", "__a__ -> b", "_ -> b", "__doc__ -> b", "__init__ -> b",
    "a -> _b", "a -> __b__", "__class__ -> b", "__annotations__ -> b", "__module__ -> b",
    "__base__ -> b", "a -> __validators__", "demos -> config", "lm -> signature",
    "completed -> dspy_root", "reasoning -> answer", "trajectory -> answer", "été -> naïve",
    "日本 -> 語", "ａ -> b", "a -> ａ", "ﬁ -> b", "ℌ -> b", "x² -> b", "🎉 -> b", "a‿b -> c", "µ -> μ",
    "ſ -> s", "Å -> b", "e\u0301 -> b", "é, e\u0301 -> b", "١a -> b", "a١ -> b",
]
_INSTRUCTIONS = [
    "", " ", "\n", "Do it.", "Do it.\n", "\nDo it.", "  Do it.", "Line one.\nLine two.",
    "Line one.\n    Line two.\n    Line three.", "    Indented\n      deeper\n    back",
    "\n\n    Lead\n\n    trail\n\n", "a\n\n\nb", "First\n\tTabbed\n\tTabbed again",
    "First\n\t  mixed\n        spaces", "trailing  \nspaces  ", "  \n  x\n  ", "x\n  \n   \ny",
    "日本語 🎉", "{braces} ${dollar} %s", "[[ ## completed ## ]] {question}", "<b>&amp;</b>",
    "\"quotes\" and 'quotes' \\ \\n", "x" * 400, "a\r\nb\r\n  c", "a\rb", "a\x0bb\x0cc",
    "a\u2028b\u2029c\x85d", "\u00a0 nbsp\n\u00a0 nbsp", "tab\there", "\tLeading tab", "a\x00b",
    "first\n   second\n  third\n     fourth", "    only\n  less", "- one\n- two\n  - three",
    "\n    Given `a`,\n    produce `b`.\n\n    Notes:\n        - x\n    ",
    "Given the fields `question`, produce the fields `answer`.",
]
# fmt: on


def cases(_: Random) -> Iterator[Case]:
    """Yield every name, every slip of grammar and every text of instructions."""
    for spec in _BASIC:
        yield _case("sig-basic", "easy", spec)
    for name in _PREFIX:
        level = "medium" if name.isascii() else "hard"
        yield _case("sig-prefix", level, f"{name} -> out")
    for name in _PREFIX[::3]:
        yield _case("sig-prefix", "medium", f"x -> {name}: int")
    for spec in _ERRORS:
        yield _case("sig-names-errors", "easy" if len(spec) < 8 else "medium", spec)
    for spec in _RESERVED:
        yield _case("sig-reserved", "medium" if spec.isascii() else "hard", spec)
    for text in _INSTRUCTIONS:
        given = {"spec": "question -> answer", "instructions": text}
        yield case.make("signature", "sig-instructions", "medium", {"signature": given})
        given = {"spec": "question -> answer", "ops": [{"op": "with_instructions", "text": text}]}
        yield case.make("signature", "sig-instructions", "medium", {"signature": given})
        ops = [
            {"op": "append_instructions", "text": text},
            {"op": "append_instructions", "text": "End."},
        ]
        given = {"spec": "question -> answer", "instructions": "Base.", "ops": ops}
        yield case.make("signature", "sig-instructions", "hard", {"signature": given})


def _case(family: str, level: str, spec: str) -> Case:
    return case.make("signature", family, level, {"signature": {"spec": spec}})
