"""Virtual time: the same stream every time, and faults that change what they say and nothing else."""

import io
import json
import statistics
from contextlib import redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fleet.__main__ import main
from fleet.description import Fleet, load
from fleet.moment import moment
from fleet.problem import FleetProblem
from fleet.record import record, switches

FIRST = Path(__file__).resolve().parents[1] / "gallery" / "first" / "fleet.json"
START = moment("2026-01-05T00:00:00Z")
MINUTE = 60_000


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    return load(FIRST)


def lines(fleet: Fleet, minutes: float, *faults: str, start: int = START, raw: bool = False) -> list[dict[str, Any]]:
    return list(record(fleet, start, round(minutes * MINUTE), switches(list(faults), fleet), raw=raw))


def series(rows: list[dict[str, Any]], device: str, field: str) -> list[Any]:
    return [row["data"][field] for row in rows if row["device"] == device]


def test_the_same_start_gives_the_same_stream(fleet: Fleet) -> None:
    assert lines(fleet, 3) == lines(fleet, 3)
    assert lines(fleet, 1) != lines(fleet, 1, start=START + MINUTE)


def test_a_later_start_hardly_changes_what_a_moment_looks_like(fleet: Fleet) -> None:
    whole, later = lines(fleet, 12), lines(fleet, 2, start=START + 10 * MINUTE)
    there = series([row for row in whole if row["time"] >= "2026-01-05T00:10"], "kiln-1", "temperature")
    assert there == pytest.approx(series(later, "kiln-1", "temperature"), abs=0.11)


def test_lines_come_in_order_of_time_and_the_end_is_excluded(fleet: Fleet) -> None:
    rows = lines(fleet, 1)
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert rows[0]["time"] == "2026-01-05T00:00:00.000Z"
    assert rows[-1]["time"] == "2026-01-05T00:00:59.000Z"
    assert len(series(rows, "kiln-1", "temperature")) == 60


def test_a_kiln_stays_well_below_eighty_degrees_until_it_overheats(fleet: Fleet) -> None:
    for hours in (0, 6, 12, 18):
        rows = lines(fleet, 30, start=START + hours * 60 * MINUTE)
        for kiln in ("kiln-1", "kiln-2", "kiln-3"):
            values = series(rows, kiln, "temperature")
            assert min(values) > 55
            assert max(values) < 69


def test_an_overheating_kiln_rises_within_forty_seconds_and_falls_again(fleet: Fleet) -> None:
    rows = lines(fleet, 4, "kiln-2:overheat@1m-2m")
    values = series(rows, "kiln-2", "temperature")
    assert max(values[:60]) < 70
    assert values[60 + 5] < 80
    assert min(values[60 + 30 : 120]) > 95
    assert max(values[120 + 30 :]) < 72
    assert series(rows, "kiln-1", "temperature") == series(lines(fleet, 4), "kiln-1", "temperature")


def test_a_stuck_sensor_repeats_itself_while_the_rest_goes_on(fleet: Fleet) -> None:
    rows = lines(fleet, 2, "kiln-1:stuck@1m", "kiln-1:overheat@1m")
    assert len(set(series(rows, "kiln-1", "temperature")[60:])) == 1
    assert series(rows, "kiln-1", "power")[-1] > 60


def test_a_noisy_sensor_scatters(fleet: Fleet) -> None:
    calm, noisy = (series(lines(fleet, 2, *f), "kiln-1", "temperature") for f in ((), ("kiln-1:noisy",)))
    assert statistics.stdev(noisy) > 5 * statistics.stdev(calm)


def test_a_silent_device_says_nothing_for_that_time(fleet: Fleet) -> None:
    rows = [row for row in lines(fleet, 3, "kiln-3:silent@1m-2m") if row["device"] == "kiln-3"]
    assert len(rows) == 120
    assert not [row for row in rows if "00:01:00" <= row["time"][11:19] < "00:02:00"]


