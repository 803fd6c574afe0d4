"""The explanation says what the document says, in the reader's words."""

import json
from pathlib import Path

import pytest

from document.registry import load_registry
from llm.explain import explain
from nodes.kit.catalog import full_catalog

FIRST = Path(__file__).resolve().parents[1] / "gallery" / "first"


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    registry, _ = load_registry(json.loads((FIRST / "registry.json").read_text("utf-8")))
    document = json.loads((FIRST / "flow.json").read_text("utf-8"))
    return {lang: explain(document, full_catalog(), registry, lang) for lang in ("ja", "en")}


def test_things_are_called_by_their_names_and_not_by_their_ids(said: dict[str, str]) -> None:
    assert "信号灯1" in said["ja"]
    assert "現場チャンネル" in said["ja"]
    assert "shift channel" in said["en"]
    for lang in said:
        assert "tower-1" not in said[lang]
        assert "shift-channel" not in said[lang]


def test_a_field_has_the_label_that_the_flow_s_own_type_gives_it(said: dict[str, str]) -> None:
    assert "温度、80 °C より大きい" in said["ja"]
    assert "室温" not in said["ja"]


def test_durations_and_ports_are_in_words(said: dict[str, str]) -> None:
    assert "30秒" in said["ja"]
    assert "30 seconds" in said["en"]
    assert "しきい値で「戻った」とき" in said["ja"]
    assert "when Threshold says “cleared”" in said["en"]


def test_there_is_a_line_for_each_node_and_none_more(said: dict[str, str]) -> None:
    assert [len(text.splitlines()) for text in said.values()] == [5, 5]


def test_a_text_shows_the_value_of_its_settings(said: dict[str, str]) -> None:
    assert "settings." not in said["ja"]
    assert "{温度}" in said["ja"]
