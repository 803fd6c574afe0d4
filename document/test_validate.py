"""What validation says of documents that people, models and programs write."""

import copy
from typing import Any

import pytest

from document.conftest import CATALOG, REGISTRY, REGISTRY_JSON, SOUND, changed, codes
from document.problems import render
from document.registry import load_registry
from document.validate import validate


def test_a_sound_document_has_no_problems(sound: dict[str, Any]) -> None:
    assert codes(sound) == []
    assert codes(sound, for_deploy=True) == []


def test_without_a_registry_ids_are_not_checked_and_one_warning_says_so(sound: dict[str, Any]) -> None:
    sound["nodes"][0]["params"]["type"] = "unheard_of"
    assert codes(sound, registry=None) == [("no_registry", "")]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("/extra", 1, [("unknown_key", "/extra")]),
        ("/name", ..., [("missing_key", "")]),
        ("/name", "", [("too_short", "/name")]),
        ("/suiro", 2, [("unsupported_version", "/suiro")]),
        ("/suiro", ..., [("missing_key", "")]),
        ("/delivery", "sometimes", [("not_allowed_value", "/delivery")]),
        ("/time_zone", "Asia/Tokio", [("bad_time_zone", "/time_zone")]),
        ("/nodes", {}, [("wrong_type", "/nodes"), ("unknown_node", "/tests/0/expect/0/node")]),
        ("/nodes/0/id", "Kiln 1", [("bad_id", "/nodes/0/id"), ("unknown_node", "/nodes/1/from/0")]),
        ("/nodes/2/id", "say\n", [("bad_id", "/nodes/2/id"), ("unknown_node", "/tests/0/expect/0/node")]),
        ("/nodes/3/id", "say", [("duplicate_id", "/nodes/3/id")]),
        ("/nodes/2/kind", "telll", [("unknown_kind", "/nodes/2/kind")]),
        ("/nodes/2/kind", 3, [("wrong_type", "/nodes/2/kind")]),
        ("/nodes/0/from", ["hot"], [("source_with_from", "/nodes/0/from")]),
        ("/nodes/2/from", ..., [("missing_from", "/nodes/2")]),
        ("/nodes/2/from", [], [("missing_from", "/nodes/2")]),
        ("/nodes/2/from", "hot", [("wrong_type", "/nodes/2/from")]),
        ("/nodes/2/from/0", "hott", [("unknown_node", "/nodes/2/from/0")]),
        ("/nodes/2/from/0", "hot.rntered", [("unknown_port", "/nodes/2/from/0")]),
        ("/nodes/2/from/0", "lamp.out", [("no_outputs", "/nodes/2/from/0")]),
        ("/nodes/2/from", ["hot", "hot.entered"], [("duplicate_wire", "/nodes/2/from/1")]),
        ("/nodes/3/from", {"reset": ["hot"]}, [("unknown_input", "/nodes/3/from/reset")]),
        ("/nodes/1/params/field", "temprature", [("unknown_field", "/nodes/1/params/field")]),
        ("/nodes/1/params/field", "state", [("wrong_type", "/nodes/1/params/field")]),
        ("/nodes/1/params/field", ..., [("missing_key", "/nodes/1/params")]),
        ("/nodes/1/params/margin", "2", [("wrong_type", "/nodes/1/params/margin")]),
        ("/nodes/1/params/margin", True, [("wrong_type", "/nodes/1/params/margin")]),
        ("/nodes/1/params/margin", -1, [("out_of_range", "/nodes/1/params/margin")]),
        ("/nodes/1/params/for", "5 minutes", [("bad_duration", "/nodes/1/params/for")]),
        ("/nodes/1/params/for", "99999d", [("bad_duration", "/nodes/1/params/for")]),
        ("/nodes/1/params/for", None, [("wrong_type", "/nodes/1/params/for")]),
        ("/nodes/1/params/below", 3, [("choose_one", "/nodes/1/params")]),
        ("/nodes/1/params/per", "hal", [("bad_per", "/nodes/1/params/per")]),
        ("/nodes/1/params/per", "hall", []),
        ("/nodes/1/params/per", "device.hall", []),
        ("/nodes/1/params/per", "state", []),
        ("/nodes/1/params/above", "$limits", [("unknown_setting", "/nodes/1/params/above")]),
        ("/nodes/1/params/field", "$limit", [("not_settable", "/nodes/1/params/field")]),
        ("/nodes/2/params/text", "$5 too hot", [("not_settable", "/nodes/2/params/text")]),
        ("/nodes/2/params/text", "$$5 too hot", []),
        ("/nodes/2/params/text", "{", [("text_syntax", "/nodes/2/params/text")]),
        ("/nodes/2/params/to", "$limit", [("setting_does_not_fit", "/nodes/2/params/to")]),
        ("/nodes/2/params/to", "shift-chanel", [("unknown_destination", "/nodes/2/params/to")]),
        ("/nodes/2/params/every", "0s", [("out_of_range", "/nodes/2/params/every")]),
        ("/nodes/2/params/url", "http://evil", [("unknown_key", "/nodes/2/params/url")]),
        ("/nodes/0/params/type", "kilns", [("unknown_type", "/nodes/0/params/type")]),
        ("/nodes/0/params/only", ["kiln-9"], [("unknown_device", "/nodes/0/params/only/0")]),
        ("/nodes/0/params/only", "kiln-1", [("wrong_type", "/nodes/0/params/only")]),
        ("/nodes/3/params/device", "same", []),
        ("/nodes/3/params/device", "towe-1", [("unknown_device", "/nodes/3/params/device")]),
        ("/nodes/3/params/device", {"type": "tower", "where": {"hall": "same"}}, []),
        ("/nodes/3/params/device", {"type": "towers"}, [("unknown_type", "/nodes/3/params/device/type")]),
        ("/nodes/3/params/device", {"typo": "tower"}, ...),
        ("/nodes/3/params/device", 3, [("wrong_type", "/nodes/3/params/device")]),
        ("/nodes/3/params/values", {"color": "rde"}, [("not_allowed_value", "/nodes/3/params/values/color")]),
        ("/nodes/3/params/values", {}, [("missing_key", "/nodes/3/params/values")]),
        ("/nodes/3/params/values", ..., [("missing_key", "/nodes/3/params")]),
        ("/nodes/3/params/values/tone", 1, [("unknown_key", "/nodes/3/params/values/tone")]),
        ("/nodes/3/params/command", "set_colour", [("unknown_command", "/nodes/3/params/command")]),
        ("/nodes/0/off", True, [("unreached_action", "/nodes/2"), ("unreached_action", "/nodes/3")]),
        ("/settings/spare", {"value": 1}, [("unused_setting", "/settings/spare")]),
        ("/settings/in", {"value": 1}, [("reserved_name", "/settings/in")]),
        ("/settings/Big", {"value": 1}, [("bad_id", "/settings/Big"), ("unused_setting", "/settings/Big")]),
        ("/settings/limit/unit", "°F", []),
        ("/settings/limit/unit", "kg", [("cannot_convert", "/nodes/1/params/above")]),
        ("/settings/limit/unit", "blorps", [("unknown_unit", "/nodes/1/params/above")]),
        ("/settings/limit/value", "high", [("setting_does_not_fit", "/nodes/1/params/above")]),
        ("/settings/limit/value", [1], ...),
        ("/settings/limit/value", ..., [("missing_key", "/settings/limit")]),
        ("/tests/0/expect/0/node", "sai", [("unknown_node", "/tests/0/expect/0/node")]),
        ("/tests/0/expect/0/node", "hot", [("not_an_action", "/tests/0/expect/0/node")]),
        ("/tests/0/expect/0/at", "soon", [("bad_duration", "/tests/0/expect/0/at")]),
        ("/tests/0/start", "yesterday", [("bad_start", "/tests/0/start")]),
        ("/tests/0/start", "2026-02-01T08:00:00", []),
        ("/tests/0/given/0/every", "0s", [("bad_duration", "/tests/0/given/0/every")]),
        ("/tests/0/given/0/every", "1ms", []),
        ("/tests/0/given/0/until", "9d", []),
        ("/tests/0/given/0/until", ..., [("bad_test_row", "/tests/0/given/0")]),
        ("/tests/0/given/0/node", "kiln", [("choose_one", "/tests/0/given/0")]),
        ("/tests/0/answers", [{"node": "say"}], [("choose_one", "/tests/0/answers/0")]),
    ],
)
def test_one_change_makes_exactly_the_problem_that_it_should(path: str, value: Any, expected: Any) -> None:
    found = codes(changed(path, value))
    if expected is ...:
        assert found
    else:
        assert found == expected


