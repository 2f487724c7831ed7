"""What a model replies in the format that each adapter asks for."""

from typing import Any

from families import completions


def reply(adapter: str, values: dict[str, Any]) -> str:
    """Return a good completion for `values`."""
    if adapter == "json":
        return completions.json_of(values)
    texts = {name: completions.text_of(value) for name, value in values.items()}
    return completions.xml(texts) if adapter == "xml" else completions.chat(texts)


def step(adapter: str, tool: str, arguments: Any, thought: str = "Think.") -> str:
    """Return one step of ReAct."""
    values = {"next_thought": thought, "next_tool_name": tool, "next_tool_args": arguments}
    return reply(adapter, values)


def finish(adapter: str) -> str:
    """Return ReAct's last step."""
    return step(adapter, "finish", {}, "Done.")
