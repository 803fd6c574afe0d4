"""power: apparent power always; power factor and reactive power with the active power."""

import math
from typing import Any

import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.transform.power import Power

FIELDS = Shape(
    {
        "u": FieldShape("number", "V"),
        "i": FieldShape("number", "A"),
        "p": FieldShape("number", "W"),
        "kv": FieldShape("number", "kV"),
        "ma": FieldShape("integer", "mA"),
        "kw": FieldShape("number", "kW"),
        "t": FieldShape("number", "°C"),
        "odd": FieldShape("number", "目盛"),
        "name": FieldShape("string"),
    },
    open=False,
)


def power(**params: Any) -> Harness:
    return Harness(Power, {"voltage": "u", "current": "i", **params}, scope_of(shape=FIELDS))


def sent(node: Harness, **data: Any) -> dict[str, Any]:
    node.feed("0s", data)
    return node.sent[-1][2]


def test_one_phase_is_voltage_times_current_and_the_rest_stays() -> None:
    assert sent(power(), u=100, i=12.5, x="kept") == {"u": 100, "i": 12.5, "x": "kept", "apparent": 1250.0}


def test_three_phases_are_the_root_of_three_more() -> None:
    assert sent(power(phases=3), u=200, i=100)["apparent"] == pytest.approx(34641.0161514, rel=1e-11)


def test_units_are_converted() -> None:
    node = power(voltage="kv", current="ma", active="kw")
    assert sent(node, kv=6.6, ma=10_000, kw=33)["apparent"] == 66_000.0
    assert node.sent[0][2]["power_factor"] == 0.5


def test_without_units_they_are_volts_amperes_and_watts() -> None:
    node = Harness(Power, {"voltage": "u", "current": "i", "active": "p"})
    assert sent(node, u=100, i=10, p=500)["power_factor"] == 0.5


def test_an_unknown_unit_is_taken_as_it_is() -> None:
    assert sent(power(current="odd"), u=100, odd=2)["apparent"] == 200.0


def test_of_voltage_and_current_only_the_size_counts() -> None:
    for u, i in ((-100, 2), (100, -2), (-100, -2)):
        assert sent(power(), u=u, i=i)["apparent"] == 200.0


def test_the_active_power_gives_factor_and_reactive_power() -> None:
    data = sent(power(active="p"), u=100, i=10, p=800)
    assert (data["apparent"], data["power_factor"], data["reactive"]) == (1000.0, 0.8, 600.0)


def test_the_sign_of_the_active_power_is_kept_and_reactive_power_is_never_negative() -> None:
    data = sent(power(active="p"), u=100, i=10, p=-800)
    assert (data["power_factor"], data["reactive"]) == (-0.8, 600.0)


def test_no_active_power_is_all_reactive() -> None:
    data = sent(power(active="p"), u=100, i=10, p=0)
    assert (data["power_factor"], data["reactive"]) == (0.0, 1000.0)


@pytest.mark.parametrize("active", [1000, 1000.01, 1049, 1050, -1050])
def test_up_to_five_percent_too_much_is_an_inaccuracy(active: float) -> None:
    node = power(active="p")
    data = sent(node, u=100, i=10, p=active)
    assert (data["power_factor"], data["reactive"]) == (math.copysign(1, active), 0.0)
    assert not node.troubles()


@pytest.mark.parametrize("active", [1050.1, 1732, -1051, 1e300])
def test_more_than_that_is_a_problem_and_only_the_apparent_power_goes_on(active: float) -> None:
    node = power(active="p")
    data = sent(node, u=100, i=10, p=active, power_factor=0.9, reactive=1)
    assert data == {"u": 100, "i": 10, "p": active, "apparent": 1000.0}
    assert node.troubles() == ["value_out_of_range"]
    assert node.yields[0].args == {"field": "p", "value": active, "min": -1000, "max": 1000}  # type: ignore[union-attr]


@pytest.mark.parametrize(("u", "i", "p"), [(200, 0, 0), (0, 0, 0), (0, 5, 0), (200, 0, 2)])
def test_without_apparent_power_there_is_no_factor_and_no_problem(u: float, i: float, p: float) -> None:
    node = power(active="p")
    assert sent(node, u=u, i=i, p=p, power_factor=0.9) == {"u": u, "i": i, "p": p, "apparent": 0.0, "reactive": 0.0}
    assert not node.troubles()


def test_fields_of_these_names_are_replaced() -> None:
    data = sent(power(active="p"), u=100, i=10, p=800, apparent=1, power_factor=2, reactive=3)
    assert (data["apparent"], data["power_factor"], data["reactive"]) == (1000.0, 0.8, 600.0)


def test_without_active_a_power_factor_of_the_device_stays() -> None:
    assert sent(power(), u=100, i=10, power_factor=0.9)["power_factor"] == 0.9


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"i": 1, "p": 1}, "missing_field"),
        ({"u": 1, "p": 1}, "missing_field"),
        ({"u": 1, "i": 1}, "missing_field"),
        ({"u": 1, "i": None, "p": 1}, "missing_field"),
        ({"u": True, "i": 1, "p": 1}, "wrong_type"),
        ({"u": "100", "i": 1, "p": 1}, "wrong_type"),
        ({"u": 1, "i": 1, "p": [1]}, "wrong_type"),
        ({"u": 1e200, "i": 1e200, "p": 1}, "not_finite"),
        ({"u": 10**400, "i": 1, "p": 1}, "not_finite"),
    ],
)
def test_a_reading_that_is_missing_or_no_number_stops_the_event(data: dict[str, Any], code: str) -> None:
    node = power(active="p")
    node.feed("0s", data)
    assert node.troubles() == [code]
    assert not node.sent


@pytest.mark.parametrize(("u", "i", "p"), [(1e154, 1e154, 1e307), (5e-324, 1, 5e-324), (1e-200, 1e-200, 1e-9)])
def test_huge_and_tiny_numbers_give_finite_results(u: float, i: float, p: float) -> None:
    data = sent(power(active="p"), u=u, i=i, p=p)
    assert all(math.isfinite(value) for value in data.values())


def test_the_results_have_shapes_with_units() -> None:
    assert power().shapes()["out"].fields["apparent"] == FieldShape("number", "VA")
    assert "power_factor" not in power().shapes()["out"].fields
    shape = power(active="p").shapes()["out"].fields
    assert shape["power_factor"] == FieldShape("number")
    assert shape["reactive"] == FieldShape("number", "var")


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"active": "kw", "phases": 3}, []),
        ({"voltage": "x"}, [("unknown_field", "/params/voltage")]),
        ({"current": "name"}, [("wrong_type", "/params/current")]),
        ({"active": "x"}, [("unknown_field", "/params/active")]),
        ({"voltage": "t"}, [("cannot_convert", "/params/voltage")]),
        ({"active": "i"}, [("cannot_convert", "/params/active")]),
        ({"current": "odd"}, [("unknown_unit", "/params/current")]),
    ],
)
def test_what_cannot_work_is_a_problem(params: Any, found: list[tuple[str, str]]) -> None:
    assert [(p.code, p.path) for p in power(**params).problems()] == found


@pytest.mark.parametrize("phases", [0, 2, "3"])
def test_there_are_one_or_three_phases(phases: Any) -> None:
    with pytest.raises(ValueError):
        power(phases=phases)


def test_phases_may_change_while_it_runs() -> None:
    node = power()
    node.change({"voltage": "u", "current": "i", "phases": 3}, "1s")
    assert sent(node, u=100, i=10)["apparent"] == pytest.approx(1732.05080757, rel=1e-11)
