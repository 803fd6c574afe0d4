"""on_time: hours, duty and starts, by period."""

from typing import Any

import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.window.on_time import OnTime


def on_time(zone: str = "UTC", **params: Any) -> Harness:
    return Harness(OnTime, {"expr": "x > 0.0", **params}, scope_of(zone=zone))


def fed(node: Harness, *rows: tuple[str, float]) -> Harness:
    for at, x in rows:
        node.feed(at, {"x": x})
    return node


def totals(node: Harness, port: str = "out") -> list[tuple[Any, ...]]:
    names = ("on_time", "off_time", "duty", "starts")
    return [tuple(data[name] for name in names) for sent, _, data in node.sent if sent == port]


def test_a_reading_counts_until_the_next_one() -> None:
    node = fed(on_time(), ("0h", 1), ("2h", 0), ("3h", 1), ("7h", 1))
    assert totals(node) == [
        (0, 0, None, 0),
        (2, 0, 1, 0),
        (2, 1, pytest.approx(2 / 3), 1),
        (6, 1, pytest.approx(6 / 7), 1),
    ]
    assert [data["on"] for _, _, data in node.sent] == [True, False, True, True]


def test_a_reading_is_good_for_the_longest_gap_and_what_lies_beyond_is_neither() -> None:
    node = fed(on_time(max_gap="1h"), ("0h", 1), ("1h", 1), ("5h", 0), ("5h30m", 0))
    assert totals(node)[1:] == [(1, 0, 1, 0), (2, 0, 1, 0), (2, 0.5, 0.8, 0)]


def test_at_the_end_of_a_period_its_totals_are_sent_and_what_is_on_stays_on() -> None:
    node = fed(on_time(each="day"), ("18h", 1))
    node.advance("2d")
    assert totals(node, "period") == [(6, 0, 1, 0), (24, 0, 1, 0)]
    data = node.sent[1][2]
    assert (data["end"] - data["start"]) == 86_400_000


def test_a_reading_exactly_at_the_border_belongs_to_the_next_period() -> None:
    node = fed(on_time(each="hour"), ("0h", 1), ("1h", 0))
    assert totals(node, "period") == [(1, 0, 1, 0)]
    assert totals(node)[-1] == (0, 0, None, 0)


def test_the_gap_goes_on_over_the_border_of_a_period() -> None:
    node = fed(on_time(each="hour", max_gap="30m"), ("50m", 1))
    node.advance("3h")
    assert [hours[0] for hours in totals(node, "period")] == pytest.approx([10 / 60, 20 / 60, 0])


def test_a_day_on_which_clocks_go_forward_has_23_hours() -> None:
    node = on_time("Europe/Berlin", each="day")
    node.feed(f"{82 * 24 + 23}h", {"x": 1})
    node.advance(f"{84 * 24}h")
    assert totals(node, "period") == [(23, 0, 1, 0)]


def test_starts_are_counted_but_not_the_first_reading() -> None:
    node = fed(on_time(), ("0h", 1), ("1h", 1), ("2h", 0), ("3h", 1), ("4h", 0), ("5h", 1))
    assert totals(node)[-1][3] == 2


def test_a_reset_begins_anew_and_keeps_the_state() -> None:
    node = fed(on_time(), ("0h", 1))
    node.feed("2h", {}, port="reset")
    fed(node, ("3h", 1))
    assert totals(node)[-1] == (1, 0, 1, 0)


def test_an_expression_without_a_value_is_a_problem_and_the_state_goes_on() -> None:
    node = fed(on_time(), ("0h", 1))
    node.feed("1h", {})
    fed(node, ("2h", 0))
    assert len(node.troubles()) == 1
    assert totals(node)[-1] == (2, 0, 1, 0)


def test_shapes_and_checks() -> None:
    scope = scope_of(shape=Shape({"x": FieldShape("number")}, open=False))
    node = Harness(OnTime, {"expr": "x > 0.0"}, scope)
    assert node.shapes()["out"].fields["on_time"] == FieldShape("number", "h")
    assert "start" in node.shapes()["period"].fields
    assert Harness.problems_of(OnTime, {"expr": "y > 0.0"}, scope) == ["unknown_field"]
    assert on_time(at=["06:00"]).codes() == ["without_effect"]
    assert on_time(each="day", day=4).codes() == ["without_effect"]
