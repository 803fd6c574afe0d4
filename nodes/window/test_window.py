"""window: panes on a clock, each reading counted once."""

from typing import Any

import pytest

from nodes.kit.harness import START, Harness, ms, scope_of
from nodes.kit.panes import CELLS, MOST
from nodes.kit.shape import FieldShape, Shape
from nodes.window.window import Window


def window(mode: str | None = "sliding", calc: str = "average", zone: str = "UTC", **params: Any) -> Harness:
    length = {} if params.keys() & {"readings", "each", "gap", "over"} else {"over": "1m"}
    given = {"field": "x", "calc": calc, **length, **params, **({"mode": mode} if mode else {})}
    return Harness(Window, given, scope_of(zone=zone))


def for_many(node: Harness) -> Harness:
    """Without going through JSON after each of very many readings."""
    node.store_and_load = lambda: None  # type: ignore[method-assign]
    return node


def fed(node: Harness, *rows: tuple[str, Any]) -> Harness:
    for at, x in rows:
        node.feed(at, {"x": x})
    return node


def late(node: Harness) -> list[float]:
    return [at for port, at, _ in node.sent if port == "late"]


def values(harness: Harness) -> list[tuple[float, Any]]:
    return [(at, data["value"]) for port, at, data in harness.sent if port == "out"]


def test_a_sliding_window_leaves_out_what_is_exactly_as_old_as_it_is_long() -> None:
    node = window(calc="count")
    for at in ("0s", "30s", "60s"):
        node.feed(at, {"x": 1})
    assert values(node) == [(0, 1), (30, 2), (60, 2)]


@pytest.mark.parametrize(("calc", "result"), [("average", 2), ("min", 1), ("max", 3), ("sum", 6), ("count", 3)])
def test_every_result_is_what_its_name_says(calc: str, result: float) -> None:
    node = window(calc=calc)
    for at, x in (("0s", 3), ("1s", 1), ("2s", 2)):
        node.feed(at, {"x": x})
    assert values(node)[-1] == (2, result)


def test_the_event_carries_its_data_and_the_borders_of_the_window() -> None:
    node = window()
    node.feed("90s", {"x": 5, "y": "kept"})
    borders = {"start": START + 30_000, "end": START + 90_000}
    assert node.sent[0][2] == {"x": 5, "y": "kept", "value": 5, "count": 1, **borders}


def test_a_tumbling_window_sends_once_at_its_end() -> None:
    node = window("tumbling")
    node.feed("10s", {"x": 1})
    node.feed("50s", {"x": 3})
    node.advance("5m")
    assert values(node) == [(60, 2)]


def test_a_reading_exactly_at_the_border_belongs_to_the_next_window() -> None:
    node = window("tumbling", calc="sum")
    node.feed("10s", {"x": 1})
    node.feed("60s", {"x": 10})
    node.advance("2m")
    assert values(node) == [(60, 1), (120, 10)]


def test_a_window_sends_the_data_of_the_last_reading_in_it() -> None:
    node = window("tumbling")
    node.feed("10s", {"x": 1, "note": "first"})
    node.feed("20s", {"x": 1, "note": "second"})
    node.feed("70s", {"x": 1, "note": "next"})
    assert node.sent[0][2]["note"] == "second"


def test_a_late_reading_counts_while_its_window_is_open_and_is_a_problem_afterwards() -> None:
    node = window("tumbling", calc="sum")
    node.feed("70s", {"x": 1})
    node.feed("65s", {"x": 10})
    node.feed("5s", {"x": 100})
    node.advance("2m")
    assert values(node) == [(120, 11)]
    assert node.troubles() == ["late"]
    assert late(node) == [5]


def test_a_late_reading_in_a_sliding_window_counts_from_the_next_event_on() -> None:
    node = window(calc="sum")
    node.feed("50s", {"x": 1})
    node.feed("40s", {"x": 10})
    node.feed("55s", {"x": 100})
    assert values(node) == [(50, 1), (55, 111)]


def test_days_are_those_of_the_zone_and_have_23_hours_when_clocks_go_forward() -> None:
    node = window("tumbling", calc="count", over="1d", zone="Europe/Berlin")
    spring = 83 * 86_400  # 2026-03-29 00:00 UTC, counted from 2026-01-05
    node.feed(f"{spring}s", {"x": 1})
    node.advance(f"{spring + 86_400}s")
    _, _, data = node.sent[0]
    assert (data["end"] - data["start"]) / 3_600_000 == 23


