"""latest: the newest reading of each device, in whatever order they come."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.combine import across, compare, join, sequence, vote
from nodes.kit import latest as module
from nodes.kit.effect import Trouble
from nodes.kit.event import Event
from nodes.kit.harness import scope_of
from nodes.kit.kind import Kind
from nodes.kit.latest import Latest, check_several, check_wired, measured
from nodes.kit.shape import Shape

READINGS = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 30)), max_size=60)


def again(latest: Latest) -> Latest:
    return msgspec.json.decode(msgspec.json.encode(latest), type=Latest)


@given(READINGS, st.integers(1, 20), st.booleans())
def test_it_holds_what_a_plain_search_finds(readings: list[tuple[str, int]], max_age: int, stored: bool) -> None:
    latest, model, newest = Latest(), dict[str, int](), 0
    for device, time in readings:
        assert latest.late(device, time, max_age) == (time < model.get(device, time) or time < newest - max_age)
        if latest.late(device, time, max_age):
            continue
        replaced = latest.put(device, time, time)
        assert replaced == ([(device, model[device])] if device in model else [])
        model[device], newest = time, max(newest, time)
        dropped = latest.drop_before(newest - max_age)
        assert sorted(dropped) == sorted((d, t) for d, t in model.items() if t < newest - max_age)
        model = {d: t for d, t in model.items() if t >= newest - max_age}
        assert {d: t for d, (t, _) in latest.heard.items()} == model
        assert (latest.oldest(), latest.newest) == (min(model.values()), newest)
        latest = again(latest) if stored else latest


def test_the_oldest_reading_makes_room_for_a_further_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_DEVICES", 3)
    latest = Latest()
    for device, time in (("a", 5), ("b", 1), ("c", 3)):
        assert latest.put(device, time, device) == []
    assert latest.put("c", 4, "c") == [("c", "c")]
    assert latest.put("d", 6, "d") == [("b", "b")]
    assert set(latest.heard) == {"a", "c", "d"}


def test_what_is_kept_is_json_without_the_order_that_is_made_from_it() -> None:
    latest = Latest()
    latest.put("a", 5, 1)
    assert msgspec.to_builtins(latest) == {"heard": {"a": [5, 1]}, "newest": 5}
    assert again(latest) == latest


def test_an_older_event_is_dated_to_the_newest_time_and_a_newer_one_left() -> None:
    latest = Latest(newest=10)
    event = Event(8, 8, "a", None, {}, "c")
    assert latest.dated(event).time == 10
    newer = Event(10, 10, "a", None, {}, "c")
    assert latest.dated(newer) is newer


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(5, 5), (5.5, 5.5), (2**53, 2**53), (2**62, float(2**62)), (-1e300, -1e300), (1.1e300, "out_of_range"),
     (-(10**400), "out_of_range"), (None, "missing_field"), (True, "wrong_type"), ("5", "wrong_type"), ([5], "wrong_type")],
)  # fmt: skip
def test_a_number_is_one_that_can_be_computed_with_and_kept(value: Any, wanted: Any) -> None:
    found = measured({"t": value}, "t")
    if isinstance(wanted, str):
        assert isinstance(found, Trouble)
        assert found.code == wanted
    else:
        assert (found, type(found)) == (wanted, type(wanted))


@pytest.mark.parametrize(
    ("per", "device", "codes"),
    [("all", "always", []), ("hall", "maybe", []), ("device", "always", ["per_keeps_apart"]), ("all", "never", ["no_key"]),
     ("device", "never", ["no_key"])],
)  # fmt: skip
def test_several_devices_need_events_with_devices_and_one_memory(per: str, device: Any, codes: list[str]) -> None:
    found = list(check_several(per, scope_of(shape=Shape(device=device))))
    assert [problem.code for problem in found] == codes
    if codes == ["per_keeps_apart"]:
        assert found[0].fix == {"path": "/params/per", "value": "all"}


def test_an_input_that_nothing_comes_to_is_a_problem_once_the_wires_are_known() -> None:
    assert list(check_wired(("in",), scope_of())) == []
    scope = msgspec.structs.replace(scope_of(), shapes={"keep": Shape()})
    assert [problem.args for problem in check_wired(("in", "keep"), scope)] == [{"key": "in"}]


@pytest.mark.parametrize("kind", [across.Across, compare.Compare, join.Join, sequence.Sequence, vote.Vote])
def test_every_kind_that_looks_at_several_devices_is_given_late_events_too(kind: type[Kind]) -> None:
    assert kind.takes_late
