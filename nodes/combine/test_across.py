"""across: one number over the newest reading of each device."""

import statistics
from fractions import Fraction
from time import perf_counter
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.combine.across import Across
from nodes.kit import latest as module
from nodes.kit.effect import Emit
from nodes.kit.event import Event
from nodes.kit.harness import START, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape

FIELDS = Shape({"t": FieldShape("number", "°C"), "name": FieldShape("string")}, False, "always", ("kiln",))
CALCS = ("average", "min", "max", "sum", "count", "median", "spread")


def across(calc: str = "average", shape: Shape = FIELDS, **params: Any) -> Harness:
    return Harness(Across, {"field": "t", "calc": calc, **params}, scope_of(shape=shape))


def results(node: Harness) -> list[tuple[float, Any, int]]:
    return [(at, data["value"], data["count"]) for _, at, data in node.sent]


@pytest.mark.parametrize(
    ("calc", "wanted"),
    [("average", [4, 3, 6]), ("min", [4, 2, 2]), ("max", [4, 4, 12]), ("sum", [4, 6, 18]), ("count", [1, 2, 3]),
     ("median", [4, 3, 4]), ("spread", [0, 2, 10])],
)  # fmt: skip
def test_each_reading_sends_the_result_over_the_devices_heard_so_far(calc: str, wanted: list[float]) -> None:
    node = across(calc)
    for second, value in enumerate((4, 2, 12)):
        node.feed(f"{second}s", {"t": value}, device=f"d{second}")
    assert results(node) == [(n, value, n + 1) for n, value in enumerate(wanted)]


def test_a_newer_reading_takes_the_place_of_the_one_before() -> None:
    node = across("sum")
    for at, device, value in (("0s", "a", 1), ("1s", "b", 10), ("2s", "a", 2), ("2s", "a", 3)):
        node.feed(at, {"t": value}, device=device)
    assert [value for _, value, _ in results(node)] == [1, 11, 12, 13]


def test_the_event_keeps_its_data_and_names_the_lowest_and_the_highest() -> None:
    node = across("max")
    node.feed("0s", {"t": 5, "x": "kept", "value": "replaced"}, device="b")
    node.feed("1s", {"t": 7}, device="a")
    assert node.sent[0][2] == {"t": 5, "x": "kept", "value": 5, "count": 1, "lowest": "b", "highest": "b"}
    assert (node.sent[1][2]["lowest"], node.sent[1][2]["highest"]) == ("b", "a")


def test_of_equal_values_the_first_id_is_named_on_both_ends() -> None:
    node = across("average")
    for device in ("c", "b", "a"):
        node.feed("0s", {"t": 5}, device=device)
    node.feed("1s", {"t": 6}, device="e")
    node.feed("1s", {"t": 6}, device="d")
    assert (node.sent[2][2]["lowest"], node.sent[2][2]["highest"]) == ("a", "a")
    assert (node.sent[-1][2]["lowest"], node.sent[-1][2]["highest"]) == ("a", "d")


def test_devices_are_counted_whatever_the_field_holds_and_then_none_is_lowest() -> None:
    node = across("count")
    node.feed("0s", {"t": "on"}, device="a")
    node.feed("1s", {"t": [1]}, device="b")
    node.feed("2s", {"t": None}, device="c")
    assert results(node) == [(0, 1, 1), (1, 2, 2)]
    assert node.sent[-1][2]["lowest"] is node.sent[-1][2]["highest"] is None
    assert node.troubles() == ["missing_field"]


@pytest.mark.parametrize(
    ("data", "code"),
    [({}, "missing_field"), ({"t": None}, "missing_field"), ({"t": "5"}, "wrong_type"), ({"t": True}, "wrong_type"),
     ({"t": [5]}, "wrong_type"), ({"t": 2e300}, "out_of_range"), ({"t": 10**400}, "out_of_range")],
)  # fmt: skip
def test_an_event_without_a_usable_number_is_a_problem_and_changes_nothing(data: Any, code: str) -> None:
    node = across("sum")
    node.feed("0s", {"t": 1}, device="a")
    node.feed("1s", data, device="a")
    node.feed("2s", {"t": 2}, device="b")
    assert results(node) == [(0, 1, 1), (2, 3, 2)]
    assert node.troubles() == [code]


def test_an_event_without_a_device_is_a_problem() -> None:
    node = across()
    node.feed("0s", {"t": 1}, device=None)
    assert (node.sent, node.troubles()) == ([], ["no_key"])


def test_an_older_reading_of_the_same_device_is_late_and_one_of_another_counts() -> None:
    node = across("sum")
    node.feed("10s", {"t": 1}, device="a")
    node.feed("9s", {"t": 100}, device="a")
    node.feed("8s", {"t": 10}, device="b")
    node.feed("11s", {"t": 2}, device="a")
    assert results(node) == [(10, 1, 1), (10, 11, 2), (11, 12, 2)]
    assert node.troubles() == ["late"]


def test_a_reading_counts_until_exactly_the_longest_age() -> None:
    node = across("sum", max_age="1m")
    for at, device in (("0s", "a"), ("60s", "b"), ("60.001s", "b")):
        node.feed(at, {"t": 1}, device=device)
    assert [value for _, value, _ in results(node)] == [1, 2, 1]


def test_a_reading_that_is_too_old_when_it_comes_is_late() -> None:
    node = across("sum", max_age="1m")
    node.feed("5m", {"t": 1}, device="a")
    node.feed("3m59.999s", {"t": 10}, device="b")
    node.feed("4m", {"t": 100}, device="c")
    assert results(node) == [(300, 1, 1), (300, 101, 2)]
    assert node.troubles() == ["late"]