def test_many_readings_keep_few_panes_and_an_exact_sum() -> None:
    node = window(calc="sum", over="1h")
    for second in range(0, 3_000, 3):
        node.feed(f"{second}s", {"x": 1})
    assert values(node)[-1] == (2_997, 1_000)
    memory: Any = node.memory
    assert len(memory.panes) + len(memory.times) <= MOST + CELLS + 1


def test_a_missing_or_wrong_field_is_a_problem_and_changes_nothing() -> None:
    node = window()
    node.feed("0s", {})
    node.feed("1s", {"x": "warm"})
    assert node.troubles() == ["missing_field", "wrong_type"]
    assert not node.sent


def test_a_text_field_is_refused_unless_readings_are_only_counted() -> None:
    scope = scope_of(shape=Shape({"x": FieldShape("string")}, open=False))
    params = {"field": "x", "calc": "average", "over": "1m"}
    assert Harness(Window, params, scope).codes() == ["wrong_type"]
    assert Harness(Window, {**params, "calc": "count"}, scope).codes() == []


def test_the_value_keeps_the_unit_of_the_field() -> None:
    scope = scope_of(shape=Shape({"x": FieldShape("number", "°C")}))
    node = Harness(Window, {"field": "x", "calc": "max", "over": "1m"}, scope)
    assert node.shapes()["out"].fields["value"].unit == "°C"


SPREAD = (("0s", 2), ("10s", 4), ("20s", 4), ("30s", 4), ("40s", 5), ("50s", 5), ("51s", 7), ("52s", 9))


@pytest.mark.parametrize(
    ("calc", "result"),
    [("deviation", 2.0), ("distinct", 5), ("first", 2), ("last", 9), ("percentile", 8.3), ("count", 8)],
)
@pytest.mark.parametrize("mode", ["sliding", "tumbling"])
def test_every_further_result_is_what_its_name_says(calc: str, result: float, mode: str) -> None:
    node = fed(window(mode, calc), *SPREAD)
    node.advance("60s")
    assert values(node)[-1][1] == pytest.approx(result)


def test_a_percentile_lies_between_two_readings_in_a_straight_line() -> None:
    for percent, result in ((0, 1), (25, 1.75), (50, 2.5), (100, 4)):
        node = fed(window("sliding", "percentile", percent=percent), ("0s", 4), ("1s", 1), ("2s", 3), ("3s", 2))
        assert values(node)[-1][1] == pytest.approx(result)


def test_a_slope_is_that_of_the_line_through_the_readings_per_hour() -> None:
    node = fed(window("sliding", "slope", over="1h"), ("0s", 10), ("10m", 11), ("20m", 12), ("30m", 13))
    assert values(node)[0][1] == 0
    assert values(node)[-1][1] == pytest.approx(6)


def test_over_time_each_reading_counts_until_the_next() -> None:
    node = fed(window("tumbling", "time_weighted"), ("0s", 10), ("45s", 30))
    node.advance("60s")
    assert values(node) == [(60, 15)]


def test_over_time_a_window_begins_with_what_was_read_before_it_if_anything_was() -> None:
    node = fed(window("tumbling", "time_weighted"), ("30s", 10), ("90s", 30), ("200s", 1))
    node.advance("240s")
    assert values(node) == [(60, 10), (120, 20), (240, pytest.approx((30 * 20 + 40 * 1) / 60))]
    node = fed(window("sliding", "time_weighted"), ("0s", 10), ("30s", 20), ("90s", 20), ("100s", 0))
    assert values(node) == [(0, 10), (30, 10), (90, pytest.approx(20)), (100, pytest.approx(20))]


def test_the_last_so_many_readings() -> None:
    node = fed(window(None, "sum", readings=3), *((f"{n}s", n) for n in range(1, 6)))
    assert values(node) == [(1, 1), (2, 3), (3, 6), (4, 9), (5, 12)]
    node = fed(window("tumbling", "sum", readings=3), *((f"{n}s", n) for n in range(1, 8)))
    assert values(node) == [(3, 6), (6, 15)]


def test_where_readings_are_counted_a_late_one_is_late() -> None:
    for mode in ("sliding", "tumbling"):
        node = fed(window(mode, "sum", readings=3), ("1s", 1), ("5s", 5), ("3s", 3))
        assert late(node) == [3]


def test_a_burst_ends_with_its_silence_and_a_reading_at_exactly_the_end_belongs_to_it() -> None:
    node = fed(window(None, "count", gap="10s"), ("0s", 1), ("10s", 1), ("20.001s", 1))
    node.advance("1m")
    assert values(node) == [(20, 2), (30.001, 1)]
    first = node.sent[0][2]
    assert (first["start"], first["end"]) == (START, START + 10_000)


