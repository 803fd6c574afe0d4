"""Lengths of time and numbers of readings, with what the words around them make of them."""

import pytest

from llm.authors.phrasebook.facts import Fact, Later, Lookback, Often, Row, Sampled, Within
from llm.authors.phrasebook.lengths import lengths, sampled
from llm.authors.phrasebook.quantities import durations
from llm.authors.phrasebook.reading import Reading


def facts(text: str, lang: str) -> list[Fact | None]:
    reading = Reading(text)
    found = sorted(lengths(reading, list(durations(reading)), lang), key=lambda span: span.start - span.end)
    return [span.fact for span in found]


@pytest.mark.parametrize(
    ("lang", "text", "fact"),
    [
        ("ja", "直近10分の平均", Lookback(600_000)), ("en", "the average over the last ten minutes", Lookback(600_000)),
        ("ja", "直近5回の平均", Lookback(readings=5)), ("en", "of the last 5 readings", Lookback(readings=5)),
        ("ja", "5分以内に閉じなければ", Within(300_000)), ("en", "not closed within five minutes", Within(300_000)),
        ("ja", "10分後に消して", Later(600_000)), ("en", "ten minutes later", Later(600_000)),
        ("en", "ten minutes after the door opens", Later(600_000, of=True)),
        ("ja", "3回続けて超えたら", Row(3)), ("en", "three times in a row", Row(3)),
        ("ja", "直近5回のうち3回", Row(3, 5)), ("en", "3 out of the last 5 readings", Row(3, 5)),
        ("ja", "5回以上開いたら", Often(5, "at_least")), ("en", "more than 5 times", Often(5, "above")),
    ],
)  # fmt: skip
def test_the_words_around_a_length_say_what_it_is_for(lang: str, text: str, fact: Fact) -> None:
    assert facts(text, lang)[0] == fact


@pytest.mark.parametrize("text", ["30秒を1分に変えて", "1分に延ばして", "12時30分に送って"])
def test_a_length_that_is_set_is_no_limit_in_time(text: str) -> None:
    assert not [fact for fact in facts(text, "ja") if isinstance(fact, Within)]


@pytest.mark.parametrize(
    ("lang", "text", "fact"),
    [
        ("ja", "10分に1件だけ記録", Sampled(ms=600_000)), ("en", "only one reading per minute", Sampled(ms=60_000)),
        ("ja", "5回に1回だけ", Sampled(nth=5)), ("en", "every third reading", Sampled(nth=3)),
    ],
)  # fmt: skip
def test_how_many_readings_are_enough(lang: str, text: str, fact: Fact) -> None:
    assert [span.fact for span in sampled(Reading(text), lang)] == [fact]
