"""A scenario of three devices: what happens, in which order, and what comes back to the devices."""

import json
from pathlib import Path
from typing import Any

import pytest

from gallery.play import Did, Play, Reading
from gallery.prove import play_run
from gallery.scenario import BadScenario, Run, Scenario, Wanted

FLEET = {
    "fleet": 1,
    "types": [
        {
            "id": "oven", "topic": "p/{device}/t", "period": "10s", "signals": [{"name": "t", "level": 20}],
            "faults": [{"id": "hot", "add": {"t": 80}}, {"id": "mute", "silent": True}, {"id": "cut", "garbled": True}],
        },
        {
            "id": "lamp", "topic": "p/{device}/state", "period": "1h", "signals": [{"name": "color", "value": "off"}],
            "listens": [{"topic": "p/{device}/set", "sets": {"color": ["off", "red"]}}],
        },
    ],
    "devices": [{"id": "oven-1", "type": "oven"}, {"id": "lamp-1", "type": "lamp"}, {"id": "lamp-2", "type": "lamp"}],
}  # fmt: skip


def registry(approval: bool = False) -> dict[str, Any]:
    values = {"type": "object", "properties": {"color": {"enum": ["off", "red"]}}, "required": ["color"]}
    command = {"id": "set", "topic": "p/{device}/set", "values": values, "approval": approval}
    return {
        "types": [
            {"id": "oven", "topic": "p/{device}/t", "fields": [{"name": "t", "type": "number"}]},
            {
                "id": "lamp", "topic": "p/{device}/state", "fields": [{"name": "color", "type": "string"}],
                "commands": [command],
            },
        ],
        "devices": FLEET["devices"],
        "destinations": [{"id": "boss", "service": "inbox"}],
    }  # fmt: skip


def flow(limit: float = 80) -> dict[str, Any]:
    red = {"device": "lamp-1", "command": "set", "values": {"color": "red"}}
    return {
        "suiro": 1, "name": "Oven",
        "nodes": [
            {"id": "oven", "kind": "devices", "params": {"type": "oven"}},
            {"id": "hot", "kind": "threshold", "from": ["oven"], "params": {"field": "t", "above": limit, "for": "30s"}},
            {"id": "red", "kind": "command", "from": ["hot.entered"], "params": red},
            {"id": "lamp", "kind": "devices", "params": {"type": "lamp"}},
            {"id": "lit", "kind": "condition", "from": ["lamp"], "params": {"expr": "color == 'red'"}},
            {"id": "tell", "kind": "notify", "from": ["lit.true"], "params": {"to": "boss", "text": "{device} is {color}"}},
        ],
    }  # fmt: skip


def scenario(folder: Path, **given: Any) -> Scenario:
    place = folder / "oven"
    place.mkdir()
    about = {
        "order": 1, "title": {"ja": "炉", "en": "oven"}, "summary": {"ja": "", "en": ""}, "industries": ["factory"],
        "needs": ["safety"], "words": [],
        "business": {lang: {"problem": "", "solution": "", "value": ""} for lang in ("ja", "en")},
        "runs": [{"name": {"ja": "静か", "en": "quiet"}, "length": "1m"}] * 2,
    }  # fmt: skip
    files = {"scenario": about, "fleet": FLEET, "registry": registry(), "flow": flow()} | given
    for name, held in files.items():
        (place / f"{name}.json").write_text(json.dumps(held), "utf-8")
    return Scenario(place)


def did(play: Play, seconds: int) -> list[tuple[float, str, str | None]]:
    found = [one for one in play.advance(seconds * 1000) if isinstance(one, Did)]
    return [((one.at - play.start) / 1000, one.effect.node, one.effect.device) for one in found]


def test_a_fault_leads_to_a_command_that_comes_back_as_a_reading_of_the_lamp(tmp_path: Path) -> None:
    play = Play(scenario(tmp_path))
    assert did(play, 60) == []
    play.switch("oven-1", "hot", True)
    assert did(play, 60) == [(100.0, "red", "lamp-1"), (100.0, "tell", "lamp-1")]
    assert play.flows[0].wires["lit", "true"].count == 1


