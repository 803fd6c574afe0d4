"""anomaly: what is normal is learned from each device itself, and what is not is told once."""

import random
from collections.abc import Callable
from math import pi, sin
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.ai.anomaly import Anomaly, AnomalyParams
from nodes.kit.effect import Emit
from nodes.kit.event import Event
from nodes.kit.harness import START, Harness, scope_of
from nodes.kit.normal import NormalMemory
from nodes.kit.season import DAY, HOUR
from nodes.kit.shape import FieldShape, Shape
from tests.thorough import thoroughly

MINUTE = 60_000
Course = Callable[[int], float]
"""From minutes since START to a value."""


class Run:
    """One key, driven as the engine does: the short way where there is one, else the usual one. `sent`: (port, minutes, data)."""

    def __init__(self, zone: str = "UTC", **params: Any) -> None:
        self.node = Anomaly(AnomalyParams.model_validate({"field": "x", **params}), scope_of(zone=zone))
        self.memory = NormalMemory()
        quick = self.node.quick()
        self.take = quick.take if quick else lambda *_: None
        self.sent: list[tuple[str, float, dict[str, Any]]] = []

    def see(self, minute: float, value: float) -> None:
        time = START + round(minute * MINUTE)
        short = self.take(self.memory, time, value)
        if isinstance(short, tuple):
            self.sent.append(
                ("out", minute, dict(zip(("score", "expected", "low", "high", "reason"), short, strict=True)))
            )
        elif isinstance(short, str):
            self.sent.append((short, minute, {}))
        elif short is None:
            made = self.node.on_event(Event(time, time, "d1", "kiln", {"x": value}, ""), "in", self.memory)
            self.sent += [(one.port, minute, one.event.data) for one in made if isinstance(one, Emit)]

    def see_all(self, course: Course, start: int, end: int, step: int = 1) -> "Run":
        for minute in range(start, end, step):
            self.see(minute, course(minute))
        return self

    def at(self, port: str) -> list[float]:
        return [minute for sent, minute, _ in self.sent if sent == port]

    def last(self, port: str) -> dict[str, Any]:
        return next(data for sent, _, data in reversed(self.sent) if sent == port)


def noise(seed: int = 1, size: float = 1.0) -> Course:
    chance = random.Random(seed)
    return lambda minute: 50 + chance.gauss(0, size)


def learned(**params: Any) -> Run:
    """Eight hours of noise."""
    return Run(season="none", **params).see_all(noise(), 0, 480)


