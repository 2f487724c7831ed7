"""Exceptions as the wire carries them: whole, and with a kind that Rust can match on."""

from __future__ import annotations

import traceback
from typing import Any

from dspy.utils.exceptions import AdapterParseError

from dspex_worker import values
from dspex_worker.engine import comes_from_callback
from dspex_worker.names import NoSuchModuleError, NotAllowedError
from dspex_worker.values import NotSupportedYetError


def describe(error: BaseException) -> dict[str, Any]:
    """Give class, text and traceback of an exception, and what its kind adds."""
    described: dict[str, Any] = {
        "kind": "python",
        "type": values.type_name(type(error)),
        "message": _printable(str(error)),
        "traceback": _printable("".join(traceback.format_exception(error))),
    }
    if isinstance(error, AdapterParseError):
        described |= _describe_parse_error(error)
    elif isinstance(error, NotAllowedError):
        described |= {"kind": "not_allowed"}
    elif isinstance(error, NoSuchModuleError):
        described |= {"kind": "no_such_module"}
    elif (package := _missing_package(error)) is not None:
        described |= {"kind": "missing_package", "package": package}
    elif isinstance(error, NotSupportedYetError):
        described |= {"kind": "not_supported_yet"}
    elif comes_from_callback(error):
        described |= {"kind": "callback"}
    return described


def _describe_parse_error(error: AdapterParseError) -> dict[str, Any]:
    found = error.parsed_result if isinstance(error.parsed_result, dict) else {}
    partial = {}
    for name, value in found.items():
        try:
            partial[name] = values.pack(value, name)
        except NotSupportedYetError:
            continue
    outputs = error.signature.output_fields
    return {
        "kind": "parse",
        "missing": [name for name in outputs if name not in found],
        "partial": partial,
        "completion": _printable(str(error.lm_response)),
    }


def _missing_package(error: BaseException | None) -> str | None:
    """Give the package whose absence the error tells of; DSPy says so in words of its own."""
    while isinstance(error, ImportError):
        if isinstance(error, ModuleNotFoundError) and error.name:
            return error.name.partition(".")[0]
        error = error.__cause__ or error.__context__
    return None


def _printable(text: str) -> str:
    """Give text that can be encoded; lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()
