"""Every JSON block of docs/document.md is what the page says it is."""

import json
import re
from typing import Any

import pytest

from document.problems import has_errors, render
from document.registry import load_registry
from document.validate import validate
from engine.document_tests import run_tests
from nodes.kit.catalog import full_catalog
from tests.conformance.commandline import ROOT
from tests.conformance.documents import REGISTRY

PAGE = (ROOT / "docs" / "document.md").read_text("utf-8")
BLOCKS = re.findall(r"(?:<!-- problems: ([a-z_, ]+) -->\n)?```json\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_has_examples() -> None:
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize(("expected", "text"), BLOCKS, ids=[json.loads(text)["name"] for _, text in BLOCKS])
def test_a_block_is_sound_and_its_tests_pass_or_has_the_problems_it_announces(expected: str, text: str) -> None:
    document: dict[str, Any] = json.loads(text)
    registry, _ = load_registry(REGISTRY)
    found = validate(document, full_catalog(), registry)
    if expected:
        assert [problem.code for problem in found] == expected.split(", ")
        return
    assert not has_errors(found), [render(problem, "en") for problem in found]
    outcome = run_tests(document, full_catalog(), registry)
    assert outcome["failed"] == 0, [test for test in outcome["tests"] if not test["passed"]]
    assert outcome["passed"] > 0