def test_what_it_does_is_the_same_in_one_stride_and_in_many(tmp_path: Path) -> None:
    at_once, by_steps = Play(scenario(tmp_path)), Play(Scenario(tmp_path / "oven"))
    for play in (at_once, by_steps):
        play.switch("oven-1", "hot", True)
    whole = at_once.advance(300_000)
    parts = [one for _ in range(300) for one in by_steps.advance(1_000)]
    assert whole == parts
    assert len(whole) > 30


def test_a_silent_device_says_nothing_and_a_garbled_one_nothing_that_can_be_read(tmp_path: Path) -> None:
    play = Play(scenario(tmp_path))
    play.switch("oven-1", "mute", True)
    assert not [one for one in play.advance(30_000) if isinstance(one, Reading) and one.device == "oven-1"]
    play.switch("oven-1", "mute", False)
    play.switch("oven-1", "cut", True)
    play.advance(30_000)
    assert play.flows[0].runner.engine.counts.sources["oven"].dead == 3


def test_a_command_that_wants_a_person_waits_for_one(tmp_path: Path) -> None:
    play = Play(scenario(tmp_path, registry=registry(approval=True)))
    play.switch("oven-1", "hot", True)
    assert did(play, 120) == [(30.0, "red", "lamp-1")]
    (key,) = play.pending
    assert [one.data for one in play.approve(key) if isinstance(one, Reading)] == [{"color": "red"}]
    assert not play.pending


def test_flows_play_side_by_side_and_each_is_judged_by_what_it_did(tmp_path: Path) -> None:
    wanted = [Wanted("command", device="lamp-1", values={"color": "red"}, after="30s"), Wanted("notify", after="30s")]
    run = Run({"ja": "", "en": ""}, "2m", ["oven-1:hot"], wanted)
    (good, deaf), readings = play_run(scenario(tmp_path), run, [flow(limit=200)])
    assert good.passed
    assert readings == 16
    assert not deaf.passed  # its own command never came, though it saw the lamp that the other one lit
    assert len(deaf.missing) == 1
    assert deaf.extra == []


def test_an_effect_that_nobody_expects_fails_a_run(tmp_path: Path) -> None:
    run = Run({"ja": "", "en": ""}, "2m", ["oven-1:hot"], allow=[Wanted("notify")])
    (outcome,), _ = play_run(scenario(tmp_path), run, [])
    assert [line.split()[0] for line in outcome.extra] == ["0:00:30"]


def test_a_file_that_is_not_as_it_must_be_is_named_with_its_place(tmp_path: Path) -> None:
    broken = scenario(tmp_path, scenario={"order": "first"})
    with pytest.raises(BadScenario, match=r"oven/scenario.json: .*order"):
        _ = broken.about


def test_whoever_listens_to_the_topic_of_a_command_hears_it_as_on_a_broker(tmp_path: Path) -> None:
    lamp = FLEET["types"][1]  # type: ignore[index]
    beside = {"id": "clerk", "topic": "p/{device}/said", "period": "1h", "signals": [{"name": "color", "value": "off"}],
              "listens": [{"topic": "p/lamp-1/set", "sets": {"color": ["off", "red"]}}]}  # fmt: skip
    devices = [*FLEET["devices"], {"id": "clerk-1", "type": "clerk"}]  # type: ignore[misc]
    fleet = {**FLEET, "types": [FLEET["types"][0], lamp, beside], "devices": devices}  # type: ignore[index]
    clerk = {"id": "clerk", "topic": "p/{device}/said", "fields": [{"name": "color", "type": "string"}]}
    known = {**registry(), "types": [*registry()["types"], clerk], "devices": devices}
    play = Play(scenario(tmp_path, fleet=fleet, registry=known))
    play.switch("oven-1", "hot", True)
    heard = [one for one in play.advance(120_000) if isinstance(one, Reading) and one.data.get("color") == "red"]
    assert {one.device for one in heard} == {"lamp-1", "clerk-1"}
