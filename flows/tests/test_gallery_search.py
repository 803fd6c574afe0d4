"""What people type into the gallery's search, by industry, by need and in their own words, finds what it should."""

import pytest
from django.utils import translation

from flows.staged import card
from gallery.scenario import scenarios


def found(lang: str, asked: str) -> set[str]:
    """As the page looks: every word somewhere in what a card may be found by."""
    with translation.override(lang):
        texts = {one.name: card(one, lang)["search"] for one in scenarios()}
    return {name for name, text in texts.items() if all(word in text for word in asked.lower().split())}


@pytest.mark.parametrize(
    ("lang", "asked", "name"),
    [
        ("ja", "工場 安全", "helmet"), ("ja", "電気代", "energy"), ("ja", "高齢者", "living_alone"), ("ja", "冷蔵", "cold_chain"),
        ("ja", "洪水", "river"), ("ja", "ビル 省エネ", "meeting_rooms"), ("ja", "製造業 検品", "parts"), ("en", "inspection", "parts"), ("ja", "運送 労災", "heat_stress"),
        ("en", "factory safety", "helmet"), ("en", "electricity bill", "energy"), ("en", "elderly", "living_alone"),
        ("en", "nursing care", "living_alone"), ("en", "manufacturing repair", "bearing"), ("en", "warehouse audit", "cold_chain"),
        ("en", "flood", "river"),
    ],
)  # fmt: skip
def test_a_scenario_is_found_by_industry_and_need_in_the_words_of_people(lang: str, asked: str, name: str) -> None:
    assert name in found(lang, asked)


@pytest.mark.parametrize("asked", ["洪水", "flood", "helmet", "高齢者", "danger zone"])
def test_a_word_of_one_trade_does_not_find_everything(asked: str) -> None:
    assert 1 <= len(found("ja", asked)) <= 4


def test_with_a_need_chosen_too_a_word_finds_the_one_scenario() -> None:
    quality = {one.name for one in scenarios() if "quality" in one.about.needs}
    assert found("en", "inspection") & quality == {"parts"}
