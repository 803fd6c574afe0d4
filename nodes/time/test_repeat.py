"""repeat: from a begin to a stop, each repetition at the last one + every."""

from typing import Any

import msgspec
import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.time.repeat import Repeat


def node(every: str = "10s", **params: Any) -> Harness:
    return Harness(Repeat, {"every": every, **params})


def counts(which: Harness) -> list[tuple[str, float, int]]:
    return [(port, at, data["count"]) for port, at, data in which.sent]


def test_the_begin_goes_out_at_once_and_then_one_after_each_interval_without_drift() -> None:
    which = node()
    which.feed("3s")
    for at in ("4s", "14s", "15.5s", "29s"):
        which.feed(at, port="update")
    which.advance("33s")
    assert counts(which) == [("out", 3, 0), ("out", 13, 1), ("out", 23, 2), ("out", 33, 3)]


def test_a_stop_ends_it_once_with_the_number_of_repetitions() -> None:
    which = node()
    which.feed("0s", {"x": 1})
    which.feed("25s", {"x": 2}, port="stop")
    which.feed("26s", {"x": 3}, port="stop")
    which.advance("2m")
    assert which.sent[-1] == ("ended", 25, {"x": 2, "count": 2})
    assert [port for port, _ in which.ports()] == ["out", "out", "out", "ended"]


def test_a_stop_at_exactly_the_time_of_a_repetition_comes_first() -> None:
    which = node()
    which.feed("0s")
    which.feed("10s", port="stop")
    which.advance("1m")
    assert counts(which) == [("out", 0, 0), ("ended", 10, 0)]


def test_a_stop_just_after_a_repetition_comes_after_it() -> None:
    which = node()
    which.feed("0s")
    which.feed("10.001s", port="stop")
    assert counts(which) == [("out", 0, 0), ("out", 10, 1), ("ended", 10.001, 1)]


def test_a_stop_where_nothing_runs_does_nothing() -> None:
    which = node()
    which.feed("0s", port="stop")
    which.advance("1m")
    assert which.yields == []


def test_a_begin_while_it_runs_is_only_newer_data() -> None:
    which = node()
    which.feed("0s", {"x": 1})
    which.feed("9s", {"x": 2})
    which.advance("10s")
    assert which.sent == [("out", 0, {"x": 1, "count": 0}), ("out", 10, {"x": 2, "count": 1})]


def test_an_update_renews_the_data_sends_nothing_and_begins_nothing() -> None:
    which = node()
    which.feed("0s", {"x": 0}, port="update")
    which.advance("1m")
    assert which.sent == []
    which.feed("60s", {"x": 1})
    which.feed("70s", {"x": 2}, port="update")
    which.advance("70s")
    assert which.sent == [("out", 60, {"x": 1, "count": 0}), ("out", 70, {"x": 2, "count": 1})]


def test_it_begins_anew_after_a_stop_and_counts_from_nothing() -> None:
    which = node()
    which.feed("0s")
    which.feed("15s", port="stop")
    which.feed("17s")
    which.advance("27s")
    assert counts(which) == [("out", 0, 0), ("out", 10, 1), ("ended", 15, 1), ("out", 17, 0), ("out", 27, 1)]


def test_without_the_first_it_starts_with_repetition_one() -> None:
    which = node(first=False)
    which.feed("0s")
    which.advance("20s")
    assert counts(which) == [("out", 10, 1), ("out", 20, 2)]


def test_after_the_most_repetitions_it_is_silent_until_it_was_stopped() -> None:
    which = node(most=2)
    which.feed("0s")
    which.feed("45s", {"x": 1})
    assert counts(which) == [("out", 0, 0), ("out", 10, 1), ("out", 20, 2)]
    which.feed("50s", port="stop")
    which.feed("60s")
    assert counts(which)[3:] == [("ended", 50, 2), ("out", 60, 0)]


def test_a_changed_interval_counts_from_the_last_that_was_sent() -> None:
    which = node("1m")
    which.feed("0s")
    which.advance("1m")
    which.change({"every": "20s"}, "1m5s")
    which.advance("1m40s")
    assert [at for _, at in which.ports()] == [0, 60, 80, 100]


def test_without_the_first_a_changed_interval_counts_from_the_begin() -> None:
    which = node("1m", first=False)
    which.feed("5s")
    which.change({"every": "20s", "first": False}, "10s")
    which.advance("30s")
    assert counts(which) == [("out", 25, 1)]