def test_the_nearest_name_comes_with_a_fix_that_makes_the_document_sound() -> None:
    for path, value in [
        ("/nodes/2/from/0", "hott.entered"),
        ("/nodes/2/from/0", "hot.enterd"),
        ("/nodes/2/kind", "tel"),
        ("/nodes/1/params/field", "Temperature"),
        ("/nodes/1/params/above", "$limits"),
        ("/nodes/1/params/margin", "2.5"),
        ("/nodes/2/params/to", "現場チャンネル"),
        ("/nodes/3/params/command", "set-color"),
        ("/nodes/2/from", ...),
        ("/nodes/2/from", "hot"),
        ("/nodes/3/id", "say"),
        ("/time_zone", "Asia/Tokio"),
        ("/tests/0/expect/0/node", "sya"),
        ("/nodes/2/params/text", "$5"),
    ]:
        document = changed(path, value)
        errors = [p for p in validate(document, CATALOG, REGISTRY) if p.severity == "error"]
        assert errors, (path, value)
        assert errors[0].fix, (path, value, errors)
        document = _with(document, errors[0].fix["path"], errors[0].fix["value"])
        assert [p.code for p in validate(document, CATALOG, REGISTRY) if p.severity == "error"] == [], (path, value)


def test_a_misspelt_key_is_renamed_by_its_fix() -> None:
    document = changed("/nodes/1/params/for", ...)
    document["nodes"][1]["params"]["fro"] = "5m"
    (found,) = validate(document, CATALOG, REGISTRY)
    assert found.code == "unknown_key"
    assert found.fix is not None
    assert codes(_with(document, found.fix["path"], found.fix["value"])) == []


