"""Completions: a value put where each adapter looks for it."""

import json
import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

ADAPTERS = ("chat", "json", "xml")


def chat(fields: dict[str, str]) -> str:
    """Return a completion as ChatAdapter asks for it."""
    sections = [f"[[ ## {name} ## ]]\n{text}\n\n" for name, text in fields.items()]
    return "".join(sections) + "[[ ## completed ## ]]\n"


def json_of(value: Any) -> str:
    """Return the JSON of a value, tags left out: what a model would write."""
    return json.dumps(value, ensure_ascii=False)


def text_of(value: Any) -> str:
    """Return the text of a value where no JSON is around it."""
    return value if isinstance(value, str) else json_of(value)


def xml(fields: dict[str, str]) -> str:
    """Return a completion as XMLAdapter asks for it, texts not escaped."""
    return "\n".join(f"<{name}>\n{text}\n</{name}>" for name, text in fields.items())


def nested_xml(name: str, value: Any, key: str | None = None) -> str:
    """Return a value as nested elements."""
    attribute = "" if key is None else f" key={quoteattr(key)}"
    if value is None:
        return f"<{name}{attribute}/>"
    if isinstance(value, list):
        inner = "".join(nested_xml("item", item) for item in value)
    elif isinstance(value, dict):
        inner = "".join(
            nested_xml(entry, item)
            if re.fullmatch(r"[A-Za-z_][\w.-]*", entry)
            else nested_xml("entry", item, entry)
            for entry, item in value.items()
        )
    else:
        inner = escape(text_of(value))
    return f"<{name}{attribute}>{inner}</{name}>"


def indented(value: Any, n_spaces: int) -> str:
    """Return the JSON of a value over several lines."""
    return json.dumps(value, ensure_ascii=False, indent=n_spaces)
