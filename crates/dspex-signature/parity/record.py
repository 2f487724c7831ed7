"""Records the corpus `own.jsonl`, or checks that it is what DSPy answers today.

    python record.py [--check]

The cases are made, and DSPy answers them twice, in fresh processes that hash differently: only
what it answers equally is kept. `versions.json` says which versions answered, and what.
"""

import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_CORPUS, _VERSIONS = _HERE / "own.jsonl", _HERE / "versions.json"
_PACKAGES = {"dspy": "dspy", "pydantic": "pydantic", "json_repair": "json-repair", "regex": "regex"}
_HASH_SEEDS = ("1", "2")


def main() -> None:
    """Record or check; end with status 1 where what is there differs."""
    if "--check" in sys.argv[1:]:
        sys.exit(_check())
    corpus, header = _record()
    _CORPUS.write_text(corpus, encoding="utf-8")
    _VERSIONS.write_text(json.dumps(header, indent=2) + "\n", encoding="utf-8")
    print(f"recorded {header['n_cases']} cases, {header['n_left_out']} left out")


def _check() -> int:
    committed = json.loads(_VERSIONS.read_text(encoding="utf-8"))
    if committed["versions"] != _versions():
        print(f"the corpus was recorded with {committed['versions']}, here is {_versions()}")
        print("hint: install those versions, or record with `cargo xtask parity --record`")
        return 1
    corpus, header = _record()
    old, new = (_by_id(text) for text in (_CORPUS.read_text(encoding="utf-8"), corpus))
    differing = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    for name in differing:
        print(f"{name}\n  committed: {old.get(name)}\n  recorded:  {new.get(name)}")
    if header != committed and not differing:
        print(
            f"`{_VERSIONS.name}` is not of this corpus; record with `cargo xtask parity --record`"
        )
    print(f"checked {len(new)} cases, {len(differing)} differ")
    return int(bool(differing) or header != committed)


def _by_id(corpus: str) -> dict[str, str]:
    lines = [line for line in corpus.split("\n") if line]
    return {json.loads(line)["id"]: line for line in lines}


def _record() -> tuple[str, dict[str, Any]]:
    """Return the lines of the corpus and what to say of them."""
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "cases.jsonl"
        _run("0", "generate.py", cases).wait_well()
        targets = [Path(folder) / f"{seed}.jsonl" for seed in _HASH_SEEDS]
        recordings = [
            _run(seed, "oracle.py", cases, target)
            for seed, target in zip(_HASH_SEEDS, targets, strict=True)
        ]
        for recording in recordings:
            recording.wait_well()
        first, *others = (target.read_text(encoding="utf-8").split("\n") for target in targets)
        n_made = cases.read_text(encoding="utf-8").count("\n")
    common = set(first).intersection(*others)
    stable = [line for line in first if line and line in common]
    corpus = "".join(line + "\n" for line in stable)
    kinds = Counter(json.loads(line)["kind"] for line in stable)
    return corpus, {
        "versions": _versions(),
        "n_cases": len(stable),
        "n_cases_by_kind": dict(sorted(kinds.items())),
        # No text in UTF-8 says some answers, those with half of a character; others may vary.
        "n_left_out": n_made - len(stable),
        "sha256": hashlib.sha256(corpus.encode()).hexdigest(),
    }


class _Run(subprocess.Popen):
    def wait_well(self) -> None:
        """Wait for the end; a failure ends this program too."""
        if self.wait() != 0:
            sys.exit(f"{self.args} failed")


def _run(hash_seed: str, script: str, *files: Path) -> _Run:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    return _Run([sys.executable, _HERE / script, *files], env=environment)


def _versions() -> dict[str, str]:
    python = ".".join(platform.python_version_tuple()[:2])
    packages = {name: metadata.version(package) for name, package in _PACKAGES.items()}
    return {"python": python, **packages}


if __name__ == "__main__":
    main()
