"""What does not change while a demo plays: the scenario as its page shows it, in both languages."""

import json
from io import BytesIO
from typing import Any

import msgspec
from PIL import Image

from flows.demo.session import Demo
from flows.tying import ties
from gallery.scenario import Scenario, Signal
from nodes.kit.things import Registry


def told(demo: Demo) -> dict[str, Any]:
    """Everything, for the presenter."""
    scenario = demo.scenario
    about, sentence = scenario.about, scenario.prompts.prompts[0]
    return {
        **for_audience(demo),
        "id": demo.id,
        "prompt": {"ja": sentence.ja, "en": sentence.en},
        "beyond": scenario.prompts.needs_author,
        "words": about.words,
        "switches": [
            {"key": one.key, "device": one.device, "fault": one.fault, "label": demo.label_of(one)}
            for one in about.switches
        ],
        "steps": about.steps,
        "registry": json.loads(scenario.bytes("registry.json")),
    }


def for_audience(demo: Demo) -> dict[str, Any]:
    """What phones in the room may know: no notes, no switches, no sentence, and of the registry the names of what is shown."""
    scenario = demo.scenario
    about, registry = scenario.about, scenario.registry
    return {
        "name": scenario.name,
        "title": about.title,
        "zone": scenario.flow.get("time_zone") or "Asia/Tokyo",
        "summary": about.summary,
        "steps": [{"title": step.title} for step in about.steps],
        "show": {
            "camera": about.show.camera,
            "plan": about.show.plan is not None,
            "places": about.show.places,
            "to_plan": _to_plan(scenario),
        },
        "signals": [_signal(signal, registry) for signal in about.signals],
        "devices": [
            {
                "id": device.id,
                "type": device.type,
                "label": device.label,
                "fields": _fields(device.type, registry),
            }
            for device in registry.devices.values()
        ],
        "destinations": {id: one.label for id, one in registry.destinations.items()},
    }


def _to_plan(scenario: Scenario) -> list[float] | None:
    """How (lon, lat) becomes a place on the plan, where the plan is tied to the earth."""
    show = scenario.about.show
    if show.plan is None or show.tied is None:
        return None
    with Image.open(BytesIO(scenario.bytes(show.plan))) as plan:
        tie = ties([msgspec.to_builtins(point) for point in show.tied], *plan.size)
    return tie["to_plan"] if tie else None


def _signal(signal: Signal, registry: Registry) -> dict[str, Any]:
    device = registry.devices.get(signal.device)
    field = next((one for one in _fields(device.type if device else "", registry) if one["name"] == signal.field), {})
    return {
        "id": f"{signal.device}.{signal.field}",
        "device": signal.device,
        "field": signal.field,
        "label": field.get("label") or {},
        "unit": field.get("unit") or "",
    }


def _fields(type: str, registry: Registry) -> list[dict[str, Any]]:
    known = registry.types.get(type)
    return [
        {"name": field.name, "label": field.label, "unit": field.unit or "", "type": field.type}
        for field in (known.fields if known else ())
    ]
