"""Settings in params: resolved once, in the unit of the field beside them."""

from typing import Any

import pytest

from document.conftest import Act, Tell
from document.settings import resolve, resolved
from nodes.filter.threshold import Threshold
from nodes.kit.shape import FieldShape, Shape

CELSIUS = Shape({"temperature": FieldShape("number", "°C")})


@pytest.mark.parametrize(
    ("param", "setting", "value"),
    [
        ("above", {"value": 80}, 80),
        ("above", {"value": 80, "unit": "°C"}, 80),
        ("above", {"value": 80, "unit": "℃"}, 80),
        ("above", {"value": 176, "unit": "°F"}, 80),
        ("above", {"value": 353.15, "unit": "K"}, pytest.approx(80)),
        ("for", {"value": "5m"}, "5m"),
        ("for", {"value": 5, "unit": "min"}, "5m"),
        ("for", {"value": 1.5, "unit": "h"}, "1h30m"),
    ],
)
def test_a_setting_with_a_unit_is_converted_to_the_fields(param: str, setting: dict[str, Any], value: Any) -> None:
    params = {"field": "temperature", param: "$x"}
    assert resolve(params, Threshold, {"x": setting}, CELSIUS)[param] == value
    assert params[param] == "$x"


def test_a_bare_number_is_in_the_fields_unit_and_an_unregistered_unit_is_kept() -> None:
    assert resolve({"field": "x", "above": "$x"}, Threshold, {"x": {"value": 8, "unit": "°F"}}, Shape())["above"] == 8


def test_a_margin_in_another_unit_is_a_difference() -> None:
    settings = {"m": {"value": 9, "unit": "°F"}}
    assert resolve({"field": "temperature", "margin": "$m"}, Threshold, settings, CELSIUS)["margin"] == pytest.approx(5)


def test_settings_inside_lists_and_free_values_are_resolved() -> None:
    settings = {"lo": {"value": 32, "unit": "°F"}, "colour": {"value": "red"}}
    params = {"field": "temperature", "between": ["$lo", 30]}
    assert resolve(params, Threshold, settings, CELSIUS)["between"] == [0, 30]
    lamp = {"device": "t", "command": "c", "values": {"color": "$colour", "n": 1}}
    assert resolve(lamp, Act, settings, Shape())["values"] == {"color": "red", "n": 1}


def test_a_text_that_starts_with_two_dollars_loses_one_and_is_substituted_once() -> None:
    settings = {"to": {"value": "$other"}, "other": {"value": "x"}}
    assert resolve({"to": "$to", "text": "$$to pay"}, Tell, settings, Shape()) == {"to": "$other", "text": "$to pay"}


def test_what_cannot_be_resolved_stays_and_is_named() -> None:
    found = resolved({"field": "$x", "above": "$y", "for": "$z"}, Threshold, {"z": {"value": "soon"}}, CELSIUS)
    assert [(p.code, p.path) for p in found.problems] == [
        ("not_settable", "/field"),
        ("unknown_setting", "/above"),
        ("setting_does_not_fit", "/for"),
    ]
    assert found.params == {"field": "$x", "above": "$y", "for": "$z"}
