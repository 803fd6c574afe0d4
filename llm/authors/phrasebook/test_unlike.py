"""Sentences that leave it to the product what is normal."""

import json

import pytest

from llm.authors.phrasebook.test_japanese import made


@pytest.mark.parametrize(
    "text", ["タンク1の水位がいつもと違ったら店長へ", "タンクの水位がふだんと違うときは店長へ知らせて"]
)
def test_what_is_unlike_itself_is_noticed_by_a_kind_that_learns(text: str) -> None:
    document = made(text, "cold").document
    assert document is not None
    nodes = json.dumps(document["nodes"], ensure_ascii=False)
    assert '"anomaly"' in nodes
    assert '_odd.entered"' in nodes
    assert "silent" not in nodes
