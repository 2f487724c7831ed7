"""Streams a module of DSPy over a model on loopback, and says what its listeners heard."""

import asyncio
import itertools
import json
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.etree import ElementTree as ET

import dspy

from recording import setting, values


def stream(case: dict[str, Any]) -> dict[str, Any]:
    """Return the text of each `str` output for each way to cut the completion, and the outputs."""
    adapter, signature, _ = setting.of(case)
    texts, answers = [], []
    for cut in case["cuts"]:
        heard, answer = asyncio.run(_listen(adapter, signature, _pieces(case["completion"], cut)))
        texts.append({name: _read(case["adapter"], text) for name, text in heard.items()})
        answers.append(answer)
    if any(answer != answers[0] for answer in answers):
        raise setting.UnusableCaseError("DSPy answers otherwise for other pieces")
    return {"texts": texts, **answers[0]}


def _pieces(text: str, cut: int | list[int]) -> list[str]:
    """Return the text in pieces of so many characters, or cut at these places."""
    places = list(range(cut, len(text), cut)) if isinstance(cut, int) else cut
    bounds = [0, *places, len(text)]
    return [text[start:end] for start, end in itertools.pairwise(bounds)]


async def _listen(
    adapter: Any, signature: Any, pieces: list[str]
) -> tuple[dict[str, str], dict[str, Any]]:
    model = _model()
    model.pieces = pieces
    lm = dspy.LM(
        "openai/gpt-4o-mini", api_base=model.url, api_key="none", cache=False, num_retries=0
    )
    predict = dspy.Predict(signature)
    names = [name for name, field in signature.output_fields.items() if field.annotation is str]
    listeners = [dspy.streaming.StreamListener(signature_field_name=name) for name in names]
    heard: dict[str, str] = {}
    inputs = dict.fromkeys(signature.input_fields, "?")
    with dspy.context(lm=lm, adapter=adapter):
        try:
            async for event in dspy.streamify(predict, stream_listeners=listeners)(**inputs):
                if isinstance(event, dspy.streaming.StreamResponse):
                    name = event.signature_field_name
                    heard[name] = heard.get(name, "") + event.chunk
                elif isinstance(event, dspy.Prediction):
                    return heard, {"outputs": values.encode(dict(event.items()))}
        except Exception as error:  # noqa: BLE001 - whatever DSPy raises is its answer.
            return heard, {"error": type(error).__name__}
    raise setting.UnusableCaseError("the stream has no end")


def _read(adapter: str, text: str) -> str:
    """Return what the text of a stream stands for: it is told as it is written in the completion.

    Of JSON there stands more behind the value, as much as the listener noticed too late.
    """
    try:
        if adapter == "json":
            value, _ = json.JSONDecoder().raw_decode(text.lstrip())
            return value if isinstance(value, str) else text
        if adapter == "xml":
            element = ET.fromstring(f"<text>{text}</text>")  # noqa: S314 - It is a case of ours.
            return text if len(element) else element.text or ""
    except (ValueError, ET.ParseError):
        pass
    return text


class _Model:
    """Writes pieces as events, to whoever asks."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        handler = type("Handler", (_Handler,), {"model": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/v1"


@cache
def _model() -> _Model:
    return _Model()


class _Handler(BaseHTTPRequestHandler):
    model: _Model

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for piece in self.model.pieces:
            self._send({"content": piece}, None)
        self._send({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, delta: dict[str, str], finish: str | None) -> None:
        event = {
            "id": "chatcmpl-0",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "gpt-4o-mini",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
