"""The tiles of a dashboard come from the flow alone: what decides, where things stand, what is counted."""

from typing import Any

from document.dashboard import Tile, tiles
from document.registry import load_registry
from nodes.kit.catalog import full_catalog

THINGS: dict[str, Any] = {
    "types": [
        {
            "id": "kiln",
            "label": {"ja": "炉", "en": "Kiln"},
            "topic": "plant/{device}/telemetry",
            "fields": [
                {"name": "temperature", "unit": "°C", "label": {"ja": "温度", "en": "Temperature"}},
                {"name": "pressure", "unit": "kPa"},
                {"name": "door", "type": "boolean", "label": {"ja": "扉", "en": "Door"}},
            ],
        }
    ],
    "devices": [
        {"id": "kiln-1", "type": "kiln", "label": {"ja": "1号炉", "en": "Kiln 1"}, "attributes": {"hall": "A"}},
        {"id": "kiln-2", "type": "kiln", "label": {"ja": "2号炉", "en": "Kiln 2"}, "attributes": {"hall": "B"}},
    ],
}
SOURCE: dict[str, Any] = {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}}
HOT: dict[str, Any] = {
    "id": "hot",
    "kind": "threshold",
    "from": ["kiln"],
    "params": {"field": "temperature", "above": "$limit", "margin": 2},
}
LIMIT = {"value": 80, "unit": "°C", "label": "Overheating", "assumed": False}


def made(*nodes: dict[str, Any], lang: str = "en") -> dict[str, Tile]:
    registry, _ = load_registry(THINGS)
    document = {"suiro": 1, "name": "x", "settings": {"limit": LIMIT}, "nodes": list(nodes)}
    return {tile.id: tile for tile in tiles(document, full_catalog(), registry, lang)}


def test_a_field_that_decides_is_a_value_and_a_chart_with_its_limit() -> None:
    found = made(SOURCE, HOT)
    assert list(found) == ["state:hot", "value:kiln.out:temperature", "chart:kiln.out:temperature", "map", "alerts"]
    chart = found["chart:kiln.out:temperature"]
    assert (chart.title, chart.under, chart.unit) == ("Temperature", "Kiln", "°C")
    assert [(limit.value, limit.label) for limit in chart.limits] == [(80.0, "Overheating")]
    assert chart.devices == [("kiln-1", "Kiln 1"), ("kiln-2", "Kiln 2")]


def test_a_margin_is_no_limit_and_a_limit_in_another_unit_is_shown_in_that_of_the_field() -> None:
    fahrenheit = {**LIMIT, "value": 212, "unit": "°F"}
    registry, _ = load_registry(THINGS)
    document = {"suiro": 1, "settings": {"limit": fahrenheit}, "nodes": [SOURCE, HOT]}
    found = {tile.id: tile for tile in tiles(document, full_catalog(), registry, "en")}
    assert [round(limit.value) for limit in found["chart:kiln.out:temperature"].limits] == [100]


def test_names_are_those_of_the_reader() -> None:
    found = made(SOURCE, HOT, lang="ja")
    assert found["value:kiln.out:temperature"].title == "温度"
    assert found["state:hot"].title == "温度 · 80 °C"
    assert [(place.word, place.label, place.level) for place in found["state:hot"].places] == [
        ("entered", "超えた", "over"),
        ("cleared", "戻った", "calm"),
    ]


def test_the_name_that_a_person_gave_a_node_is_the_title_of_its_state() -> None:
    assert made(SOURCE, {**HOT, "label": "Too hot"})["state:hot"].title == "Too hot"


def test_only_devices_that_the_source_reads_are_expected() -> None:
    only = {**SOURCE, "params": {"type": "kiln", "where": {"hall": "B"}}}
    assert made(only, HOT)["value:kiln.out:temperature"].devices == [("kiln-2", "Kiln 2")]


def test_a_field_inside_an_expression_decides_too_and_a_truth_has_no_chart() -> None:
    when = {"id": "open", "kind": "condition", "from": ["kiln"], "params": {"expr": "door == true"}}
    assert list(made(SOURCE, when)) == ["value:kiln.out:door", "map", "alerts"]


def test_what_a_window_computes_is_a_figure() -> None:
    window = {
        "id": "mean",
        "kind": "window",
        "from": ["kiln"],
        "params": {"field": "temperature", "calc": "average", "over": "10m"},
    }
    found = [tile for tile in made(SOURCE, window).values() if tile.kind == "figure"]
    assert ("mean.out", "value", "°C") in [(tile.output, tile.field, tile.unit) for tile in found]


def test_a_flow_that_decides_nothing_shows_what_its_source_sends() -> None:
    assert [id for id in made(SOURCE) if id.startswith("value")] == [
        "value:kiln.out:temperature",
        "value:kiln.out:pressure",
        "value:kiln.out:door",
    ]


def test_nodes_that_are_off_and_documents_that_are_unsound_are_borne() -> None:
    assert "state:hot" not in made(SOURCE, {**HOT, "off": True})
    assert made() == {}
    broken = {"id": "hot", "kind": "threshold", "from": ["nowhere"], "params": {"field": 3, "above": "$no"}}
    assert "alerts" in made(broken, {"id": "x", "kind": "no such kind"})
