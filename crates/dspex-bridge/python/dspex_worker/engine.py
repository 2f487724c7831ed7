"""DSPy's language model inside a worker: every completion is asked of Rust."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import dspy
from dspy import lm15
from dspy.clients.capabilities import Capabilities, capabilities
from dspy.clients.engines.base import validate_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Callback = Callable[[str, dict[str, Any]], Any]

COMPLETE = "lm.complete"
"""The callback's method."""

STREAM, NEXT = "lm.stream", "lm.next"
"""The methods that open an answer, and that ask for what the model has written since."""

_FINISH_REASONS = {
    "stop": "stop",
    "length": "length",
    "max_tokens": "length",
    "MAX_TOKENS": "length",
    "max_output_tokens": "length",
    "content_filter": "content_filter",
    "refusal": "content_filter",
    "SAFETY": "content_filter",
}
"""DSPy's words for those of the providers; whatever else they say is an ordinary end."""

_LM_ERRORS: dict[str, type[lm15.LM15Error]] = {
    "not_configured": lm15.NotConfiguredError,
    "misconfigured": lm15.NotConfiguredError,
    "unauthorized": lm15.AuthError,
    "missing_key": lm15.AuthError,
    "rate_limited": lm15.RateLimitError,
    "context_too_long": lm15.ContextLengthError,
    "unreachable": lm15.TransportError,
    "timeout": lm15.TimeoutError,
    "server": lm15.ServerError,
    "refused": lm15.InvalidRequestError,
}

CALLBACK_ERROR = "dspex_callback_error"
"""The attribute by which an exception is known to come from a failed callback."""


def comes_from_callback(error: BaseException | None) -> bool:
    """Tell whether a failed callback is what DSPy passed on, in its own words."""
    while error is not None:
        if getattr(error, CALLBACK_ERROR, False):
            return True
        error = error.__cause__
    return False


class CallbackError(Exception):
    """Rust could not answer a callback."""

    def __init__(self, kind: str, message: str) -> None:
        """Keep the short name of the error's kind beside its text."""
        super().__init__(message)
        self.kind = kind


class RustEngine:
    """Hands DSPy's requests to Rust and waits for the completions.

    The body is the one DSPy's own OpenAI client would send, so that a model is asked the same
    things whichever side asks it. Which optional parts DSPy puts in depends on what the model is
    known to support; that knowledge is DSPy's own catalogue.
    """

    def __init__(self, model: str, callback: Callback) -> None:
        """Serve one call at a time: `callback` sends a method with parameters to Rust and waits."""
        known = _known_capabilities(model)
        self.supports_function_calling = known.function_calling
        self.supports_reasoning = known.reasoning
        self.supports_response_schema = known.response_schema
        self.supported_params = known.params
        self.callback = callback

    def complete(self, request: lm15.Request) -> lm15.Response:
        """Ask Rust for one completion."""
        return _response(request.model, self._ask(COMPLETE, _parameters(request)))

    def stream(self, request: lm15.Request) -> Iterator[Any]:
        """Ask Rust for one completion, piece by piece.

        Tool calls come whole with the end, for only then all of them are known by id. How likely
        the tokens were comes then, too.
        """
        opened = self._ask(STREAM, _parameters(request))
        yield lm15.StreamStartEvent(model=request.model)
        while (completion := (event := self._ask(NEXT, opened)).get("done")) is None:
            yield lm15.StreamDeltaEvent(_delta(event))
        for index, call in enumerate(completion["tool_calls"]):
            delta = lm15.ToolCallDelta(
                call["arguments"], _FIRST_CALL + index, id=call["id"], name=call["name"]
            )
            yield lm15.StreamDeltaEvent(delta)
        if tokens := _tokens(completion):
            yield lm15.StreamDeltaEvent(lm15.TextDelta("", 1, logprobs=tokens))
        yield lm15.StreamEndEvent(_finish_reason(completion), _usage(completion))

    def _ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.callback(method, parameters)
        except CallbackError as failed:
            error = _LM_ERRORS.get(failed.kind, lm15.ProviderError)(str(failed))
            setattr(error, CALLBACK_ERROR, True)
            raise error from failed


