"""`python -m runtime catalog` and the command line around all commands."""

from typing import Any

import jsonschema
import pytest

from tests.conformance.commandline import runtime
from tests.conformance.documents import DOCUMENT

FROZEN = {
    "devices": (["type", "only", "where"], ["out"]),
    "mqtt_in": (["topic", "format"], ["out"]),
    "webhook_in": ([], ["out"]),
    "schedule": (["every", "cron"], ["out"]),
    "threshold": (
        ["field", "above", "at_least", "below", "at_most", "between", "outside", "margin", "for", "per"],
        ["entered", "cleared"],
    ),
    "condition": (["expr"], ["true", "false"]),
    "changed": (["fields", "per"], ["out"]),
    "window": (["field", "calc", "over", "mode", "per"], ["out"]),
    "set_fields": (["fields"], ["out"]),
    "cooldown": (["for", "per"], ["out", "held"]),
    "ai_prompt": (["model", "prompt", "fields", "timeout"], ["out", "unsure", "failed"]),
    "notify": (["to", "text"], ["sent", "failed"]),
    "command": (["device", "command", "values"], ["sent", "failed"]),
    "webhook_out": (["to", "body"], ["sent", "failed"]),
    "store": (["fields"], []),
}


@pytest.fixture(scope="module")
def catalog() -> dict[str, Any]:
    ran = runtime("catalog", locale="C")
    assert (ran.code, ran.err) == (0, "")
    printed: dict[str, Any] = ran.json()
    return printed


def test_the_frozen_kinds_are_there_with_their_params_and_outputs(catalog: dict[str, Any]) -> None:
    kinds = {kind["id"]: kind for kind in catalog["kinds"]}
    for id, (params, outputs) in FROZEN.items():
        assert set(params) <= set(kinds[id]["schema"].get("properties", {})), id
        assert [port["name"] for port in kinds[id]["outputs"]][: len(outputs)] == outputs, id


def test_every_kind_has_words_and_port_labels_in_both_languages(catalog: dict[str, Any]) -> None:
    for kind in catalog["kinds"]:
        for lang in ("ja", "en"):
            words = kind["words"][lang]
            assert words["label"], kind["id"]
            assert words["summary"], kind["id"]
            named = set(kind["schema"].get("properties", {}))
            assert named <= set(words["params"]), kind["id"]
            assert all(port["label"].get(lang) for port in kind["inputs"] + kind["outputs"]), kind["id"]


def test_every_schema_is_a_json_schema_and_takes_the_contracts_document(catalog: dict[str, Any]) -> None:
    for kind in catalog["kinds"]:
        jsonschema.Draft202012Validator.check_schema(kind["schema"])
    jsonschema.Draft202012Validator.check_schema(catalog["schema"])
    jsonschema.Draft202012Validator(catalog["schema"]).validate(DOCUMENT)


def test_examples_are_whole_documents_with_tests(catalog: dict[str, Any]) -> None:
    for kind in catalog["kinds"]:
        assert kind["examples"], kind["id"]
        for example in kind["examples"]:
            assert example["document"]["tests"], kind["id"]
            assert {"ja", "en"} <= example["title"].keys(), kind["id"]


def test_a_command_that_is_not_there_is_wrong_usage() -> None:
    for arguments in ([], ["nonsense"], ["catalog", "--nonsense"]):
        ran = runtime(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err


def test_help_is_no_mistake() -> None:
    for arguments in (["--help"], ["replay", "--help"]):
        ran = runtime(*arguments)
        assert ran.code == 0
        assert "usage" in ran.out
