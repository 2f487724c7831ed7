"""Asks DSPy for the answer to one case."""

from collections.abc import Callable
from typing import Any

import dspy
from dspy.dsp.utils import dpr  # noqa: F401 - part of the metrics, which import it late.
from dspy.evaluate import metrics

from recording import setting, signatures, values
from recording.run import run


def answer(case: dict[str, Any]) -> dict[str, Any]:
    """Return what DSPy makes of a case: its answer, or the class of what it raises."""
    try:
        return _KINDS[case["kind"]](case)
    except setting.UnusableCaseError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever DSPy raises is its answer.
        return {"error": type(error).__name__}


def _signature(case: dict[str, Any]) -> dict[str, Any]:
    signature, _ = signatures.build(case["signature"])
    return signatures.describe(signature)


def _format(case: dict[str, Any]) -> dict[str, Any]:
    adapter, signature, classes = setting.of(case)
    inputs = values.given(case.get("inputs", {}), signature, classes)
    messages = adapter.format(signature, setting.demos(case, signature, classes), inputs)
    return {"messages": messages}


def _parse(case: dict[str, Any]) -> dict[str, Any]:
    adapter, signature, _ = setting.of(case)
    return {"outputs": values.encode(adapter.parse(signature, case["completion"]))}


def _metric(case: dict[str, Any]) -> dict[str, Any]:
    return {"value": values.encode(_METRICS[case["metric"]](case))}


def _exact_match(case: dict[str, Any]) -> Any:
    example = dspy.Example(answer=case["answers"])
    prediction = dspy.Prediction(answer=case["prediction"])
    return metrics.answer_exact_match(example, prediction, frac=case.get("frac", 1.0))


def _passage_match(case: dict[str, Any]) -> Any:
    example = dspy.Example(answer=case["answers"])
    return metrics.answer_passage_match(example, dspy.Prediction(context=case["context"]))


_METRICS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "normalize_text": lambda case: metrics.normalize_text(case["text"]),
    "em": lambda case: metrics.EM(case["prediction"], case["answers"]),
    "f1": lambda case: metrics.F1(case["prediction"], case["answers"]),
    "hotpot_f1": lambda case: metrics.HotPotF1(case["prediction"], case["answers"]),
    "precision": lambda case: metrics.precision_score(case["prediction"], case["answer"]),
    "answer_exact_match": _exact_match,
    "answer_passage_match": _passage_match,
}

_KINDS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "signature": _signature,
    "format": _format,
    "parse": _parse,
    "metric": _metric,
    "run": run,
}
