"""forecast: how long until a limit is reached, or that there is no trend."""

import random
from math import pi, sin
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.ai.forecast import Forecast, ForecastMemory
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from tests.thorough import thoroughly


def rising(
    hours: float, per_hour: float = 0.5, noise: float = 0.0, every: int = 10, node: Harness | None = None, **params: Any
) -> Harness:
    node = node or Harness(
        Forecast, {"field": "x", "above": 100, "over": "2d", "unit": "hours", "season": "none", **params}
    )
    chance = random.Random(4)
    for minute in range(0, round(hours * 60) + 1, every):
        node.feed(f"{minute}m", {"x": 40 + per_hour * minute / 60 + chance.gauss(0, noise)})
    return node


def test_a_steady_rise_says_when_it_will_have_reached_the_limit() -> None:
    port, _, data = rising(40).sent[-1]
    assert port == "out"
    assert data["remaining"] == pytest.approx(80, rel=0.01)
    assert data["remaining_low"] <= data["remaining"] <= data["remaining_high"]
    assert data["trend"] == pytest.approx(12, rel=0.01)
    assert data["at"] == "2026-01-10T00:00+00:00"
    assert data["confidence"] == pytest.approx(1)


def test_noise_widens_the_interval_and_the_truth_lies_in_it() -> None:
    narrow, wide = rising(40, noise=0.2).sent[-1][2], rising(40, noise=1).sent[-1][2]
    for data in (narrow, wide):
        assert data["remaining_low"] <= 80 <= (data["remaining_high"] or 1e9)
    assert wide["remaining_low"] < narrow["remaining_low"] - 3


def test_a_fall_to_a_lower_limit_is_the_same_upside_down() -> None:
    down = Harness(Forecast, {"field": "x", "below": -100, "over": "2d", "unit": "hours"})
    for minute in range(0, 2401, 10):
        down.feed(f"{minute}m", {"x": -40 - 0.5 * minute / 60})
    told, same = down.sent[-1][2], rising(40).sent[-1][2]
    assert told["remaining"] == pytest.approx(same["remaining"])
    assert told["trend"] == pytest.approx(-same["trend"])


def test_units_are_only_units() -> None:
    hours = rising(40).sent[-1][2]["remaining"]
    assert rising(40, unit="days").sent[-1][2]["remaining"] == pytest.approx(hours / 24)
    assert rising(40, unit="minutes").sent[-1][2]["remaining"] == pytest.approx(hours * 60)


def test_it_first_learns_and_says_so() -> None:
    node = rising(2)
    assert node.sent[0] == ("no_trend", 0.0, {"x": 40, "reason": "learning"})
    assert [port for port, _ in node.ports()][:8] == ["no_trend"] * 8
    assert node.ports()[-1][0] == "out"


def test_what_rises_every_morning_is_no_trend() -> None:
    node = Harness(Forecast, {"field": "x", "above": 100})
    for minute in range(0, 5 * 1440, 20):
        node.feed(f"{minute}m", {"x": 40 + 20 * sin(minute * 2 * pi / 1440)})
    ports = node.ports()
    assert {port for port, at in ports if at < 2 * 86_400} == {"no_trend"}
    assert "entered" not in {port for port, _ in ports}


def test_what_chance_may_explain_is_flat_and_what_goes_away_is_away() -> None:
    assert rising(40, per_hour=0.0, noise=1).sent[-1][2]["reason"] in ("flat", "away")
    assert rising(40, per_hour=-0.5).sent[-1][2]["reason"] == "away"
    assert rising(40, per_hour=1e-4).sent[-1][2]["reason"] == "away"
    assert rising(40, per_hour=0.002, noise=1).sent[-1][0] == "no_trend"


def test_little_left_is_told_once_and_enough_again_once() -> None:
    node = rising(100, within="1d")
    told = [(port, at / 3600) for port, at in node.ports() if port in ("entered", "cleared")]
    assert told == [("entered", pytest.approx(96, abs=0.5))]
    assert node.node.standing(node.memory) == "entered"
    for minute in range(6010, 7000, 10):
        node.feed(f"{minute}m", {"x": 90 - (minute - 6000) * 0.05})
    told = [port for port, _ in node.ports() if port in ("entered", "cleared")]
    assert told == ["entered", "cleared"]
    assert node.node.standing(node.memory) != "entered"


