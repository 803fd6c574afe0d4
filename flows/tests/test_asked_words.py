"""Why there is no answer, in words, and which answers can be marked."""

import pytest

from flows.asked_words import reason_text
from flows.commands.asks import can_mark
from flows.models import AskRecord


@pytest.mark.parametrize(
    ("outcome", "answer", "may"),
    [
        ("answer", {"verdict": "hot"}, True),
        ("cached", {"verdict": "hot"}, True),
        ("unsure", {"verdict": "hot", "score": 0.2}, True),
        ("unsure", {"unsure": True}, False),
        ("failed", {"verdict": "no such label"}, False),
        ("failed", None, False),
    ],
)
def test_only_what_was_as_declared_is_right_or_wrong(outcome: str, answer: dict[str, object] | None, may: bool) -> None:
    assert can_mark(AskRecord(outcome=outcome, answer=answer)) == may


def test_what_was_wrong_with_an_answer_is_told() -> None:
    row = AskRecord(outcome="failed", reason="bad_answer", detail="verdict is not what was declared", answer={})
    assert "verdict is not what was declared" in reason_text(row, "en")


@pytest.mark.parametrize("reason", ["timeout", "rate_limited", "too_large", "truncated", "busy"])
def test_why_there_is_no_answer_is_told_in_the_readers_language(reason: str) -> None:
    row = AskRecord(outcome="failed", reason=reason, detail="in words of the worker")
    english, japanese = (reason_text(row, lang) for lang in ("en", "ja"))
    assert reason not in english
    assert english.isascii()
    assert not any(c.isascii() and c.isalpha() for c in japanese)
