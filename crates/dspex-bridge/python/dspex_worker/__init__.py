"""The process that runs DSPy for dspex.

dspex starts it with a socket as its standard input. Over that socket come calls, and over it go
their results; while a call runs, Python calls back into Rust for completions of language models.
"""

PROTOCOL_VERSION = 1
"""Both sides must name the same version in their first message."""
