"""Python functions as tools of a `ReAct` that runs in Rust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dspy
from dspy.utils.exceptions import format_error_for_lm

from dspex_worker import values
from dspex_worker.names import find_function
from dspex_worker.operations import SETTING

if TYPE_CHECKING:
    from dspex_worker.engine import Callback

_TRACEBACK_FRAMES = 5
"""How much of a traceback a model reads; as in `dspy.ReAct`."""


def describe(parameters: dict[str, Any], allow: list[str]) -> dict[str, str]:
    """Give the tool's name, and what a model is told of it."""
    tool = dspy.Tool(find_function(parameters["function"], allow))
    return {"name": str(tool.name), "told": str(tool)}


def call(parameters: dict[str, Any], allow: list[str], callback: Callback) -> dict[str, Any]:
    """Give what the function returns, or what a model reads of its error."""
    tool = dspy.Tool(find_function(parameters["function"], allow))
    with dspy.context(**{SETTING: callback}):
        try:
            value = tool(**parameters["arguments"])
        except Exception as error:  # noqa: BLE001 - Whatever it is, the model reads it.
            told = format_error_for_lm(error, traceback_frames=_TRACEBACK_FRAMES)
            return {"failed": told.removeprefix("\n")}
    return {"value": values.pack(value, "observation")}
