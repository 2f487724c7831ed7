"""Vectors of a function of the user's, which runs a model of this machine."""

from __future__ import annotations

from typing import Any

import dspy

from dspex_worker.names import find_function


def embed(parameters: dict[str, Any], allow: list[str]) -> list[list[float]]:
    """Give one vector for each text, as `dspy.Embedder` makes them with the function."""
    function = find_function(parameters["function"], allow)
    embedder = dspy.Embedder(function, batch_size=parameters["batch"], caching=False)
    return embedder(parameters["texts"]).tolist()
