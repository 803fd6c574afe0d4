"""schedule: ticks without drift, cron on the clock of a zone, and both changes of the clock."""

from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nodes.kit.effect import Emit, Timer
from nodes.kit.event import Event
from nodes.kit.harness import START, Harness, scope_of
from nodes.source.schedule import Schedule, next_occurrence

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")


def ticks(params: dict[str, Any], until: str, zone: str = "UTC") -> list[float]:
    node = Harness(Schedule, params, scope_of(zone=zone))
    node.start()
    node.advance(until)
    assert all(data == {} for _, _, data in node.sent)
    return [at for _, at in node.ports()]


def test_every_counts_from_the_start_without_drift() -> None:
    assert ticks({"every": "10m"}, "30m") == [600, 1200, 1800]
    assert ticks({"every": "0.1s"}, "1s")[-1] == 1.0


def test_a_cron_time_exactly_at_the_start_fires() -> None:
    assert ticks({"cron": "0 0 * * *"}, "2d") == [0, 86_400, 172_800]


def test_cron_is_read_in_the_zone() -> None:
    assert ticks({"cron": "0 8 * * 1-5"}, "1d", "Asia/Tokyo") == [23 * 3600]
    assert ticks({"cron": "*/15 9 5 1 *"}, "1d", "Asia/Tokyo") == [0, 900, 1800, 2700]


def local(zone: ZoneInfo, *parts: int, fold: int = 0) -> int:
    return int(datetime(*parts, tzinfo=zone, fold=fold).timestamp() * 1000)  # type: ignore[arg-type, misc]


def test_a_time_that_the_change_of_clocks_skips_fires_right_after_the_gap() -> None:
    found = next_occurrence("30 2 * * *", local(BERLIN, 2026, 3, 28, 12), BERLIN)
    assert found == local(BERLIN, 2026, 3, 29, 3, 0)


def test_a_time_that_comes_twice_fires_once() -> None:
    first = next_occurrence("30 2 * * *", local(BERLIN, 2026, 10, 24, 12), BERLIN)
    assert first == local(BERLIN, 2026, 10, 25, 2, 30)
    assert first is not None
    assert next_occurrence("30 2 * * *", first, BERLIN) == local(BERLIN, 2026, 10, 26, 2, 30)


def test_every_minute_goes_on_through_both_changes() -> None:
    for month, day in ((3, 29), (10, 25)):
        at = local(BERLIN, 2026, month, day, 0, 59)
        found = [at]
        for _ in range(200):
            following = next_occurrence("* * * * *", found[-1], BERLIN)
            assert following is not None
            found.append(following)
        assert {after - before for before, after in pairwise(found)} == {60_000}


@pytest.mark.parametrize(
    "line", ["", "* * * *", "* * * * * *", "60 * * * *", "0 0 30 2 *", "@daily", "a b c d e", "0 8 * * 8"]
)
def test_a_line_that_is_no_cron_or_never_comes_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="bad_cron"):
        Harness(Schedule, {"cron": line})


@pytest.mark.parametrize("params", [{}, {"every": "1m", "cron": "* * * * *"}])
def test_exactly_one_of_every_and_cron_is_needed(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="choose_one"):
        Harness(Schedule, params)


def test_a_changed_pace_counts_from_the_last_tick() -> None:
    node = Harness(Schedule, {"every": "10m"})
    node.start()
    node.advance("10m")
    node.change({"every": "2m"}, "11m")
    node.advance("14m")
    assert [at for _, at in node.ports()] == [600, 720, 840]


def test_events_of_a_schedule_have_no_device_and_no_fields() -> None:
    shape = Harness(Schedule, {"every": "1m"}).shapes()["out"]
    assert (shape.device, shape.open, shape.fields) == ("never", False, {})


@pytest.mark.parametrize(
    ("params", "next_at"), [({"every": "10m"}, 3600 + 600), ({"cron": "*/20 * * * *"}, 3600 + 1200)]
)
def test_ticks_that_were_missed_while_nothing_ran_are_one_tick(params: dict[str, Any], next_at: int) -> None:
    node = Harness(Schedule, params)
    missed = Event(START + 600_000, START + 3_600_000, None, None, {}, "t")
    made = list(node.node.on_timer("tick", missed, node.memory))
    assert [one for one in made if isinstance(one, Timer)] == [Timer("tick", START + next_at * 1000)]
    assert [one.event.time for one in made if isinstance(one, Emit)] == [START + 600_000]


JP_SKIP = {"holidays": "JP", "on_holidays": "skip"}
JP_ONLY = {"holidays": "JP", "on_holidays": "only"}
WEEK = 7 * 86_400
"""Monday 2026-01-12, a holiday in Japan (s from the start of the harness)."""


def days(params: dict[str, Any], until: str, zone: str = "UTC") -> list[float]:
    return [at / 86_400 for at in ticks(params, until, zone)]


def test_ticks_on_a_holiday_are_left_out_or_are_the_only_ones() -> None:
    cron = {"cron": "0 8 * * *"}
    around = [day + 1 / 3 for day in (5, 6, 7, 8, 9)]
    assert days(cron, "10d")[5:] == around
    assert days({**cron, **JP_SKIP}, "10d")[5:] == [around[0], around[1], around[3], around[4]]
    assert days({**cron, **JP_ONLY}, "40d") == [7 + 1 / 3, 37 + 1 / 3]
    assert days({**cron, "holidays": "JP"}, "10d") == days(cron, "10d")


def test_the_days_of_holidays_are_those_of_the_zone() -> None:
    hourly = {"every": "1h", **JP_ONLY}
    assert ticks(hourly, "8d", "UTC") == [WEEK + 3600 * hour for hour in range(24)]
    assert ticks(hourly, "8d", "Asia/Tokyo") == [WEEK + 3600 * hour for hour in range(-9, 15)]


