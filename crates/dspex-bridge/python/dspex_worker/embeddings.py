"""Vectors of a function of the user's, which runs a model of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dspy

from dspex_worker.names import find_function
from dspex_worker.operations import SETTING

if TYPE_CHECKING:
    from dspex_worker.engine import Callback


def embed(parameters: dict[str, Any], allow: list[str], callback: Callback) -> list[list[float]]:
    """Give one vector for each text, as `dspy.Embedder` makes them with the function."""
    function = find_function(parameters["function"], allow)
    embedder = dspy.Embedder(function, batch_size=parameters["batch"], caching=False)
    with dspy.context(**{SETTING: callback}):
        return embedder(parameters["texts"]).tolist()