def test_more_repetitions_go_on_after_the_last_one_and_fewer_end_them() -> None:
    which = node(most=1)
    which.feed("0s")
    which.advance("12s")
    which.change({"every": "10s", "most": 2}, "12s")
    which.advance("40s")
    assert counts(which) == [("out", 0, 0), ("out", 10, 1), ("out", 20, 2)]
    other = node(most=5)
    other.feed("0s")
    other.advance("12s")
    other.change({"every": "10s", "most": 1}, "12s")
    other.advance("1m")
    assert counts(other) == [("out", 0, 0), ("out", 10, 1)]


def test_another_change_of_settings_and_one_while_nothing_runs_move_no_timer() -> None:
    which = node()
    which.change({"every": "20s"}, "0s")
    which.feed("1s")
    made = len(which.yields)
    which.change({"every": "20s", "first": False}, "2s")
    assert len(which.yields) == made


def test_what_is_older_than_the_last_stop_or_begin_is_late_and_changes_nothing() -> None:
    which = node()
    which.feed("10s")
    which.feed("9s", port="stop")
    assert which.troubles() == ["late"]
    which.feed("15s", port="stop")
    which.feed("14s")
    which.feed("14s", port="update")
    assert which.troubles() == ["late"] * 3
    assert counts(which) == [("out", 10, 0), ("ended", 15, 0)]


def test_a_begin_that_was_overtaken_by_its_stop_does_not_begin() -> None:
    which = node()
    which.feed("15s", port="stop")
    which.feed("14s")
    which.advance("1m")
    assert (which.sent, which.troubles()) == ([], ["late"])


def test_a_stop_from_a_device_whose_events_come_a_little_later_still_stops() -> None:
    which = node(per="all")
    which.feed("0s")
    which.feed("9s", port="update", device="d2")
    which.feed("8s", port="stop", device="button")
    which.advance("1m")
    assert counts(which) == [("out", 0, 0), ("ended", 8, 0)]
    assert which.troubles() == []


def test_a_begin_that_comes_late_repeats_from_the_newest_event_on() -> None:
    which = node(per="all")
    which.feed("1h", {"x": 2}, port="update")
    which.feed("1m", {"x": 1}, device="d2")
    which.advance("1h10s")
    assert which.sent == [("out", 60, {"x": 1, "count": 0}), ("out", 3610, {"x": 2, "count": 1})]


def test_any_data_and_none_is_carried_and_a_count_that_came_in_is_replaced() -> None:
    which = node()
    which.feed("0s", {"count": "many", "big": 10**30, "none": None, "list": [True]}, device=None)
    assert which.sent == [("out", 0, {"count": 0, "big": 10**30, "none": None, "list": [True]})]


@pytest.mark.parametrize(
    "params",
    [{}, {"every": "0s"}, {"every": "999ms"}, {"every": 5}, {"every": "1m", "most": 0}, {"every": "1m", "most": 1.5}],
)
def test_params_that_make_no_sense_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Harness(Repeat, params)
    Harness(Repeat, {"every": "1s", "most": 1})


def test_each_output_has_the_fields_of_the_inputs_that_feed_it_and_the_count() -> None:
    scope = scope_of(shape=Shape({"t": FieldShape("number", "°C")}, False))
    which = Harness(Repeat, {"every": "1m"}, scope)
    assert set(which.shapes()["out"].fields) == {"t", "count"}
    stop, update = Shape({"s": FieldShape("string")}, False), Shape({"u": FieldShape("any")}, False)
    scope = msgspec.structs.replace(scope, shapes={"in": scope.shape, "stop": stop, "update": update})
    both = Repeat.shapes(which.params, scope)
    assert set(both["out"].fields) == {"t", "u", "count"}
    assert set(both["ended"].fields) == {"s", "count"}
    assert both["out"].fields["count"].type == "integer"


def test_repetitions_that_came_due_while_the_flow_did_not_run_are_skipped_and_the_pace_stays() -> None:
    which = node(every="10m")
    which.feed("0s", {"x": 1})
    which.resume("1h5m")
    which.advance("1h10m")
    assert which.ports() == [("out", 0), ("out", 4_200)]
    assert which.sent[-1][2]["count"] == 1
