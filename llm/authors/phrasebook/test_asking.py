import pytest

from llm.authors.phrasebook.asking import model_for
from llm.authors.phrasebook.meaning import Meaning
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog


def read(prompt: str, lang: str) -> Meaning:
    meaning = Meaning(prompt, full_catalog(), registry_named("hotel"), lang)
    meaning.wishes()
    return meaning


@pytest.mark.parametrize(
    ("prompt", "lang"),
    [
        ("クチコミの本文が苦情だったら支配人に知らせて", "ja"),
        ("Tell the general manager when a guest review sounds angry.", "en"),
        ("If the lobby camera shows smoke, alert the engineer.", "en"),
    ],
)
def test_what_only_a_reader_can_tell_is_asked(prompt: str, lang: str) -> None:
    (wish,) = read(prompt, lang).result.wishes
    (step,) = wish.trigger.tests[0].steps
    assert step.meaning[0].id == "ai_prompt"
    assert not read(prompt, lang).result.missed


def test_a_number_of_the_same_devices_is_compared() -> None:
    (wish,) = read("Tell the general manager when a guest review has 2 stars or fewer.", "en").result.wishes
    assert wish.trigger.tests[0].field.name == "stars"


def test_the_model_fits_what_is_looked_at() -> None:
    registry = registry_named("hotel")
    assert model_for(registry, seen=True) == "eye"
    assert model_for(registry, seen=False) == "reader"
    assert model_for(registry_named("orchard"), seen=True) is None
