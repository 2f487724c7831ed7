"""Records what DSPy's listeners hear of completions in pieces, or checks that they still do.

    python record_streams.py [--check]

Each line of `streams.jsonl` is a case of the kind `stream`.
"""

import json
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

warnings.simplefilter("ignore")

# DSPy warns when it is imported.
from families import stream as family  # noqa: E402
from recording.setting import UnusableCaseError  # noqa: E402
from recording.stream import stream  # noqa: E402

_CORPUS = Path(__file__).parent / "streams.jsonl"
_SEED = 341
_COMPACT: dict[str, Any] = {"ensure_ascii": False, "allow_nan": False, "separators": (",", ":")}


def main() -> None:
    """Record or check; end with status 1 where what is there differs."""
    logging.disable(logging.CRITICAL)
    lines = list(_lines())
    if "--check" not in sys.argv[1:]:
        _CORPUS.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        print(f"recorded {len(lines)} streams")
        return
    committed = _CORPUS.read_text(encoding="utf-8").split("\n")[:-1]
    old, new = ({json.loads(line)["id"]: line for line in kept} for kept in (committed, lines))
    differing = [name for name in old | new if old.get(name) != new.get(name)]
    for name in differing:
        print(f"{name}\n  committed: {old.get(name)}\n  recorded:  {new.get(name)}")
    print(f"checked {len(lines)} streams, {len(differing)} differ")
    sys.exit(int(committed != lines))


def _lines() -> Iterator[str]:
    for case in family.cases(Random(_SEED)):
        try:
            case["expect"] = stream(case)
        except UnusableCaseError as error:
            print(f"not recorded: {case['id']}: {error}", file=sys.stderr)
            continue
        yield json.dumps(case, **_COMPACT)


if __name__ == "__main__":
    main()
