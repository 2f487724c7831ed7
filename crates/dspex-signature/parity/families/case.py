"""One case: its name, its tags and what it gives DSPy."""

import hashlib
import json
from typing import Any

Case = dict[str, Any]


def make(kind: str, family: str, level: str, given: dict[str, Any], *tags: str) -> Case:
    """Return a case whose id follows from what it gives alone."""
    body = json.dumps([kind, family, given], sort_keys=True)
    digest = hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    adapter = [given["adapter"]] if "adapter" in given else []
    all_tags = list(dict.fromkeys([family, level, *adapter, *tags]))
    return {"id": f"{kind}.{family}.{digest}", "kind": kind, "tags": all_tags, **given}


def parse(
    family: str, level: str, adapter: str, signature: dict[str, Any], completion: str, *tags: str
) -> Case:
    """Return a case of kind `parse`."""
    given = {"adapter": adapter, "signature": signature, "completion": completion}
    return make("parse", family, level, given, *tags)
