"""What a sentence may say of lengths of time: those of the document, and their parts."""

import pytest

from document.registry import load_registry
from llm.truth import Witness
from nodes.kit.catalog import full_catalog

REGISTRY, _ = load_registry({"types": [{"id": "kiln", "topic": "k/{device}", "fields": [{"name": "temperature", "unit": "°C"}, {"name": "depth", "unit": "m"}]}], "destinations": [{"id": "shift"}]})  # fmt: skip
DOCUMENT = {
    "suiro": 1, "name": "Hot", "settings": {"gap": {"value": 2, "unit": "h", "label": "Gap", "assumed": False}},
    "nodes": [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "temperature", "above": 80, "for": "1h30m"}},
        {"id": "deep", "kind": "threshold", "from": ["kiln"], "params": {"field": "depth", "above": 4}},
    ],
}  # fmt: skip
WITNESS = Witness(DOCUMENT, full_catalog(), REGISTRY)


@pytest.mark.parametrize(
    "sentence",
    [
        "It waits for 90 minutes.", "It waits one hour and 30 minutes.", "1時間30分続いたら動きます。", "an hour and a half above 80",
        "90分後に動きます。", "The gap is two hours.", "It is deeper than 4 m.", "At most twice a day.", "It acts at once.",
    ],
)  # fmt: skip
def test_a_length_of_the_document_may_be_said_in_any_way(sentence: str) -> None:
    assert WITNESS.against(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "length"),
    [
        ("It waits for five minutes.", "five minutes"), ("It waits for a quarter of an hour.", "a quarter of an hour"), ("5分続いたら動きます。", "5分"),
        ("五分後に動きます。", "五分"), ("It waits 90 minutes and then 10 seconds.", "10 seconds"), ("“45 s” is the hold.", "45 s"),
    ],
)  # fmt: skip
def test_another_length_is_untrue(sentence: str, length: str) -> None:
    assert WITNESS.against(sentence) == length
