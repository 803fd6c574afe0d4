"""spectrum: figures of waves whose figures are known."""

import random
from math import pi, sin, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.ai.spectrum import MOST, Spectrum
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.vibration import LIMITS, figures, zone
from tests.thorough import thoroughly


def wave(hertz: float, size: float, rate: float = 4096, count: int = 4096) -> list[float]:
    return [size * sin(2 * pi * hertz * number / rate) for number in range(count)]


def told(samples: Any, **params: Any) -> dict[str, Any]:
    node = Harness(Spectrum, {"field": "x", "rate": 4096, **params})
    node.feed("0s", {"x": samples, "site": "north"})
    assert node.troubles() == []
    return node.sent[-1][2]


def test_a_sine_has_the_figures_of_a_sine() -> None:
    data = told([3.0 + part for part in wave(160, 2)])
    assert data["rms"] == pytest.approx(sqrt(2), rel=1e-5)
    assert data["peak"] == pytest.approx(2, rel=1e-5)
    assert data["crest"] == pytest.approx(sqrt(2), rel=1e-5)
    assert data["kurtosis"] == pytest.approx(1.5, rel=1e-5)
    assert data["dominant"] == pytest.approx(160, rel=1e-5)
    assert data["velocity"] == pytest.approx(1000 * sqrt(2) / (2 * pi * 160), rel=1e-3)
    assert "x" not in data
    assert data["site"] == "north"
    assert "zone" not in data


def test_g_and_velocities_are_taken_as_they_are() -> None:
    in_si = told(wave(50, 1))["velocity"]
    assert told(wave(50, 1), unit="g")["velocity"] == pytest.approx(9.80665 * in_si, rel=1e-5)
    assert told(wave(50, 1), unit="mm/s")["velocity"] == pytest.approx(sqrt(0.5), rel=1e-5)


def test_severity_counts_only_what_lies_between_10_and_1000_hertz() -> None:
    alone = told(wave(100, 1))["velocity"]
    with_more = [a + b + c for a, b, c in zip(wave(100, 1), wave(4, 1), wave(1500, 50), strict=True)]
    assert told(with_more)["velocity"] == pytest.approx(alone, rel=1e-3)
    assert told(wave(10, 1), unit="mm/s")["velocity"] > 0.5
    assert told(wave(1000, 1), unit="mm/s")["velocity"] > 0.5


def test_a_frequency_between_two_lines_is_found_between_them() -> None:
    assert told(wave(100.4, 1))["dominant"] == pytest.approx(100.4, abs=0.05)
    assert told(wave(100.5, 1, count=1024))["dominant"] == pytest.approx(100.5, abs=0.2)
    assert told(wave(4095 / 2, 1))["dominant"] == pytest.approx(2047.5, abs=1)


def test_bands_hold_what_lies_in_them_with_their_start_and_without_their_end() -> None:
    bands = [{"name": "low", "from": 0, "to": 200}, {"name": "high", "from": 200, "to": 2000}]
    mixed = [a + b for a, b in zip(wave(100, 1), wave(700, 3), strict=True)]
    data = told(mixed, bands=bands)
    assert (data["low"], data["high"]) == (pytest.approx(sqrt(0.5), rel=1e-4), pytest.approx(sqrt(4.5), rel=1e-4))
    edge = figures(wave(200, 1), 4096, "m/s2", [(150, 200), (200, 250)]).bands
    assert edge[1] ** 2 > 4 * edge[0] ** 2 > 0


@thoroughly(60)
@given(st.integers(0, 10_000), st.integers(16, 300))
def test_all_bands_together_hold_about_all(seed: int, count: int) -> None:
    """Parseval: exactly so for the windowed samples, which stand for all of them where the samples are long."""
    chance = random.Random(seed)
    samples = [chance.gauss(0, 1) for _ in range(count * 16)]
    found = figures(samples, 1000, "m/s2", [(0, 250), (250, 501)])
    assert sqrt(found.bands[0] ** 2 + found.bands[1] ** 2) == pytest.approx(found.rms, rel=0.35)
    assert found.peak >= found.rms
    assert found.crest == pytest.approx(found.peak / found.rms, rel=1e-4)


def test_knocks_raise_kurtosis_and_crest() -> None:
    chance = random.Random(1)
    hum = [chance.gauss(0, 1) for _ in range(4096)]
    knocking = [part + (12 if number % 512 == 0 else 0) for number, part in enumerate(hum)]
    assert told(hum)["kurtosis"] == pytest.approx(3, abs=0.3)
    assert told(knocking)["kurtosis"] > 4
    assert told(knocking)["crest"] > 1.5 * told(hum)["crest"]


