"""The first scenario's files agree: what the fleet publishes is what the registry says."""

import json
from pathlib import Path
from typing import Any

import pytest

from fleet.description import load
from fleet.record import record

FIRST = Path(__file__).resolve().parents[1] / "gallery" / "first"
REGISTRY = json.loads((FIRST / "registry.json").read_text("utf-8"))
FLEET = load(FIRST / "fleet.json")


def at_path(payload: Any, path: str) -> Any:
    for name in path.split("."):
        payload = payload[name]
    return payload


def test_every_virtual_device_is_registered_with_the_same_labels_and_attributes() -> None:
    def described(device: Any) -> tuple[Any, ...]:
        return device["type"], device["label"], device["attributes"]

    registered = {device["id"]: described(device) for device in REGISTRY["devices"]}
    assert {d.id: (d.type, d.label, d.attributes) for d in FLEET.devices} == registered


@pytest.mark.parametrize("kind", REGISTRY["types"], ids=lambda kind: kind["id"])
def test_payloads_have_the_registered_fields_at_their_paths(kind: dict[str, Any]) -> None:
    device = next(d for d in FLEET.devices if d.type == kind["id"])
    topic = kind["topic"].replace("{device}", device.id)
    row = next(row for row in record(FLEET, 0, 10_000, [], raw=True) if row["topic"] == topic)
    types: dict[str, type | tuple[type, ...]] = {"number": (int, float), "integer": int, "string": str}
    for field in kind["fields"]:
        assert isinstance(at_path(row["data"], field.get("path", field["name"])), types[field["type"]])
    if "time" in kind:
        assert at_path(row["data"], kind["time"]["path"]) is not None


@pytest.mark.parametrize("kind", REGISTRY["types"], ids=lambda kind: kind["id"])
def test_registered_commands_are_listened_to_with_the_same_values(kind: dict[str, Any]) -> None:
    listens = {listen.topic: listen.sets for listen in next(t for t in FLEET.types if t.id == kind["id"]).listens}
    commands = {
        command["topic"]: {name: schema["enum"] for name, schema in command["values"]["properties"].items()}
        for command in kind["commands"]
    }
    assert listens == commands


def test_prompts_are_there_in_both_languages_and_name_faults_that_exist() -> None:
    prompts = json.loads((FIRST / "prompts.json").read_text("utf-8"))["prompts"]
    assert len(prompts) >= 2
    for prompt in prompts:
        device = FLEET.device(prompt["try"]["device"])
        assert device is not None
        assert prompt["try"]["fault"] in {fault.id for fault in FLEET.type_of(device).faults}
        assert prompt["ja"]
        assert prompt["en"]
