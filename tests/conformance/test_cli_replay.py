"""`python -m runtime replay`, by its command line only."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.commandline import Ran, runtime, written
from tests.conformance.documents import DOCUMENT, REGISTRY

START = 1_767_571_200_000
"""2026-01-05T00:00:00Z (ms)."""
BARE = {key: value for key, value in DOCUMENT.items() if key != "tests"}


def at(seconds: float, value: Any = 85, device: str = "k1", **more: Any) -> dict[str, Any]:
    return {"time": START + int(seconds * 1000), "device": device, "data": {"temperature": value}, **more}


def flow(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"suiro": 1, "name": "Flow", "nodes": list(nodes), **more}


KILN = {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}}
TELL = {"id": "tell", "kind": "notify", "params": {"to": "shift-channel", "text": "{device} {temperature}"}}


def replay(
    folder: Path, document: Any, events: Any = None, *options: object, registry: Any = None, answers: Any = None
) -> Ran:
    arguments: list[object] = ["replay", written(folder, "flow.json", document)]
    if events is not None:
        arguments += ["--events", written(folder, "events.jsonl", events)]
    if registry is not None:
        arguments += ["--devices", written(folder, "registry.json", registry)]
    if answers is not None:
        arguments += ["--answers", written(folder, "answers.jsonl", answers)]
    return runtime(*arguments, *options)


def test_the_contracts_flow_tells_once_after_five_minutes_and_again_when_cooled(tmp_path: Path) -> None:
    hot = [at(second, device="kiln-1") for second in range(0, 430, 10)]
    cool = [at(430, 79, "kiln-1"), at(440, 78, "kiln-1"), at(450, 70, "kiln-1")]
    ran = replay(tmp_path, DOCUMENT, hot + cool, registry=REGISTRY)
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.lines()
    assert first == {
        "time": "2026-01-05T00:05:00.000Z",
        "node": "tell",
        "kind": "notify",
        "device": "kiln-1",
        "data": {"to": "shift-channel", "text": "Kiln 1 is at 85 °C"},
        "key": first["key"],
    }
    assert (second["node"], second["time"]) == ("calm", "2026-01-05T00:07:20.000Z")
    assert len(first["key"]) == 32
    assert first["key"] != second["key"]


def test_a_replay_gives_the_same_bytes_again(tmp_path: Path) -> None:
    events = [at(second, device=f"k{second % 3}") for second in range(0, 400, 10)]
    assert replay(tmp_path, BARE, events).out == replay(tmp_path, BARE, events).out != ""


def test_a_hold_broken_at_exactly_its_end_does_not_fire(tmp_path: Path) -> None:
    assert replay(tmp_path, BARE, [at(0), at(300, 20)], "--until", START + 900_000).lines() == []
    (action,) = replay(tmp_path, BARE, [at(0), at(300.001, 20)], "--until", START + 900_000).lines()[:1]
    assert action["time"] == "2026-01-05T00:05:00.000Z"


def test_virtual_time_ends_with_the_last_arrival_inclusive(tmp_path: Path) -> None:
    other = {"time": START + 300_000, "device": "k2", "data": {"temperature": 20}}
    assert len(replay(tmp_path, BARE, [at(0), other]).lines()) == 1
    other["time"] -= 1
    assert replay(tmp_path, BARE, [at(0), other]).lines() == []
    assert len(replay(tmp_path, BARE, [at(0), other], "--until", "2026-01-05T00:05:00Z").lines()) == 1


def test_only_lines_inside_the_range_are_taken(tmp_path: Path) -> None:
    document = flow(KILN, {**TELL, "from": ["kiln"]})
    events = [at(second, second) for second in range(6)]
    ran = replay(tmp_path, document, events, "--from", "2026-01-05T09:00:02+09:00", "--until", START + 4_000)
    assert [action["data"]["text"] for action in ran.lines()] == ["k1 2", "k1 3", "k1 4"]


def test_a_recorded_arrival_sets_the_clock_and_the_action_has_its_events_time(tmp_path: Path) -> None:
    document = flow(KILN, {**TELL, "from": ["kiln"]})
    ran = replay(tmp_path, document, [at(0, 1, arrived=START + 60_000), at(2, 2), at(1, 3)])
    assert [(action["time"][17:19], action["data"]["text"]) for action in ran.lines()] == [
        ("00", "k1 1"),
        ("01", "k1 3"),
        ("02", "k1 2"),
    ]


def test_an_untrusted_time_is_replaced_by_the_arrival(tmp_path: Path) -> None:
    document = flow(KILN, {**TELL, "from": ["kiln"]})
    events = [at(0), {"time": "2020-01-01T00:00:00Z", "device": "k1", "data": {"temperature": 1}}]
    assert [action["time"] for action in replay(tmp_path, document, events).lines()] == ["2026-01-05T00:00:00.000Z"] * 2


def test_bad_lines_are_said_with_their_number_and_skipped(tmp_path: Path) -> None:
    document = flow(KILN, {**TELL, "from": ["kiln"]})
    good = json.dumps(at(0))
    bad = [
        "{",
        "[" * 100_000,
        '{"a":' * 100_000,
        "[]",
        '{"time": 1767571200000, "device": "k1"}',
        '{"device": "k1", "data": {}}',
        '{"time": "yesterday", "device": "k1", "data": {}}',
        '{"time": 1767571200000, "data": {}}',
        '{"time": 1767571200000, "device": "k1", "topic": "x", "data": {}}',
        '{"time": 1767571200000, "device": "k1", "data": {"temperature": NaN}}',
        '{"time": 1767571200000, "device": "k1", "data": {"temperature": 1e999}}',
        '{"time": 1e300, "device": "k1", "data": {}}',
        '{"time": 1767571200000, "arrived": "never", "device": "k1", "data": {}}',
        '{"time": 1767571200000, "node": "nowhere", "data": {}}',
        '{"time": 1767571200000, "device": 7, "data": {}}',
    ]
    lines = [good, *bad, good]
    content = "\n".join(lines).encode() + b'\n{"time": 1767571200000, "device": "\xff", "data": {}}\n\n' + good.encode()
    ran = replay(tmp_path, document, content)
    assert ran.code == 0
    assert len(ran.lines()) == 3
    problems = ran.problems()
    assert [problem["line"] for problem in problems] == [*range(2, len(bad) + 2), len(bad) + 3]
    assert {problem["code"] for problem in problems} == {"bad_line"}
    assert all(problem["message"] and problem["severity"] == "error" for problem in problems)


def test_problems_are_said_in_japanese_too(tmp_path: Path) -> None:
    ran = replay(tmp_path, BARE, "{\n", "--lang", "ja")
    assert "1 行目" in ran.problems()[0]["message"]


def test_text_goes_in_and_out_as_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    document = flow(KILN, {**TELL, "from": ["kiln"], "params": {"to": "shift-channel", "text": "{device}が高温です"}})
    arguments = (
        written(tmp_path, "f.json", document),
        "--events",
        written(tmp_path, "e.jsonl", [at(0, device="kiln-1")]),
    )
    for locale in ("C", "POSIX"):
        ran = runtime("replay", *arguments, "--devices", written(tmp_path, "r.json", REGISTRY), locale=locale)
        assert ran.lines()[0]["data"]["text"] == "1号炉が高温です"
        assert "1号炉" in ran.out


def test_topic_lines_are_decoded_as_live(tmp_path: Path) -> None:
    document = flow(KILN, {**TELL, "from": ["kiln"]})
    topic = "plant/kiln-1/telemetry"
    rows = [
        {"time": START + 5_000, "topic": topic, "data": {"ts": START + 1_000, "t": {"temp": 91.5}}},
        {"time": START + 6_000, "topic": topic, "data": json.dumps({"ts": START + 2_000, "t": {"temp": 92}})},
        {"time": START + 7_000, "topic": topic, "data": "not json"},
        {"time": START + 8_000, "topic": "plant/elsewhere", "data": "not json"},
    ]
    ran = replay(tmp_path, document, rows, registry=REGISTRY)
    assert [(action["time"], action["data"]["text"]) for action in ran.lines()] == [
        ("2026-01-05T00:00:01.000Z", "Kiln 1 91.5"),
        ("2026-01-05T00:00:02.000Z", "Kiln 1 92"),
    ]
    assert [(problem["line"], problem["code"]) for problem in ran.problems()] == [(3, "not_json")]


def test_the_type_of_a_device_comes_from_the_registry_else_from_the_line_else_from_the_only_source(
    tmp_path: Path,
) -> None:
    document = flow(KILN, {**TELL, "from": ["kiln"]})
    rows = [at(0, 1, "kiln-1"), at(1, 2, "tower-1"), at(2, 3, "new", type="tower"), at(3, 4, "new", type="kiln")]
    ran = replay(tmp_path, document, [*rows, at(4, 5, "newer")], registry=REGISTRY)
    assert [action["data"]["text"] for action in ran.lines()] == ["Kiln 1 1", "new 4", "newer 5"]
    two = flow(KILN, {"id": "other", "kind": "devices", "params": {"type": "tower"}}, {**TELL, "from": ["kiln"]})
    ran = replay(tmp_path, two, [at(0), at(1, type="kiln")])
    assert len(ran.lines()) == 1
    assert [problem["line"] for problem in ran.problems()] == [1]


def test_a_webhook_line_names_its_node(tmp_path: Path) -> None:
    text = {**TELL, "from": ["hook"], "params": {"to": "shift-channel", "text": "order {order}"}}
    document = flow({"id": "hook", "kind": "webhook_in"}, text)
    ran = replay(tmp_path, document, [{"time": START, "node": "hook", "data": {"order": 7}}])
    (action,) = ran.lines()
    assert (action["data"]["text"], action["device"]) == ("order 7", None)


def test_a_schedule_fires_in_virtual_time_without_events(tmp_path: Path) -> None:
    text = {**TELL, "from": ["clock"], "params": {"to": "shift-channel", "text": "{time}"}}
    document = flow({"id": "clock", "kind": "schedule", "params": {"cron": "0 8 * * *"}}, text)
    ran = replay(tmp_path, document, None, "--from", START, "--until", START + 2 * 86_400_000, "--tz", "Asia/Tokyo")
    assert [action["time"] for action in ran.lines()] == ["2026-01-05T23:00:00.000Z", "2026-01-06T23:00:00.000Z"]
    assert ran.lines()[0]["data"]["text"] == "08:00:00"
    assert ran.lines()[0]["device"] is None


def test_commands_name_the_commanded_device_and_say_when_a_person_must_approve(tmp_path: Path) -> None:
    lamp = {"device": "tower-1", "command": "set_color", "values": {"color": "red"}}
    document = flow(KILN, {"id": "lamp", "kind": "command", "from": ["kiln"], "params": lamp})
    (action,) = replay(tmp_path, document, [at(0, device="kiln-1")], registry=REGISTRY).lines()
    assert action["device"] == "tower-1"
    assert action["data"] == {"command": "set_color", "values": {"color": "red"}}
    assert "approval" not in action
    guarded = json.loads(json.dumps(REGISTRY))
    guarded["types"][1]["commands"][0]["approval"] = True
    (action,) = replay(tmp_path, document, [at(0, device="kiln-1")], registry=guarded).lines()
    assert action["approval"] == "pending"


def test_a_recorded_outcome_goes_out_of_the_actions_ports(tmp_path: Path) -> None:
    document = flow(
        KILN,
        {**TELL, "from": ["kiln"]},
        {**TELL, "id": "ok", "from": ["tell.sent"]},
        {**TELL, "id": "no", "from": ["tell.failed"]},
    )
    answers = [{"node": "tell", "error": "http_500", "after": "2s"}, "broken"]
    ran = replay(tmp_path, document, [at(0), at(10)], answers=answers)
    assert [(action["node"], action["time"][17:19]) for action in ran.lines()] == [
        ("tell", "00"),
        ("no", "02"),
        ("tell", "10"),
        ("ok", "10"),
    ]
    assert [problem["line"] for problem in ran.problems()] == [2]


def test_the_registry_may_be_absent_and_a_broken_entry_of_it_stops_nothing(tmp_path: Path) -> None:
    registry = json.loads(json.dumps(REGISTRY))
    registry["devices"].append({"id": 7})
    ran = replay(tmp_path, flow(KILN, {**TELL, "from": ["kiln"]}), [at(0, device="kiln-1")], registry=registry)
    assert (ran.code, len(ran.lines()), len(ran.problems())) == (0, 1, 1)
    ran = replay(tmp_path, BARE, [at(0)], registry="{")
    assert (ran.code, ran.out) == (1, "")


@pytest.mark.parametrize("document", ["{", {"suiro": 1}, {**BARE, "extra": 1}, b"\xff", "[" * 100_000])
def test_an_unsound_flow_is_refused_with_its_problems(tmp_path: Path, document: Any) -> None:
    ran = replay(tmp_path, document, [at(0)])
    assert (ran.code, ran.out) == (1, "")
    assert all(problem["code"] and "path" in problem for problem in ran.problems())


def test_wrong_usage_is_said_and_exits_with_2(tmp_path: Path) -> None:
    good = written(tmp_path, "flow.json", BARE)
    events = written(tmp_path, "events.jsonl", [at(0)])
    for arguments in (
        [good],
        [good, "--from", START],
        [good, "--events", tmp_path / "missing.jsonl"],
        [good, "--events", "-"],
        [good, "--events", tmp_path],
        [tmp_path / "missing.json", "--events", events],
        ["-", "--events", events],
        [good, "--events", events, "--devices", tmp_path / "missing.json"],
        [good, "--events", events, "--answers", tmp_path / "missing.jsonl"],
        [good, "--events", events, "--from", "soon"],
        [good, "--events", events, "--from", START, "--until", START - 1],
        [good, "--events", events, "--tz", "Mars/Olympus"],
        [good, "--events", events, "--nonsense"],
        [],
    ):
        ran = runtime("replay", *arguments)
        assert (ran.code, ran.out) == (2, ""), arguments
        assert ran.err.strip(), arguments
        assert "Traceback" not in ran.err


def test_an_empty_recording_is_no_trouble(tmp_path: Path) -> None:
    for events in (b"", b"\n\n", b"\xef\xbb\xbf"):
        ran = replay(tmp_path, BARE, events)
        assert (ran.code, ran.out, ran.err) == (0, "", "")
