"""A model on loopback: answers what a case says, and keeps every request."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Model:
    """Serves a case's replies in order; past the end it answers 500."""

    def __init__(self) -> None:
        """Start to serve, on a port that is free."""
        self.replies: list[Any] = []
        self.calls: list[dict[str, Any]] = []
        handler = type("Handler", (_Handler,), {"model": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/v1"

    def start(self, replies: list[Any]) -> None:
        """Forget the last case."""
        self.replies, self.calls = list(replies), []

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Keep a request, and return the status and the body of the next reply."""
        request.pop("model", None)
        self.calls.append(request)
        reply = self.replies.pop(0) if self.replies else {"status": 500}
        if isinstance(reply, str):
            reply = {"content": reply}
        if "status" in reply:
            error = {
                "message": reply.get("error", "no reply is left"),
                "type": reply.get("type", "server_error"),
                "code": reply.get("code"),
                "param": None,
            }
            return reply["status"], {"error": error}
        return 200, _completion(reply)


def _completion(reply: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.get("content")}
    for name in ("reasoning_content", "tool_calls"):
        if name in reply:
            message[name] = reply[name]
    finish = reply.get("finish_reason", "tool_calls" if "tool_calls" in reply else "stop")
    choice = {"index": 0, "message": message, "finish_reason": finish}
    if "logprobs" in reply:
        choice["logprobs"] = reply["logprobs"]
    return {
        "id": "chatcmpl-0",
        "object": "chat.completion",
        "created": 0,
        "model": "gpt-4o-mini",
        "choices": [choice],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: Model

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        status, body = self.model.answer(json.loads(self.rfile.read(length)))
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
