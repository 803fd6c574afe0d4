"""What the built-in virtual devices can be told to suffer, read from their scenario (gallery/first/fleet.json)."""

import json
from functools import cache
from typing import Any

from django.conf import settings

SCENARIO = settings.BASE_DIR / "gallery" / "first"


@cache
def scenario() -> dict[str, Any]:
    """The scenario's fleet.json; empty where it is not installed."""
    return read("fleet.json")


def read(name: str) -> dict[str, Any]:
    file = SCENARIO / name
    if not file.exists():
        return {}
    found = json.loads(file.read_text("utf-8"))
    return found if isinstance(found, dict) else {}


def faults_of(device: str) -> list[dict[str, Any]]:
    """Faults of one virtual device: `id` and `label` by language."""
    for known in scenario().get("devices") or []:
        if known.get("id") == device:
            faults = known.get("faults") or []
            return [fault if isinstance(fault, dict) else {"id": fault} for fault in faults]
    return []
