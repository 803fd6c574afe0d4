"""The closed list of codes: complete in both languages, and safe with any argument."""

import json

import pytest

from document.problems import AREAS, CODES, LANGUAGES, problem, render, say
from document.words.asks import REASONS
from document.words.code import names_in
from document.words.terms import TERMS, Term
from nodes.kit.asking import SAID


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_message_in_both_languages_with_the_same_names(code: str) -> None:
    entry = CODES[code]
    for words in (entry.message, entry.hint):
        names = [{name for text in words[lang] for name in names_in(text)} for lang in LANGUAGES]
        assert names[0] == names[1]
    assert all(text for lang in LANGUAGES for text in entry.message[lang])
    assert any(ord(c) > 0x3000 for c in entry.message["ja"][0])


def test_no_code_stands_in_two_areas() -> None:
    assert sum(len(codes) for codes in AREAS.values()) == len(CODES)


def test_the_variant_with_the_most_names_that_are_given_is_said() -> None:
    assert say("unknown_kind", {"kind": "threshhold", "nearest": "threshold"}, "en") == (
        "There is no node kind “threshhold”.",
        "Did you mean “threshold”?",
    )
    assert say("unknown_kind", {"kind": "x", "names": ["a", "b"]}, "ja")[1] == "使えるもの:a、b"
    assert say("unknown_kind", {"kind": "x"}, "en")[1] == ""


def test_braces_and_dollars_in_an_argument_are_not_interpreted() -> None:
    message, _ = say("unknown_kind", {"kind": "{nearest}{0.__class__}$x", "nearest": "SECRET"}, "en")
    assert message == "There is no node kind “{nearest}{0.__class__}$x”."


def test_a_type_name_is_said_in_the_readers_language() -> None:
    args = {"expected": Term("number"), "found": Term("string")}
    assert say("wrong_type", args, "ja")[0] == "数値が必要ですが、文字列です。"
    assert set(TERMS["number"]) == set(LANGUAGES)


def test_hostile_arguments_are_cut_and_can_always_be_encoded() -> None:
    found = problem("unknown_kind", "/nodes/0/kind\ud800", kind="\ud800\x00" + "x" * 10_000, allowed=["\udfff"])
    for lang in (*LANGUAGES, "fr"):
        rendered = render(found, lang)
        json.dumps(rendered, ensure_ascii=False).encode()
        assert len(rendered["message"]) < 300


def test_an_unknown_code_is_shown_rather_than_raised() -> None:
    assert say("no_such_code", {}, "ja") == ("no_such_code", "")


def test_why_a_question_to_a_model_failed_has_words_of_its_own() -> None:
    assert set(CODES) >= SAID


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_why_no_answer_came_has_words_and_a_hint(reason: str, lang: str) -> None:
    given = reason if reason != "http" else "http_503"
    for detail in ("what was said", None):
        message, hint = say("ask_failed", {"reason": given, "detail": detail}, lang)
        assert message
        assert "–" not in message
        assert hint
    other, _ = say("ask_failed", {"reason": "gone_fishing"}, lang)
    assert "gone_fishing" in other
    assert message != other
