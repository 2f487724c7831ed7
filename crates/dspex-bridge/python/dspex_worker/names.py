"""Finds DSPy modules and functions by their dotted names, in allow-listed packages only."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Any

import dspy

if TYPE_CHECKING:
    from collections.abc import Callable


class NotAllowedError(Exception):
    """A name that no allow-listed package covers; its only argument is the name."""


class NoSuchModuleError(Exception):
    """A name that stands for no `dspy.Module` subclass."""


def covers(allow: list[str], name: str) -> bool:
    """Tell whether `name` is one of the packages or stands inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in allow)


def find_module_class(name: str, allow: list[str]) -> type[dspy.Module]:
    """Give the `dspy.Module` subclass of that name.

    The class must be defined in an allow-listed package as well: a package that imports a class
    from elsewhere does not lend its name to it.
    """
    if not covers(allow, name):
        raise NotAllowedError(name)
    found = _find(name)
    if not (isinstance(found, type) and issubclass(found, dspy.Module)):
        raise NoSuchModuleError(f"`{name}` is not a subclass of `dspy.Module`")
    if not covers(allow, found.__module__):
        raise NotAllowedError(f"{found.__module__}.{found.__qualname__}")
    return found


def find_function(name: str, allow: list[str]) -> Callable[..., Any]:
    """Give the function of that name, which must be defined in an allow-listed package."""
    if not covers(allow, name):
        raise NotAllowedError(name)
    found = _find(name)
    if not callable(found):
        raise NoSuchModuleError(f"`{name}` is no function")
    if not covers(allow, found.__module__):
        raise NotAllowedError(f"{found.__module__}.{found.__qualname__}")
    return found


def _find(name: str) -> object:
    """Import the longest prefix that is a Python module, then take attributes."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module_name = ".".join(parts[:length])
        try:
            found: object = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            # Only the absence of this very module means that a shorter prefix may do.
            if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
                raise
            continue
        for part in parts[length:]:
            try:
                found = getattr(found, part)
            except AttributeError:
                problem = f"`{module_name}` has no `{part}`"
                if near := difflib.get_close_matches(part, dir(found), 1):
                    problem += f"; did you mean `{near[0]}`?"
                raise NoSuchModuleError(problem) from None
        return found
    raise NoSuchModuleError(f"there is no Python package `{parts[0]}`")
