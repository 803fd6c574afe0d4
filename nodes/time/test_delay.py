"""delay: each event later, in order, unless it is cancelled."""

from typing import Any

import msgspec
import pytest

from nodes.kit.effect import Emit, Timer, Trouble
from nodes.kit.event import Event
from nodes.kit.harness import START, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.time.delay import MOST, Delay


def node(length: str = "10s", **params: Any) -> Harness:
    return Harness(Delay, {"for": length, **params})


def values(which: Harness) -> list[tuple[float, Any]]:
    return [(at, data["x"]) for _, at, data in which.sent]


def feed_all(which: Harness, **given: float) -> None:
    for name, second in given.items():
        which.feed(f"{second}s", {"x": name})


def emitted(which: Harness) -> list[Event]:
    return [made.event for made in which.yields if isinstance(made, Emit)]


def test_every_event_goes_out_after_the_time_with_its_own_data_in_order() -> None:
    which = node()
    feed_all(which, a=0, b=3, c=9.999, d=12)
    which.advance("1m")
    assert values(which) == [(10, "a"), (13, "b"), (19.999, "c"), (22, "d")]


def test_nothing_goes_out_before_its_time() -> None:
    which = node()
    feed_all(which, a=0)
    which.advance("9.999s")
    assert which.sent == []
    which.advance("10s")
    assert values(which) == [(10, "a")]


def test_events_of_the_same_time_keep_their_order() -> None:
    which = node()
    for name in "abc":
        which.feed("1s", {"x": name})
    which.advance("11s")
    assert values(which) == [(11, "a"), (11, "b"), (11, "c")]


def test_an_event_keeps_its_device_and_type_and_its_cause_stays_the_root() -> None:
    which = node(per="all")
    which.feed("0s", device="d1")
    which.feed("1s", device=None)
    which.advance("11s")
    first, second = emitted(which)
    assert (first.device, first.type, second.device) == ("d1", "kiln", None)
    assert first.cause == f"c{START}/n.next@{START + 10_000}"
    assert first.cause != second.cause


def test_flags_go_with_the_event() -> None:
    which = node()
    event = Event(START, START, "d1", "kiln", {}, "c", ("untrusted_time",))
    list(which.node.on_event(event, "in", which.memory))
    which.store_and_load()
    made = list(which.node.on_timer("next", msgspec.structs.replace(event, time=START + 10_000), which.memory))
    assert [one.event.flags for one in made if isinstance(one, Emit)] == [("untrusted_time",)]


def test_a_cancel_drops_all_that_wait_and_sends_nothing() -> None:
    which = node()
    feed_all(which, a=0, b=3)
    which.feed("5s", port="cancel")
    assert which.timers == {}
    feed_all(which, c=6)
    which.advance("1m")
    assert values(which) == [(16, "c")]


def test_a_cancel_at_exactly_the_due_time_comes_first_and_just_after_it_is_too_late() -> None:
    which = node()
    feed_all(which, a=0)
    which.feed("10s", port="cancel")
    which.advance("1m")
    assert which.sent == []
    other = node()
    feed_all(other, a=0)
    other.feed("10.001s", port="cancel")
    assert values(other) == [(10, "a")]


def test_a_cancel_where_nothing_waits_does_no_harm() -> None:
    which = node()
    which.feed("0s", port="cancel")
    feed_all(which, a=0)
    which.advance("10s")
    assert values(which) == [(10, "a")]


def test_one_more_than_the_most_is_left_out_with_a_problem_and_room_is_made_by_sending() -> None:
    which = node("1h")
    for count in range(MOST):
        which.feed(f"{count}s", {"x": count})
    assert which.troubles() == []
    which.feed("1000s", {"x": "too many"})
    assert which.yields[-1] == Trouble("queue_full", {"count": 1})
    assert len(which.memory.waiting) == MOST  # type: ignore[union-attr]
    which.feed("3601s", {"x": "last"})
    which.advance("3h")
    assert [x for _, x in values(which)] == [*range(MOST), "last"]


def test_a_changed_time_moves_all_that_wait() -> None:
    which = node("1m")
    feed_all(which, a=0, b=20)
    which.change({"for": "30s"}, "25s")
    which.advance("2m")
    assert values(which) == [(30, "a"), (50, "b")]


def test_what_is_past_by_the_new_time_goes_out_at_once_in_order() -> None:
    which = node("1m")
    feed_all(which, a=0, b=2, c=20)
    which.change({"for": "10s"}, "25s")
    assert which.yields[-1] == Timer("next", START + 10_000)
    which.timers["next"] = START + 25_000  # as the engine does with what is past
    which.advance("2m")
    assert values(which) == [(25, "a"), (25, "b"), (30, "c")]


def test_another_change_or_one_while_nothing_waits_sets_no_timer() -> None:
    which = node()
    which.change({"for": "5s"}, "0s")
    feed_all(which, a=1)
    made = len(which.yields)
    which.change({"for": "5s"}, "2s")
    assert len(which.yields) == made


def test_a_late_event_is_put_in_its_place() -> None:
    which = node(per="all")
    feed_all(which, b=5)
    which.feed("2s", {"x": "a"}, device="d2")
    which.advance("1m")
    assert values(which) == [(12, "a"), (15, "b")]
    assert which.troubles() == []


def test_an_event_older_than_the_last_cancel_is_late_and_one_of_the_same_time_waits() -> None:
    which = node()
    which.feed("5s", port="cancel")
    which.feed("4.999s", {"x": "a"})
    which.feed("5s", {"x": "b"})
    which.advance("1m")
    assert (values(which), which.troubles()) == ([(15, "b")], ["late"])


def test_a_late_cancel_drops_only_what_is_not_newer() -> None:
    which = node(per="all")
    feed_all(which, a=3, b=5, c=6)
    which.feed("5s", port="cancel", device="button")
    which.advance("1m")
    assert values(which) == [(16, "c")]


def test_any_data_waits_and_comes_out_equal() -> None:
    which = node()
    data = {"big": 10**17, "float": 3.0, "none": None, "list": [True, {"a": 1}]}
    which.feed("0s", data)
    which.feed("1s")
    which.advance("11s")
    assert [sent for _, _, sent in which.sent] == [data, {}]


@pytest.mark.parametrize("params", [{}, {"for": "0s"}, {"for": 5}, {"for": "soon"}])
def test_a_time_of_nothing_is_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Harness(Delay, params)
    Harness(Delay, {"for": "1ms"})


def test_the_events_keep_their_shape() -> None:
    shape = Shape({"t": FieldShape("number", "°C")}, False, "always")
    assert Harness(Delay, {"for": "1s"}, scope_of(shape=shape)).shapes() == {"out": shape}
