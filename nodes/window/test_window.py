"""window: panes on a clock, each reading counted once."""

from typing import Any

import pytest

from nodes.kit.harness import START, Harness, scope_of
from nodes.kit.panes import MOST
from nodes.kit.shape import FieldShape, Shape
from nodes.window.window import Window


def window(mode: str = "sliding", calc: str = "average", over: str = "1m", zone: str = "UTC") -> Harness:
    params = {"field": "x", "calc": calc, "over": over, "mode": mode}
    return Harness(Window, params, scope_of(zone=zone))


def values(harness: Harness) -> list[tuple[float, Any]]:
    return [(at, data["value"]) for _, at, data in harness.sent]


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
    assert len(node.memory.first) <= MOST  # type: ignore[union-attr]


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
