"""Answers about a flow: from its document, from what was kept of the conversation, from a run."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from document.registry import load_registry
from llm.authors.model import ModelAuthor
from llm.authors.phrasebook.author import Phrasebook
from llm.compilation import Compilation
from llm.compile import Author, compile
from llm.inquiry.reasons import Exchange
from llm.providers.openai import ChatModel
from llm.truth import Witness
from nodes.kit.catalog import full_catalog
from tests.model_server import ModelServer

FIRST = Path(__file__).resolve().parents[2] / "gallery" / "first"
REGISTRY, _ = load_registry((FIRST / "registry.json").read_bytes())
CATALOG = full_catalog()
SAID = {
    "en": "When a kiln stays above 80 °C for 5 minutes, notify the shift channel, and again when it is back to normal.",
    "ja": "炉の温度が高すぎたら現場チャンネルに知らせて、信号灯1を赤にして",
}
PHRASEBOOK = Phrasebook()


def compiled(prompt: str, author: Author = PHRASEBOOK, **more: Any) -> Compilation:
    return compile(prompt, author=author, registry=REGISTRY, catalog=CATALOG, **more)


BUILT = {lang: compiled(prompt) for lang, prompt in SAID.items()}


def document_of(lang: str) -> dict[str, Any]:
    document = BUILT[lang].document
    assert document is not None
    return copy.deepcopy(document)


def ask(prompt: str, lang: str = "en", document: dict[str, Any] | None = None, **more: Any) -> Compilation:
    history = more.pop("history", [Exchange(SAID[lang], BUILT[lang].as_json(lang))])
    return compiled(prompt, document=document or document_of(lang), history=history, **more)


def test_the_whole_flow_is_explained_in_the_language_of_the_question_and_nothing_is_proposed() -> None:
    for lang, prompt in (("en", "explain this flow"), ("ja", "このフローを説明して")):
        made = ask(prompt, lang)
        assert (made.asked, made.document, made.problems, made.questions) == ("explain", None, [], [])
        assert made.explanation.startswith(BUILT[lang].explanation)
    assert "仮に決めた値" in ask("このフローを説明して", "ja").explanation
    assert ask("What does it do?", "ja").explanation.startswith("1. Devices: kiln")


@pytest.mark.parametrize(
    ("prompt", "lang", "about", "words"),
    [
        ("What does the hold do?", "en", ["temperature_high"], "5 minutes"),
        ("explain the second node", "en", ["temperature_high"], "After “cleared”: Notify (tell_back)"),
        ("what is the limit?", "en", ["temperature_high"], "80 °C"),
        ("What does tell_back do?", "en", ["tell_back"], "4. when Threshold says “cleared”"),
        ("What does the notification do?", "en", ["tell", "tell_back"], "shift channel"),
        ("継続時間は何をするの？", "ja", ["temperature_high"], "仮の値"),
        ("2番目のノードを説明して", "ja", ["temperature_high"], "「超えた」のあと:通知、コマンド"),
        ("信号灯1は何をするの？", "ja", ["tower_red"], "信号灯1"),
    ],
)  # fmt: skip
def test_a_part_that_is_named_is_explained(prompt: str, lang: str, about: list[str], words: str) -> None:
    made = ask(prompt, lang)
    assert (made.asked, made.about) == ("explain", about)
    assert words in made.explanation
    assert made.explanation != ask("explain this flow", lang).explanation


def test_this_node_is_the_one_that_is_chosen_and_asked_for_where_none_is() -> None:
    assert ask("このノードは何をするの？", "ja", about=["tell"]).about == ["tell"]
    made = ask("what does this node do?")
    assert made.about == []
    assert made.explanation.startswith("Which node do you mean?")


@pytest.mark.parametrize(
    ("prompt", "lang", "words"),
    [
        ("why did you use 80?", "en", "Limit of temperature (80 °C): your sentence says “80 °C”."),
        ("Where does the 5 minutes come from?", "en", "your sentence says “5 minutes”."),
        ("why is there a hold?", "en", "your sentence says “5 minutes”."),
        ("why is the shift channel notified?", "en", "Notify (tell_back): made from “and again” in your sentence."),
        ("なぜ30にしたの？", "ja", "文に書かれていなかったので、仮に決めました。限界値が書かれていません。"),
        ("信号灯はなぜ赤にするの？", "ja", "文の「信号灯1を赤にして」から作りました。"),
        ("どうしてこうなったの？", "ja", "デバイス、しきい値:文の「炉の温度が高すぎたら」から作りました。"),
        ("why 91?", "en", "There is no “91” in this flow."),
    ],
)  # fmt: skip
def test_a_reason_is_the_words_that_something_was_made_of_or_what_was_assumed(
    prompt: str, lang: str, words: str
) -> None:
    made = ask(prompt, lang)
    assert (made.asked, made.document) == ("why", None)
    assert words in made.explanation


@pytest.mark.parametrize(("prompt", "lang"), [("why is Kiln 2 watched?", "en"), ("なぜ2号炉も対象なの？", "ja")])
def test_the_number_of_a_device_is_no_value(prompt: str, lang: str) -> None:
    made = ask(prompt, lang)
    assert made.asked == "why"
    assert "There is no" not in made.explanation
    assert "値はありません" not in made.explanation


def test_a_reason_is_the_answer_to_a_question() -> None:
    document = document_of("ja")
    document["settings"]["hold"].update(value="5m", assumed=False)
    said = ask("どうして5分なの？", "ja", document).explanation
    assert "質問「その状態がどれくらい続いたら動かしますか。」への答え「5分」" in said
    first = BUILT["ja"].as_json("ja")
    more = compiled(SAID["ja"], document=document_of("ja"), answers={"recovery": "yes"})
    assert more.answers == {"recovery": "yes"}
    history = [Exchange(SAID["ja"], first), Exchange(SAID["ja"], more.as_json("ja"), more.answers)]
    said = ask("tell_backはなぜあるの？", "ja", more.document, history=history).explanation
    assert "質問「元に戻ったときにも知らせますか。」への答え「知らせる」" in said
    said = ask("なぜこうしたの？", "ja", more.document, history=history).explanation
    assert "デバイス、しきい値:文の「炉の温度が高すぎたら」から作りました。" in said


def test_a_reason_is_a_later_request_or_a_change_by_hand() -> None:
    edit = compiled("make it 95 degrees", document=document_of("en"))
    history = [Exchange(SAID["en"], BUILT["en"].as_json("en")), Exchange("make it 95 degrees", edit.as_json("en"))]
    said = ask("why 95?", document=edit.document, history=history).explanation
    assert "by “95 degrees” of your later request “make it 95 degrees”" in said
    assert "your sentence says “80 °C”" in ask("why 80?", history=history).explanation  # the edit was not taken
    mine = document_of("en")
    mine["settings"]["limit"]["value"] = 70
    mine["nodes"].append({"id": "mine", "kind": "cooldown", "from": ["temperature_high"], "params": {"for": "1h"}})
    assert (
        "it was 80 °C when it was written, and was changed by hand since" in ask("why 70?", document=mine).explanation
    )
    assert "this conversation did not make it" in ask("why is mine there?", document=mine).explanation


def test_without_a_conversation_no_reason_is_made_up() -> None:
    made = ask("why did you use 80?", history=[])
    assert made.explanation.startswith("Nothing is kept")


def test_of_a_flow_that_a_model_wrote_the_sentence_is_searched() -> None:
    told = {**BUILT["en"].as_json("en"), "evidence": {}, "author": "model"}
    history = [Exchange(SAID["en"], told)]
    assert "the same as “80 °C” in your sentence" in ask("why 80?", history=history).explanation
    assert "a language model wrote it for" in ask("why is tell_back there?", history=history).explanation


@pytest.mark.parametrize(
    ("prompt", "lang", "about", "words"),
    [
        ("what happens when the temperature is 85?", "en", ["tell"], "after 5 minutes “Notify (tell)”"),
        ("what happens when the temperature is 185 °F?", "en", ["tell"], "after 5 minutes “Notify (tell)”"),
        ("what if it is 85 for 2 minutes?", "en", [], "nothing happened"),
        ("what if the humidity is 40%?", "en", [], "does not look at “humidity”"),
        ("what happens when it gets hot?", "en", [], "At which value?"),
        ("温度が85度になったらどうなる？", "ja", ["tell", "tower_red"], "最初に「コマンド」(信号灯1)"),
    ],
)  # fmt: skip
def test_what_would_happen_is_run(prompt: str, lang: str, about: list[str], words: str) -> None:
    made = ask(prompt, lang)
    assert (made.asked, made.about) == ("suppose", about)
    assert words in made.explanation


def test_what_would_happen_cannot_be_told_of_a_flow_with_errors() -> None:
    broken = document_of("en")
    broken["nodes"][1]["params"]["field"] = "nothing"
    assert "cannot be tried" in ask("what happens when the temperature is 85?", document=broken).explanation


def test_a_question_without_a_flow_says_so() -> None:
    for document in (None, {"suiro": 1, "nodes": []}):
        made = compiled("explain this flow", document=document)
        assert [p.code for p in made.problems] == ["no_flow_yet"]


def test_every_explanation_is_true_to_its_document() -> None:
    for lang, prompts in (("en", ("explain this flow", "What does the hold do?")), ("ja", ("このフローを説明して",))):
        witness = Witness(document_of(lang), CATALOG, REGISTRY)
        for prompt in prompts:
            lines = [re.sub(r"^\d+\. ", "", line) for line in ask(prompt, lang).explanation.splitlines()]
            assert [line for line in lines if witness.against(line) is not None] == []


def asked_model(answer: str, mode: str = "honest") -> tuple[Compilation, ModelServer]:
    with ModelServer(mode, lambda body: {"answer": answer}) as server:
        author = ModelAuthor(ChatModel(server.url, "secret", "m", budget=20.0))
        return ask("explain this flow", author=author), server


def test_a_model_answers_in_its_own_words_as_far_as_they_are_true() -> None:
    made, server = asked_model(
        "It tells the shift channel after 5 minutes above 80 °C. It also opens a valve at 99 °C."
    )
    own = ask("explain this flow").explanation
    assert made.explanation == f"It tells the shift channel after 5 minutes above 80 °C.\n{own}"
    assert [p.code for p in made.problems] == ["explanation_corrected"]
    assert (made.document, made.author) == (None, "model")
    assert "The user asks:" in server.requests[0]["messages"][1]["content"]


@pytest.mark.parametrize("mode", ["prose", "broken", "refusing", "malformed"])
def test_where_a_model_says_nothing_the_flow_itself_answers(mode: str) -> None:
    made, _ = asked_model("anything", mode)
    assert made.explanation == ask("explain this flow").explanation
    assert [(p.code, p.severity) for p in made.problems] == [("author_silent", "warning")]


def test_a_reason_is_never_left_to_a_model() -> None:
    with ModelServer("honest", lambda body: {"answer": "Because I felt like it."}) as server:
        author = ModelAuthor(ChatModel(server.url, "secret", "m", budget=20.0))
        made = ask("why did you use 80?", author=author)
    assert "your sentence says “80 °C”" in made.explanation
    assert server.requests == []


def test_the_json_of_an_answer_says_that_it_is_one() -> None:
    written = json.loads(json.dumps(ask("what is the limit?").as_json("en")))
    assert (written["asked"], written["about"], written["document"]) == ("explain", ["temperature_high"], None)
    assert {"asked", "about", "answers"}.isdisjoint(BUILT["en"].as_json("en"))


@pytest.mark.parametrize(
    "broken",
    [
        {"nodes": [None, 3, {"id": "a"}, {"kind": "notify"}, {"id": 1, "kind": 2}]},
        {"nodes": [{"id": "a", "kind": "no_such_kind", "from": ["b.c"], "params": {"x": [1, {"y": None}]}}]},
        {"nodes": [{"id": "a", "kind": "threshold", "from": {"in": "a"}, "params": []}]},
        {"nodes": [{"id": "a", "kind": "threshold", "from": [3], "params": {"above": "$gone", "field": None}}]},
        {"nodes": [{"id": "a", "kind": "threshold", "params": {"above": "$s", "for": "5 minutes", "field": 7}}], "settings": {"s": {}, "t": None}},
        {"nodes": [{"id": "a", "kind": "notify", "from": ["a"], "params": {"to": {"x": 1}, "text": 5}}, {"id": "a", "kind": "notify"}], "settings": []},
    ],
)  # fmt: skip
def test_a_draft_full_of_errors_is_explained_as_far_as_it_can_be_read(broken: dict[str, Any]) -> None:
    questions = ("explain this flow", "what does a do?", "why 80?", "why is a there?", "what happens when the temperature is 85?", "what does the hold do?", "explain the first node")  # fmt: skip
    for prompt in questions:
        assert compiled(prompt, document={"suiro": 1, **broken}, history=[Exchange("x", {"document": broken})]).asked
