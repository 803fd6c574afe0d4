"""sample: which event of a period or of a number passes, and when."""

from typing import Any

import pytest

from nodes.filter.sample import Sample
from nodes.kit.effect import Emit
from nodes.kit.event import Event
from nodes.kit.harness import Harness, ms, scope_of


def sample(zone: str = "UTC", **params: Any) -> Harness:
    return Harness(Sample, params, scope_of(zone=zone))


def fed(node: Harness, *times: str) -> Harness:
    for number, at in enumerate(times):
        node.feed(at, {"v": number})
    return node


def sent(node: Harness) -> list[tuple[str, float, Any]]:
    return [(port, at, data["v"]) for port, at, data in node.sent]


def test_the_last_event_of_a_period_is_sent_at_its_end() -> None:
    node = fed(sample(every="1m"), "10s", "20s", "59.999s")
    assert [port for port, _ in node.ports()] == ["rest", "rest"]
    node.advance("59.999s")
    assert len(node.sent) == 2
    node.advance("1m")
    assert sent(node) == [("rest", 10, 0), ("rest", 20, 1), ("out", 60, 2)]
    node.advance("10m")
    assert len(node.sent) == 3


def test_an_event_at_exactly_the_end_belongs_to_the_next_period() -> None:
    node = fed(sample(every="1m"), "10s", "60s")
    assert sent(node) == [("out", 60, 0)]
    node.advance("2m")
    assert sent(node) == [("out", 60, 0), ("out", 120, 1)]


def test_an_event_long_after_the_end_finds_that_the_last_one_was_sent() -> None:
    node = fed(sample(every="1m"), "10s", "5m10s")
    node.advance("6m")
    assert sent(node) == [("out", 60, 0), ("out", 360, 1)]


def test_events_of_the_same_moment_replace_each_other() -> None:
    node = fed(sample(every="1m"), "10s", "10s")
    node.advance("1m")
    assert sent(node) == [("rest", 10, 0), ("out", 60, 1)]


def test_periods_lie_on_the_clock_of_the_zone() -> None:
    node = fed(sample("Asia/Tokyo", every="1d"), "0s", "14h", "16h")
    node.advance("3d")
    assert sent(node) == [("rest", 0, 0), ("out", 15 * 3600, 1), ("out", 39 * 3600, 2)]
    node = fed(sample("Asia/Kolkata", every="1h"), "10m")
    node.advance("1d")
    assert sent(node) == [("out", 1800, 0)]


def test_a_day_on_which_clocks_change_has_as_many_hours_as_it_has() -> None:
    spring = 83 * 86_400 - 3_600  # 2026-03-29 00:00 in Berlin
    node = fed(sample("Europe/Berlin", every="1d"), f"{spring}s")
    node.advance(f"{spring + 86_400}s")
    assert sent(node) == [("out", spring + 23 * 3_600, 0)]


def events(node: Harness) -> list[Event]:
    return [made.event for made in node.yields if isinstance(made, Emit)]


def test_what_waited_keeps_its_device_and_data_and_goes_by_the_cause_that_sends_it() -> None:
    node = sample(every="1m", per="all")
    node.feed("10s", {"v": 1}, device="a")
    node.feed("20s", {"v": 2}, device="b")
    node.feed("60s", {"v": 3}, device="c")
    replaced, ended = events(node)
    assert (replaced.device, replaced.time, replaced.data) == ("a", ms("10s"), {"v": 1})
    assert (replaced.cause, replaced.arrived) == (f"c{ms('20s')}", ms("20s"))
    assert (ended.device, ended.time, ended.data) == ("b", ms("1m"), {"v": 2})
    assert (ended.cause, ended.arrived) == (f"c{ms('60s')}", ms("60s"))


def test_another_length_moves_the_end_for_the_event_that_waits() -> None:
    node = fed(sample(every="10m"), "70s")
    node.change({"every": "1m"}, "80s")
    assert node.timers == {"end": ms("2m")}
    node.advance("2m")
    assert sent(node) == [("out", 120, 0)]


def test_a_longer_period_takes_in_what_comes_before_its_end() -> None:
    node = fed(sample(every="1m"), "10s")
    node.change({"every": "10m"}, "20s")
    node.feed("61s", {"v": 1})
    node.advance("10m")
    assert sent(node) == [("rest", 10, 0), ("out", 600, 1)]


def test_settings_change_nothing_where_nothing_waits() -> None:
    node = sample(every="1m")
    node.change({"every": "5m"}, "10s")
    assert node.yields == []


def test_what_waits_is_sent_at_once_when_numbers_are_to_count_instead() -> None:
    node = fed(sample(every="1m"), "10s")
    node.change({"nth": 2}, "20s")
    node.advance("20s")
    assert sent(node) == [("out", 20, 0)]
    node.feed("30s", {"v": 1})
    assert sent(node)[1:] == [("out", 30, 1)]


def test_a_clock_that_was_set_back_starts_another_period() -> None:
    node = fed(sample(every="1m"), "10m10s", "10s")
    assert sent(node) == [("rest", 610, 0)]
    assert node.timers == {"end": ms("1m")}


@pytest.mark.parametrize(("nth", "out"), [(2, [0, 2, 4, 6, 8]), (3, [0, 3, 6, 9]), (10, [0]), (1_000_000, [0])])
def test_the_first_and_then_every_nth_passes(nth: int, out: list[int]) -> None:
    node = fed(sample(nth=nth), *(f"{second}s" for second in range(10)))
    assert [value for port, _, value in sent(node) if port == "out"] == out
    assert [value for port, _, value in sent(node) if port == "rest"] == [v for v in range(10) if v not in out]
    assert not node.timers


def test_a_changed_number_counts_from_the_last_that_went_out() -> None:
    node = fed(sample(nth=5), "0s", "1s", "2s")
    node.change({"nth": 3}, "2s")
    node.feed("3s", {"v": 3})
    assert [port for port, _ in node.ports()] == ["out", "rest", "rest", "out"]
    node = fed(sample(nth=5), "0s", "1s", "2s")
    node.change({"nth": 2}, "2s")
    node.feed("3s", {"v": 3})
    assert node.ports()[-1] == ("out", 3)


@pytest.mark.parametrize(
    "params",
    [{}, {"every": "1m", "nth": 2}, {"every": "0s"}, {"nth": 1}, {"nth": 1_000_001}, {"nth": 2.5}, {"every": "x"}],
)
def test_params_that_say_nothing_are_refused(params: Any) -> None:
    with pytest.raises(ValueError):
        sample(**params)
