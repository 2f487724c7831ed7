"""A language model of DSPy's, asked on behalf of Rust: the engine is DSPy's own, never Rust's."""

from __future__ import annotations

import os
from typing import Any

import dspy

from dspex_worker import values


def complete(parameters: dict[str, Any]) -> Any:
    """Ask a model for one completion; gives a packed map of what came back.

    The keys that it needs stay in the environment until `restore`.
    """
    body = dict(parameters["body"])
    messages = body.pop("messages")
    del body["model"]
    options = {"api_base": parameters["base_url"]} if parameters["base_url"] else {}
    lm = dspy.LM(parameters["model"], cache=False, num_retries=0, **options)
    kept = dspy.context(disable_history=False, max_history_size=1)
    _lend(parameters["environment"])
    with kept:
        outputs = lm(messages=messages, **body)
    return values.pack(_told(outputs[0], lm.history[-1]), "result")


_before: dict[str, str | None] = {}
"""What the variables were that a call has set."""


def _lend(variables: dict[str, str]) -> None:
    """Set variables of the environment until `restore`; one such call runs at a time."""
    for name, value in variables.items():
        _before[name] = os.environ.get(name)
        os.environ[name] = value


def restore() -> None:
    """Give the environment back as it was; for when the call can no longer be interrupted."""
    while _before:
        name, value = _before.popitem()
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _told(output: str | dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Give the parts of an answer that Rust knows."""
    said = {"text": output} if isinstance(output, str) else output
    usage = dict(entry["usage"] or {})
    return {
        "text": said.get("text") or "",
        "reasoning": said.get("reasoning_content"),
        "tool_calls": [_call(call) for call in said.get("tool_calls") or []],
        "logprobs": _logprobs(said.get("logprobs")),
        "finish_reason": _finish_reason(entry["response"]),
        "model": entry.get("response_model"),
        "input_tokens": usage.get("prompt_tokens") or 0,
        "output_tokens": usage.get("completion_tokens") or 0,
        "cache_read_tokens": _detail(usage, "prompt_tokens_details", "cached_tokens"),
        "reasoning_tokens": _detail(usage, "completion_tokens_details", "reasoning_tokens"),
    }


def _call(call: Any) -> dict[str, str]:
    """Read a tool call, which DSPy gives as a map and LiteLLM as an object."""
    call = call if isinstance(call, dict) else call.model_dump()
    function = call["function"]
    return {
        "id": call.get("id") or "",
        "name": function["name"] or "",
        "arguments": function["arguments"] or "",
    }


def _logprobs(told: Any) -> list[dict[str, Any]]:
    """Read how likely the tokens were, which is a map of DSPy's or an object of LiteLLM's."""
    told = told if told is None or isinstance(told, dict) else told.model_dump()
    return (told or {}).get("content") or []


def _finish_reason(response: Any) -> str | None:
    """Read why the model stopped, of an answer of DSPy's or of LiteLLM's."""
    if hasattr(response, "finish_reason"):
        return response.finish_reason
    choices = getattr(response, "choices", None)
    return choices[0].finish_reason if choices else None


def _detail(usage: dict[str, Any], details: str, name: str) -> int:
    """Read one of the finer counts; nothing told is none."""
    found = usage.get(details) or {}
    found = found if isinstance(found, dict) else found.model_dump()
    return found.get(name) or 0
