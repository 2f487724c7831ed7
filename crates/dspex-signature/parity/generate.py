"""Makes the cases of the corpus: JSON Lines on a file, without answers.

    python generate.py CASES.jsonl

The same seed gives the same cases in the same order.
"""

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

from families import (
    format_media,
    format_signatures,
    format_turns,
    format_values,
    metric,
    parse_chat,
    parse_coercions,
    parse_defaults,
    parse_json,
    parse_patterns,
    parse_values,
    parse_xml,
    run_modules,
    run_react,
    seeded,
    signature_names,
    signature_ops,
    signature_types,
)

_SEED = 341
_COMPACT: dict[str, Any] = {"ensure_ascii": False, "allow_nan": False, "separators": (",", ":")}
_FAMILIES = (
    signature_types,
    signature_names,
    signature_ops,
    format_values,
    format_signatures,
    format_turns,
    format_media,
    parse_values,
    parse_coercions,
    parse_json,
    parse_chat,
    parse_xml,
    parse_defaults,
    parse_patterns,
    seeded,
    metric,
    run_modules,
    run_react,
)


def main() -> None:
    """Write every family's cases, each family with a seed of its own."""
    seen = set()
    with Path(sys.argv[1]).open("w", encoding="utf-8") as file:
        for family in _FAMILIES:
            random = Random(f"{_SEED}.{family.__name__}")
            for one in family.cases(random):
                if one["id"] not in seen:
                    seen.add(one["id"])
                    file.write(json.dumps(one, **_COMPACT) + "\n")
    print(f"{len(seen)} cases made", file=sys.stderr)


if __name__ == "__main__":
    main()
