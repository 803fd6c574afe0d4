"""How many devices at once."""

import pytest

from llm.authors.phrasebook.facts import Crowd
from llm.authors.phrasebook.meaning import Meaning
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog


def crowd(text: str, lang: str) -> object:
    spans = Meaning(text, full_catalog(), registry_named("harbor"), lang).spans
    return next((span.fact for span in spans if isinstance(span.fact, Crowd)), None)


@pytest.mark.parametrize(
    ("lang", "text", "fact"),
    [
        ("ja", "上屋のうち2棟以上が同時に30℃を超えたら", Crowd(at_least=2)), ("ja", "全台が同時に開いたら", Crowd(share=1.0)),
        ("ja", "過半数のゲートが開いたら", Crowd(share=0.51)), ("en", "if at least two sheds are above 30 °C", Crowd(at_least=2)),
        ("en", "when all gates are closed", Crowd(share=1.0)), ("en", "if both gates are open", Crowd(at_least=2)),
        ("en", "a majority of the gates", Crowd(share=0.51)), ("en", "when all is well tell the yard office", None),
    ],
)  # fmt: skip
def test_numbers_of_devices_are_read(lang: str, text: str, fact: Crowd | None) -> None:
    assert crowd(text, lang) == fact