def test_a_clock_that_is_set_forward_does_not_make_the_newest_hour_all_that_is_usual() -> None:
    def hourly(minute: int) -> float:
        return course(minute) + (5 if minute % 60 == 10 else 0)

    course = noise()
    straight = Run(season="none").see_all(hourly, 0, 460)
    course = noise()
    moved = Run(season="none").see_all(hourly, 0, 460)
    assert moved.memory.later(7 * DAY)
    for minute in range(460, 540):
        value = course(minute)
        straight.see(minute, value)
        moved.see(minute + 7 * DAY // MINUTE, value)
    assert straight.memory.usual[0] > 3
    assert (moved.memory.stretches, moved.memory.usual) == (straight.memory.stretches, straight.memory.usual)


NOW = 480


def test_nothing_is_judged_before_the_warm_up_is_over_and_60_readings_are_there() -> None:
    run = Run(season="none", warm_up="2h").see_all(noise(), 0, 130)
    assert run.at("learning") == list(range(120))
    assert run.at("out") == list(range(120, 130))
    few = Run(season="none").see_all(noise(), 0, 700, 10)
    assert len(few.at("learning")) == 60
    assert few.node.standing(few.memory) == "cleared"
    assert Run(season="none").node.standing(NormalMemory()) == "learning"
    assert Run().see_all(noise(), 0, 1442).at("learning")[-1] == 1439
    assert Run(season="week").node.warm_up == 7 * DAY


def test_a_reading_far_off_is_told_once_and_so_is_the_return() -> None:
    run = learned()
    for minute, value in enumerate((80, 81, 79, 50.2, 50), NOW):
        run.see(minute, value)
    assert (run.at("entered"), run.at("cleared")) == ([NOW], [NOW + 3])
    assert run.last("entered")["reason"] == "value"
    assert run.last("entered")["expected"] == pytest.approx(50, abs=0.3)
    assert run.node.standing(run.memory) == "cleared"


def test_the_score_at_the_ends_of_the_band_is_what_the_sensitivity_says() -> None:
    for name, score in (("low", 9.0), ("normal", 6.0), ("high", 4.5)):
        band = learned(sensitivity=name).last("out")
        inside, beyond = (learned(sensitivity=name) for _ in range(2))
        inside.see(479.5, band["high"] - 0.2)
        beyond.see(479.5, band["high"] + 0.2)
        assert (inside.at("entered"), beyond.at("entered")) == ([], [479.5])
        assert beyond.last("entered")["score"] == pytest.approx(score, rel=0.05)
        assert band["high"] - band["expected"] == pytest.approx(band["expected"] - band["low"])
    assert learned(beyond=4.5).last("out") == learned(sensitivity="high").last("out")


def test_readings_off_to_one_side_for_a_while_are_a_shifted_level() -> None:
    run, more = learned(), noise(2)
    run.see_all(lambda minute: more(minute) + 2.5, NOW, NOW + 200)
    assert run.last("entered")["reason"] == "level"
    assert run.at("entered")[0] < NOW + 60


def test_more_scatter_and_another_rhythm_are_told_apart() -> None:
    wide = learned().see_all(noise(3, 3.5), NOW, NOW + 120)
    assert wide.last("entered")["reason"] in ("spread", "rhythm", "value")
    slow = Run(season="none").see_all(lambda minute: 50 + 2 * sin(minute * 2 * pi / 20) + minute % 3 * 0.1, 0, NOW)
    slow.see_all(lambda minute: 50 + 2 * sin(minute * 2 * pi / 5) + minute % 3 * 0.1, NOW, NOW + 120)
    assert slow.last("entered")["reason"] == "rhythm"


@pytest.mark.parametrize("value", [0.0, 5.0, -1e9])
def test_what_never_moved_is_not_stuck(value: float) -> None:
    run = Run(warm_up="2h", season="none").see_all(lambda minute: value, 0, 14 * 24 * 60, 5)
    assert run.at("entered") == []
    run.see_all(lambda minute: value + 1e6, 14 * 24 * 60, 14 * 24 * 60 + 5, 5)
    assert run.last("entered")["reason"] == "value"


def test_how_long_the_same_number_came_while_it_was_learned_is_ordinary() -> None:
    """A counter of faults: one early in the morning, then none for the day."""
    faults = lambda minute: 1.0 if minute == 30 else 0.0  # noqa: E731
    assert Run(season="none", warm_up="1d").see_all(faults, 0, 2 * 24 * 60).at("entered") == []


def test_a_number_that_stays_exactly_the_same_is_stuck_where_it_used_to_move() -> None:
    run = learned().see_all(lambda minute: 50.1, NOW, NOW + 40)
    assert run.last("entered")["reason"] == "stuck"
    assert NOW + 10 < run.at("entered")[0] < NOW + 25
    run.see_all(noise(5), NOW + 40, NOW + 80)
    assert len(run.at("cleared")) == 1
    steady = Run(season="none").see_all(lambda minute: 50.0 + (minute % 10 == 0), 0, 900)
    assert steady.at("entered") == []


def test_one_side_only_looks_at_that_side() -> None:
    for side, entered in (("above", [NOW]), ("below", []), ("both", [NOW])):
        run = learned(side=side)
        run.see(NOW, 80)
        assert run.at("entered") == entered
    low = learned(side="below")
    low.see(NOW, 20)
    assert low.at("entered") == [NOW]
    still = learned(side="above").see_all(lambda minute: 50.1, NOW, NOW + 60)
    assert still.at("entered") == []


def test_differences_of_no_interest_are_never_unusual() -> None:
    for least, entered in ((29.0, []), (31.0, [])):
        run = learned(least=least)
        run.see(NOW, 50 + least - 1)
        assert run.at("entered") == entered
        run.see(NOW + 1, 50 + least + 1)
        assert run.at("entered") == [NOW + 1]


def test_a_fault_does_not_teach_itself_in() -> None:
    run = learned()
    before = run.last("out")["expected"]
    run.see_all(lambda minute: 60 + minute % 2, NOW, NOW + 3 * 1440)
    assert run.last("out")["expected"] == pytest.approx(before, abs=1.0)
    assert run.at("cleared") == []
    assert run.node.standing(run.memory) == "entered"


def test_what_lasts_becomes_normal_where_that_was_asked_for() -> None:
    run = learned(accept="6h").see_all(lambda minute: 60 + minute % 2, NOW, NOW + 900)
    assert run.at("cleared") == [NOW + 360]
    assert run.last("out")["expected"] == pytest.approx(60.5, abs=0.2)
    assert len(run.at("entered")) == 1
    assert run.node.standing(run.memory) == "cleared"


def test_outliers_while_it_learns_are_weighed_down() -> None:
    plain, with_outliers = noise(7), noise(7)
    clean = Run(season="none").see_all(plain, 0, 600).last("out")
    spoilt = Run(season="none").see_all(lambda m: with_outliers(m) + (500 if m % 60 == 59 else 0), 0, 600).last("out")
    assert spoilt["expected"] == pytest.approx(clean["expected"], abs=0.5)


def test_a_course_of_the_day_is_found_by_itself_and_narrows_the_band() -> None:
    steady = noise(9, 0.3)

    def course(minute: int) -> float:
        return steady(minute) + 10 * sin(2 * pi * minute / 1440)

    auto = Run().see_all(course, 0, 4 * 1440, 5)
    none = Run(season="none").see_all(course, 0, 1440, 5)
    band, wide = auto.last("out"), none.last("out")
    assert band["high"] - band["low"] < 0.4 * (wide["high"] - wide["low"])
    assert auto.at("entered") == []
    noon = 4 * 1440
    assert Run(season="day").see_all(course, 0, noon, 5).last("out")["expected"] == pytest.approx(course(noon), abs=1)
    auto.see(noon, 58.0)
    assert auto.at("entered") == [noon]


def test_the_course_of_the_day_follows_the_wall_clock_when_clocks_change() -> None:
    """In New York on 8 March 2026 at 2:00."""
    change = (31 - 5 + 28 + 8) * 1440 + 7 * 60

    def work(minute: int) -> float:
        local = minute - 300 + (60 if minute >= change else 0)
        return 10.0 + minute % 7 * 0.1 + (20 if 540 <= local % 1440 < 1020 else 0)

    run = Run("America/New_York", season="day").see_all(work, change - 6 * 1440, change + 600, 10)
    assert run.last("out")["expected"] == pytest.approx(30.3, abs=1)
    stays = Run("UTC", season="day").see_all(work, change - 6 * 1440, change + 400, 10)
    assert stays.last("out")["expected"] < 29


def test_a_hold_and_several_readings_are_asked_for_as_with_a_threshold() -> None:
    node = Harness(Anomaly, {"field": "x", "season": "none", "for": "5m"})
    course = noise()
    for minute in range(180):
        node.feed(f"{minute}m", {"x": course(minute)})
    node.feed("180m", {"x": 90})
    node.feed("183m", {"x": 91})
    assert node.node.standing(node.memory) == "waiting"
    node.advance("190m")
    port, at, data = node.sent[-1]
    assert (port, at, data["x"]) == ("entered", 185 * 60, 91)
    assert data["reason"] == "value"
    assert data["score"] > 6
    several = learned(times=2, of=3)
    for minute, value in enumerate((90, 50, 90, 50, 50), NOW):
        several.see(minute, value)
    assert several.at("entered") == [NOW + 2]


def test_a_gap_in_the_readings_is_no_anomaly() -> None:
    run, more = learned(), noise(11)
    run.see_all(more, NOW + 3000, NOW + 3100)
    assert run.at("entered") == []


def test_what_is_no_usable_number_is_a_problem_and_nothing_else() -> None:
    node = Harness(Anomaly, {"field": "x"})
    for second, value in enumerate((None, "hot", True, 1e200)):
        node.feed(f"{second}s", {"x": value})
    assert node.troubles() == ["missing_field", "wrong_type", "wrong_type", "number_too_large"]
    assert node.sent == []
    node.feed("1m", {"x": 5})
    assert node.ports() == [("learning", 60)]


@thoroughly(25)
@given(st.integers(0, 10**6), st.sampled_from(["auto", "none", "day", "week"]), st.integers(1, 30))
def test_the_short_way_and_the_usual_one_are_the_same_and_memory_survives_json(
    seed: int, season: str, step: int
) -> None:
    chance = random.Random(seed)
    params = {"season": season, "warm_up": "1h", "sensitivity": "high"}
    short, usual = Run(**params), Run(**params)
    usual.take = lambda *_: None
    minute = 0.0
    for _ in range(300):
        minute += chance.choice((0, 0.01, step, step, step))
        value = chance.gauss(0, 1) + (20 if chance.random() < 0.05 else 0)
        short.see(minute, value)
        usual.see(minute, value)
        usual.memory = msgspec.json.decode(msgspec.json.encode(usual.memory), type=NormalMemory)
    names = ("score", "expected", "low", "high", "reason")
    told = [
        [(port, at, {name: data[name] for name in names if name in data}) for port, at, data in run.sent]
        for run in (short, usual)
    ]
    assert told[0] == told[1]
    assert short.memory == usual.memory


@thoroughly(15)
@given(
    st.integers(0, 10**6), st.sampled_from([0.001, 3.0, 1e6]), st.sampled_from([-1.0, 1.0]), st.integers(-1000, 1000)
)
def test_another_unit_or_zero_point_changes_no_score(seed: int, factor: float, sign: float, more: int) -> None:
    scores = []
    for scale, offset in ((1.0, 0.0), (sign * factor, more * factor)):
        course = noise(seed)
        run = Run(season="none").see_all(lambda m, c=course, s=scale, o=offset: c(m) * s + o, 0, 200)  # type: ignore[misc]
        scores.append([data["score"] for port, _, data in run.sent if port == "out"])
    assert scores[1] == pytest.approx(scores[0], rel=1e-3, abs=1e-3)


def test_memory_stays_small_however_long_it_runs() -> None:
    course = noise(13)
    run = Run().see_all(course, 0, 9 * 1440, 7)
    size = len(msgspec.json.encode(run.memory))
    run.see_all(course, 9 * 1440, 30 * 1440, 7)
    assert len(msgspec.json.encode(run.memory)) < 1.1 * size < 4_000


def test_shapes_and_checks() -> None:
    scope = scope_of(shape=Shape({"x": FieldShape("number", "mm/s"), "name": FieldShape("string")}, open=False))
    shapes = Harness(Anomaly, {"field": "x"}, scope).shapes()
    assert shapes["entered"] == shapes["cleared"] == shapes["out"]
    assert shapes["out"].fields["high"] == FieldShape("number", "mm/s")
    assert "score" not in shapes["learning"].fields
    assert Harness.problems_of(Anomaly, {"field": "name"}, scope) == ["wrong_type"]
    assert Harness.problems_of(Anomaly, {"field": "x", "times": 3, "of": 2}, scope) == ["out_of_range"]
    assert Anomaly(AnomalyParams(field="x", max_gap="1m"), scope).quick() is None
    assert HOUR == 60 * MINUTE