def test_another_longest_age_acts_from_the_next_event() -> None:
    node = across("count", max_age="1h")
    node.feed("0s", {"t": 1}, device="a")
    node.change({"field": "t", "calc": "count", "max_age": "1m"}, "2m")
    assert len(node.sent) == 1
    node.feed("3m", {"t": 1}, device="b")
    assert results(node)[-1] == (180, 1, 1)


def test_the_oldest_reading_makes_room_for_one_more_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_DEVICES", 2)
    node = across("sum")
    for second, (device, value) in enumerate((("a", 1), ("b", 10), ("a", 2), ("c", 100))):
        node.feed(f"{second}s", {"t": value}, device=device)
    assert [value for _, value, _ in results(node)] == [1, 11, 12, 102]


READING = st.tuples(st.sampled_from("abcd"), st.integers(0, 40), st.integers(-5, 5) | st.floats(-1e300, 1e300))


@pytest.mark.parametrize("calc", CALCS)
@given(readings=st.lists(READING, min_size=1, max_size=40), stored=st.booleans())
def test_it_is_what_a_plain_computation_gives(calc: str, readings: list[Any], stored: bool) -> None:
    kind = Across(Across.Params.model_validate({"field": "t", "calc": calc, "max_age": "20ms"}), scope_of())
    memory, model, newest = Across.Memory(), dict[str, tuple[int, float]](), 0
    for device, time, value in readings:
        made = list(kind.on_event(Event(time, time, device, None, {"t": value}, "c"), "in", memory))
        if time < max(newest - 20, model.get(device, (0, 0))[0]):
            assert not isinstance(made[0], Emit)
            continue
        newest, model[device] = max(newest, time), (time, value)
        model = {d: (t, v) for d, (t, v) in model.items() if t >= newest - 20}
        assert isinstance(made[0], Emit)
        assert made[0].event.data["value"] == plainly(calc, [v for _, v in model.values()])
        assert (made[0].event.time, made[0].event.data["count"]) == (newest, len(model))
        memory = msgspec.json.decode(msgspec.json.encode(memory), type=Across.Memory) if stored else memory


def plainly(calc: str, values: list[float]) -> float:
    exact = sum(map(Fraction, values))
    return {
        "average": float(exact / len(values)), "min": min(values), "max": max(values), "sum": float(exact),
        "count": len(values), "median": statistics.median(values), "spread": max(values) - min(values),
    }[calc]  # fmt: skip


def test_a_long_run_leaves_no_dust_in_the_sum() -> None:
    node, memory = Across(Across.Params.model_validate({"field": "t", "calc": "sum"}), scope_of()), Across.Memory()

    def sum_after(time: int, value: float) -> float:
        made = list(node.on_event(Event(time, time, f"d{time % 7}", None, {"t": value}, "c"), "in", memory))
        return made[0].event.data["value"]  # type: ignore[union-attr]

    for number in range(30_000):
        sum_after(number, number / 10 % 97.3)
    assert [sum_after(30_000 + n, 0.1) for n in range(7)][-1] == float(7 * Fraction(0.1))


@pytest.mark.parametrize("calc", CALCS)
def test_ten_thousand_devices_cost_little_more_than_a_hundred(calc: str) -> None:
    assert any(cost(calc, 10_000) < 5 * cost(calc, 100) for _ in range(3)), (
        "also on a machine that slows down meanwhile"
    )


def cost(calc: str, devices: int) -> float:
    """Seconds for one event, at best of many."""
    node, memory = Across(Across.Params.model_validate({"field": "t", "calc": calc}), scope_of()), Across.Memory()
    events = [
        Event(START + n, 0, f"d{n % devices}", None, {"t": n * 7919 % 1000 / 10}, "c") for n in range(devices + 1_000)
    ]
    for event in events[:devices]:
        list(node.on_event(event, "in", memory))
    best = 1.0
    for start in range(devices, devices + 1_000, 100):
        began = perf_counter()
        for event in events[start : start + 100]:
            list(node.on_event(event, "in", memory))
        best = min(best, perf_counter() - began)
    return best / 100


@pytest.mark.parametrize(
    ("params", "shape", "codes"),
    [
        ({}, FIELDS, []),
        ({"field": "tt"}, FIELDS, ["unknown_field"]),
        ({"field": "name"}, FIELDS, ["wrong_type"]),
        ({"field": "name", "calc": "count"}, FIELDS, []),
        ({"per": "device"}, FIELDS, ["per_keeps_apart"]),
        ({}, Shape(device="never"), ["no_key"]),
    ],
)
def test_what_cannot_work_is_a_problem(params: Any, shape: Shape, codes: list[str]) -> None:
    assert Harness.problems_of(Across, {"field": "t", "calc": "max", **params}, scope_of(shape=shape)) == codes


@pytest.mark.parametrize("params", [{"calc": "mode"}, {"max_age": "0s"}, {"max_age": 5}, {"field": None}])
def test_params_that_mean_nothing_are_refused(params: Any) -> None:
    with pytest.raises(ValueError):
        across(**{"calc": "max", **params})


@pytest.mark.parametrize(
    ("calc", "value"),
    [("average", FieldShape("number", "°C")), ("spread", FieldShape("number", "°C", True)), ("count", FieldShape("integer"))],
)  # fmt: skip
def test_the_result_has_the_unit_of_the_field_and_the_spread_is_a_difference(calc: str, value: FieldShape) -> None:
    fields = across(calc).shapes()["out"].fields
    assert fields["value"] == value
    assert fields["count"] == FieldShape("integer")
    assert fields["lowest"] == fields["highest"] == FieldShape("string")


def test_memory_holds_the_readings_alone() -> None:
    node = across()
    node.feed("0s", {"t": 1}, device="a")
    assert msgspec.to_builtins(node.memory) == {"latest": {"heard": {"a": [START, 1]}, "newest": START}}
