"""Values of params in words: choices by their labels, places, points and targets as people say them."""

from typing import Any

import pytest

from llm.evals.scenario import registry_named
from llm.spoken import Speaker

REGISTRY = registry_named("harbor")
SETTINGS = {"settings": {"limit": {"value": 5, "unit": "kW"}}, "nodes": []}


def said(value: Any, lang: str, marks: dict[str, Any] | None = None, labels: dict[str, str] | None = None) -> str:
    return Speaker(REGISTRY, SETTINGS, lang).say(value, marks or {}, "", labels, "each")


def test_a_choice_is_called_by_its_label() -> None:
    assert said("day", "en", labels={"each.day": "one day"}) == "one day"
    assert said("day", "en") == "day"


def test_a_setting_in_an_expression_is_said_by_its_value() -> None:
    assert said("power > settings.limit", "en") == "power > 5 kW"
    assert said("power > settings.other", "en") == "power > settings.other"


@pytest.mark.parametrize(
    ("target", "ja", "en"),
    [
        ({"type": "light", "where": {}}, "すべての表示灯", "every signal light"),
        ({"type": "light", "where": {"yard": "same"}}, "yard が同じ表示灯", "signal light of the same yard"),
        ({"type": "light", "where": {"yard": "A"}}, "yard が A の表示灯", "signal light with yard A"),
    ],
)
def test_commanded_devices_are_said_in_words(target: dict[str, Any], ja: str, en: str) -> None:
    assert [said(target, lang, {"ref": "device"}) for lang in ("ja", "en")] == [ja, en]


def test_points_places_and_named_parts_read_as_one() -> None:
    assert said([{"x": 1, "y": 2}, {"x": 3, "y": 4}], "en") == "1 → 2 / 3 → 4"
    assert said({"lat": 35.5, "lon": 139.7}, "ja") == "35.5, 139.7"
    assert said({"name": "night", "from": "22:00"}, "ja", labels={"from": "開始"}) == "night(開始 22:00)"
    assert said(["tg-1", "gt-1"], "en") == ", ".join(REGISTRY.label(id, "en") for id in ("tg-1", "gt-1"))


def test_what_a_command_carries_is_said_in_the_words_of_the_reader() -> None:
    assert [said({"color": "red"}, lang) for lang in ("ja", "en")] == ["赤", "red"]
    assert said({"mode": "turbo"}, "ja") == "turbo"
