"""What the phrasebook says of its own reading."""

import pytest

from document.registry import load_registry
from llm.authors.phrasebook.author import Phrasebook
from llm.compilation import Compilation
from llm.compile import compile
from nodes.kit.catalog import full_catalog

REGISTRY, _ = load_registry({
    "types": [{"id": "kiln", "topic": "k/{device}", "label": {"ja": "炉", "en": "kiln"},
               "fields": [{"name": "temperature", "unit": "°C", "label": {"ja": "温度", "en": "temperature"}}]}],
    "devices": [{"id": "k-1", "type": "kiln", "label": {"ja": "1号炉", "en": "Kiln 1"}}],
    "destinations": [{"id": "shift", "label": {"ja": "当直", "en": "shift channel"}}],
})  # fmt: skip


def read(prompt: str) -> Compilation:
    return compile(prompt, author=Phrasebook(), registry=REGISTRY, catalog=full_catalog())


@pytest.mark.parametrize(
    "prompt",
    ["When the temperature of a kiln is above 80 °C, tell the shift channel.", "炉の温度が80℃を超えたら当直に知らせて"],
)
def test_a_sentence_of_which_every_word_was_used_is_read_surely(prompt: str) -> None:
    reading = read(prompt).evidence["reading"]
    assert [part["sort"] for part in reading["parts"]] == ["when", "do"]
    assert all(part["confidence"] >= 0.9 for part in reading["parts"])
    assert reading["unused"] == []


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("When the temperature of a kiln is above 80 °C, tell the shift channel with a haiku.", "haiku"),
        ("炉の温度が80℃を超えたら、俳句を添えて当直に知らせて", "俳句"),
    ],
)
def test_words_that_were_not_used_are_said(prompt: str, word: str) -> None:
    assert word in read(prompt).evidence["reading"]["unused"]


def test_each_part_says_which_nodes_and_settings_were_built_of_it() -> None:
    made = read("When a kiln stays above 80 °C for 5 minutes, tell the shift channel, and again when it is back.")
    parts = made.evidence["reading"]["parts"]
    assert made.document is not None
    assert parts[0]["settings"] == {"limit": "80 °C", "hold": "5 minutes"}
    assert [id for part in parts for id in part["nodes"]] == [node["id"] for node in made.document["nodes"]]


def test_what_was_assumed_is_not_said_to_come_from_the_words() -> None:
    parts = read("炉の温度が高すぎたら当直に知らせて").evidence["reading"]["parts"]
    assert all(part["settings"] == {} for part in parts)


def test_a_part_with_strange_words_or_without_a_limit_is_less_sure_than_the_other() -> None:
    when, do = read("When a kiln is too hot, tell the shift channel.").evidence["reading"]["parts"]
    assert when["confidence"] < 0.85 <= do["confidence"]
    when, do = read("When the temperature of a kiln is above 80 °C, sing and tell the shift channel").evidence[
        "reading"
    ]["parts"]
    assert do["confidence"] < when["confidence"]


def test_an_author_that_says_nothing_of_it_has_no_reading() -> None:
    assert "reading" not in read("").evidence
