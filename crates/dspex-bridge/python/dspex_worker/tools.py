"""Functions of Python as tools of a `ReAct` in Rust, and of Rust as tools of modules in Python."""

from __future__ import annotations

from functools import partial
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


class ToolFailedError(Exception):
    """A tool of Rust says what went wrong."""


class _RustTool(dspy.Tool):
    """A tool whose function is Rust's, which checks the arguments too, in DSPy's words."""

    def _validate_and_parse_args(self, **arguments: Any) -> dict[str, Any]:
        return arguments


def build(
    described: list[dict[str, Any]], allow: list[str], callback: Callback, *, observes: bool
) -> list[dspy.Tool]:
    """Make the tools of a module; one that `observes` reads failures instead of catching them."""
    return [_build(tool, allow, callback, observes=observes) for tool in described]


def _build(
    tool: dict[str, Any], allow: list[str], callback: Callback, *, observes: bool
) -> dspy.Tool:
    if "function" in tool:
        return dspy.Tool(find_function(tool["function"], allow))
    function = partial(_ask, callback, tool["name"], observes)
    options = {"name": tool["name"], "desc": tool["desc"], "args": tool["args"]}
    return _RustTool(lambda **arguments: function(arguments), arg_types={}, **options)


def _ask(callback: Callback, name: str, observes: bool, arguments: dict[str, Any]) -> Any:  # noqa: FBT001
    came = callback("tool.call", {"name": name, "arguments": arguments})
    if "failed" not in came:
        return came["value"]
    if observes:
        return came["observation"]
    raise ToolFailedError(came["failed"])


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
