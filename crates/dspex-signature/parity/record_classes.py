"""Records what DSPy makes of the classes in `classes/`, or checks that it still does.

    python record_classes.py [--check]

Each line of `classes.jsonl` is a class: its signature, inputs as JSON, and what each adapter
writes for them. The same signatures as Rust structs are held against it.
"""

import importlib
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")

# DSPy warns when it is imported, and pydantic of names that it has methods of.
import dspy  # noqa: E402
import pydantic  # noqa: E402

from recording import setting, signatures  # noqa: E402

_CORPUS = Path(__file__).parent / "classes.jsonl"
_MODULES = (
    "scalars",
    "names",
    "descriptions",
    "constraints",
    "defaults",
    "containers",
    "mappings",
    "records",
    "shared_records",
    "enums",
    "choices",
    "choice_fields",
    "foreign",
)


def main() -> None:
    """Record or check; end with status 1 where what is there differs."""
    lines = [json.dumps(record, ensure_ascii=False, allow_nan=False) for record in _records()]
    if "--check" in sys.argv[1:]:
        sys.exit(_check(lines))
    _CORPUS.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    print(f"recorded {len(lines)} classes")


def _check(lines: list[str]) -> int:
    committed = _CORPUS.read_text(encoding="utf-8").split("\n")[:-1]
    old, new = _by_class(committed), _by_class(lines)
    differing = [name for name in old | new if old.get(name) != new.get(name)]
    for name in differing:
        print(f"{name}\n  committed: {old.get(name)}\n  recorded:  {new.get(name)}")
    if committed != lines and not differing:
        print(f"`{_CORPUS.name}` has the same classes in another order")
    print(f"checked {len(lines)} classes, {len(differing)} differ")
    return int(committed != lines)


def _by_class(lines: list[str]) -> dict[str, str]:
    return {json.loads(line)["class"]: line for line in lines}


def _records() -> Iterator[dict[str, Any]]:
    known: set[str] = set()
    for module in _MODULES:
        for signature, given in importlib.import_module(f"classes.{module}").CASES.items():
            if signature.__name__ in known:
                sys.exit(f"two classes are named `{signature.__name__}`")
            known.add(signature.__name__)
            yield _record(module, signature, given)


def _record(module: str, signature: type[dspy.Signature], given: dict[str, Any]) -> dict[str, Any]:
    fields = signature.input_fields
    if given.keys() != fields.keys():
        sys.exit(f"the inputs of `{signature.__name__}` are {list(fields)}, not {list(given)}")
    inputs = {
        name: pydantic.TypeAdapter(fields[name].annotation).validate_python(value)
        for name, value in given.items()
    }
    return {
        "class": signature.__name__,
        "module": module,
        "signature": signatures.describe(signature),
        "given": given,
        "messages": {
            name: setting.ADAPTERS[name]().format(signature, [], dict(inputs))
            for name in ("chat", "json", "xml")
        },
    }


if __name__ == "__main__":
    main()
