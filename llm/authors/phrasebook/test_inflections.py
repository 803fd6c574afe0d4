import pytest

from llm.authors.phrasebook.inflections import forms


@pytest.mark.parametrize(
    ("word", "form"),
    [("詰まり", "詰まっ"), ("jammed", "jams"), ("jam", "jammed"), ("leak", "leaking"), ("window open", "open windows")],
)
def test_what_a_field_is_called_is_found_as_a_verb(word: str, form: str) -> None:
    assert form in forms(word)


@pytest.mark.parametrize("word", ["温度", "open", "occupied", "running"])
def test_other_words_have_no_forms(word: str) -> None:
    assert forms(word) == set()
