"""What a worker can be asked to do with DSPy: run a module, format a prompt, parse a completion."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any, NamedTuple

import dspy

from dspex_worker import values
from dspex_worker.engine import language_model
from dspex_worker.names import find_module_class
from dspex_worker.signatures import BuiltSignature, SignatureFactory
from dspex_worker.values import NotSupportedYetError

if TYPE_CHECKING:
    from collections.abc import Callable

_REUSABLE = ("dspy.Predict", "dspy.ChainOfThought")
"""Modules that keep nothing of a call, so that one instance serves all calls of a signature."""

MAX_REUSED = 256
"""Instances kept, least recently used dropped first; making one takes about half a millisecond."""

_ADAPTERS = {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter, "xml": dspy.XMLAdapter}


class DspyMethods:
    """The methods `module.run`, `adapter.format` and `adapter.parse`; results are packed values."""

    def __init__(self, allow: list[str]) -> None:
        """Take the packages whose modules may run."""
        self._allow = allow
        self._signatures = SignatureFactory()
        self._modules: collections.OrderedDict[tuple[Any, ...], _Kept] = collections.OrderedDict()
        self._adapters = {name: adapter() for name, adapter in _ADAPTERS.items()}

    def run_module(
        self, parameters: dict[str, Any], callback: Callable[[str, dict[str, Any]], Any]
    ) -> Any:
        """Run a module on inputs; gives its outputs in the order of the prediction."""
        built = self._signatures.build(parameters["signature"])
        module = self._module(parameters["module"], built, parameters["init"])
        _set_demos(module, parameters["demos"], built)
        lm = language_model(parameters["lm"], parameters["sampling"], callback)
        adapter = self._adapters[parameters["adapter"]]
        with dspy.context(lm=lm, adapter=adapter, disable_history=True, trace=[]):
            prediction = module(**built.instances(parameters["inputs"]))
        return _outputs(prediction)

    def _module(self, name: str, built: BuiltSignature, init: dict[str, Any]) -> dspy.Module:
        if name not in _REUSABLE or init:
            return self._make(name, built, init)
        key = (name, built.signature)
        kept = self._modules.get(key)
        if kept is None:
            module = self._make(name, built, init)
            kept = self._modules[key] = _Kept(module, module.predictors())
            if len(self._modules) > MAX_REUSED:
                self._modules.popitem(last=False)
        self._modules.move_to_end(key)
        for predictor in kept.predictors:
            predictor.reset()  # Forgets the demos of the call before.
        return kept.module

    def _make(self, name: str, built: BuiltSignature, init: dict[str, Any]) -> dspy.Module:
        """Construct the module; one whose signature has no fields at all has its own inside."""
        module_class = find_module_class(name, self._allow)
        if built.signature.fields:
            return module_class(built.signature, **init)
        return module_class(**init)

    def format(self, parameters: dict[str, Any]) -> Any:
        """Give the messages that DSPy's adapter makes of demos and inputs."""
        built = self._signatures.build(parameters["signature"])
        demos = [built.instances(demo) for demo in parameters["demos"]]
        inputs = built.instances(parameters["inputs"])
        adapter = self._adapters[parameters["adapter"]]
        return values.pack(adapter.format(built.signature, demos, inputs), "messages")

    def parse(self, parameters: dict[str, Any]) -> Any:
        """Give the outputs that DSPy's adapter finds in a completion."""
        built = self._signatures.build(parameters["signature"])
        adapter = self._adapters[parameters["adapter"]]
        outputs = adapter.parse(built.signature, parameters["completion"])
        outputs = values.with_text_keys(outputs)
        return {name: values.pack(value, name) for name, value in outputs.items()}


class _Kept(NamedTuple):
    """A module, and its predictors: to look for them takes longer than all else here."""

    module: dspy.Module
    predictors: list[dspy.Predict]


def _set_demos(module: dspy.Module, demos: list[dict[str, Any]], built: BuiltSignature) -> None:
    if not demos:
        return
    predictors = module.predictors()
    if len(predictors) != 1:
        raise NotSupportedYetError(f"demos for a module of {len(predictors)} predictors")
    predictors[0].demos = [dspy.Example(**built.instances(demo)) for demo in demos]


def _outputs(prediction: Any) -> dict[str, Any]:
    if not isinstance(prediction, (dspy.Prediction, dict)):
        kind = values.type_name(type(prediction))
        raise NotSupportedYetError(f"a module that returns a `{kind}`")
    return {name: values.pack(value, name) for name, value in prediction.items()}
