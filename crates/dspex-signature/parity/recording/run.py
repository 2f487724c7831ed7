"""Runs a whole module of DSPy over a model on loopback."""

import json
import traceback
from collections.abc import Callable
from functools import cache
from typing import Any
from unittest import mock

import dspy

from recording import setting, values
from recording.model import Model


@cache
def _model() -> Model:
    return Model()


def run(case: dict[str, Any]) -> dict[str, Any]:
    """Return every request that reached the model, then the outputs or the error's class."""
    adapter, signature, classes = setting.of(case)
    model = _model()
    model.start(case["replies"])
    settings = {"cache": False, "num_retries": 0} | case.get("lm_config", {})
    name = case.get("model", "openai/gpt-4o-mini")
    lm = dspy.LM(name, api_base=model.url, api_key="none", **settings)
    module = _MODULES[case["module"]](case, signature)
    for predictor in module.predictors()[:1]:
        predictor.demos = setting.demos(case, predictor.signature, classes)
    if "state" in case:
        module.load_state(case["state"])
    inputs = values.given(case.get("inputs", {}), signature, classes)
    shown_errors = mock.patch("dspy.predict.react.format_error_for_lm", _shown_error)
    with dspy.context(lm=lm, adapter=adapter), shown_errors:
        try:
            prediction = module(**inputs)
        except Exception as error:  # noqa: BLE001 - whatever DSPy raises is its answer.
            return {"calls": model.calls, "error": type(error).__name__}
    answer = {"calls": model.calls, "outputs": values.encode(dict(prediction.items()))}
    n_completions = len(prediction.completions) if prediction.completions else 1
    if n_completions > 1:
        each = [dict(prediction.completions[at].items()) for at in range(n_completions)]
        answer["completions"] = values.encode(each)
    return answer


def _shown_error(error: BaseException, **_: Any) -> str:
    """Return what ReAct shows of a tool's error, without paths and lines of this machine."""
    return "\n<traceback>\n" + "".join(traceback.format_exception_only(error)).strip()


def _react(case: dict[str, Any], signature: Any) -> Any:
    options = {"max_iters": case["max_iters"]} if "max_iters" in case else {}
    return dspy.ReAct(signature, tools=[_tool(tool) for tool in case["tools"]], **options)


def _tool(tool: dict[str, Any]) -> Any:
    def call(**arguments: Any) -> Any:
        key = json.dumps(arguments, sort_keys=True)
        if key not in tool["table"] and "default" not in tool:
            raise KeyError(key)
        answer = tool["table"].get(key, tool.get("default"))
        if isinstance(answer, dict) and "raise" in answer:
            raise RuntimeError(answer["raise"])
        return answer

    return dspy.Tool(call, name=tool["name"], desc=tool["desc"], args=tool["args"])


_MODULES: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "predict": lambda case, signature: dspy.Predict(signature, **case.get("config", {})),
    "chain_of_thought": lambda case, signature: dspy.ChainOfThought(
        signature, **case.get("config", {})
    ),
    "react": _react,
}
