"""A demo in virtual time, turned by hand: what a presenter does, what those who look on are told, what is kept."""

import itertools
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fleet.device import VirtualDevice
from flows.demo.meaning import Meaning
from flows.demo.record import record_of
from flows.demo.session import Demo, Wrong
from flows.demo.telling import for_audience
from flows.demo.writing import written
from gallery.scenario import scenario_named
from llm.authors import author_named

from .demo_scenario import kilns

SENTENCE = "When a kiln stays above 70 °C for 10 seconds, notify the shift channel once."


def demo(folder: Path, clock: Callable[[], float] = lambda: 0.0, **about: Any) -> Demo:
    return Demo(kilns(folder, **about), uuid.uuid4(), 1, clock)


def turns(demo: Demo, seconds: float) -> list[dict[str, Any]]:
    """So many seconds of the wall clock, ten frames each."""
    frames = [demo.turn(0.1) for _ in range(round(seconds * 10))]
    return [frame for frame in frames if frame is not None]


def compiled(demo: Demo, prompt: str) -> None:
    demo.writing(prompt, "en")
    demo.written(written(demo.scenario, prompt, "en", author_named("phrasebook")), "en")


def test_a_fault_gives_a_notice_and_a_lamp_and_when_it_goes_the_lamp_goes_too(tmp_path: Path) -> None:
    show = demo(tmp_path)
    turns(show, 6)
    assert not show.stage.alerts
    show.switch("1", True)
    turns(show, 9)
    told = [(alert["kind"], alert["said"]["en"]) for alert in show.stage.alerts]
    assert [kind for kind, _ in told] == ["notify", "command"]
    assert told[1] == ("command", "Tower 1: set colour")
    assert show.stage.readings["tower-1"]["data"]["color"] == "red"
    assert show.stage.whole()["levels"]["kiln-2"] == "over"
    show.switch("1", False)
    turns(show, 12)
    assert show.stage.readings["tower-1"]["data"]["color"] == "green"


def test_the_same_moments_of_the_switches_give_the_same_show_however_it_is_cut_into_turns(tmp_path: Path) -> None:
    shows = []
    for parts in (10, 25):
        show = demo(tmp_path)
        for _ in range(5 * parts):
            show.turn(1 / parts)
        show.switch("1", True)
        for _ in range(8 * parts):
            show.turn(1 / parts)
        shows.append(json.dumps(show.stage.whole()))
    assert shows[0] == shows[1]


def test_time_goes_as_fast_as_it_is_told_and_stands_when_it_is_told(tmp_path: Path) -> None:
    show = demo(tmp_path)
    began = show.play.now
    turns(show, 3)
    assert show.play.now - began == 30_000
    show.set_speed(3600)
    turns(show, 1)
    assert show.play.now - began == 30_000 + 3_600_000
    show.pause(True)
    turns(show, 1)
    assert show.turn(0.1) is None
    assert show.play.now - began == 3_630_000
    show.one_step()
    assert show.play.now - began == 3_630_000 + 3_600_000
    assert show.paused
    for wish, got in ((0.1, 1), (10_000, 3600)):
        show.set_speed(wish)
        assert show.speed == got


def test_where_a_turns_work_takes_too_long_less_time_passes_and_that_is_said(tmp_path: Path) -> None:
    ticks = itertools.count()
    show = demo(tmp_path, clock=lambda: next(ticks) * 0.05)
    show.set_speed(600)
    began = show.play.now
    frames = turns(show, 3)
    assert 0 < show.play.now - began < 1_800_000 / 2
    told = [frame for frame in frames if "slowed" in frame]
    assert told[-1]["slowed"] is True
    assert told[-1]["speed"] == 600
    assert show.whole()["pace"] < 300


def test_what_frames_told_adds_up_to_what_there_is(tmp_path: Path) -> None:
    show = demo(tmp_path)
    first = show.turn(0.1)
    assert first is not None
    state = first["whole"]
    show.switch("1", True)
    seq = state["seq"]
    for frame in turns(show, 9):
        assert frame["seq"] == seq + 1
        seq = frame["seq"]
        for name in ("readings", "edges", "nodes"):
            state[name] = {**state[name], **frame.get(name, {})}
        state["alerts"] = [*state["alerts"], *frame.get("alerts", [])]
        for name, points in frame.get("points", {}).items():
            state["points"][name] = [*state["points"][name], *points]
        state |= {name: frame[name] for name in ("now", "levels", "on") if name in frame}
    now = json.loads(json.dumps(show.whole()))
    for name in ("readings", "edges", "nodes", "alerts", "points", "now", "levels", "on"):
        assert json.loads(json.dumps(state[name])) == now[name], name


def test_from_the_start_means_the_same_beginning_with_every_fault_off(tmp_path: Path) -> None:
    show = demo(tmp_path)
    beginning = json.dumps(show.stage.whole())
    show.switch("1", True)
    show.tell(1)
    turns(show, 5)
    show.reset()
    assert json.dumps(show.stage.whole()) == beginning
    assert show.on == {"1": False, "2": False}
    assert (show.step, show.play.now - show.play.start) == (None, 1000)
    frame = show.turn(0.1)
    assert frame is not None
    assert frame["whole"]["run"] == 2


def test_a_step_of_the_story_takes_its_switch_and_its_speed_along(tmp_path: Path) -> None:
    show = demo(tmp_path)
    show.tell(0)
    assert (show.speed, show.on["1"]) == (10, False)
    show.tell(1)
    assert (show.speed, show.on["1"]) == (60, True)
    for wrong in (2, -1):
        with pytest.raises(Wrong):
            show.tell(wrong)
    with pytest.raises(Wrong):
        show.switch("9", True)


