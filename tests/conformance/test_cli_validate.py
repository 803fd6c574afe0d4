"""`python -m runtime validate`, by its command line only."""

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.commandline import runtime, written
from tests.conformance.documents import DOCUMENT, REGISTRY


def test_the_contracts_document_is_sound(tmp_path: Path) -> None:
    flow, registry = written(tmp_path, "flow.json", DOCUMENT), written(tmp_path, "registry.json", REGISTRY)
    ran = runtime("validate", flow, "--devices", registry)
    assert (ran.code, ran.json()) == (0, {"problems": []})
    ran = runtime("validate", flow)
    assert [(problem["code"], problem["severity"]) for problem in ran.json()["problems"]] == [
        ("no_registry", "warning")
    ]
    assert ran.code == 0


def test_malformed_json_is_said_with_its_place(tmp_path: Path) -> None:
    ran = runtime("validate", written(tmp_path, "flow.json", '{"suiro": 1,\n "name" 2}'))
    assert ran.code == 1
    (problem,) = ran.json()["problems"]
    assert problem["code"] == "not_json"
    assert "2" in problem["message"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"\xff\xfe", "not_utf8"),
        ("[" * 100_000, "too_deep"),
        ("[]", "not_an_object"),
        ('{"suiro": NaN}', "not_finite"),
        ("{}" + " " * 1_100_000, "too_large"),
        ({**DOCUMENT, "extra": 1}, "unknown_key"),
    ],
    ids=["not_utf8", "too_deep", "not_an_object", "not_finite", "too_large", "unknown_key"],
)
def test_what_is_no_document_has_a_named_problem(tmp_path: Path, document: Any, code: str) -> None:
    ran = runtime("validate", written(tmp_path, "flow.json", document))
    assert ran.code == 1
    assert code in [problem["code"] for problem in ran.json()["problems"]]
    for problem in ran.json()["problems"]:
        assert {"code", "path", "message", "hint", "severity"} <= problem.keys()


def test_messages_come_in_japanese_too(tmp_path: Path) -> None:
    ran = runtime("validate", written(tmp_path, "flow.json", {**DOCUMENT, "extra": 1}), "--lang", "ja", locale="C")
    message = ran.json()["problems"][-1]["message"]
    assert any("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" for letter in message)


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    for arguments in ([tmp_path / "missing.json"], ["-"], [tmp_path], []):
        ran = runtime("validate", *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err
