"""Parse cases of one field: each type against texts that fit it, nearly fit it or do not."""

from collections.abc import Iterator
from random import Random

from families import case, completions, texts
from families.case import Case
from families.catalogue import FIELD_TYPES, FieldType, signature

_PER_SCALAR, _PER_CONTAINER = 12, 14
_FORMS = ("chat", "json-string", "json-raw", "xml", "xml-escaped")
_FORM_WEIGHTS = (30, 20, 25, 22, 3)
# fmt: off
_CONTAINERS = (
    "list", "dict", "tuple", "set", "frozenset", "sequence", "mapping", "iterable", "deque", "ints",
)
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield every good value of each type in every form, then a sample of other texts."""
    for field_type in FIELD_TYPES:
        yield from _good(field_type)
        pool, n_texts = _pool(field_type)
        for text in random.sample(pool, min(n_texts, len(pool))):
            form = random.choices(_FORMS, _FORM_WEIGHTS)[0]
            yield _case(field_type, text, form)


def _good(field_type: FieldType) -> Iterator[Case]:
    given = signature(f"q -> a: {field_type.annotation}", *field_type.classes)
    family, level = f"pv-{field_type.label}", field_type.level
    for value in field_type.values:
        text = completions.text_of(value)
        yield case.parse(family, level, "chat", given, completions.chat({"a": text}), "value")
        native = completions.json_of({"a": value})
        yield case.parse(family, level, "json", given, native, "value", "json-native")
        nested = completions.nested_xml("a", value)
        yield case.parse(family, level, "xml", given, nested, "value", "nested-xml")


def _pool(field_type: FieldType) -> tuple[list[str], int]:
    label = field_type.label
    is_scalar_class = label.split("-")[-1] in (
        "color",
        "status",
        "rank",
        "scolor",
        "irank",
        "odd",
        "phase",
        "mood",
    )
    if label.startswith(_CONTAINERS) or label == "any":
        return texts.CONTAINERS + (texts.MODELS if field_type.classes else []), _PER_CONTAINER
    if field_type.classes and not is_scalar_class:
        return texts.MODELS + texts.CONTAINERS[::6], _PER_CONTAINER
    if field_type.classes or "literal" in label:
        return texts.CHOICES + texts.SCALARS[::4], _PER_SCALAR
    return texts.SCALARS + texts.CONTAINERS[::12], _PER_SCALAR


def _case(field_type: FieldType, text: str, form: str) -> Case:
    given = signature(f"q -> a: {field_type.annotation}", *field_type.classes)
    family, tags = f"pv-{field_type.label}", ["value", form]
    if not text.strip():
        tags.append("empty")
    adapter = form.split("-", maxsplit=1)[0]
    if form == "chat":
        completion = completions.chat({"a": text})
    elif form == "json-string":
        completion = completions.json_of({"a": text})
    elif form == "json-raw":
        completion = '{"a": ' + text + "}"
        tags.append("json-native" if texts.is_json(text) else "malformed")
    else:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;") if form == "xml-escaped" else text
        completion = completions.xml({"a": escaped})
    return case.parse(family, "medium", adapter, given, completion, *tags)
