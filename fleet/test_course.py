"""The clock on the wall: courses, things that happen now and then, timetables, and what is told as true or false."""

import json
from pathlib import Path
from typing import Any

import pytest

from fleet.description import Fleet, load
from fleet.device import VirtualDevice
from fleet.moment import duration, moment
from fleet.problem import FleetProblem
from fleet.record import record, switches

MONDAY = moment("2026-01-05T00:00:00+09:00")
HOUR = 3_600_000


def fleet_of(folder: Path, signals: list[dict[str, Any]], **kind: Any) -> Fleet:
    path = folder / "fleet.json"
    stops = kind.pop("stops", [])
    whole = {"id": "x", "topic": "x/{device}", "period": "1m", "signals": signals} | kind
    path.write_text(json.dumps({"fleet": 1, "types": [whole], "devices": [{"id": "d", "type": "x", "stops": stops}]}))
    return load(path)


def told(fleet: Fleet, length: str, *faults: str, start: int = MONDAY) -> list[dict[str, Any]]:
    return [line["data"] for line in record(fleet, start, duration(length), switches(list(faults), fleet))]


def test_a_course_goes_from_point_to_point_on_the_clock_of_its_zone(tmp_path: Path) -> None:
    course = {"zone": "Asia/Tokyo", "points": [["6h", 0], ["8h", 40], ["18h", 40], ["20h", 0]]}
    rows = told(fleet_of(tmp_path, [{"name": "v", "level": 10, "course": course}]), "1d")
    assert [rows[hour * 60]["v"] for hour in (0, 6, 7, 8, 12, 18, 19, 23)] == [10, 10, 30, 50, 50, 50, 30, 10]


def test_a_course_of_a_week_begins_on_monday(tmp_path: Path) -> None:
    course = {"zone": "Asia/Tokyo", "over": "7d", "points": [["0h", 5], ["5d", 5], ["5d1s", 0], ["6d23h", 0]]}
    fleet = fleet_of(tmp_path, [{"name": "v", "level": 0, "course": course}], period="1h")
    rows = told(fleet, "7d")
    assert {row["v"] for row in rows[:121]} == {5}
    assert {row["v"] for row in rows[121:167]} == {0}


def test_a_pulse_comes_once_in_each_stretch_and_only_in_its_hours(tmp_path: Path) -> None:
    pulse = {"every": "2h", "lasts": "5m", "hours": ["8h", "20h"], "zone": "Asia/Tokyo"}
    fleet = fleet_of(tmp_path, [{"name": "door", "level": 0, "pulses": [pulse], "true_from": 0.5}])
    doors = [row["door"] for row in told(fleet, "1d")]
    begun = [minute for minute in range(1, len(doors)) if doors[minute] and not doors[minute - 1]]
    assert 5 <= len(begun) <= 7
    assert sum(doors) == 5 * len(begun)
    assert all(8 * 60 <= minute <= 20 * 60 for minute in begun)
    assert [row["door"] for row in told(fleet, "12h", start=MONDAY + 12 * HOUR)] == doors[12 * 60 :]


def test_a_pulse_with_no_chance_never_comes(tmp_path: Path) -> None:
    pulse = {"every": "10m", "lasts": "5m", "chance": 0}
    fleet = fleet_of(tmp_path, [{"name": "door", "level": 0, "pulses": [pulse], "true_from": 0.5}])
    assert not any(row["door"] for row in told(fleet, "1d"))


STOPS = [{"at": "0h", "lat": 35.0, "lon": 139.0}, {"at": "8h", "lat": 35.0, "lon": 139.0},
         {"at": "9h", "lat": 35.5, "lon": 139.0}, {"at": "10h", "lat": 35.0, "lon": 139.0}]  # fmt: skip