def test_a_crowded_room_uses_up_its_air(fleet: Fleet) -> None:
    rows = lines(fleet, 6, "room-1:crowded@1m-3m")
    co2 = series(rows, "room-1", "co2")
    assert max(co2[:30]) < 1000 < co2[30 + 45]
    assert co2[-1] < 1000
    assert all(isinstance(value, int) for value in co2 + series(rows, "room-1", "people"))


def test_raw_lines_carry_topics_and_payloads_as_they_are_published(fleet: Fleet) -> None:
    row = next(r for r in lines(fleet, 1, raw=True) if r["topic"] == "plant/kiln-1/telemetry")
    assert row["data"]["ts"] == START
    assert set(row["data"]) == {"ts", "t", "p"}
    garbled = lines(fleet, 0.1, "kiln-1:garbled", raw=True)[0]["data"]
    with pytest.raises(ValueError, match=r"delimiter|Expecting"):
        json.loads(garbled)


def test_the_command_prints_json_lines_and_names_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with redirect_stdout(out):
        assert main(["record", str(FIRST), "--for", "2s", "--start", "2026-01-05T09:00:00+09:00"]) == 0
    out.seek(0)
    rows = [json.loads(line) for line in out]
    assert rows[0] == {"time": "2026-01-05T00:00:00.000Z", "device": "kiln-1", "data": rows[0]["data"]}
    assert main(["record", str(tmp_path / "none.json"), "--for", "1s"]) == 2
    for wrong in (["--for", "soon"], ["--for", "1s", "--fault", "kiln-9:overheat"], ["--for", "1s", "--start", "now"]):
        with redirect_stdout(io.TextIOWrapper(io.BytesIO())):
            assert main(["record", str(FIRST), *wrong]) == 2


def test_wear_grows_from_when_it_began_and_faster_and_faster(tmp_path: Path) -> None:
    path = tmp_path / "fleet.json"
    fault = {"id": "bearing", "grow": {"v": {"amount": 6, "over": "10m"}}}
    kind = {"id": "pump", "topic": "p/{device}", "signals": [{"name": "v", "level": 2, "decimals": 6}], "faults": [fault],
            "period": "1m"}  # fmt: skip
    path.write_text(json.dumps({"fleet": 1, "types": [kind], "devices": [{"id": "p1", "type": "pump"}]}), "utf-8")
    told = series(lines(load(path), 31, "p1:bearing@5m-26m"), "p1", "v")
    assert told[:6] == [2] * 6
    assert told[15] == pytest.approx(8)
    rises = [after - before for before, after in pairwise(told[5:26])]
    assert rises == sorted(rises)
    assert rises[0] > 0
    assert told[26:] == [2] * 5


def test_a_text_that_takes_turns_changes_by_the_clock_wherever_the_recording_begins(tmp_path: Path) -> None:
    turns = {"name": "lot", "turns": {"values": ["L-1", "L-2", "L-3"], "every": "2m"}}
    file = tmp_path / "fleet.json"
    kind = {"id": "belt", "topic": "b/{device}", "period": "1m", "signals": [turns]}
    file.write_text(json.dumps({"fleet": 1, "types": [kind], "devices": [{"id": "b1", "type": "belt"}]}), "utf-8")
    told = series(lines(load(file), 8), "b1", "lot")
    assert told == ["L-1", "L-1", "L-2", "L-2", "L-3", "L-3", "L-1", "L-1"]
    assert series(lines(load(file), 3, start=START + 3 * MINUTE), "b1", "lot") == told[3:6]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"devices": [{"id": "a", "type": "none"}]}, "no type"),
        ({"devices": [{"id": "a", "type": "kiln"}] * 2}, "two devices"),
        ({"devices": [{"id": "a/b", "type": "kiln"}]}, "regex"),
        ({"fleet": 2}, "fleet"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_fleet_file_that_makes_no_sense_is_refused(tmp_path: Path, change: dict[str, Any], part: str) -> None:
    file = tmp_path / "fleet.json"
    file.write_text(json.dumps(json.loads(FIRST.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(FleetProblem) as caught:
        load(file)
    assert part in caught.value.en
