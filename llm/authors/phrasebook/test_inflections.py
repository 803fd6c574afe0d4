import pytest

from llm.authors.phrasebook.inflections import forms, negations


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("詰まり", "詰まっ"),
        ("jammed", "jams"),
        ("jam", "jammed"),
        ("leak", "leaking"),
        ("window open", "open windows"),
        ("moving", "moves"),
        ("open", "openings"),
    ],
)
def test_what_a_field_is_called_is_found_as_a_verb(word: str, form: str) -> None:
    assert form in forms(word)


@pytest.mark.parametrize("word", ["温度", "closed", "occupied"])
def test_other_words_have_no_forms(word: str) -> None:
    assert forms(word) == set()


def test_a_participle_has_a_negation() -> None:
    assert negations("plugged in") == {"unplugged"}
    assert negations("moving") == set()
