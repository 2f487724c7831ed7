"""Operations of dspex for the code of modules: validators, metrics, templates, judges."""

from __future__ import annotations

import dataclasses
from typing import Any

import dspy

from dspex_worker.engine import CallbackError
from dspex_worker.signatures import SignatureFactory

_signatures = SignatureFactory()

SETTING = "dspex_ask"
"""The setting of DSPy that holds what asks Rust; DSPy's own threads know the settings too."""


class OperationError(ValueError):
    """There is no such operation, or it cannot do what it is asked; says what there is."""


@dataclasses.dataclass(frozen=True)
class Violation:
    """One thing that is wrong with a value; holds none of the value's text."""

    path: str
    """Where: `orders[3].mail`; empty for a value on its own."""
    rule: str
    """Which rule, by name: `length.max`."""
    message: str
    """What is wrong, as the end of a sentence: `has 12 characters, more than 10`."""
    hint: str
    """What to do about it."""
    at: tuple[int, int] | None
    """The part of the text, for a slice; nothing where it is the whole."""

    def __str__(self) -> str:
        """Give the whole sentence."""
        return f"`{self.path}` {self.message}" if self.path else f"the value {self.message}"


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What a judge says."""

    reason: str
    """What decided the score."""
    score: float
    """From 0 to 1; the higher the better."""


def judge(name: str, /, **inputs: Any) -> Verdict:
    """Have the language model of the call score a text by the judge of this name."""
    signature = _signatures.build(_ask("judge", {"name": name})).signature
    if inputs.keys() != (takes := signature.input_fields.keys()):
        names = "`, `".join(takes)
        raise OperationError(f"the judge `{name}` takes `{names}`, and nothing else")
    said = dspy.Predict(signature)(**inputs)
    if not 0 <= said.score <= 1:
        raise OperationError(f"the judge `{name}` gave a score that is not between 0 and 1")
    return Verdict(said.reason, said.score)


def validate(name: str, value: Any, /, **options: Any) -> list[Violation]:
    """Give what is wrong with a value by the validator of this name; nothing where it passes."""
    found = _ask("validate", {"name": name, "value": value, "options": options})
    return [Violation(**(told | {"at": told["at"] and tuple(told["at"])})) for told in found]


def metric(name: str, prediction: Any, answers: Any, /) -> float:
    """Score a prediction against one answer or a list of them, from 0 to 1."""
    return _ask("metric", {"name": name, "prediction": prediction, "answers": answers})


def render(template: str, /, **fields: Any) -> str:
    """Make a text of fields by a template in Jinja's language."""
    return _ask("render", {"template": template, "fields": fields})


def _ask(operation: str, parameters: dict[str, Any]) -> Any:
    ask = dspy.settings.get(SETTING)
    if ask is None:
        raise OperationError("operations run while a call does, on its thread or one of DSPy's")
    try:
        return ask(f"operation.{operation}", parameters)
    except CallbackError as failed:
        if failed.kind != "operation":
            raise
        raise OperationError(str(failed)) from None