def test_a_ring_is_named_once_with_its_nodes() -> None:
    document = changed("/nodes/1/from", ["kiln", "c"])
    document["nodes"] += [
        {"id": "b", "kind": "broken", "from": ["hot"]},
        {"id": "c", "kind": "broken", "from": ["b"]},
        {"id": "d", "kind": "broken", "from": ["d"]},
    ]
    rings = [p for p in validate(document, CATALOG, REGISTRY) if p.code == "cycle"]
    assert [(p.path, p.args["nodes"]) for p in rings] == [
        ("/nodes/1/from", ["hot", "b", "c", "hot"]),
        ("/nodes/6/from", ["d", "d"]),
    ]
    assert "hot, b, c, hot" in render(rings[0], "en")["message"]


def test_a_fault_inside_a_kind_is_a_problem_and_does_not_stop_validation() -> None:
    document = changed("/nodes/2/from", ["odd"])
    document["nodes"].append({"id": "odd", "kind": "broken", "from": ["hot"]})
    assert codes(document) == [("bad_value", "/nodes/4/params")]


@pytest.mark.parametrize("schema", [{"$ref": "#/nothing"}, {"properties": {"color": {"pattern": "("}}}, {"$ref": "#"}])
def test_a_registered_schema_that_is_broken_is_a_problem(schema: dict[str, Any]) -> None:
    data = copy.deepcopy(REGISTRY_JSON)
    data["types"][1]["commands"][0]["values"] = schema
    registry, problems = load_registry(data)
    assert codes(SOUND, registry=registry) == [("bad_schema", "/nodes/3/params")] or problems


def test_a_flow_that_hears_its_own_command_is_named() -> None:
    document = copy.deepcopy(SOUND)
    document["nodes"][0] = {"id": "kiln", "kind": "sense", "params": {"topic": "plant/#"}}
    assert codes(document) == [("feedback", "/nodes/0")]
    document["nodes"][0]["params"]["topic"] = "plant/+/telemetry"
    assert codes(document) == []


def test_deploying_needs_a_service_that_the_product_can_send_to() -> None:
    document = changed("/nodes/2/params/to", "pager")
    assert codes(document) == []
    assert codes(document, for_deploy=True) == [("cannot_send", "/nodes/2/params/to")]
    assert codes(changed("/nodes", []), for_deploy=True)[:2] == [("no_sources", "/nodes"), ("no_nodes", "/nodes")]


def test_a_test_row_needs_a_type_where_several_sources_read_devices() -> None:
    document = copy.deepcopy(SOUND)
    document["nodes"].append({"id": "t", "kind": "feed", "params": {"type": "tower"}})
    document["nodes"][1]["from"].append("t")
    assert ("needs_type", "/tests/0/given/0") in codes(document)


def test_problems_come_in_the_order_of_the_document() -> None:
    document = changed("/nodes/2/params/to", "nobody")
    document["nodes"][0]["params"]["type"] = "x"
    document["nodes"][1]["params"]["for"] = "x"
    document["tests"][0]["expect"][0]["node"] = "x"
    paths = [path for _, path in codes(document)]
    assert paths == ["/nodes/0/params/type", "/nodes/1/params/for", "/nodes/2/params/to", "/tests/0/expect/0/node"]


def test_a_setting_that_only_a_text_or_expression_names_is_used() -> None:
    document = changed("/nodes/1/params/above", 80)
    assert codes(document) == [("unused_setting", "/settings/limit")]
    document["nodes"][2]["params"]["text"] = "over {settings.limit}"
    assert codes(document) == []


def test_five_hundred_nodes_are_allowed_and_one_more_is_not() -> None:
    document = copy.deepcopy(SOUND)
    document["nodes"] += [{"id": f"n{i}", "kind": "broken", "from": ["hot"]} for i in range(496)]
    assert "too_many_nodes" not in [code for code, _ in codes(document)]
    document["nodes"].append({"id": "more", "kind": "broken", "from": ["hot"]})
    assert codes(document) == [("too_many_nodes", "/nodes")]


def test_every_problem_is_said_in_both_languages() -> None:
    document = changed("/nodes/2/params/to", "shift-chanel")
    (found,) = validate(document, CATALOG, REGISTRY, lang="ja")
    assert render(found, "ja") == {
        "code": "unknown_destination",
        "path": "/nodes/2/params/to",
        "message": "「shift-chanel」という送信先はありません。",
        "hint": "「shift-channel」ではありませんか。",
        "severity": "error",
        "fix": {"path": "/nodes/2/params/to", "value": "shift-channel"},
        "allowed": ["shift-channel", "pager"],
    }
    assert render(found, "en")["message"] == "There is no destination “shift-chanel”."


def _with(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(document)
    *front, last = [int(key) if key.isdigit() else key for key in path.split("/")[1:]]
    inside: Any = document
    for key in front:
        inside = inside[key]
    inside[last] = value
    return document
