"""ask_documents: what is asked, and which answers get through."""

from typing import Any

import pytest

from nodes.ai.ask_documents import AskDocuments
from nodes.kit.citations import wrong_words
from nodes.kit.harness import Harness, scope_of
from nodes.kit.things import Model, Registry

CITED = {"title": "Pump", "place": "p. 3", "quote": "bleed the pump"}
GOOD = {"found": True, "answer": "Bleed it.", "citations": [CITED]}


def asked(**params: Any) -> Harness:
    node = Harness(AskDocuments, {"question": "What is {alarm}?", **params})
    node.feed("0s", {"alarm": "E42"})
    return node


def test_the_question_goes_out_with_its_values_and_what_may_be_looked_at() -> None:
    (ask,) = asked(only=["pump"], most=3).asks()
    assert ask.request == {
        "task": "documents", "question": "What is E42?", "only": ["pump"], "most": 3, "model": None, "quote_only": False,
    }  # fmt: skip


def test_a_missing_value_is_a_problem_and_a_long_question_is_cut() -> None:
    node = Harness(AskDocuments, {"question": "{text} {gone}"})
    node.feed("0s", {"text": "x" * 5_000})
    assert node.troubles() == ["missing_field"]
    assert len(node.asks()[0].request["question"]) == 1_000


def test_an_answer_is_added_with_its_citations_and_where_it_stands() -> None:
    node = asked()
    node.answer(GOOD)
    assert node.sent == [("out", 0.0, {"alarm": "E42", **GOOD, "source": "Pump, p. 3"})]


def test_what_stands_nowhere_has_a_port_of_its_own() -> None:
    node = asked()
    node.answer({"found": False, "answer": "", "citations": []})
    assert node.sent == [("not_found", 0.0, {"alarm": "E42", "found": False})]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "Bleed it.",
        {**GOOD, "citations": []},
        {**GOOD, "answer": " "},
        {**GOOD, "to": "http://evil.example"},
        {**GOOD, "found": "yes"},
        {**GOOD, "answer": "x" * 5_000},
        {**GOOD, "citations": [CITED] * 9},
        {**GOOD, "citations": [{**CITED, "url": "http://evil.example"}]},
        {**GOOD, "citations": [{**CITED, "quote": 7}]},
        {**GOOD, "citations": [{**CITED, "title": "x" * 400}]},
    ],
)
def test_any_other_answer_fails_with_a_reason(answer: Any) -> None:
    node = asked()
    node.answer(answer)
    assert (node.sent[0][0], node.sent[0][2]["reason"]) == ("failed", "bad_answer")


def test_without_documents_it_fails_with_a_hint() -> None:
    node = asked()
    node.answer(error="no_documents")
    assert (node.troubles(), node.sent[0][2]["reason"]) == (["no_documents"], "no_documents")


def test_a_model_for_something_else_and_a_broken_text_are_problems() -> None:
    registry = Registry(models={"d": Model(id="d", task="detect")})
    params = {"question": "What {is", "model": "d"}
    assert Harness.problems_of(AskDocuments, params, scope_of(registry=registry)) == ["text_syntax", "wrong_task"]


# --- what a language model says of the passages -----------------------------------------------------------------------

TEXTS = ["Check the strainer,\nthen bleed the pump.", "温度が 80 ℃ を超えたら弁を閉じる。"]


def said(passage: Any = 1, quote: Any = "bleed the pump", **more: Any) -> dict[str, Any]:
    return {"found": True, "answer": "Bleed it.", "citations": [{"passage": passage, "quote": quote}], **more}


@pytest.mark.parametrize(
    "value",
    [
        said(),
        said(quote="strainer, then  bleed"),
        said(2, "温度が80℃を超えたら"),
        {"found": False, "answer": "", "citations": []},
    ],
)
def test_a_quote_may_differ_in_white_space_and_width_alone(value: Any) -> None:
    assert wrong_words(value, TEXTS) is None


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("prose", "not the asked fields"),
        (said(more=1), "not the asked fields"),
        (said(answer=""), "no answer"),
        (said(citations=[]), "without citations"),
        (said(passage=3), "no passage 3"),
        (said(passage=0), "no passage 0"),
        (said(passage=True), "no passage True"),
        (said(quote="bleed the boiler"), "does not stand"),
        (said(passage=2), "does not stand"),
        (said(quote="a"), "too short"),
        (said(citations=[7]), "without passage"),
    ],
)
def test_an_invented_citation_is_found_out(value: Any, why: str) -> None:
    assert why in str(wrong_words(value, TEXTS))


def test_why_a_question_was_searched_by_words_alone_stands_on_the_trace_and_the_answer_goes_on() -> None:
    node = asked()
    node.answer(GOOD, detail="its model did not answer in time")
    assert (node.troubles(), [port for port, *_ in node.sent]) == (["no_vectors"], ["out"])
