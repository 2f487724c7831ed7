"""Records DSPy's answers: reads cases as JSON Lines, writes each with its `expect`.

python oracle.py CASES.jsonl RECORDED.jsonl
"""

import contextlib
import json
import logging
import sys
import typing
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

# DSPy warns when it is imported.
from recording.answer import answer  # noqa: E402
from recording.setting import UnusableCaseError  # noqa: E402


def main() -> None:
    """Record a whole file; name on stderr the cases that cannot be recorded."""
    source, target = map(Path, sys.argv[1:3])
    logging.disable(logging.CRITICAL)
    n_recorded = 0
    with source.open(encoding="utf-8") as cases, target.open("w", encoding="utf-8") as recorded:
        for line in cases:
            case = json.loads(line)
            case.pop("expect", None)
            _forget()
            try:
                with contextlib.redirect_stdout(None):
                    case["expect"] = answer(case)
                text = json.dumps(case, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
                recorded.write(text.encode().decode() + "\n")
                n_recorded += 1
            except (UnusableCaseError, ValueError) as error:
                reason = str(error).partition("\n")[0]
                print(f"not recorded: {case['id']}: {reason}", file=sys.stderr)
    print(f"{n_recorded} cases recorded", file=sys.stderr)


def _forget() -> None:
    """Have `typing` forget what it made, so that no case depends on those before it.

    It takes unions of the same members in another order for equal, and gives the earlier one.
    """
    for clear_cache in typing._cleanups:  # noqa: SLF001 - There is no other way.
        clear_cache()


if __name__ == "__main__":
    main()
