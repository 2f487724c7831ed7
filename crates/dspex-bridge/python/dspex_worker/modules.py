"""What a worker can be asked to do with DSPy: run a module, format a prompt, parse a completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import dspy

from dspex_worker import kept, streaming, tools, values
from dspex_worker.engine import RustEngine, language_model
from dspex_worker.names import find_module_class
from dspex_worker.operations import SETTING
from dspex_worker.recent import Recent
from dspex_worker.signatures import BuiltSignature, SignatureFactory
from dspex_worker.values import NotSupportedYetError

if TYPE_CHECKING:
    from dspex_worker.engine import Callback
    from dspex_worker.streaming import Send

_REUSABLE = ("dspy.Predict", "dspy.ChainOfThought")
"""Modules that keep nothing of a call, so that one instance serves all calls of a signature.

Making one takes about half a millisecond."""

_OBSERVES = "dspy.ReAct"
"""The module that tells its model what a tool failed with."""

_ADAPTERS = {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter, "xml": dspy.XMLAdapter}


class DspyMethods:
    """The methods `module.run`, `adapter.format` and `adapter.parse`; results are packed values."""

    def __init__(self, allow: list[str]) -> None:
        """Take the packages whose modules may run."""
        self._allow = allow
        self._signatures = SignatureFactory()
        self._modules = Recent[_KeptModule]()
        self._models = Recent[_KeptModel]()
        self._adapters = {name: adapter() for name, adapter in _ADAPTERS.items()}

    def run_module(
        self, parameters: dict[str, Any], callback: Callback, send: Send | None = None
    ) -> Any:
        """Run a module on inputs; gives its outputs in the order of the prediction.

        Where chunks may be sent, so is what is known before.
        """
        built = self._signatures.build(parameters["signature"])
        name, init = parameters["module"], parameters["init"]
        state = parameters["state"]
        if described := parameters["tools"]:
            observes = name == _OBSERVES
            init = init | {
                "tools": tools.build(described, self._allow, callback, observes=observes)
            }
        is_reusable = name in _REUSABLE and not init and state is None
        module = self._kept(name, built) if is_reusable else self._make(name, built, init)
        if state is not None:
            module.load_state(state)
        _set_demos(module, parameters["demos"], built)
        lm = self._language_model(parameters, callback, is_reusable=is_reusable)
        adapter = self._adapters[parameters["adapter"]]
        inputs = built.instances(parameters["inputs"])
        # Nobody reads what DSPy's own modules traced.
        ours = {SETTING: callback, "trace": None if is_reusable else []}
        with dspy.context(lm=lm, adapter=adapter, disable_history=True, **ours):
            if send is None:
                prediction = module(**inputs)
            elif streaming.yields(module):
                prediction = streaming.run_yielding(module, inputs, send)
            elif name in _REUSABLE:
                prediction = streaming.run_listening(module, inputs, send)
            else:
                prediction = module(**inputs)
        if not parameters.get("keep"):
            return outputs(prediction)
        with kept.keeping():
            return outputs(prediction)

    def _language_model(
        self, parameters: dict[str, Any], callback: Callback, *, is_reusable: bool
    ) -> dspy.LM:
        """Give an LM that asks by `callback`; a reusable module leaves no thread that asks late."""
        model, sampling = parameters["lm"], parameters["sampling"]
        if not is_reusable:
            return language_model(RustEngine(model, callback), model, sampling)
        kept = self._models.get((model, *sampling.items()), _KeptModel.make, model, sampling)
        kept.engine.callback = callback
        return kept.lm

    def _kept(self, name: str, built: BuiltSignature) -> dspy.Module:
        made = self._modules.get((name, built.signature), self._make_kept, name, built)
        for predictor in made.predictors:
            predictor.demos = []  # Those of the call before; it left nothing else.
        return made.module

    def _make_kept(self, name: str, built: BuiltSignature) -> _KeptModule:
        module = self._make(name, built, {})
        return _KeptModule(module, module.predictors())

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
        return {name: values.pack(value, name) for name, value in outputs.items()}


class _KeptModule(NamedTuple):
    """A module, and its predictors: to look for them takes longer than all else here."""

    module: dspy.Module
    predictors: list[dspy.Predict]


class _KeptModel(NamedTuple):
    """An LM, and its engine, which asks on behalf of one call after the other."""

    engine: RustEngine
    lm: dspy.LM

    @classmethod
    def make(cls, model: str, sampling: dict[str, Any]) -> _KeptModel:
        """Make both; the engine is told later on whose behalf it asks."""
        engine = RustEngine(model, _nobody)
        return cls(engine, language_model(engine, model, sampling))


def _nobody(method: str, _: dict[str, Any]) -> Any:
    raise RuntimeError(f"`{method}` outside a call")


def _set_demos(module: dspy.Module, demos: list[dict[str, Any]], built: BuiltSignature) -> None:
    if not demos:
        return
    predictors = module.predictors()
    if len(predictors) != 1:
        raise NotSupportedYetError(f"demos for a module of {len(predictors)} predictors")
    predictors[0].demos = [dspy.Example(**built.instances(demo)) for demo in demos]


def outputs(prediction: Any) -> dict[str, Any]:
    """Give the outputs by name; Rust takes nothing else for a module's answer."""
    if not isinstance(prediction, (dspy.Prediction, dict)):
        kind = values.type_name(type(prediction))
        raise NotSupportedYetError(f"a module that returns a `{kind}`")
    for name in prediction:
        if not values.is_plain_text(name):
            kind = values.type_name(type(name))
            raise NotSupportedYetError(f"an output with a name that is a `{kind}` or no whole text")
    return {name: values.pack(value, name) for name, value in prediction.items()}
