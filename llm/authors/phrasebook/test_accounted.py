"""Whatever a sentence says with weight stands in the document, or is told."""

import pytest

from llm.authors.phrasebook.author import Phrasebook
from llm.compilation import Drafted
from llm.compile import Request
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog


def written(prompt: str) -> Drafted:
    request = Request(registry=registry_named("zoo"), catalog=full_catalog(), lang="en")
    return Phrasebook().write(prompt, request)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("After the lion gate closes, tell the keepers if it opens again within 2 minutes", "2 minutes"),
        ("How long was the pump of each tank off yesterday? Send it to the vet each morning at 7", "How long"),
        ("Only bother the keepers about a gate once an hour", "Only bother the keepers about a gate once an hour"),
    ],
)
def test_what_is_passed_over_is_told_and_not_built_as_something_else(prompt: str, words: str) -> None:
    drafted = written(prompt)
    assert drafted.document is None
    assert words in [problem.args["words"] for problem in drafted.problems]


@pytest.mark.parametrize(
    "prompt",
    [
        "Remind the keepers every quarter of an hour until the bear gate is shut again",
        "On the first of each month at 9 remind the keepers to clean the filters",
        "When the pump stops, wait two minutes, then tell the keepers",
        "If the shark tank is warmer than the penguin pool for an hour, tell the vet",
    ],
)
def test_what_stands_in_the_document_is_not_told(prompt: str) -> None:
    drafted = written(prompt)
    assert drafted.document is not None
    assert drafted.problems == []
