"""shift: the name, the day and the start of the shift in which an event lies."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nodes.kit.effect import Emit
from nodes.kit.event import Event
from nodes.kit.harness import START, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.time.shift import MOST_SHIFTS, ShiftKind

THREE = [{"name": "late", "from": "14:00"}, {"name": "early", "from": "06:00"}, {"name": "night", "from": "22:00"}]
HOUR = 3_600_000
BERLIN = ZoneInfo("Europe/Berlin")


def node(*shifts: dict[str, Any], zone: str = "UTC") -> Harness:
    return Harness(ShiftKind, {"shifts": list(shifts) or THREE}, scope_of(zone=zone))


def added(which: Harness, at: str) -> tuple[str, str, float]:
    which.feed(at, {"x": 1})
    data = which.sent[-1][2]
    assert data["x"] == 1
    return data["shift"], data["shift_date"], (data["shift_start"] - START) / HOUR


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("0s", ("night", "2026-01-04", -2)),
        ("5h59m59.999s", ("night", "2026-01-04", -2)),
        ("6h", ("early", "2026-01-05", 6)),
        ("13h59m59.999s", ("early", "2026-01-05", 6)),
        ("14h", ("late", "2026-01-05", 14)),
        ("21h59m59.999s", ("late", "2026-01-05", 14)),
        ("22h", ("night", "2026-01-05", 22)),
        ("1d1h", ("night", "2026-01-05", 22)),
    ],
)
def test_an_event_at_the_start_belongs_to_the_shift_that_begins_whatever_the_order(at: str, expected: Any) -> None:
    assert added(node(), at) == expected


def test_events_of_different_shifts_in_any_order_are_told_apart() -> None:
    which = node()
    assert [added(which, at)[0] for at in ("23h", "7h", "8h", "15h", "1d5h")] == [
        "night", "early", "early", "late", "night",
    ]  # fmt: skip


def test_a_single_shift_lasts_a_whole_day() -> None:
    which = node({"name": "day", "from": "08:00"})
    assert added(which, "7h59m") == ("day", "2026-01-04", -16)
    assert added(which, "8h") == ("day", "2026-01-05", 8)


def test_two_shifts_may_have_the_same_name_but_not_the_same_start() -> None:
    crews = [{"name": "A", "from": "06:00"}, {"name": "B", "from": "14:00"}, {"name": "A", "from": "22:00"}]
    assert added(node(*crews), "23h")[0] == "A"
    with pytest.raises(ValueError, match="not_unique"):
        node({"name": "A", "from": "06:00"}, {"name": "B", "from": "06:00"})


def test_the_clock_is_that_of_the_zone() -> None:
    assert added(node(zone="Asia/Tokyo"), "0s") == ("early", "2026-01-05", -3)


def local(text: str, fold: int = 0) -> Event:
    time = int(datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp() * 1000)
    return Event(time, time, "d1", "kiln", {}, "c")


def names_at(shifts: list[dict[str, Any]], *texts: str) -> list[str]:
    which = node(*shifts, zone="Europe/Berlin").node
    made = [one for text in texts for one in which.on_event(local(text), "in", None)]
    return [one.event.data["shift"] for one in made if isinstance(one, Emit)]


def test_a_shift_whose_start_is_skipped_by_the_clock_begins_after_the_gap() -> None:
    shifts = [{"name": "a", "from": "01:00"}, {"name": "b", "from": "02:30"}, {"name": "c", "from": "03:45"}]
    times = [f"2026-03-29T{time}" for time in ("01:59", "03:29", "03:30", "03:45")]
    assert names_at(shifts, *times) == ["a", "a", "b", "c"]


def test_of_shifts_that_begin_at_once_because_of_the_clock_the_last_one_counts() -> None:
    shifts = [{"name": "b", "from": "03:30"}, {"name": "a", "from": "02:30"}]
    assert names_at(shifts, "2026-03-29T03:30", "2026-03-30T02:30") == ["b", "a"]


def test_fields_of_the_same_names_are_replaced_and_no_data_is_needed() -> None:
    which = node()
    which.feed("6h", {"shift": "x", "shift_start": None}, device=None)
    which.feed("7h")
    assert [data["shift"] for _, _, data in which.sent] == ["early", "early"]
    assert which.sent[0][2]["shift_start"] == START + 6 * HOUR


@pytest.mark.parametrize(
    "shifts",
    [
        [],
        [{"name": "", "from": "06:00"}],
        [{"name": "x" * 41, "from": "06:00"}],
        [{"name": "a", "from": "6:00"}],
        [{"name": "a"}],
        [{"name": "a", "from": "06:00", "to": "14:00"}],
        [{"name": "a", "from": f"{hour:02}:00"} for hour in range(MOST_SHIFTS + 1)],
    ],
)
def test_shifts_that_cannot_be_read_are_refused(shifts: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError):
        Harness(ShiftKind, {"shifts": shifts})


def test_the_shape_has_the_added_fields_beside_those_that_come_in() -> None:
    scope = scope_of(shape=Shape({"t": FieldShape("number", "°C")}, False))
    fields = Harness(ShiftKind, {"shifts": THREE}, scope).shapes()["out"].fields
    assert {name: field.type for name, field in fields.items()} == {
        "t": "number", "shift": "string", "shift_date": "string", "shift_start": "integer",
    }  # fmt: skip
