"""Files and versions of documents, their language, and what changed between two."""

import copy
import json
from typing import Any

from document.conftest import CATALOG, SOUND, changed
from document.diff import CHANGES, describe, diff
from document.export import pretty, version_of
from document.language import language
from document.upgrade import upgrade


def _turned(value: Any) -> Any:
    """The same JSON with every object's keys the other way round."""
    if isinstance(value, dict):
        return {key: _turned(item) for key, item in reversed(value.items())}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def test_a_file_is_the_same_whatever_the_order_of_keys_was() -> None:
    document = changed("/nodes/3/params/values", {"color": "赤"})
    turned = _turned(document)
    turned["settings"] = document["settings"]
    assert pretty(turned, CATALOG) == pretty(document, CATALOG)
    text = pretty(document, CATALOG)
    assert json.loads(text) == document
    assert text.endswith("}\n")
    assert "赤" in text
    assert text.index('"field"') < text.index('"above"') < text.index('"for"')


def test_layout_notes_and_order_of_keys_do_not_make_a_new_version() -> None:
    version = version_of(SOUND)
    assert len(version) == 64
    assert version_of(_turned(SOUND)) == version
    assert version_of(SOUND | {"layout": {"kiln": {"x": 1}}, "notes": []}) == version
    assert version_of(changed("/nodes/1/params/margin", 2.0)) == version
    assert version_of(changed("/nodes/1/params/margin", 3)) != version


def test_a_document_speaks_the_language_of_its_texts() -> None:
    assert language(SOUND) == "en"
    assert language(changed("/name", "炉の過熱")) == "ja"
    assert language(changed("/nodes/2/params/text", "炉が熱い")) == "ja"
    said = ["At 2 m.", "At 3 m.", "高台へ。 Go to high ground."]
    told = [{"id": f"n{i}", "kind": "notify", "params": {"text": text}} for i, text in enumerate(said)]
    assert language({"nodes": told}) == "en", "one in several languages"
    assert language({"nodes": told[1:]}) == "ja"
    assert language({"nodes": [None, {"label": 3, "params": []}], "settings": {"a": 1}}) == "en"
    assert language(None) == "en"


def test_each_change_is_told_in_both_languages() -> None:
    after = changed("/settings/limit/value", 70)
    after["settings"]["spare"] = {"value": 1}
    after["name"] = "Hot"
    after["nodes"][1]["params"]["for"] = "1m"
    after["nodes"][1]["params"]["per"] = "all"
    del after["nodes"][1]["params"]["margin"]
    after["nodes"][2]["off"] = True
    after["nodes"][3]["id"] = "light"
    after["tests"][0]["only"] = True
    changes = diff(SOUND, after)
    json.dumps(changes)
    assert [describe(change, "en") for change in changes] == [
        "“name” changed from Kiln overheating to Hot.",
        "Setting “limit” changed from 80 °C to 70 °C.",
        "Setting “spare” was added: 1.",
        "Node “lamp” (act) was removed.",
        "“margin” of “hot” was removed.",
        "“for” of “hot” changed from 5m to 1m.",
        "“per” of “hot” is now all.",
        "“off” of node “say” is now true.",
        "Node “light” (act) was added.",
        "Test “tells once” changed.",
    ]
    assert describe(changes[1], "ja") == "設定「limit」を 80 °C から 70 °C に変えました。"
    assert all(describe(change, "ja") for change in changes)
    assert diff(SOUND, copy.deepcopy(SOUND)) == []
    assert diff(SOUND, SOUND | {"layout": {"a": 1}}) == []
    assert {change["change"] for change in diff({}, SOUND) + diff(SOUND, {})} <= CHANGES.keys()


def test_a_document_of_the_present_format_is_not_changed_by_upgrading() -> None:
    assert upgrade(SOUND) is SOUND
    assert upgrade({"suiro": "x"}) == {"suiro": "x"}
