"""Every example in a node file is a document that is sound and whose tests pass."""

from typing import Any

import pytest

from document.problems import has_errors, render
from document.registry import load_registry
from document.validate import validate
from engine.document_tests import run_tests
from nodes.kit.catalog import full_catalog
from nodes.kit.kind import Example, Kind

CATALOG = full_catalog()
EXAMPLES = [(kind, number, example) for kind in CATALOG for number, example in enumerate(kind.examples)]


@pytest.mark.parametrize("kind", list(CATALOG), ids=lambda kind: kind.id)
def test_a_kind_has_an_example_that_uses_and_tests_it(kind: type[Kind]) -> None:
    documents = [example.document for example in kind.examples]
    assert any(node["kind"] == kind.id for document in documents for node in document["nodes"])
    assert all(document.get("tests") for document in documents)


@pytest.mark.parametrize(
    "example", [e for _, _, e in EXAMPLES], ids=[f"{kind.id}-{number}" for kind, number, _ in EXAMPLES]
)
def test_an_example_is_sound_and_its_tests_pass(example: Example) -> None:
    registry = None
    if example.registry is not None:
        registry, problems = load_registry(example.registry)
        assert problems == []
    problems = validate(example.document, CATALOG, registry)
    assert not has_errors(problems), [render(problem, "en") for problem in problems]
    outcome = run_tests(example.document, CATALOG, registry)
    assert outcome["failed"] == 0, failures(outcome)


def failures(outcome: dict[str, Any]) -> list[dict[str, Any]]:
    return [test for test in outcome["tests"] if not test["passed"]]
