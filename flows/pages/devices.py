"""Devices with their live values, what they can be told, and what else is on the broker."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from flows.access import member_of
from flows.fleet import all_faults
from flows.models import Worker
from flows.registered import registry_json
from nodes.kit.things import spoken

Faults = dict[str, list[dict[str, Any]]]


def list_page(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    lang = getattr(request, "LANGUAGE_CODE", "en")
    registry = registry_json(member.workspace)
    values = cache.get(f"values:{member.workspace_id}") or {}
    faults = all_faults(member.workspace)
    context = {
        "groups": [_group(entry, registry["devices"], faults, lang) for entry in registry["types"]],
        "page_data": {"values": values, "registry": registry},
        "worker_here": Worker.objects.of(member.workspace).filter(connected=True).exists(),
    }
    return render(request, "devices.html", context)


def _group(entry: dict[str, Any], devices: list[dict[str, Any]], faults: Faults, lang: str) -> dict[str, Any]:
    return {
        "id": entry["id"],
        "label": spoken(entry["label"], lang, entry["id"]),
        "topic": entry.get("topic", ""),
        "fields": [
            {**field, "shown": spoken(field.get("label") or {}, lang, field["name"])} for field in entry["fields"]
        ],
        "commands": [_command(command, lang) for command in entry["commands"]],
        "lamp": _lamp(entry),
        "devices": [_device(device, faults, lang) for device in devices if device["type"] == entry["id"]],
    }


def _lamp(entry: dict[str, Any]) -> str:
    """The name of the value that is a lamp's colour: what a command sets to red, among others."""
    for command in entry["commands"]:
        for name, schema in ((command.get("values") or {}).get("properties") or {}).items():
            if isinstance(schema, dict) and "red" in (schema.get("enum") or ()):
                return str(name)
    return ""


def _device(device: dict[str, Any], faults: Faults, lang: str) -> dict[str, Any]:
    known = faults.get(device["id"], [])
    shown = [{"id": fault["id"], "shown": spoken(fault.get("label") or {}, lang, fault["id"])} for fault in known]
    return {**device, "shown": spoken(device["label"], lang, device["id"]), "faults": shown}


def _command(command: dict[str, Any], lang: str) -> dict[str, Any]:
    properties = (command.get("values") or {}).get("properties") or {}
    values = [{"name": name, **schema} for name, schema in properties.items() if isinstance(schema, dict)]
    return {**command, "shown": spoken(command.get("label") or {}, lang, command["id"]), "inputs": values}
