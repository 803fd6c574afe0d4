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
