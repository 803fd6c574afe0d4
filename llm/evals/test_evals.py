import pytest

from llm.authors.phrasebook.author import Phrasebook
from llm.evals.judge import judge
from llm.evals.scenario import Scenario, scenarios


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.id)
def test_the_phrasebook_builds_what_the_sentence_asks_for(scenario: Scenario) -> None:
    assert judge(scenario, Phrasebook()).wrong == []


def test_there_are_many_scenarios_in_both_languages() -> None:
    langs = [scenario.lang for scenario in scenarios()]
    assert langs.count("ja") >= 30
    assert langs.count("en") >= 30
