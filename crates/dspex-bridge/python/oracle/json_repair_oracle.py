"""Answers with what json_repair makes of texts, for `cargo xtask parity --earn repair`.

The first line of the answer names the versions. After that each line of the input is a JSON list
of texts, and the line that answers it a JSON list with one entry for each of them: `["value",
repr]`, or `["error", class]` where the library raises.
"""

import json
import platform
import sys
from importlib.metadata import version

import json_repair


def answer(text: str) -> tuple[str, str]:
    """Say what the library makes of one text."""
    try:
        return ("value", repr(json_repair.loads(text)))
    except Exception as error:  # noqa: BLE001 - whatever the library raises is its answer
        return ("error", type(error).__name__)


def main() -> None:
    """Answer line by line until the input ends."""
    versions = {"json_repair": version("json_repair"), "python": platform.python_version()}
    sys.stdout.write(json.dumps(versions) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        answers = [answer(text) for text in json.loads(line)]
        sys.stdout.write(json.dumps(answers) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
