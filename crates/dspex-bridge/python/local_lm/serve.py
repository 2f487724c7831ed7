"""Serves a GGUF file with llama.cpp's own server until standard input ends.

    python serve.py FILE.gguf CONTEXT_TOKENS

Prints the server's address as its first line. Requests go through llama.cpp's HTTP server in this
process; it speaks OpenAI's protocol.
"""

import sys

import xllamacpp

_SLOTS = 4


def main() -> None:
    """Load the model, say where it is served, and wait."""
    settings = xllamacpp.CommonParams()
    settings.model.path = sys.argv[1]
    settings.n_parallel = _SLOTS
    # Every slot has its share.
    settings.n_ctx = int(sys.argv[2]) * _SLOTS
    settings.port = 0
    settings.warmup = False
    settings.ui = False
    server = xllamacpp.Server(settings)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


main()
