"""registry.json: read leniently, every fault named, written back unchanged."""

import copy
import json
from typing import Any

import pytest

from document.conftest import CATALOG, REGISTRY, REGISTRY_JSON, SOUND
from document.registry import load_registry, registry_json, slice_for


def load(change: Any) -> tuple[Any, list[tuple[str, str]]]:
    data = copy.deepcopy(REGISTRY_JSON)
    change(data)
    registry, problems = load_registry(data)
    return registry, [(p.code, p.path) for p in problems]


def test_the_example_of_the_contracts_is_read_without_a_problem() -> None:
    assert REGISTRY.types["kiln"].field("temperature").path == "t.temp"  # type: ignore[union-attr]
    assert REGISTRY.label("kiln-1", "ja") == "1号炉"
    assert REGISTRY.types["tower"].command("set_color").cooldown == "1s"  # type: ignore[union-attr]


def test_writing_and_reading_again_changes_nothing() -> None:
    for _ in range(2):
        text = json.dumps(registry_json(REGISTRY), ensure_ascii=False)
        again, problems = load_registry(text)
        assert not problems
        assert again == REGISTRY


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d["types"][0].pop("id"), ("missing_key", "/types/0")),
        (lambda d: d["types"].append(3), ("wrong_type", "/types/2")),
        (lambda d: d["types"][0].update(qos="high"), ("registry_entry_skipped", "/types/0/qos")),
        (
            lambda d: d["types"][0]["fields"][0].update(type="float"),
            ("registry_entry_skipped", "/types/0/fields/0/type"),
        ),
        (lambda d: d["types"][0]["fields"].append("x"), ("wrong_type", "/types/0/fields/2")),
        (lambda d: d["types"][0]["fields"].append({"name": "state"}), ("duplicate_id", "/types/0/fields/2")),
        (lambda d: d["types"][1]["commands"][0].pop("topic"), ("registry_entry_skipped", "/types/1/commands/0")),
        (lambda d: d["types"][1]["commands"][0].update(values={"type": 5}), ("bad_schema", "/types/1/commands")),
        (
            lambda d: d["types"][1]["commands"][0].update(values={"$ref": "http://169.254.169.254/"}),
            ("bad_schema", "/types/1/commands"),
        ),
        (lambda d: d["types"][1]["commands"][0].update(cooldown="soon"), ("bad_duration", "/types/1/commands")),
        (lambda d: d["devices"][0].update(id="kiln 1"), ("bad_id", "/devices/0/id")),
        (lambda d: d["devices"][0].update(id="kiln-1\n"), ("bad_id", "/devices/0/id")),
        (lambda d: d["devices"].append(dict(d["devices"][0])), ("duplicate_id", "/devices/2/id")),
        (lambda d: d["devices"][1].update(type="towr"), ("unknown_type", "/devices/1/type")),
        (lambda d: d["destinations"][0].update(url="https://hooks"), ("secret_in_file", "/destinations/0/url")),
        (lambda d: d.update(models={}), ("wrong_type", "/models")),
        (lambda d: d.update(devices=float("nan")), ("not_finite", "/devices")),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_used(change: Any, expected: tuple[str, str]) -> None:
    registry, found = load(change)
    assert found[0] == expected
    assert {code for code, _ in found[1:]} <= {"unknown_type"}
    assert registry.destinations or expected[0] == "not_finite"


def test_anything_absent_null_or_unknown_is_fine() -> None:
    assert load_registry({}) == load_registry(b"{}")
    registry, found = load(lambda d: d["types"][0].update(label=None, colour="red", topic=None))
    assert not found
    assert registry.types["kiln"].label == {}


def test_hostile_files_give_an_empty_registry() -> None:
    for hostile in (b"\xff", b"[]", b"[" * 100_000, "nonsense", [], None, 3):
        registry, problems = load_registry(hostile)  # type: ignore[arg-type]
        assert not registry.types
        assert problems


def test_a_slice_carries_what_the_flow_names_and_nothing_else() -> None:
    document = copy.deepcopy(SOUND)
    part = slice_for(document, REGISTRY, CATALOG)
    assert list(part.types) == ["kiln", "tower"]
    assert list(part.devices) == ["kiln-1", "tower-1"]
    assert list(part.destinations) == ["shift-channel"]
    assert not part.models
    document["nodes"] = document["nodes"][:2]
    assert list(slice_for(document, REGISTRY, CATALOG).devices) == ["kiln-1"]


def test_a_destination_that_stands_in_a_setting_is_in_the_slice() -> None:
    document = copy.deepcopy(SOUND)
    document["settings"]["where"] = {"value": "pager"}
    document["nodes"][2]["params"]["to"] = "$where"
    assert list(slice_for(document, REGISTRY, CATALOG).destinations) == ["pager"]


ZONE = {"id": "press", "polygon": [{"x": 0.1, "y": 0.2}, {"x": 0.9, "y": 0.2}, {"x": 0.5, "y": 0.9}]}
READ = {"name": "pressure", "shows": "gauge", "low": 0, "high": 1.6, "unit": "MPa"}


def _of_pictures(picture: dict[str, Any]) -> tuple[Any, list[tuple[str, str]]]:
    camera = {"id": "camera", "fields": [{"name": "picture", "type": "image", **picture}]}
    return load(lambda data: data["types"].append(camera))


def test_what_is_known_of_a_cameras_pictures_is_read_and_written_back() -> None:
    registry, problems = _of_pictures({"zones": [ZONE], "reads": [READ]})
    assert problems == []
    field = registry.types["camera"].field("picture")
    assert [zone.polygon for zone in field.zones] == [ZONE["polygon"]]
    assert [(read.shows, read.high, read.unit) for read in field.reads] == [("gauge", 1.6, "MPa")]
    again, _ = load_registry(registry_json(registry))
    assert again.types["camera"] == registry.types["camera"]


@pytest.mark.parametrize("corners", [ZONE["polygon"][:2], [{"x": 1.2, "y": 0}] * 3, "everywhere"])
def test_a_zone_that_is_none_leaves_its_field_out_and_says_so(corners: Any) -> None:
    registry, problems = _of_pictures({"zones": [{**ZONE, "polygon": corners}]})
    assert registry.types["camera"].fields == []
    assert [code for code, _ in problems] == ["registry_entry_skipped"]