def test_a_typed_sentence_plays_if_it_is_sound(tmp_path: Path) -> None:
    show = demo(tmp_path)
    turns(show, 5)
    compiled(show, SENTENCE)
    assert show.typed is not None
    assert (show.typed["state"], show.typed["author"]) == ("playing", "phrasebook")
    assert show.document != show.scenario.flow
    show.switch("1", True)
    turns(show, 5)
    assert [alert["kind"] for alert in show.stage.alerts] == ["notify"]
    show.reset()
    assert show.is_typed
    show.reset(typed=False)
    assert show.document == show.scenario.flow
    assert show.typed is None


def test_the_scenarios_own_flow_goes_along_and_is_counted_for_the_savings(tmp_path: Path) -> None:
    show = demo(tmp_path)
    compiled(show, "When a kiln stays above 200 °C for 10 seconds, notify the facility channel once.")
    show.switch("1", True)
    turns(show, 9)
    assert not show.stage.alerts
    assert record_of(show)["counts"] == {"tell": 1, "red": 1}
    assert show.stage.readings["tower-1"]["data"]["color"] == "green"


def test_a_sentence_that_gives_nothing_leaves_the_finished_flow_and_says_so(tmp_path: Path) -> None:
    show = demo(tmp_path)
    compiled(show, "The weather is nice today.")
    assert show.typed is not None
    assert show.typed["state"] == "refused"
    assert show.typed["problems"]
    assert show.document == show.scenario.flow


def test_a_command_that_needs_leave_waits_for_the_presenter(tmp_path: Path) -> None:
    show = demo(tmp_path, approval=True)
    show.switch("1", True)
    turns(show, 9)
    waiting = [alert for alert in show.stage.alerts if alert["pending"]]
    assert [alert["device"] for alert in waiting] == ["tower-1"]
    assert show.stage.readings["tower-1"]["data"]["color"] == "green"
    show.approve(waiting[0]["key"])
    assert show.stage.readings["tower-1"]["data"]["color"] == "red"
    assert not show.stage.alerts[-1]["pending"]
    with pytest.raises(Wrong):
        show.approve(waiting[0]["key"])


def test_the_record_tells_what_was_switched_and_how_soon_it_was_told(tmp_path: Path) -> None:
    show = demo(tmp_path)
    turns(show, 2)
    show.switch("1", True)
    turns(show, 9)
    show.tell(0)
    show.reset()
    record = json.loads(json.dumps(record_of(show)))
    assert (record["scenario"], [run["run"] for run in record["runs"]]) == (show.scenario.name, [1, 2])
    first = record["runs"][0]
    assert [event["what"] for event in first["events"]] == ["start", "switch", "effect", "effect", "step", "reset"]
    switch, effect = first["events"][1], first["events"][2]
    assert switch["label"] == {"ja": "2号炉の過熱", "en": "Kiln 2 overheats"}
    assert effect["since_switch"] == effect["at"] - switch["at"]
    assert 30_000 <= effect["since_switch"] <= 60_000
    assert first["until"] == show.play.start + 1000 + 110_000
    compiled(show, SENTENCE)
    typed = record_of(show)["runs"][-1]
    assert (typed["typed"], typed["sentence"]) == (True, SENTENCE)


def test_who_is_found_by_a_detector_is_marked_and_who_is_being_learnt_or_only_read_is_not(tmp_path: Path) -> None:
    registry = kilns(tmp_path).registry
    document = {
        "suiro": 1,
        "nodes": [
            {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
            {"id": "odd", "kind": "anomaly", "from": ["kiln"], "params": {"fields": ["temperature"]}},
            {"id": "look", "kind": "detect", "from": ["kiln"], "params": {"image": "picture", "model": "m"}},
            {"id": "dial", "kind": "detect", "from": ["kiln"], "params": {"image": "picture", "model": "m"}},
            {
                "id": "tell",
                "kind": "notify",
                "from": ["odd.entered", "look.entered"],
                "params": {"to": "x", "text": "!"},
            },
            {"id": "keep", "kind": "store", "from": ["dial"], "params": {}},
        ],
    }
    meaning = Meaning(document, registry)
    stands = [("odd", "learning", "plain"), ("odd", "entered", "over"), ("odd", "cleared", "calm"),
              ("look", "entered", "over"), ("look", "failed", "plain"), ("look", "cleared", "calm"),
              ("dial", "entered", "plain")]  # fmt: skip
    for node, word, level in stands:
        assert meaning.levels({node: [{"word": word, "keys": ["kiln-1", "nobody"]}]}) == {"kiln-1": level}, (node, word)
    both = {"odd": [{"word": "learning", "keys": ["kiln-1"]}], "look": [{"word": "entered", "keys": ["kiln-1"]}]}
    assert meaning.levels(both) == {"kiln-1": "over"}


def test_trucks_drive_along_the_plan_which_is_tied_to_the_earth() -> None:
    vehicles = scenario_named("vehicles")
    assert vehicles is not None
    shown = for_audience(Demo(vehicles, uuid.uuid4(), 1, lambda: 0.0))["show"]
    a, b, c, d, e, f = shown["to_plan"]
    for device in vehicles.fleet.devices:
        virtual = VirtualDevice(device, vehicles.fleet.type_of(device), vehicles.fleet.seed)
        said = [virtual.read(vehicles.start + minutes * 60_000)["position"] for minutes in range(0, 600, 5)]
        places = [(a + b * one["lon"] + c * one["lat"], d + e * one["lon"] + f * one["lat"]) for one in said]
        assert all(0.02 < x < 0.98 and 0.02 < y < 0.98 for x, y in places), device.id
        assert shown["places"][device.id] == pytest.approx(places[0], abs=0.02), "where it is when a play begins"
        assert max(x for x, _ in places) - min(x for x, _ in places) > 0.1, "it drives"
