"""`python -m runtime validate`, through the command line only."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.commandline import Ran, runtime, written
from tests.conformance.documents import DOCUMENT, REGISTRY


def check(folder: Path, content: Any, *options: object, registry: Any = REGISTRY) -> Ran:
    arguments: list[object] = ["validate", written(folder, "flow.json", content), *options]
    if registry is not None:
        arguments += ["--devices", written(folder, "registry.json", registry)]
    ran = runtime(*arguments)
    assert "Traceback" not in ran.err
    return ran


def codes(ran: Ran) -> list[tuple[str, str]]:
    return [(problem["code"], problem["path"]) for problem in ran.json()["problems"]]


def changed(change: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


def test_the_document_of_the_contracts_is_sound(tmp_path: Path) -> None:
    ran = check(tmp_path, DOCUMENT)
    assert ran.json() == {"problems": []}
    assert ran.code == 0


def test_without_a_registry_there_is_one_warning_and_exit_is_0(tmp_path: Path) -> None:
    ran = check(tmp_path, DOCUMENT, registry=None)
    assert codes(ran) == [("no_registry", "")]
    assert ran.json()["problems"][0]["severity"] == "warning"
    assert ran.code == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"suiro": 1,\n "name" "x"}', "not_json"),
        ("", "not_json"),
        (b'{"name": "\xff"}', "not_utf8"),
        ("気温".encode("shift_jis"), "not_utf8"),
        ('{"suiro": 1, "name": "x", "nodes": [], "settings": {"a": {"value": NaN}}}', "not_finite"),
        ('{"suiro": 1, "name": "x", "nodes": [], "settings": {"a": {"value": 1e999}}}', "number_too_large"),
        ('{"suiro": ' + "9" * 10_000 + "}", "number_too_large"),
        ("[" * 100_000, "too_deep"),
        ('{"layout": ' + '{"a":' * 100_000 + "1" + "}" * 100_001, "too_deep"),
        ('{"name": "' + "x" * 10_000_000 + '"}', "too_large"),
        ('{"name": "\\ud800"}', "bad_text"),
        ('{"name": "a", "name": "b"}', "duplicate_key"),
        ("[]", "not_an_object"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "content",
)
def test_what_is_no_document_is_one_named_problem(tmp_path: Path, content: Any, code: str) -> None:
    ran = check(tmp_path, content)
    assert [found for found, _ in codes(ran)] == [code]
    assert ran.code == 1


def test_malformed_json_says_line_and_column_in_both_languages(tmp_path: Path) -> None:
    for lang, message in (
        ("en", "This is not JSON (line 2, column 9)."),
        ("ja", "JSON として読めません(2 行目 9 文字目)。"),
    ):
        (found,) = check(tmp_path, '{"suiro": 1,\n "name" "x"}', "--lang", lang).json()["problems"]
        assert found["message"] == message
        assert (found["line"], found["column"]) == (2, 9)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d.update(extra=1), ("unknown_key", "/extra")),
        (lambda d: d.pop("nodes"), ("missing_key", "")),
        (lambda d: d.update(nodes="x"), ("wrong_type", "/nodes")),
        (lambda d: d["nodes"].append(None), ("wrong_type", "/nodes/4")),
        (lambda d: d["nodes"][1].update(kind="treshold"), ("unknown_kind", "/nodes/1/kind")),
        (lambda d: d["nodes"][1].update({"from": ["kilm"]}), ("unknown_node", "/nodes/1/from/0")),
        (lambda d: d["nodes"][2].update({"from": ["hot.over"]}), ("unknown_port", "/nodes/2/from/0")),
        (lambda d: d["nodes"][2].pop("from"), ("missing_from", "/nodes/2")),
        (lambda d: d["nodes"][3].update(id="tell"), ("duplicate_id", "/nodes/3/id")),
        (lambda d: d["nodes"][1].update({"from": ["kiln", "hot"]}), ("cycle", "/nodes/1/from")),
        (lambda d: d["nodes"][1].update({"from": ["kiln", "tell"]}), ("cycle", "/nodes/1/from")),
        (lambda d: d["nodes"].extend({"id": f"k{i}", "kind": "x"} for i in range(500)), ("too_many_nodes", "/nodes")),
        (lambda d: d["nodes"][1]["params"].update({"for": 300}), ("wrong_type", "/nodes/1/params/for")),
        (lambda d: d["nodes"][1]["params"].update({"for": "5 min"}), ("bad_duration", "/nodes/1/params/for")),
        (lambda d: d["nodes"][1]["params"].update(above=10**400), ("number_too_large", "/nodes/1/params/above")),
        (lambda d: d["nodes"][1]["params"].update(field="humidity"), ("unknown_field", "/nodes/1/params/field")),
        (lambda d: d["nodes"][1]["params"].update(below=3), ("choose_one", "/nodes/1/params")),
        (lambda d: d["nodes"][1]["params"].update(above="$limits"), ("unknown_setting", "/nodes/1/params/above")),
        (lambda d: d["nodes"][1]["params"].update(per="hal"), ("bad_per", "/nodes/1/params/per")),
        (lambda d: d["nodes"][2]["params"].update(to="nobody"), ("unknown_destination", "/nodes/2/params/to")),
        (lambda d: d["nodes"][2]["params"].update(url="http://x"), ("unknown_key", "/nodes/2/params/url")),
        (lambda d: d["nodes"][0]["params"].update(type="oven"), ("unknown_type", "/nodes/0/params/type")),
        (lambda d: d["settings"]["limit"].update(unit="kg"), ("cannot_convert", "/nodes/1/params/above")),
        (lambda d: d["tests"][0]["expect"][0].update(node="tel"), ("unknown_node", "/tests/0/expect/0/node")),
    ],
)
def test_a_fault_is_named_at_its_place_and_exit_is_1(tmp_path: Path, change: Any, expected: tuple[str, str]) -> None:
    ran = check(tmp_path, json.dumps(changed(change)))
    assert expected in codes(ran)
    assert ran.code == 1
    for found in ran.json()["problems"]:
        assert {"code", "path", "message", "hint", "severity"} <= found.keys()
        assert found["message"]


def test_warnings_alone_leave_exit_0(tmp_path: Path) -> None:
    ran = check(tmp_path, changed(lambda d: d["settings"].update(spare={"value": 1})))
    assert codes(ran) == [("unused_setting", "/settings/spare")]
    assert ran.code == 0


def test_units_and_services_that_nobody_knows_load(tmp_path: Path) -> None:
    registry = copy.deepcopy(REGISTRY)
    registry["destinations"][0]["service"] = "carrier-pigeon"
    registry["types"][0]["fields"][0]["unit"] = "blorps"
    del registry["models"]
    ran = check(tmp_path, changed(lambda d: d["settings"]["limit"].pop("unit")), registry=registry)
    assert ran.json() == {"problems": []}


def test_output_is_utf_8_in_any_locale(tmp_path: Path) -> None:
    flow = written(tmp_path, "flow.json", changed(lambda d: d["nodes"][2]["params"].update(to="現場")))
    devices = written(tmp_path, "registry.json", REGISTRY)
    ran = runtime("validate", flow, "--devices", devices, "--lang", "ja", locale="C")
    assert ran.json()["problems"][0]["message"] == "「現場」という送信先はありません。"


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert runtime("validate", tmp_path / "nothing.json").code == 2
    assert runtime("validate").code == 2