def test_a_reading_after_the_end_of_a_burst_that_would_have_belonged_to_it_is_late() -> None:
    node = fed(window(None, "count", gap="10s"), ("0s", 1))
    node.advance("30s")
    fed(node, ("10s", 1), ("10.001s", 1))
    assert late(node) == [10]


def test_a_running_result_counts_from_the_start_of_its_period() -> None:
    node = fed(window("sliding", "sum", each="hour"), ("10m", 1), ("50m", 2), ("60m", 4), ("61m", 8))
    node.advance("3h")
    assert values(node) == [(600, 1), (3_000, 3), (3_600, 4), (3_660, 12)]
    assert node.sent[1][2]["start"] == START


def test_a_month_begins_on_the_day_and_at_the_time_that_are_given() -> None:
    node = window(None, "count", each="month", at=["06:00"], day=6)
    fed(node, ("29h", 1), ("30h", 1), ("31h", 1))
    node.advance("40d")
    assert values(node)[0] == (30 * 3_600, 1)
    start, end = node.sent[1][2]["start"], node.sent[1][2]["end"]
    assert (end - start) == 31 * 86_400_000


@pytest.mark.parametrize("calc", ["average", "last", "time_weighted", "percentile", "deviation"])
@pytest.mark.parametrize("lies", [{"over": "30s", "mode": "tumbling"}, {"over": "30s", "mode": "sliding"},
                                  {"gap": "8s"}, {"readings": 3}, {"readings": 2, "mode": "tumbling"}])  # fmt: skip
def test_within_the_grace_the_order_of_arrival_makes_no_difference(calc: str, lies: dict[str, Any]) -> None:
    rows = [("1s", 5), ("3s", 1), ("3s", 2), ("7s", 9), ("20s", 4), ("22s", 8), ("40s", 3)]
    mixed = [rows[n] for n in (2, 1, 0, 3, 5, 4, 6)]
    results = []
    for order in (rows, mixed):
        node = fed(window(**{"mode": None, "calc": calc, "grace": "10s", **lies}), *order)
        node.advance("5m")
        assert late(node) == []
        results.append([(port, at, data["value"], data["count"]) for port, at, data in node.sent])
    assert results[0] == results[1] != []


def test_a_window_with_grace_ends_so_much_later_and_what_comes_after_that_is_late() -> None:
    node = fed(window("tumbling", "sum", grace="10s"), ("50s", 1), ("65s", 2), ("55s", 4), ("71s", 8), ("59s", 16))
    node.advance("3m")
    assert values(node) == [(70, 5), (130, 10)]
    assert late(node) == [59]
    assert node.sent[0][2]["end"] == START + 60_000


def test_a_sliding_window_with_grace_tells_of_each_reading_when_its_grace_is_over() -> None:
    node = fed(window("sliding", "sum", grace="10s"), ("0s", 1), ("5s", 2), ("3s", 4))
    node.advance("20s")
    assert values(node) == [(10, 1), (13, 5), (15, 7)]


def test_a_changed_grace_moves_what_waits() -> None:
    node = fed(window("tumbling", "sum", grace="10s"), ("50s", 1))
    node.change({"field": "x", "calc": "sum", "over": "1m", "mode": "tumbling", "grace": "2s"}, "51s")
    assert node.timers == {"ready": ms("52s")}
    node.advance("62s")
    assert values(node) == [(62, 1)]


def test_a_changed_grace_moves_the_end_of_a_window_that_is_open() -> None:
    node = fed(window("tumbling", "sum", grace="10s"), ("50s", 1), ("55s", 2))
    node.advance("61s")
    assert node.timers == {"ready": ms("65s"), "shut": ms("70s")}
    node.change({"field": "x", "calc": "sum", "over": "1m", "mode": "tumbling", "grace": "7s"}, "61s")
    assert node.timers == {"ready": ms("62s"), "shut": ms("67s")}
    node.advance("5m")
    assert values(node) == [(67, 3)]


@pytest.mark.parametrize(
    "lies", [{"over": "1m", "mode": "tumbling"}, {"each": "hour", "mode": "sliding"}, {"over": "1m"}]
)
def test_a_changed_grace_sends_nothing_where_no_window_waits_for_its_end(lies: dict[str, Any]) -> None:
    node = fed(window(**{"mode": None, "calc": "sum", **lies}), ("50s", 1))
    node.advance("1m")
    sent = list(node.sent)
    for grace in ("7s", "0s", "7s"):
        node.change({"field": "x", "calc": "sum", "grace": grace, **lies}, "61s")
        assert node.timers == {}
    node.advance("5h")
    assert node.sent == sent