def test_it_is_cleared_only_a_tenth_later_than_it_was_entered() -> None:
    node = rising(97, within="1d")
    assert node.memory.near
    node.change({"field": "x", "above": 100.9, "over": "2d", "unit": "hours", "within": "1d"}, "97h")
    node.feed("5821m", {"x": 88.5})
    assert 24 < node.sent[-1][2]["remaining"] < 26.4
    assert node.sent[-1][0] == "out"
    node.change({"field": "x", "above": 103, "over": "2d", "unit": "hours", "within": "1d"}, "98h")
    node.feed("5880m", {"x": 89})
    assert node.sent[-1][0] == "cleared"


def test_past_the_limit_nothing_remains() -> None:
    node = Harness(Forecast, {"field": "x", "above": 100})
    node.feed("0s", {"x": 100})
    assert [port for port, _ in node.ports()] == ["out", "entered"]
    data = node.sent[0][2]
    assert (data["remaining"], data["remaining_low"], data["remaining_high"], data["trend"]) == (0, 0, 0, None)
    assert data["at"] == "2026-01-05T00:00+00:00"


def test_a_reset_forgets_everything() -> None:
    node = rising(100, within="1d")
    sent = len(node.sent)
    node.feed("6001m", {}, port="reset")
    assert len(node.sent) == sent
    assert node.memory == ForecastMemory()
    node.feed("6010m", {"x": 40})
    assert node.sent[-1][2]["reason"] == "learning"


def test_at_is_written_in_the_zone_of_the_flow() -> None:
    scope = scope_of(zone="Asia/Tokyo")
    node = rising(40, node=Harness(Forecast, {"field": "x", "above": 100, "over": "2d"}, scope))
    assert node.sent[-1][2]["at"] == "2026-01-10T09:00+09:00"


def test_what_is_no_usable_number_is_a_problem_and_nothing_else() -> None:
    node = Harness(Forecast, {"field": "x", "above": 1})
    for second, value in enumerate((None, "hot", True, 1e200)):
        node.feed(f"{second}s", {"x": value})
    assert node.troubles() == ["missing_field", "wrong_type", "wrong_type", "number_too_large"]
    assert node.sent == []


@thoroughly(10)
@given(st.integers(0, 10**6), st.sampled_from(["1m", "1h", "1d", "30d"]))
def test_memory_stays_small_and_in_order(seed: int, over: str) -> None:
    chance = random.Random(seed)
    node, minute = Harness(Forecast, {"field": "x", "above": 1e6, "over": over}), 0.0
    for _ in range(400):
        minute += chance.expovariate(1 / chance.choice((0.1, 10, 1000)))
        node.feed(f"{round(minute * 60)}s", {"x": chance.gauss(0, 1)})
        times = [at for at, _ in node.memory.points]
        assert times == sorted(times)
        assert len(times) <= 60
        assert len(node.memory.samples) <= 16
    assert len(msgspec.json.encode(node.memory)) < 6_000


def test_stretches_grow_to_a_sixtieth_of_the_time_looked_back_and_then_the_oldest_goes() -> None:
    node = rising(130)
    assert node.memory.stretch == 2880 * 60_000 // 60 // 64 * 64
    assert node.memory.points[-1][0] - node.memory.points[0][0] <= 2.1 * 86_400_000
    assert node.sent[-1][0] == "out"
    assert node.sent[-1][2]["remaining"] == 0 or node.sent[-1][2]["remaining"] < 1


def test_shapes_and_checks() -> None:
    scope = scope_of(shape=Shape({"x": FieldShape("number", "mm/s"), "name": FieldShape("string")}, open=False))
    shapes = Harness(Forecast, {"field": "x", "above": 1, "unit": "hours"}, scope).shapes()
    assert shapes["out"].fields["remaining"] == shapes["entered"].fields["remaining_high"] == FieldShape("number", "h")
    assert shapes["out"].fields["trend"] == FieldShape("number", "mm/s/day", difference=True)
    assert shapes["no_trend"].fields["reason"] == FieldShape("string")
    assert Harness.problems_of(Forecast, {"field": "name", "below": 1}, scope) == ["wrong_type"]
    for wrong in ({}, {"above": 1, "below": 2}):
        with pytest.raises(ValueError, match="choose_one"):
            Harness(Forecast, {"field": "x", **wrong})
