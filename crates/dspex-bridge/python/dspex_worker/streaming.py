"""Modules that answer piece by piece: what they yield, and texts as a model writes them."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

import dspy
from dspy.streaming import StatusMessage, StreamListener, StreamResponse, streamify

from dspex_worker import values
from dspex_worker.engine import CALLBACK_ERROR, comes_from_callback

if TYPE_CHECKING:
    from collections.abc import Callable

    Send = Callable[[dict[str, Any]], None]


def yields(module: dspy.Module) -> bool:
    """Tell whether the module's own `forward` yields."""
    return inspect.isgeneratorfunction(type(module).forward)


def run_yielding(module: dspy.Module, inputs: dict[str, Any], send: Send) -> Any:
    """Send what a module yields; gives what it returns, or the last prediction that it yielded."""
    answer = None
    steps = module(**inputs)
    try:
        while True:
            step = next(steps)
            if isinstance(step, dspy.Prediction):
                answer = step
            else:
                send(_told(step))
    except StopIteration as stop:
        return answer if stop.value is None else stop.value
    finally:
        steps.close()


def run_listening(module: dspy.Module, inputs: dict[str, Any], send: Send) -> Any:
    """Send the texts of a module's one predictor while the model writes them; gives the answer."""
    (predictor,) = module.predictors()
    outputs = predictor.signature.output_fields
    texts = [name for name, field in outputs.items() if field.annotation is str]
    if not texts:
        return module(**inputs)
    listeners = [StreamListener(name, predict=predictor, predict_name="self") for name in texts]
    program = streamify(_Program(module), stream_listeners=listeners)
    return asyncio.run(_listen(program(**inputs), send))


class _Program:
    """A module whose errors say where they come from: DSPy's stream cuts off their causes."""

    def __init__(self, module: dspy.Module) -> None:
        self.named_predictors = module.named_predictors
        self._module = module

    def __call__(self, **inputs: Any) -> Any:
        try:
            return self._module(**inputs)
        except Exception as error:
            if comes_from_callback(error):
                setattr(error, CALLBACK_ERROR, True)
            raise


async def _listen(steps: Any, send: Send) -> Any:
    """Send until the answer is there.

    To wait for credit here holds up the loop, and with it the thread that reads the model's answer,
    which is what shall happen.
    """
    answer = None
    try:
        async for step in steps:
            if isinstance(step, dspy.Prediction):
                answer = step
            else:
                send(_told(step))
    except BaseException:
        # DSPy leaves a stream that is not read to its end to the loop, which closes it as it may,
        # and would log that it could not do so in order. The reason itself is on its way.
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        raise
    return answer


def _told(step: Any) -> dict[str, Any]:
    """Give a step as Rust knows it: a piece of an output's text, or whatever else was yielded."""
    if isinstance(step, StreamResponse):
        return {"output": step.signature_field_name, "text": step.chunk}
    if isinstance(step, StatusMessage):
        step = step.message
    return {"yielded": values.pack(step, "yielded")}