def test_settings_that_change_something_else_move_no_window() -> None:
    node = fed(window(None, "sum", gap="10s"), ("0s", 1))
    node.change({"field": "x", "calc": "sum", "gap": "20s"}, "1s")
    assert node.timers == {"shut": ms("10s")}


def test_without_grace_a_late_reading_counts_only_where_order_makes_no_difference() -> None:
    for calc, counts in (("sum", True), ("percentile", True), ("time_weighted", False)):
        node = fed(window("tumbling", calc), ("30s", 1), ("20s", 2))
        assert (late(node) == []) is counts


def test_more_readings_than_may_wait_are_handed_on_early() -> None:
    node = for_many(window("tumbling", "count", over="1h", grace="1h"))
    for second in range(1_200):
        node.feed(f"{second}s", {"x": 1})
        assert len(node.memory.waiting) == min(second + 1, 1_000)  # type: ignore[union-attr]
    node.advance("3h")
    assert values(node) == [(7_200, 1_200)]


def test_a_percentile_of_very_many_readings_is_within_one_percent() -> None:
    node = for_many(window("tumbling", "percentile", over="1h", percent=90))
    for second in range(3_000):
        node.feed(f"{second}s", {"x": second + 1})
    node.advance("1h")
    assert values(node)[0][1] == pytest.approx(2_700, rel=0.011)
    node = for_many(window("sliding", "percentile", over="10m", percent=90))
    for second in range(3_000):
        node.feed(f"{second}s", {"x": (second * 7_919) % 1_000 + 1})
    assert values(node)[-1][1] == pytest.approx(900, rel=0.05)


def test_values_that_cannot_be_told_apart_any_more_are_a_problem() -> None:
    node = for_many(window("tumbling", "distinct", over="1h"))
    for second in range(1_002):
        node.feed(f"{second}s", {"x": f"v{second}"})
    assert node.troubles() == ["too_many_values"] * 2
    node.advance("1h")
    assert values(node) == [(3_600, 1_000)]


def test_late_values_that_cannot_be_told_apart_any_more_are_a_problem_too() -> None:
    for mode in ("tumbling", "sliding"):
        node = for_many(window(mode, "distinct", over="1h"))
        for second in range(1_000):
            node.feed(f"{second}s", {"x": f"v{second}"})
        fed(node, ("10s", "other"), ("10s", "v10"))
        assert (node.troubles(), late(node)) == (["too_many_values"], [])
        node.feed("1001s", {"x": "v0"})
        node.advance("1h")
        assert values(node)[-1][1] == 1_000


def test_numbers_that_are_too_large_to_be_summed_are_a_problem() -> None:
    node = fed(window(), ("0s", 1e151), ("1s", -1e200), ("2s", 5))
    assert node.troubles() == ["number_too_large"] * 2
    assert values(node) == [(2, 5)]
    node = fed(window(calc="deviation"), ("0s", 1e60), ("1s", -1e60))
    assert values(node) == [(0, 0), (1, 1e60)]


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({"over": "1m"}, []), ({"over": "1m", "at": ["06:00"]}, ["without_effect"]),
        ({"each": "shift", "at": ["06:00", "18:00"]}, []), ({"each": "day", "at": ["06:00", "18:00"]}, ["too_long"]),
        ({"each": "week", "day": 5}, ["without_effect"]), ({"each": "month", "day": 5}, []),
        ({"over": "1m", "percent": 50}, ["without_effect"]),
    ],
)  # fmt: skip
def test_what_has_no_effect_is_told(params: dict[str, Any], codes: list[str]) -> None:
    assert window(None, **params).codes() == codes


def test_shapes_say_what_comes_out() -> None:
    rise = FieldShape("number", "°C", difference=True)
    fields = {"x": FieldShape("number", "°C"), "name": FieldShape("string"), "rise": rise}
    scope = scope_of(shape=Shape(fields, open=False))

    def value(field: str, calc: str) -> FieldShape:
        node = Harness(Window, {"field": field, "calc": calc, "over": "1m"}, scope)
        return node.shapes()["out"].fields["value"]

    assert value("name", "last") == FieldShape("string")
    assert value("name", "distinct") == FieldShape("integer")
    assert value("x", "deviation") == FieldShape("number", "°C", difference=True)
    assert value("x", "average") == FieldShape("number", "°C")
    assert value("rise", "average") == FieldShape("number", "°C", difference=True)
    assert value("x", "slope") == FieldShape("number", "°C/h", difference=True)
