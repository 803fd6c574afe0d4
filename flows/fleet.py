"""What the built-in virtual devices can be told to suffer, read from their scenarios, and the first scenario's files."""

import json
from functools import cache
from typing import Any

from django.conf import settings

from flows.models import Copy, Workspace
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


def all_faults(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    """By device of the scenarios that run in the workspace, and of the first one: `id` and `label` by language. A device of
    another scenario's id is a person's own."""
    started = set(Copy.objects.of(workspace).values_list("scenario", flat=True))
    found: dict[str, list[dict[str, Any]]] = {}
    for scenario in all_scenarios():
        for device in scenario.fleet.devices if scenario.name in started else ():
            found[device.id] = [{"id": f.id, "label": f.label} for f in scenario.fleet.type_of(device).faults]
    fleet = read("fleet.json")
    types = {known.get("id"): known.get("faults") or [] for known in fleet.get("types") or []}
    return found | {str(one.get("id")): list(types.get(one.get("type"), [])) for one in fleet.get("devices") or []}
