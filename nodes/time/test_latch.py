"""latch: set once, again while set, and reset once."""

from typing import Any

import msgspec
import pytest

from nodes.kit.harness import START, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.time.latch import Latch


def node(**params: Any) -> Harness:
    return Harness(Latch, params)


def test_the_first_sets_it_and_further_ones_come_again() -> None:
    which = node()
    for at in ("1s", "2s", "2s"):
        which.feed(at, {"x": at})
    assert which.sent == [("set", 1, {"x": "1s"}), ("again", 2, {"x": "2s"}), ("again", 2, {"x": "2s"})]


def test_a_reset_goes_out_once_with_since_and_count() -> None:
    which = node()
    for at in ("1s", "2s", "3s"):
        which.feed(at)
    which.feed("10s", {"by": "sato"}, port="reset")
    which.feed("11s", port="reset")
    assert which.sent[3:] == [("reset", 10, {"by": "sato", "since": START + 1000, "count": 3})]


def test_a_reset_of_what_is_not_set_does_nothing() -> None:
    which = node()
    which.feed("0s", port="reset")
    assert which.yields == []


def test_after_a_reset_the_next_one_sets_it_anew_and_is_counted_from_one() -> None:
    which = node()
    which.feed("0s")
    which.feed("1s")
    which.feed("2s", port="reset")
    which.feed("3s")
    which.feed("4s", port="reset")
    assert [port for port, _ in which.ports()] == ["set", "again", "reset", "set", "reset"]
    assert which.sent[-1][2] == {"since": START + 3000, "count": 1}


def test_time_alone_never_resets_it() -> None:
    which = node()
    which.feed("0s")
    which.advance("365d")
    which.feed("366d")
    assert [port for port, _ in which.ports()] == ["set", "again"]


def test_at_equal_times_events_count_in_the_order_in_which_they_come() -> None:
    which = node()
    which.feed("1s")
    which.feed("1s", port="reset")
    which.feed("1s")
    assert [port for port, _ in which.ports()] == ["set", "reset", "set"]


def test_an_event_older_than_the_last_reset_is_late_and_sets_nothing() -> None:
    which = node(per="all")
    which.feed("1s")
    which.feed("10s", port="reset", device="button")
    which.feed("9.999s", device="d2")
    assert (which.troubles(), len(which.sent)) == (["late"], 2)
    which.feed("10s", device="d2")
    assert which.ports()[-1] == ("set", 10)


def test_an_event_that_was_overtaken_by_the_reset_of_nothing_is_late_too() -> None:
    which = node()
    which.feed("10s", port="reset")
    which.feed("9s")
    assert (which.troubles(), which.sent) == (["late"], [])


def test_a_reset_older_than_what_set_it_is_late_and_a_later_one_counts_though_it_was_overtaken() -> None:
    which = node(per="all")
    which.feed("5s")
    which.feed("9s")
    which.feed("4s", port="reset", device="button")
    assert which.troubles() == ["late"]
    which.feed("6s", port="reset", device="button")
    assert which.sent[-1] == ("reset", 6, {"since": START + 5000, "count": 2})


def test_a_late_event_after_the_last_reset_still_counts() -> None:
    which = node(per="all")
    which.feed("5s")
    which.feed("4s", device="d2")
    which.feed("6s", port="reset")
    assert which.sent[-1][2] == {"since": START + 5000, "count": 2}


def test_any_data_and_none_is_carried_and_fields_of_the_same_names_are_replaced() -> None:
    which = node()
    which.feed("0s", {"count": "x", "big": 10**30}, device=None)
    which.feed("1s", {"since": None, "count": True}, port="reset", device=None)
    assert which.sent == [("set", 0, {"count": "x", "big": 10**30}), ("reset", 1, {"since": START, "count": 1})]


def test_other_settings_leave_it_set() -> None:
    which = node()
    which.feed("0s")
    which.change({}, "1s")
    which.feed("2s")
    assert which.ports()[-1] == ("again", 2)


def test_there_is_nothing_to_set_but_whose_events_go_together() -> None:
    with pytest.raises(ValueError, match="not permitted"):
        node(every="1s")


def test_the_reset_carries_its_own_fields_with_since_and_count() -> None:
    scope = scope_of(shape=Shape({"t": FieldShape("number", "°C")}, False))
    scope = msgspec.structs.replace(scope, shapes={"reset": Shape({"by": FieldShape("string")}, False)})
    shapes = Harness(Latch, {}, scope).shapes()
    assert set(shapes["set"].fields) == set(shapes["again"].fields) == {"t"}
    assert {name: field.type for name, field in shapes["reset"].fields.items()} == {
        "by": "string", "since": "integer", "count": "integer",
    }  # fmt: skip