def test_what_moves_keeps_its_timetable(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, [], route={"zone": "Asia/Tokyo"}, stops=STOPS)
    rows = told(fleet, "1d")
    assert rows[7 * 60] == {"position": {"lat": 35.0, "lon": 139.0}, "speed": 0.0}
    assert rows[8 * 60 + 30]["position"] == {"lat": 35.25, "lon": 139.0}
    assert rows[8 * 60 + 30]["speed"] == pytest.approx(55.6, abs=0.05)
    assert rows[-1]["position"] == {"lat": 35.0, "lon": 139.0}


def test_what_is_held_stands_and_is_where_it_should_be_afterwards(tmp_path: Path) -> None:
    faults = [{"id": "stuck_in_traffic", "freeze": ["position"]}]
    fleet = fleet_of(tmp_path, [], route={"zone": "Asia/Tokyo"}, stops=STOPS, faults=faults)
    rows = told(fleet, "1d", "d:stuck_in_traffic@8h30m-8h45m")
    assert {json.dumps(row) for row in rows[510:525]} == {json.dumps({"position": rows[509]["position"], "speed": 0.0})}
    assert rows[525]["position"] == {"lat": 35.375, "lon": 139.0}


def test_a_signal_may_follow_how_fast_the_device_moves(tmp_path: Path) -> None:
    engine = {"name": "engine", "level": 0, "follows": [{"signal": "speed", "gain": 1}], "true_from": 1}
    faults = [{"id": "idling", "freeze": ["position"], "add": {"engine": 9}}, {"id": "parked", "freeze": ["position"]}]
    fleet = fleet_of(tmp_path, [engine], route={"zone": "Asia/Tokyo"}, stops=STOPS, faults=faults)
    rows = told(fleet, "10h", "d:idling@8h20m-8h30m", "d:parked@8h40m-8h50m")
    assert [rows[minute]["engine"] for minute in (479, 481, 505, 515, 525, 535)] == [
        False,
        True,
        True,
        True,
        False,
        True,
    ]


def test_a_fault_sets_a_value_until_it_is_told_otherwise_or_over(tmp_path: Path) -> None:
    faults = [{"id": "no_show", "set": {"booked": True}}]
    signals = [
        {"name": "booked", "value": False},
        {"name": "load", "level": 1, "follows": [{"signal": "booked", "gain": 4}]},
    ]
    fleet = fleet_of(
        tmp_path, signals, faults=faults, listens=[{"topic": "x/{device}/set", "sets": {"booked": [False]}}]
    )
    rows = told(fleet, "6m", "d:no_show@2m-4m")
    assert [row["booked"] for row in rows] == [False, False, True, True, False, False]
    assert [row["load"] for row in rows] == [1, 1, 5, 5, 1, 1]
    device = VirtualDevice(fleet.devices[0], fleet.types[0], 0)
    device.switch("no_show", on=True)
    assert device.read(MONDAY)["booked"] is True
    assert device.told({"booked": False}, {"booked": [False]})
    assert device.read(MONDAY + 60_000)["booked"] is False
    device.switch("no_show", on=False)
    assert device.read(MONDAY + 120_000)["booked"] is False


@pytest.mark.parametrize(
    ("signal", "kind", "part"),
    [
        ({"course": {"points": [["8h", 1], ["6h", 0]]}}, {}, "order of time"),
        ({"course": {"points": [["25h", 1]]}}, {}, "order of time"),
        ({"course": {"points": [["8h", 1]], "zone": "Nowhere/City"}}, {}, "time zone"),
        ({"pulses": [{"every": "10ms", "lasts": "1ms"}]}, {}, "too often"),
        ({}, {"route": {}}, "two stops"),
        ({}, {"faults": [{"id": "f", "set": {"w": 1}}]}, "no signal"),
        ({}, {"faults": [{"id": "f", "set": {"v": 1}}]}, "has a level"),
    ],
)
def test_a_clock_that_makes_no_sense_is_refused(
    tmp_path: Path, signal: dict[str, Any], kind: dict[str, Any], part: str
) -> None:
    with pytest.raises(FleetProblem) as caught:
        fleet_of(tmp_path, [{"name": "v", "level": 0} | signal], **kind)
    assert part in caught.value.en
