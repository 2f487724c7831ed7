"""Write the table of models: what DSPy's catalogue knows of those that dspex asks itself.

Run it through `cargo xtask parity --record`, which has DSPy installed; with `--check` nothing is
written, and a difference fails.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

# The pinned snapshot, not what the network says today.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "true"

import dspy
from dspy import lm15
from dspy.clients import costs, model_metadata
from dspy.clients.capabilities import capabilities

CATALOGUE = Path(__file__).parents[2] / "src/llm/catalogue"
MODELS = CATALOGUE / "models.txt"
COSTS = CATALOGUE / "costs.txt"

PROVIDERS = {
    "anthropic": ("anthropic",),
    "azure": ("azure",),
    "deepseek": ("deepseek",),
    "gemini": ("gemini",),
    "groq": ("groq",),
    "mistral": ("mistral",),
    "ollama": ("ollama", "ollama_chat"),
    "openai": ("openai", "text-completion-openai"),
    "openrouter": ("openrouter",),
    "together_ai": ("together_ai",),
    "vllm": ("hosted_vllm", "vllm"),
    "xai": ("xai",),
}
"""The prefixes of dspex, and the namespaces in which the catalogue knows their models."""

MODES = {"chat", "completion", "responses", "embedding"}
FLAGS = [
    ("t", "supports_function_calling"),
    ("p", "supports_parallel_function_calling"),
    ("r", "supports_reasoning"),
    ("s", "supports_response_schema"),
    ("v", "supports_vision"),
    ("a", "supports_audio_input"),
    ("d", "supports_pdf_input"),
]
PRICES = [
    ("in", "input_cost_per_token"),
    ("out", "output_cost_per_token"),
    ("read", "cache_read_input_token_cost"),
    ("write", "cache_creation_input_token_cost"),
    ("reasoning", "output_cost_per_reasoning_token"),
    ("audio_in", "input_cost_per_audio_token"),
    ("audio_out", "output_cost_per_audio_token"),
]
USAGES = [
    {"input_tokens": 1000, "output_tokens": 200},
    {"input_tokens": 1000, "output_tokens": 200, "cache_read_tokens": 300},
    {
        "input_tokens": 300000,
        "output_tokens": 900,
        "cache_read_tokens": 100,
        "reasoning_tokens": 500,
    },
    {
        "input_tokens": 1000,
        "output_tokens": 200,
        "input_audio_tokens": 10,
        "output_audio_tokens": 5,
    },
]
PRICED = [
    "openai/gpt-4o-mini",
    "openai/gpt-5",
    "openai/gpt-4o-audio-preview",
    "openai/gpt-5.4",
    "anthropic/claude-haiku-4-5",
    "anthropic/claude-sonnet-4-5",
    "gemini/gemini-2.5-flash",
    "gemini/gemini-2.5-pro",
    "xai/grok-3-mini",
    "deepseek/deepseek-chat",
    "openrouter/openai/gpt-4o",
    "groq/llama-3.1-8b-instant",
    "openai/no-such-model",
]


def main() -> int:
    """Write or check both tables; 1 where they differ."""
    written = {MODELS: models(), COSTS: priced()}
    if "--check" not in sys.argv:
        for path, text in written.items():
            path.write_text(text)
            sys.stdout.write(f"recorded {text.count(chr(10))} lines of {path.name}\n")
        return 0
    differing = [path for path, text in written.items() if path.read_text() != text]
    for path in differing:
        sys.stderr.write(f"{path.name} differs from what DSPy's catalogue says\n")
    return len(differing) and 1


def models() -> str:
    """Give a line for each model, by the alphabet."""
    package = files("dspy.clients.model_metadata")
    data = json.loads(gzip.decompress(package.joinpath("snapshot.json.gz").read_bytes()))
    version = json.loads(package.joinpath("provenance.json").read_text())["version"]
    lines = {}
    for prefix, namespaces in PROVIDERS.items():
        for model in sorted(known(data, namespaces)):
            info = model_metadata.model_info(prefix, model, namespaces=namespaces)
            if info.get("mode") in MODES and " " not in model:
                lines[f"{prefix}/{model}"] = line(prefix, model, info)
    body = "".join(f"{name} {rest}\n" for name, rest in sorted(lines.items()))
    return f"# litellm {version}, as DSPy {dspy.__version__} carries it\n{body}"


def known(data: dict[str, Any], namespaces: tuple[str, ...]) -> set[str]:
    """Give the names of a provider's models, without its own."""
    names = set()
    for key, info in data.items():
        namespace, _, model = key.partition("/")
        if namespace in namespaces and model:
            names.add(model)
        elif isinstance(info, dict) and info.get("litellm_provider") in namespaces:
            names.add(key)
    return names


def line(prefix: str, model: str, info: dict[str, Any]) -> str:
    """Give what is known of one model."""
    window = [count(info.get(key)) for key in ("max_input_tokens", "max_output_tokens")]
    flags = "".join(sign for sign, key in FLAGS if info.get(key) is True)
    flags = as_dspy(prefix, model, info, flags)
    prices = [group(info, "")]
    limits = {int(k) for key in info for k in re.findall(r"_above_(\d+)k_tokens$", key)}
    prices.extend(
        f">{limit}k {group(info, f'_above_{limit}k_tokens')}".rstrip() for limit in sorted(limits)
    )
    words = [info["mode"], *window, flags or "-", *prices]
    return " ".join(word for word in words if word)


def as_dspy(prefix: str, model: str, info: dict[str, Any], flags: str) -> str:
    """Correct what DSPy's own client says otherwise of the models that it asks itself."""
    if info["mode"] == "embedding":
        return flags
    try:
        known = capabilities(dspy.LM(f"{prefix}/{model}", engine="lm15"))
    except Exception:  # noqa: BLE001 - DSPy asks it through LiteLLM, or not at all.
        return flags + ("f" if "s" in flags or "t" in flags else "")
    flags = "".join(sign for sign in flags if sign not in "trs")
    for sign, is_known in [
        ("t", known.function_calling),
        ("r", known.reasoning),
        ("s", known.response_schema),
        ("f", "response_format" in known.params),
    ]:
        flags += sign if is_known else ""
    return flags


def group(info: dict[str, Any], suffix: str) -> str:
    """Give the prices of one range of prompts, in US dollars for a million tokens."""
    rates = [(name, model_metadata.rate(info, key + suffix)) for name, key in PRICES]
    return " ".join(f"{name}={dollars(rate)}" for name, rate in rates if rate is not None)


def dollars(rate: float) -> str:
    """Give the price of a million tokens, without the noise of the multiplication."""
    return f"{rate * 1e6:.10g}"


def count(value: object) -> str:
    """Give a number of tokens, or a sign that it is not known."""
    return (
        str(int(value)) if isinstance(value, int | float) and not isinstance(value, bool) else "?"
    )


def priced() -> str:
    """Give what DSPy estimates for some models and usages, to be held against."""
    lines = []
    for name in PRICED:
        prefix, _, model = name.partition("/")
        for usage in USAGES:
            response = lm15.Response(
                id=None,
                model=model,
                message=lm15.Message.assistant([lm15.TextPart("x")]),
                finish_reason="stop",
                usage=lm15.Usage(**usage),
            )
            usd, _ = costs.estimate_cost(response, provider=prefix, requested_model=model)
            counts = " ".join(f"{key}={tokens}" for key, tokens in usage.items())
            lines.append(f"{name} {'?' if usd is None else repr(usd)} {counts}\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
