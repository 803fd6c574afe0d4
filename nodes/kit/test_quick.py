"""The short way of kinds: it gives what an event gives, takes most readings, and leaves the rest alone."""

from typing import Any

import msgspec
import pytest

from nodes.filter.holds import Holds
from nodes.filter.threshold import Threshold
from nodes.kit.event import Event
from nodes.kit.harness import START, Harness
from nodes.kit.kind import Kind
from nodes.kit.quick import Quiet
from nodes.window.window import Window

SECOND = 1_000
Row = tuple[float, float]


class Short:
    """One node that takes what it can the short way. `took`: the rows that went so."""

    def __init__(self, kind: type[Kind], params: dict[str, Any]) -> None:
        self.usual, self.node = Harness(kind, params), Harness(kind, params)
        quick = self.node.node.quick()
        assert isinstance(quick, Quiet)
        self.quick: Quiet = quick
        self.took: list[Row] = []

    def feed(self, *rows: Row) -> None:
        for row in rows:
            at, value = f"{row[0]}s", row[1]
            self.usual.feed(at, {"v": value, "note": at})
            self.node.advance(f"{row[0] - 0.001}s" if row[0] else "0s")
            if not self.takes(*row):
                self.node.feed(at, {"v": value, "note": at})
            assert self.node.sent == self.usual.sent
            assert self.node.memory == self.usual.memory

    def takes(self, at: float, value: float) -> bool:
        quick, before = self.quick, msgspec.json.encode(self.node.memory)
        time, data = START + int(at * 1000), {"v": value, "note": f"{at}s"}
        event = Event(time, time, "d1", "kiln", data, f"c{time}")
        values = [data[name] for name in quick.fields]
        if quick.test is not None:
            values.append(quick.test(event))
        answer = quick.take(self.node.memory, time, *values, *([data] if quick.data else []))
        changed = msgspec.json.encode(self.node.memory) != before
        if answer is None:
            assert not changed
            return False
        assert changed is (answer is not False)
        if isinstance(answer, tuple):
            assert quick.port is not None
            more = dict(zip(quick.gives, answer, strict=True))
            self.node.sent.append((quick.port, at, {**data, **more}))
        elif isinstance(answer, str):
            assert answer in quick.ports
            self.node.sent.append((answer, at, data))
        self.took.append((at, value))
        self.node.last = event
        return True


def window(**params: Any) -> dict[str, Any]:
    return {"field": "v", "calc": "sum", **params}


@pytest.mark.parametrize("params", [{"over": "10s"}, {"readings": 3}, {"over": "10s", "calc": "time_weighted"}])
def test_a_sliding_window_takes_every_reading(params: dict[str, Any]) -> None:
    rows = [(n, n * 1.5) for n in range(0, 60, 4)]
    short = Short(Window, window(**params))
    short.feed(*rows)
    assert short.took == rows


def test_a_window_side_by_side_takes_readings_of_the_open_one() -> None:
    short = Short(Window, window(over="10s", mode="tumbling"))
    short.feed((1, 1), (2, 2), (9, 3), (10, 4), (19.5, 5), (31, 6))
    assert short.took == [(2, 2), (9, 3), (19.5, 5)]
    assert [data["value"] for _, _, data in short.node.sent] == [6, 9]


def test_a_period_so_far_takes_readings_of_the_open_one() -> None:
    short = Short(Window, window(each="hour", mode="sliding"))
    short.feed((1, 1), (2, 2), (3_599, 3), (3_600, 4), (3_601, 5))
    assert short.took == [(2, 2), (3_599, 3), (3_601, 5)]


def test_so_many_readings_side_by_side_take_all_but_the_first_and_the_last() -> None:
    short = Short(Window, window(readings=4, mode="tumbling"))
    short.feed(*((n, n) for n in range(9)))
    assert short.took == [(1, 1), (2, 2), (5, 5), (6, 6)]


def test_a_window_leaves_late_readings_and_those_too_large_to_be_summed_alone() -> None:
    short = Short(Window, window(over="10s"))
    short.feed((10, 1))
    assert not short.takes(9.999, 1)
    assert short.takes(10, 1)
    assert not short.takes(11, 1.01e60)
    assert not short.takes(11, -1.01e60)
    assert short.takes(12, 1e60)
    assert short.takes(13, -1e60)
    short = Short(Window, window(over="10s", mode="tumbling"))
    short.feed((1, 1))
    short.node.advance("10s")
    assert not short.takes(9, 1)


@pytest.mark.parametrize("params", [{"over": "10s", "grace": "1s"}, {"gap": "10s"}, {"over": "10s", "calc": "count"}])
def test_a_window_with_a_grace_or_of_bursts_or_of_any_values_has_no_short_way(params: dict[str, Any]) -> None:
    assert Harness(Window, window(**params)).node.quick() is None


def test_a_threshold_without_a_hold_takes_every_reading() -> None:
    short = Short(Threshold, {"field": "v", "above": 80, "margin": 5})
    rows = [(0, 70), (1, 81), (2, 90), (3, 78), (4, 75), (5, 80), (6, 80.1), (7, 70)]
    short.feed(*rows)
    assert short.took == rows
    assert [(port, at) for port, at, _ in short.node.sent] == [
        ("entered", 1),
        ("cleared", 4),
        ("entered", 6),
        ("cleared", 7),
    ]


def test_a_hold_takes_what_neither_begins_nor_ends_it() -> None:
    short = Short(Threshold, {"field": "v", "above": 80, "for": "10s"})
    short.feed((0, 70), (1, 81), (2, 90), (3, 70), (4, 90), (10, 90), (20, 90), (21, 70), (22, 70))
    assert short.took == [(0, 70), (2, 90), (10, 90), (20, 90), (21, 70), (22, 70)]


def test_where_readings_are_counted_all_are_taken() -> None:
    short = Short(Threshold, {"field": "v", "above": 80, "times": 2, "of": 3})
    rows = [(0, 70), (1, 81), (2, 70), (3, 70), (4, 81), (5, 82), (6, 83), (7, 70), (8, 81), (9, 81)]
    short.feed(*rows)
    assert short.took == rows
    assert [(port, at) for port, at, _ in short.node.sent] == [("entered", 5), ("cleared", 7), ("entered", 9)]


def test_an_expression_that_holds_takes_what_does_not_change_its_state() -> None:
    short = Short(Holds, {"expr": "v > 80.0", "for": "2s"})
    short.feed((0, 70), (1, 81), (2, 82), (3, 83), (4, 84), (5, 70), (6, 70))
    assert short.took == [(0, 70), (2, 82), (3, 83), (4, 84), (5, 70), (6, 70)]


@pytest.mark.parametrize("more", [{"max_gap": "5s"}, {"already": "wait"}])
def test_where_gaps_or_the_first_reading_count_there_is_no_short_way(more: dict[str, Any]) -> None:
    assert Harness(Threshold, {"field": "v", "above": 80, **more}).node.quick() is None
    assert Harness(Holds, {"expr": "v > 80.0", **more}).node.quick() is None