def test_a_pace_goes_on_over_the_ticks_that_are_left_out() -> None:
    found = [at / 3600 for at in ticks({"every": "7h", **JP_SKIP}, "9d")]
    assert found[-4:] == [161, 196, 203, 210]
    assert [at / 3600 for at in ticks({"every": "7h", **JP_ONLY}, "9d")] == [168, 175, 182, 189]


def test_a_tick_exactly_at_the_first_and_after_the_last_moment_of_a_holiday_has_its_day() -> None:
    assert WEEK in ticks({"every": "12h", **JP_ONLY}, "9d")
    assert WEEK + 86_400 in ticks({"every": "12h", **JP_SKIP}, "9d")
    assert WEEK + 86_400 not in ticks({"every": "12h", **JP_ONLY}, "9d")


def test_a_start_on_a_holiday_waits_for_the_next_day_that_counts() -> None:
    node = Harness(Schedule, {"cron": "0 0 * * *", **JP_SKIP})
    node.start("7d")
    node.advance("9d")
    assert [at for _, at in node.ports()] == [WEEK + 86_400, WEEK + 2 * 86_400]


def test_a_rule_by_which_nothing_ever_comes_sets_no_timer() -> None:
    node = Harness(Schedule, {"cron": "0 8 2 6 *", **JP_ONLY})
    node.start()
    assert node.timers == {}


def test_ticks_missed_over_a_holiday_are_one_tick_and_the_next_is_no_holiday_either() -> None:
    node = Harness(Schedule, {"every": "1h", **JP_SKIP})
    before = START + (WEEK - 3600) * 1000
    made = list(
        node.node.on_timer("tick", Event(before, START + (WEEK + 5400) * 1000, None, None, {}, "t"), node.memory)
    )
    assert [one for one in made if isinstance(one, Timer)] == [Timer("tick", START + (WEEK + 86_400) * 1000)]
    assert len([one for one in made if isinstance(one, Emit)]) == 1


def test_a_tick_that_was_set_before_its_day_became_a_holiday_is_left_out() -> None:
    node = Harness(Schedule, {"every": "1h", **JP_SKIP})
    on_holiday = START + WEEK * 1000
    made = list(node.node.on_timer("tick", Event(on_holiday, on_holiday, None, None, {}, "t"), node.memory))
    assert made == [Timer("tick", START + (WEEK + 86_400) * 1000)]


def test_a_changed_rule_for_holidays_keeps_the_pace() -> None:
    node = Harness(Schedule, {"every": "7h", **JP_SKIP})
    node.start()
    node.advance("7d8h")
    node.change({"every": "7h", "holidays": "JP", "on_holidays": "normal"}, "7d8h")
    node.advance("7d20h")
    assert [at / 3600 for _, at in node.ports()][-2:] == [161, 182]


def test_a_changed_rule_for_holidays_sends_no_cron_time_that_is_past() -> None:
    node = Harness(Schedule, {"cron": "0 8 * * *", **JP_SKIP})
    node.start()
    node.advance("7d9h")
    node.change({"cron": "0 8 * * *", "holidays": "JP", "on_holidays": "normal"}, "7d9h")
    assert node.timers == {"tick": START + (WEEK + 32 * 3600) * 1000}


def test_a_changed_pace_that_is_past_is_due_at_its_own_time() -> None:
    node = Harness(Schedule, {"every": "10m"})
    node.start()
    node.advance("10m")
    node.change({"every": "2m"}, "19m")
    assert node.timers == {"tick": START + 720_000}


def test_a_tick_that_is_due_just_now_is_not_missed() -> None:
    node = Harness(Schedule, {"every": "10m"})
    event = Event(START, START + 600_000, None, None, {}, "t")
    assert Timer("tick", START + 600_000) in list(node.node.on_timer("tick", event, node.memory))


def test_a_recorded_tick_is_sent_at_its_time_with_its_data() -> None:
    node = Harness(Schedule, {"every": "10m"})
    node.read(node="n", time=START + 5000, data={"by": "hand"})
    node.read(node="n")
    assert node.sent == [("out", 5, {"by": "hand"}), ("out", 0, {})]


def test_a_pace_that_is_changed_before_the_first_tick_counts_from_the_start() -> None:
    node = Harness(Schedule, {"every": "10m"})
    node.start()
    node.change({"every": "3m"}, "1m")
    node.advance("6m")
    assert [at for _, at in node.ports()] == [180, 360]


def test_a_region_that_nobody_knows_is_a_problem_and_a_rule_without_one_a_warning() -> None:
    def codes(**params: Any) -> list[str]:
        return Harness.problems_of(Schedule, {"every": "1m", **params}, scope_of())

    assert codes() == codes(**JP_SKIP) == codes(**JP_ONLY) == []
    assert codes(holidays="Japan", on_holidays="skip") == ["not_allowed_value"]
    assert codes(on_holidays="only") == codes(holidays="JP") == ["without_effect"]


def test_a_rule_without_a_region_has_no_effect() -> None:
    assert ticks({"every": "10m", "on_holidays": "only"}, "20m") == [600, 1200]


def test_a_schedule_tells_its_next_times_without_the_days_that_it_leaves_out() -> None:
    daily = Schedule.Params(cron="0 8 * * *")
    first, second = Schedule(daily, scope_of()).upcoming(START, 2)
    assert second - first == 86_400_000
    assert first > START
    weekdays = Schedule.Params(cron="0 8 * * *", holidays="JP", on_holidays="skip")
    assert len(Schedule(weekdays, scope_of()).upcoming(START, 5)) == 5
