"""Where sentences are cut, and which pieces are conditions."""

import pytest

from llm.authors.phrasebook.clauses import Clause, clauses
from llm.authors.phrasebook.meaning import Meaning
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog


def read(text: str, lang: str) -> list[Clause]:
    meaning = Meaning(text, full_catalog(), registry_named("harbor"), lang)
    return clauses(meaning.reading, meaning.spans, lang)


@pytest.mark.parametrize(
    ("lang", "text", "when"),
    [
        ("ja", "上屋の庫内温度が30℃を超えたらサイレンを鳴らして", [True, False]),
        ("en", "If a shed is above 30 °C, sound the horn", [True, False]),
        ("en", "Sound the horn if a shed is above 30 °C", [False, True]),
        ("en", "When a shed is above 30 °C, sound the horn until the confirm button is pressed", [True, False, False]),
        ("en", "If a crane was moving for 60 % of an hour, tell the yard office when the hour is over", [True, False]),
        ("en", "When a shed is above 30 °C, record the wall temperature and the dew point", [True, False]),
    ],
)
def test_conditions_and_what_follows_are_told_apart(lang: str, text: str, when: list[bool]) -> None:
    assert [clause.when for clause in read(text, lang)] == when


def test_until_ends_something_and_is_no_condition() -> None:
    assert [c.until for c in read("Sound the horn until the confirm button is pressed", "en")] == [False, True]
    assert [c.until for c in read("サイレンを確認ボタンが押されるまで鳴らして", "ja")] == [True, False]


def test_two_cases_that_are_treated_alike_are_marked() -> None:
    assert [c.listed for c in read("ゲートが開いたときと閉まったときにヤード係に連絡", "ja")] == [True, False, False]


def test_one_condition_over_time_is_not_cut() -> None:
    assert (
        len(
            read("If the east gate opens and the west gate is not closed within 30 seconds, tell the yard office", "en")
        )
        == 2
    )
