"""What DSPy makes of a tool of an MCP server; the package `mcp` need not be there."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import dspy


class TextContent(SimpleNamespace):
    """The class by which DSPy knows text among what a tool answers."""


def make_known() -> None:
    """Let DSPy import the class."""
    if "mcp" not in sys.modules:
        types = ModuleType("mcp.types")
        types.TextContent = TextContent
        sys.modules.update({"mcp": ModuleType("mcp"), "mcp.types": types})


class Session:
    """Keeps what a tool is sent, and answers with one result."""

    def __init__(self, result: dict | None) -> None:
        """Answer with this."""
        self.result = result
        self.sent = None

    async def call_tool(self, _name: str, arguments: dict | None = None) -> SimpleNamespace:
        """Answer as a session of the package does."""
        self.sent = arguments
        content = [TextContent(**content) for content in self.result["content"]]
        told = {"isError": False, **self.result, "content": content}
        return SimpleNamespace(**told)


def convert(session: Session, tool: dict, mode: str = "text") -> dspy.Tool:
    """Make a tool of what a server lists."""
    description, schema = tool.get("description"), tool["inputSchema"]
    known = SimpleNamespace(name=tool["name"], description=description, inputSchema=schema)
    return dspy.Tool.from_mcp_tool(session, known, result_mode=mode)


def told(tool: dict) -> str:
    """Tell what a prompt says of the tool, or the class of what DSPy raises."""
    try:
        return str(convert(Session(None), tool))
    except Exception as error:  # noqa: BLE001 - Whatever it is, it is named.
        return type(error).__name__


def called(tool: dict, arguments: dict, result: dict, mode: str) -> dict[str, Any]:
    """Tell what the server is sent and what comes of it."""
    make_known()
    session = Session(result)
    try:
        came = asyncio.run(convert(session, tool, mode).acall(**arguments))
    except Exception as error:  # noqa: BLE001 - Whatever it is, it is named.
        return {"sent": session.sent, "failed": f"{type(error).__name__}: {error}"}
    return {"sent": session.sent, "came": came}