def language_model(engine: RustEngine, model: str, sampling: dict[str, Any]) -> dspy.LM:
    """Give an LM, without the cache and the retries that Rust has already."""
    return dspy.LM(model, engine=engine, cache=False, num_retries=0, **sampling)


def _parameters(request: lm15.Request) -> dict[str, Any]:
    """Give the messages of a request, and the rest of its body."""
    validate_request(request)
    body = json.loads(_client().build_request(request, stream=False).body)
    messages = body.pop("messages")
    del body["model"]
    return {"messages": messages, "parameters": body}


_FIRST_CALL = 2
"""The place of the first tool call in an answer: behind what was thought and what was written."""


def _delta(event: dict[str, Any]) -> lm15.ThinkingDelta | lm15.TextDelta:
    if "reasoning" in event:
        return lm15.ThinkingDelta(event["reasoning"], 0)
    return lm15.TextDelta(event["text"], 1)


def _response(model: str, completion: dict[str, Any]) -> lm15.Response:
    calls = [_tool_call(call) for call in completion["tool_calls"]]
    return lm15.Response(
        id=None,
        model=model,
        message=lm15.Message.assistant(_parts(completion, calls)),
        finish_reason=_finish_reason(completion),
        usage=_usage(completion),
        logprobs=_tokens(completion) or None,
    )


def _tokens(completion: dict[str, Any]) -> tuple[lm15.TokenLogprob, ...]:
    return tuple(_token(token) for token in completion["logprobs"])


def _token(told: dict[str, Any]) -> lm15.TokenLogprob:
    top = tuple(lm15.TopLogprob(**other) for other in told.pop("top_logprobs"))
    return lm15.TokenLogprob(**told, top=top)


def _finish_reason(completion: dict[str, Any]) -> str:
    usual = "tool_call" if completion["tool_calls"] else "stop"
    return _FINISH_REASONS.get(completion["finish_reason"], usual)


def _usage(completion: dict[str, Any]) -> lm15.Usage:
    return lm15.Usage(
        input_tokens=completion["input_tokens"],
        output_tokens=completion["output_tokens"],
        cache_read_tokens=completion["cache_read_tokens"],
        reasoning_tokens=completion["reasoning_tokens"],
    )


def _parts(completion: dict[str, Any], calls: list[lm15.ToolCallPart]) -> list[Any]:
    """Give what the model thought, wrote and called; something is always there."""
    parts: list[Any] = []
    if completion["reasoning"]:
        parts.append(lm15.ThinkingPart(completion["reasoning"]))
    if completion["text"] or not calls:
        parts.append(lm15.TextPart(completion["text"]))
    return parts + calls


def _tool_call(call: dict[str, Any]) -> lm15.ToolCallPart:
    """Read a tool call; arguments that are no JSON object fail as a provider's would."""
    try:
        arguments = json.loads(call["arguments"] or "{}")
    except ValueError as error:
        raise lm15.ProviderError(f"the arguments of {call['name']!r} are not JSON") from error
    return lm15.ToolCallPart(id=call["id"], name=call["name"], input=arguments)


@functools.cache
def _client() -> lm15.OpenAIChatLM:
    """Give the client whose bodies are used; it never sends one, and has no key."""
    return lm15.OpenAIChatLM(api_key="none")


@functools.lru_cache(maxsize=256)
def _known_capabilities(model: str) -> Capabilities:
    """Give what DSPy's catalogue says of a model; one it does not know can do nothing special."""
    try:
        return capabilities(dspy.LM(model, engine="lm15"))
    except Exception:  # noqa: BLE001 - Whatever the catalogue objects to, the model is not in it.
        return Capabilities(
            function_calling=False, reasoning=False, response_schema=False, params=frozenset()
        )
