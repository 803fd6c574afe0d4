"""Every scenario of the gallery names what is there. That it does what its folder promises is proved once, in
gallery/test_scenarios.py."""

from collections import Counter
from typing import Any

import pytest

from fleet.device import VirtualDevice
from gallery.played import kept
from gallery.scenario import Scenario, scenarios

ALL = scenarios()
BESIDE = "first"
"""Runs from the start in every workspace, so its things may stand in other scenarios too."""


def named(scenario: Scenario) -> Any:
    return pytest.param(scenario, id=scenario.name)


@pytest.mark.parametrize("scenario", [named(one) for one in ALL])
def test_what_a_scenario_names_is_there(scenario: Scenario) -> None:
    about, types = scenario.about, {device.id: scenario.fleet.type_of(device) for device in scenario.fleet.devices}
    assert set(types) == set(scenario.registry.devices)
    for switch in about.switches:
        assert switch.fault in {fault.id for fault in types[switch.device].faults}
    keys = {switch.key for switch in about.switches}
    assert {step.switch for step in about.steps} - {None} <= keys
    assert len(keys) == len(about.switches)
    for signal in about.signals:
        device = next(one for one in scenario.fleet.devices if one.id == signal.device)
        assert signal.field in VirtualDevice(device, types[signal.device], scenario.fleet.seed).read(scenario.start)
    assert set(about.show.places) <= set(types)
    if about.show.plan:
        assert (scenario.folder / about.show.plan).exists()
    for lang in ("ja", "en"):
        assert len(scenario.prompts.sentences(lang)) >= 3
        assert about.business[lang].problem


@pytest.mark.parametrize("scenario", [named(one) for one in ALL])
def test_what_pages_show_of_a_scenario_is_of_these_files(scenario: Scenario) -> None:
    played = kept(scenario)
    assert played is not None, "its files were changed: python -m gallery picture"
    assert [bool(run.faults) for run in played.runs] == [bool(run.faults) for run in scenario.about.runs]


def test_several_scenarios_can_run_in_one_workspace() -> None:
    for part in ("types", "devices", "destinations"):
        counted = Counter(id for one in ALL if one.name != BESIDE for id in getattr(one.registry, part))
        assert [id for id, count in counted.items() if count > 1] == []