@pytest.mark.parametrize("machine", LIMITS)
def test_a_border_belongs_to_the_better_zone(machine: str) -> None:
    for number, limit in enumerate(LIMITS[machine]):
        assert zone(limit, machine) == "ABC"[number]
        assert zone(limit + 0.01, machine) == "BCD"[number]


def test_the_zones_are_those_of_the_standard() -> None:
    assert LIMITS == {
        "large_rigid": (2.3, 4.5, 7.1), "large_flexible": (3.5, 7.1, 11.0), "medium_rigid": (1.4, 2.8, 4.5),
        "medium_flexible": (2.3, 4.5, 7.1), "small": (0.71, 1.8, 4.5),
    }  # fmt: skip
    assert told(wave(50, 4), machine="small", unit="mm/s")["zone"] == "C"


def test_where_nothing_moves_there_are_no_ratios() -> None:
    data = told([7.3] * 4096, machine="small")
    assert (data["rms"], data["peak"], data["velocity"], data["zone"]) == (0, 0, 0, "A")
    assert (data["crest"], data["kurtosis"], data["dominant"]) == (None, None, None)


def test_too_short_or_too_slow_samples_have_no_velocity() -> None:
    assert told(wave(50, 1, count=819), machine="small")["zone"] is None
    assert told(wave(50, 1, count=820), machine="small")["zone"] is not None
    assert told([0, 1] * 40, rate=39)["velocity"] is None
    assert told([0, 1] * 40, rate=40)["velocity"] is not None


def test_what_is_no_list_of_numbers_is_a_problem_and_goes_no_further() -> None:
    node = Harness(Spectrum, {"field": "x", "rate": 4096})
    bad = [None, 5, "1,2", {}, [1.0] * 15, [1.0] * (MOST + 1), [1.0] * 16 + [None], [1.0] * 16 + [True], [1.0] * 16 + ["2"],
           [1.0] * 16 + [float("inf")], [1.0] * 16 + [1e61], [1.0] * 16 + [[1]]]  # fmt: skip
    for number, samples in enumerate(bad):
        node.feed(f"{number}s", {"x": samples})
    assert node.sent == []
    assert node.troubles() == [
        "missing_field", "wrong_type", "wrong_type", "wrong_type", "too_short", "too_long", "wrong_type", "wrong_type",
        "wrong_type", "number_too_large", "number_too_large", "wrong_type",
    ]  # fmt: skip
    node.feed("1m", {"x": [1] * 16})
    node.feed("2m", {"x": [0.5, 1] * (MOST // 2)})
    assert len(node.sent) == 2


def test_equal_samples_give_equal_figures_however_they_are_written() -> None:
    assert told([1, 0] * 50) == told([1.0, 0.0] * 50)
    assert len(format(told(wave(33.3, 1))["rms"])) <= 8


def test_shapes_and_checks() -> None:
    shape = Shape({"x": FieldShape("any"), "t": FieldShape("number", "°C")}, open=False)
    scope = scope_of(shape=shape)
    bands = [{"name": "low", "from": 5, "to": 9}]
    out = Harness(
        Spectrum, {"field": "x", "rate": 64, "unit": "g", "bands": bands, "machine": "small"}, scope
    ).shapes()["out"]
    assert "x" not in out.fields
    assert out.fields["rms"] == out.fields["low"] == FieldShape("number", "g")
    assert out.fields["velocity"] == FieldShape("number", "mm/s")
    assert out.fields["dominant"] == FieldShape("number", "Hz")
    assert out.fields["zone"] == FieldShape("string")
    assert "zone" not in Harness(Spectrum, {"field": "x", "rate": 64}, scope).shapes()["out"].fields
    assert Harness.problems_of(Spectrum, {"field": "t", "rate": 64}, scope) == ["wrong_type"]
    assert Harness.problems_of(Spectrum, {"field": "y", "rate": 64}, scope) == ["unknown_field"]
    wrong = [{"name": "rms", "from": 1, "to": 2}, {"name": "a", "from": 3, "to": 2}]
    assert Harness.problems_of(Spectrum, {"field": "x", "rate": 64, "bands": wrong}, scope) == [
        "reserved_name",
        "limits_swapped",
    ]


def test_the_fastest_line_is_found_too() -> None:
    assert told([(-1) ** number for number in range(64)], rate=64)["dominant"] == pytest.approx(32, abs=1)
