"""Who is told, and who is told again."""

import pytest

from llm.authors.phrasebook.author import Phrasebook
from llm.compile import compile
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog


@pytest.mark.parametrize(
    "prompt",
    [
        "When the motor current is above 12 A, notify the moon base, and again when it is back.",
        "モーターの電流が12Aを超えたら月面基地に通知して、戻ったらもう一度通知して",
    ],
)
def test_nobody_else_is_told_again_in_place_of_somebody_who_is_not_registered(prompt: str) -> None:
    made = compile(prompt, author=Phrasebook(), registry=registry_named("plant"), catalog=full_catalog())
    assert made.document is None
    assert {p.args["words"] for p in made.problems if p.code == "cannot_build"} & {"moon base", "月面基地"}
