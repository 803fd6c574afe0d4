"""`python -m runtime test`, by its command line only."""

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.commandline import runtime, written
from tests.conformance.documents import DOCUMENT, REGISTRY


def changed(**test: Any) -> dict[str, Any]:
    return {**DOCUMENT, "tests": [{**DOCUMENT["tests"][0], **test}]}


def test_the_contracts_document_passes_its_test(tmp_path: Path) -> None:
    ran = runtime("test", written(tmp_path, "flow.json", DOCUMENT))
    assert ran.code == 0
    outcome = ran.json()
    assert (outcome["passed"], outcome["failed"]) == (1, 0)
    (test,) = outcome["tests"]
    assert (test["name"], test["passed"], test["missing"], test["extra"]) == (
        "tells once after five minutes",
        True,
        [],
        [],
    )
    (action,) = test["actions"]
    assert action["data"] == {"to": "shift-channel", "text": "k1 is at 85 °C"}
    assert action["time"] == "2026-01-04T15:05:00.000Z"


def test_a_test_that_fails_says_what_is_missing_and_what_is_extra(tmp_path: Path) -> None:
    ran = runtime("test", written(tmp_path, "flow.json", changed(expect=[{"node": "calm"}])))
    assert ran.code == 1
    outcome = ran.json()
    assert (outcome["passed"], outcome["failed"]) == (0, 1)
    assert outcome["tests"][0]["missing"][0]["node"] == "calm"
    assert [action["node"] for action in outcome["tests"][0]["extra"]] == ["tell"]


def test_a_flow_without_tests_passes(tmp_path: Path) -> None:
    ran = runtime("test", written(tmp_path, "flow.json", {**DOCUMENT, "tests": []}))
    assert (ran.code, ran.json()) == (0, {"passed": 0, "failed": 0, "tests": []})


def test_linear_values_and_an_own_start_and_end(tmp_path: Path) -> None:
    given = {"device": "k1", "every": "10s", "until": "100s", "data": {"temperature": {"from": 70, "to": 90}}}
    test = {"start": "2026-02-01T00:00:00Z", "until": "6m", "given": [given], "expect": [{"node": "tell", "at": "6m"}]}
    ran = runtime("test", written(tmp_path, "flow.json", changed(**test)))
    assert ran.code == 0, ran.out
    assert ran.json()["tests"][0]["actions"][0]["time"] == "2026-02-01T00:06:00.000Z"


def test_a_registry_gives_names_but_test_devices_need_none(tmp_path: Path) -> None:
    test = changed(given=[{**DOCUMENT["tests"][0]["given"][0], "device": "kiln-1"}], expect=[{"node": "tell"}])
    ran = runtime("test", written(tmp_path, "flow.json", test), "--devices", written(tmp_path, "r.json", REGISTRY))
    assert ran.json()["tests"][0]["actions"][0]["data"]["text"] == "Kiln 1 is at 85 °C"
    ran = runtime("test", written(tmp_path, "flow.json", DOCUMENT), "--devices", written(tmp_path, "r.json", REGISTRY))
    assert ran.code == 0


@pytest.mark.parametrize("document", ["{", {**DOCUMENT, "nodes": [{"id": "x", "kind": "nothing"}]}])
def test_an_unsound_flow_is_refused_with_its_problems(tmp_path: Path, document: Any) -> None:
    ran = runtime("test", written(tmp_path, "flow.json", document))
    assert (ran.code, ran.out) == (1, "")
    assert ran.problems()


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    for name in (tmp_path / "missing.json", "-"):
        ran = runtime("test", name)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err


def test_it_speaks_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    document = changed(name="五分後に一度だけ")
    assert (
        runtime("test", written(tmp_path, "f.json", document), locale="C").json()["tests"][0]["name"]
        == "五分後に一度だけ"
    )
