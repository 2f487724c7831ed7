"""User modules that use dspex's operations."""

from __future__ import annotations

from typing import Any

import dspy

from dspex_worker import operations


class Operates(dspy.Module):
    """Runs one of dspex's operations."""

    def __init__(self, _signature: type[dspy.Signature]) -> None:
        """Take the signature, of which nothing is needed."""
        super().__init__()

    def forward(
        self, operation: str, positional: list[Any], named: dict[str, Any]
    ) -> dspy.Prediction:
        """Give what it gives, or let its error pass."""
        result = getattr(operations, operation)(*positional, **named)
        return dspy.Prediction(result=result)


class OperatesInParallel(dspy.Module):
    """Asks from threads that DSPy starts."""

    def __init__(self, _signature: type[dspy.Signature]) -> None:
        """Take the signature, of which nothing is needed."""
        super().__init__()

    def forward(self, texts: list[str]) -> dspy.Prediction:
        """Give the F1 of each text against one."""
        score = dspy.Parallel(num_threads=2, disable_progress_bar=True)
        pairs = [(_F1(), dspy.Example(text=text).with_inputs("text")) for text in texts]
        return dspy.Prediction(scores=[found.score for found in score(pairs)])


class _F1(dspy.Module):
    def forward(self, text: str) -> dspy.Prediction:
        return dspy.Prediction(score=operations.metric("f1", text, "b"))


class Reply(dspy.Module):
    """The guide's example: an answer without what identifies a person."""

    def __init__(self, signature: type[dspy.Signature]) -> None:
        """Ask by the signature."""
        super().__init__()
        self.predict = dspy.Predict(signature)

    def forward(self, ticket: str) -> dspy.Prediction:
        """Ask, and write what stands for each part that is found."""
        reply = self.predict(ticket=ticket).reply
        violations = operations.validate("pii", reply, kinds=["email", "phone"])
        for violation in reversed(violations):
            start, end = violation.at
            reply = reply[:start] + f"[{violation.rule}]" + reply[end:]
        score = operations.metric("rouge_l", reply, ticket)
        text = operations.render("{{ reply }} ({{ score }})", reply=reply, score=score)
        return dspy.Prediction(reply=text)
