"""The files of each scenario agree with each other, and each does what it promises."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from engine.document_tests import run_tests
from fleet.device import VirtualDevice
from fleet.record import switches
from gallery.play import Did, Play, Reading
from gallery.prove import ZONE, prove
from gallery.scenario import Scenario, scenario_named, scenarios
from nodes.kit.catalog import full_catalog

ALL = scenarios()
each = pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
TYPES: dict[str, type | tuple[type, ...]] = {
    "number": (int, float), "integer": int, "string": str, "boolean": bool, "location": dict, "image": bytes,
}  # fmt: skip


def registered(scenario: Scenario) -> Any:
    return json.loads(scenario.bytes("registry.json"))


@each
def test_what_it_promises_holds_and_the_phrasebook_builds_its_sentences(scenario: Scenario) -> None:
    proof = prove(scenario)
    assert not proof.problems
    assert proof.tests[0] > 0
    assert proof.tests[1] == 0
    assert [(o.run.name["en"], o.missing, o.extra) for o in proof.outcomes if not o.passed] == []
    assert [(one.sentence, one.problems, one.outcomes) for one in proof.compiled if not one.passed] == [], (
        "also where a part is not in it"
    )


@each
def test_every_virtual_device_is_registered_with_the_same_label_and_attributes(scenario: Scenario) -> None:
    there = {d["id"]: (d["type"], d["label"], d.get("attributes", {})) for d in registered(scenario)["devices"]}
    assert {d.id: (d.type, d.label, d.attributes) for d in scenario.fleet.devices} == there


@each
def test_devices_send_the_registered_fields_and_hear_the_registered_commands(scenario: Scenario) -> None:
    for kind in registered(scenario)["types"]:
        device = next(d for d in scenario.fleet.devices if d.type == kind["id"])
        said = VirtualDevice(device, scenario.fleet.type_of(device), scenario.fleet.seed).read(scenario.start)
        for field in kind["fields"]:
            assert isinstance(said[field["name"]], TYPES[field["type"]]), field["name"]
        heard = {listen.topic: set(listen.sets) for listen in scenario.fleet.type_of(device).listens}
        for command in kind.get("commands", ()):
            assert heard[command["topic"]] == set(command["values"]["properties"])


@each
def test_buttons_steps_and_series_name_what_is_there(scenario: Scenario) -> None:
    about, fleet = scenario.about, scenario.fleet
    switches([f"{switch.device}:{switch.fault}" for switch in about.switches], fleet)
    keys = [switch.key for switch in about.switches]
    assert len(set(keys)) == len(keys)
    assert {step.switch for step in about.steps if step.switch} <= set(keys)
    types = {kind["id"]: {field["name"] for field in kind["fields"]} for kind in registered(scenario)["types"]}
    for signal in about.signals:
        device = fleet.device(signal.device)
        assert device is not None
        assert signal.field in types[device.type]


@each
def test_the_first_run_is_quiet_and_another_has_a_fault(scenario: Scenario) -> None:
    quiet, *others = scenario.about.runs
    assert not quiet.faults
    assert not quiet.expect
    assert any(run.faults for run in others)


@each
def test_everything_that_is_said_is_said_in_both_languages(scenario: Scenario) -> None:
    def texts(value: Any) -> list[dict[str, Any]]:
        if isinstance(value, list):
            return [text for one in value for text in texts(one)]
        if not isinstance(value, dict):
            return []
        own = [value] if {"ja", "en"} & set(value) else []
        return own + [text for one in value.values() for text in texts(one)]

    for text in texts(json.loads(scenario.bytes("scenario.json"))):
        assert {"ja", "en"} <= set(text), text
    assert {lang: len(said) for lang, said in scenario.prompts.paraphrases.items()} == {"ja": 2, "en": 2}


def test_scenarios_may_run_in_one_workspace_at_once() -> None:
    ids = Counter(
        (sort, thing["id"])
        for scenario in ALL
        if scenario.name != "first"
        for sort in ("types", "devices", "destinations")
        for thing in registered(scenario)[sort]
    )
    assert [id for id, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("approved", [True, False])
def test_an_approved_load_shed_keeps_demand_below_the_contract_and_without_it_it_is_passed(approved: bool) -> None:
    energy = scenario_named("energy")
    assert energy is not None
    play = Play(energy)
    play.switch("grid-1", "surge", True)
    highest = 0.0
    for _ in range(60):
        for one in play.advance(60_000):
            if isinstance(one, Reading) and one.device == "grid-1":
                highest = max(highest, one.data["demand"])
            elif isinstance(one, Did) and one.pending and approved:
                play.approve(one.effect.key)
    assert (highest < 500) is approved, highest


@pytest.mark.parametrize("scenario", [one for one in ALL if one.english], ids=lambda scenario: scenario.name)
def test_a_flow_with_english_texts_says_everything_in_english_and_passes_its_own_tests(scenario: Scenario) -> None:
    said = json.dumps(scenario.flow_in("en"), ensure_ascii=False)
    assert re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]+", said) == []
    assert [node["id"] for node in scenario.flow_in("en")["nodes"]] == [node["id"] for node in scenario.flow["nodes"]]
    tested = run_tests(scenario.flow_in("en"), full_catalog(), scenario.registry, zone=ZONE)
    assert (tested["failed"], tested["passed"] > 0) == (0, True)
