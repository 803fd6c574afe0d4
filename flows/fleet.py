"""What the built-in virtual devices can be told to suffer, read from their scenario (gallery/first/fleet.json)."""

import json
from functools import cache
from typing import Any

from django.conf import settings

SCENARIO = settings.BASE_DIR / "gallery" / "first"


def read(name: str) -> dict[str, Any]:
    """A file of the first scenario; empty where it is not installed."""
    file = SCENARIO / name
    return _parsed(str(file), file.stat().st_mtime_ns) if file.exists() else {}


@cache
def _parsed(file: str, changed: int) -> dict[str, Any]:
    with open(file, encoding="utf-8") as stream:
        found = json.load(stream)
    return found if isinstance(found, dict) else {}


def faults_of(device: str) -> list[dict[str, Any]]:
    """Faults of one virtual device: `id` and `label` by language."""
    fleet = read("fleet.json")
    types = {known.get("id"): known.get("faults") or [] for known in fleet.get("types") or []}
    for known in fleet.get("devices") or []:
        if known.get("id") == device:
            return list(types.get(known.get("type"), []))
    return []
