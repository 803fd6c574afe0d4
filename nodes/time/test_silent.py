"""silent: on the flow's own clock, from the start, and back."""

from typing import Any

import msgspec
import pytest

from nodes.kit.event import Event
from nodes.kit.harness import SAMPLE, START, Harness, ms, scope_of
from nodes.kit.shape import Shape
from nodes.time.silent import Silent

KILNS = Shape({}, True, "always", ("kiln",), ("kiln-1", "kiln-2"))


def silent(shape: Shape = KILNS, **params: Any) -> Harness:
    return Harness(Silent, {"for": "10m", **params}, scope_of(shape=shape, registry=SAMPLE))


def test_it_tells_once_when_nothing_came_for_so_long_and_once_when_it_is_back() -> None:
    node = silent()
    node.feed("0s", {"x": 1})
    node.advance("1h")
    node.feed("1h", {"x": 2})
    node.feed("61m", {"x": 3})
    assert node.ports() == [("silent", 600), ("back", 3_600)]
    assert node.sent[0][2] == {"x": 1, "last_seen": START, "silence": 600}
    assert node.sent[1][2] == {"x": 2, "last_seen": START, "silence": 3_600}


def test_an_event_exactly_at_the_end_is_in_time() -> None:
    node = silent()
    for minutes in (0, 10, 20):
        node.feed(f"{minutes}m", {})
    assert node.ports() == []
    node.advance("30m")
    assert node.ports() == [("silent", 1_800)]


def test_it_counts_arrivals_and_not_the_times_in_the_payloads() -> None:
    node = silent()
    node.feed("0s", {})
    old = Event(START - 3_600_000, ms("9m"), "d1", "kiln", {}, "late")
    node._take(node.node.on_event(old, "in", node.memory))
    node.advance("18m")
    assert node.ports() == []
    node.advance("19m")
    assert node.ports() == [("silent", 19 * 60)]


def test_one_that_never_spoke_is_noticed_and_its_first_event_is_the_way_back() -> None:
    node = silent()
    node.start()
    node.last = msgspec.structs.replace(Event(START, START, "kiln-2", None, {}, "s"))
    node.advance("10m")
    assert node.ports() == [("silent", 600)]
    assert "last_seen" not in node.sent[0][2]
    node.feed("11m", {}, device="kiln-2")
    assert node.ports()[-1] == ("back", 660)


def test_one_that_never_spoke_and_is_registered_no_more_is_not_missed() -> None:
    node = silent()
    node.start()
    node.last = Event(START, START, "kiln-9", None, {}, "s")
    node.advance("10m")
    assert node.ports() == []


def test_time_in_which_the_flow_did_not_run_is_no_silence() -> None:
    node = silent()
    node.feed("0s", {})
    node.resume("2h")
    node.advance("2h9m59s")
    assert node.ports() == []
    node.advance("2h10m")
    assert node.ports() == [("silent", 7_800)]


@pytest.mark.parametrize(
    ("per", "shape", "keys"),
    [
        ("device", KILNS, ["kiln-1", "kiln-2"]), ("all", KILNS, [""]), ("hall", KILNS, ["A", "B"]),
        ("device.hall", KILNS, ["A", "B"]), ("lot", KILNS, []), ("device", Shape(), []),
        ("device", Shape(device="never"), [""]),
    ],
)  # fmt: skip
def test_the_keys_that_are_watched_from_the_start(per: str, shape: Shape, keys: list[str]) -> None:
    assert list(silent(shape, per=per).node.first_keys()) == keys
    assert list(silent(shape, per=per, from_start=False).node.first_keys()) == []


def test_a_changed_length_counts_from_the_last_event_or_from_the_start() -> None:
    node = silent()
    node.feed("1m", {})
    node.change({"for": "3m"}, "2m")
    node.advance("4m")
    assert node.ports() == [("silent", 240)]
    node = silent(per="all")
    node.start("1m")
    node.change({"for": "3m", "per": "all"}, "2m")
    node.advance("4m")
    assert node.ports() == [("silent", 240)]


def test_a_changed_length_does_not_tell_twice() -> None:
    node = silent()
    node.feed("0s", {})
    node.advance("11m")
    node.change({"for": "20m"}, "11m")
    node.advance("1h")
    assert node.ports() == [("silent", 600)]
