"""Metric cases: normalisation, overlap of words, passages."""

from collections.abc import Iterator
from random import Random
from typing import Any

from families import case
from families.case import Case

# fmt: off
_TEXTS = [
    "", " ", "the", "a an the", "The Eiffel Tower!", "  the,  Eiffel  Tower! ",
    "Theatre and anthem", "a-b a.b", "the-end", "an_apple", "A", "it's a dog's life", "U.S.A.",
    "3.14", "1,000,000", "$5 (five)", "yes", "Yes.", "no", "No answer", "noanswer", "no answer",
    "the yes", "café", "cafe\u0301", "Ångström", "ﬁne", "İstanbul", "STRASSE straße", "ΣΑΣ ς",
    "日本語 の テスト", "“quoted” ‘text’", "em—dash", "a…b", "x\u00a0y", "x\u2003y\u200bz",
    "tab\tnew\nline\r\x0b", "the\u00a0cat", "été the été", "theé", "éa the", "_the_", "the1 1the",
    "🎉 party 👩‍🚀", "a\u0301 b", "½ ²", "Ⅷ ROMAN", "ǅ ǆ", "x < y & z", "`code`", "[1] {2} (3)",
    "a/b\\c|d", "~!@#$%^&*()_+", "¿Qué? ¡Sí!", "«guillemets»", "한국어 텍스트", "ИВАН the ИВАН", "न्यूज़",
    "ก็", "\ufeffbom", "a\x00b", "the\x1fcat", "THE", "AN", "A.N.", "t.h.e cat", "a b a b",
    "dog dog dog", "dog", "New York City", "New York", "NYC", "york new", "paris france",
    "Paris, France", "Paris", "42", "42.0", "forty two",
]
_PAIRS = [
    ("Paris", ["Paris"]), ("Paris, France", ["Paris"]), ("paris", ["London", "Paris"]),
    ("The Eiffel Tower", ["Eiffel Tower", "Louvre"]), ("", [""]), ("the", [""]), ("x", []),
    ("yes", ["no"]), ("yes", ["yes"]), ("no", ["no answer"]), ("noanswer", ["no answer"]),
    ("no answer", ["noanswer"]), ("yes it is", ["yes"]), ("the yes", ["yes"]),
    ("dog dog dog", ["dog"]), ("dog cat", ["dog dog cat cat"]), ("a b c d", ["b c", "d e f"]),
    ("New York City", ["New York", "NYC"]), ("café", ["cafe"]), ("café", ["cafe\u0301"]),
    ("1,000", ["1000"]), ("U.S.A", ["USA"]), ("Straße", ["STRASSE"]),
]
_PASSAGES = [
    "Paris is the capital of France.", "It has 2,161,000 residents.",
    "The Eiffel Tower, built in 1889, stands there.", "Café de Flore — est. 1887", "日本語のテスト", "",
    "state-of-the-art U.S. design", "e-mail: a@b.com; x_y", "Δx ≈ 5½ km²", "I can't. Don't!",
    "ﬁne ﬂow", "line\nbreak\ttab", "a\u200bb", "naïve résumé", "$100 (USD) 50%", "🎉 party",
    "한국어 텍스트", "x\u0301y",
]
_ANSWERS = [
    "Paris", "the capital", "capital of the France", "2161000", "2,161,000", "eiffel tower",
    "tower built", "1889", "cafe de flore", "Café", "テスト", "", "the", "U.S.", "us design",
    "state of the art", "art", "can't", "cant", "5½", "km", "fine", "flow", "break tab", "ab",
    "a b", "resume", "résumé", "100", "usd 50", "🎉", "텍스트", "x", "not there", "of", "F", "Franc",
]
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield every metric over hand-picked and random pairs."""
    for text in _TEXTS:
        yield _case("normalize_text", {"text": text})
    for metric in ("em", "f1", "hotpot_f1"):
        for prediction, answers in _PAIRS:
            yield _case(metric, {"prediction": prediction, "answers": answers})
        for _ in range(24):
            answers = random.sample(_TEXTS, random.choice((1, 1, 2, 3)))
            yield _case(metric, {"prediction": random.choice(_TEXTS), "answers": answers})
    for prediction, answers in _PAIRS:
        answer = answers[0] if answers else "z"
        yield _case("precision", {"prediction": prediction, "answer": answer})
    for _ in range(20):
        prediction, answer = random.sample(_TEXTS, 2)
        yield _case("precision", {"prediction": prediction, "answer": answer})
    yield from _exact(random)
    yield from _passages(random)


def _exact(random: Random) -> Iterator[Case]:
    for prediction, answers in _PAIRS:
        given: dict[str, Any] = {"prediction": prediction, "answers": answers}
        yield _case("answer_exact_match", given)
        frac = random.choice((0.0, 0.3, 0.5, 0.7, 0.8, 0.99, 1.0, 1.5))
        yield _case("answer_exact_match", given | {"frac": frac})
        if answers:
            text = given | {"answers": answers[0], "frac": random.choice((0.5, 0.8, 1.0))}
            yield _case("answer_exact_match", text)


def _passages(random: Random) -> Iterator[Case]:
    for answer in _ANSWERS:
        context = random.sample(_PASSAGES, 3)
        yield _case("answer_passage_match", {"context": context, "answers": answer})
        likely = [text for text in _PASSAGES if answer[:3].lower() in text.lower()] or context
        yield _case("answer_passage_match", {"context": likely[:4], "answers": answer})
        answers = [answer, *random.sample(_ANSWERS, 2)]
        yield _case("answer_passage_match", {"context": context[:2], "answers": answers})
    yield _case("answer_passage_match", {"context": [], "answers": "x"})
    yield _case("answer_passage_match", {"context": ["x"], "answers": []})


def _case(metric: str, given: dict[str, Any]) -> Case:
    texts = str(given)
    level = "easy" if texts.isascii() and len(texts) < 90 else "medium"
    return case.make("metric", f"metric-{metric}", level, {"metric": metric, **given})
