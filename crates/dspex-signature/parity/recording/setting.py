"""What most kinds of cases have in common: an adapter, a signature, demos."""

from collections.abc import Callable
from typing import Any

import dspy

from recording import signatures, values

ADAPTERS: dict[str, Callable[[], Any]] = {
    "chat": dspy.ChatAdapter,
    "chat-nofallback": lambda: dspy.ChatAdapter(use_json_adapter_fallback=False),
    "json": dspy.JSONAdapter,
    "xml": dspy.XMLAdapter,
}


class UnusableCaseError(Exception):
    """The signature of a case that is about something else cannot be built."""


def of(case: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """Return a case's adapter, signature and types."""
    try:
        signature, classes = signatures.build(case["signature"])
    except Exception as error:
        raise UnusableCaseError(f"{type(error).__name__}: {error}") from error
    return ADAPTERS[case.get("adapter", "chat")](), signature, classes


def demos(case: dict[str, Any], signature: Any, classes: dict[str, Any]) -> list[Any]:
    """Return a case's demos, as dicts or as examples."""
    made = [values.given(demo, signature, classes) for demo in case.get("demos", [])]
    return [dspy.Example(**demo) for demo in made] if case.get("demos_as_examples") else made
