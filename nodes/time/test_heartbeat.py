"""heartbeat: so many events in each period."""

from typing import Any

import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.time.heartbeat import Heartbeat


def heartbeat(zone: str = "UTC", **params: Any) -> Harness:
    given = params if "each" in params else {"every": "10m", **params}
    return Harness(Heartbeat, given, scope_of(zone=zone))


def fed(node: Harness, *times: str) -> Harness:
    for at in times:
        node.feed(at, {})
    return node


def judged(node: Harness) -> list[tuple[str, float, int]]:
    return [(port, at, data["count"]) for port, at, data in node.sent]


def test_a_period_with_too_few_events_is_missed_and_one_with_enough_is_met() -> None:
    node = heartbeat(at_least=2)
    node.start()
    fed(node, "1m", "2m", "12m")
    node.advance("30m")
    assert judged(node) == [("met", 600, 2), ("missed", 1_200, 1), ("missed", 1_800, 0)]
    assert node.sent[1][2]["end"] - node.sent[1][2]["start"] == 600_000


def test_an_event_exactly_at_the_end_belongs_to_the_next_period() -> None:
    node = heartbeat()
    node.start()
    fed(node, "10m")
    node.advance("20m")
    assert judged(node) == [("missed", 600, 0), ("met", 1_200, 1)]


def test_an_event_at_the_very_start_counts() -> None:
    node = heartbeat()
    node.start()
    fed(node, "0s")
    node.advance("10m")
    assert judged(node) == [("met", 600, 1)]


def test_a_period_that_had_begun_before_is_never_missed() -> None:
    node = heartbeat()
    node.start("3m")
    node.advance("20m")
    assert judged(node) == [("missed", 1_200, 0)]
    node = fed(heartbeat(), "3m", "12m")
    node.advance("30m")
    assert judged(node) == [("met", 1_200, 1), ("missed", 1_800, 0)]


def test_periods_are_those_of_the_calendar() -> None:
    node = heartbeat("Asia/Tokyo", each="day", at=["09:00"])
    node.start()
    node.advance("3d")
    assert [at / 3_600 for _, at, _ in judged(node)] == [24, 48, 72]


def test_a_period_in_which_the_flow_did_not_run_is_left_out() -> None:
    node = heartbeat()
    node.start()
    fed(node, "1m")
    node.resume("2h3m")
    assert judged(node) == []
    node.advance("2h20m")
    assert judged(node) == [("missed", 2 * 3_600 + 1_200, 0)]


def test_a_changed_number_counts_at_the_end_of_the_running_period() -> None:
    node = heartbeat(at_least=5)
    node.start()
    fed(node, "1m")
    node.change({"every": "10m", "at_least": 1}, "2m")
    node.advance("10m")
    assert judged(node) == [("met", 600, 1)]


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({}, []),
        ({"at": ["06:00"]}, ["without_effect"]),
        ({"day": 3}, ["without_effect"]),
        ({"each": "month", "day": 3}, []),
    ],
)
def test_what_has_no_effect_is_told(params: dict[str, Any], codes: list[str]) -> None:
    assert heartbeat(**params).codes() == codes
