"""What the built-in virtual devices can be told to suffer, read from their scenarios, and the first scenario's files."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from msgspec import to_builtins

from flows.scenarios import FIRST, all_scenarios

SCENARIO = settings.GALLERY / FIRST


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
    """Faults of one virtual device: `id` and `label` by language. Those of the first scenario come before the others'."""
    for fleet in (
        read("fleet.json"),
        *(to_builtins(scenario.fleet) for scenario in all_scenarios() if scenario.fleet.device(device)),
    ):
        types = {known.get("id"): known.get("faults") or [] for known in fleet.get("types") or []}
        for known in fleet.get("devices") or []:
            if known.get("id") == device:
                return list(types.get(known.get("type"), []))
    return []
