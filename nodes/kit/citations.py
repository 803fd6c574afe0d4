"""What an answer out of documents must be: every citation is a passage that was given, and its quote stands there word for word."""

import unicodedata
from collections.abc import Sequence
from typing import Any

LONGEST_ANSWER, LONGEST_QUOTE, LONGEST_PLACE = 4_000, 1_000, 300
MOST_CITATIONS = 8
SHORTEST_QUOTE = 4
"""Characters of a quote: fewer prove nothing."""
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "found": {"type": "boolean", "description": "whether the passages answer the question"},
        "answer": {"type": "string", "description": "the answer in the question's language; empty where they do not"},
        "citations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "passage": {"type": "integer", "description": "the number of the passage"},
                    "quote": {"type": "string", "description": "words that stand there, copied exactly"},
                },
                "required": ["passage", "quote"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["found", "answer", "citations"],
    "additionalProperties": False,
}
"""Of what a language model says about the passages."""


def plain(text: str) -> str:
    """Without differences that copying makes: width of characters, white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def wrong_words(said: Any, texts: Sequence[str]) -> str | None:
    """What is wrong with a model's answer about passages with these texts, numbered from 1; None: nothing."""
    if not isinstance(said, dict) or set(said) != {"found", "answer", "citations"}:
        return "not the asked fields"
    found, answer, citations = said["found"], said["answer"], said["citations"]
    if not isinstance(found, bool) or not isinstance(answer, str) or not isinstance(citations, list):
        return "a field of another type"
    if not found:
        return None
    if not answer.strip() or len(answer) > LONGEST_ANSWER:
        return "no answer, or one that is too long"
    if not 1 <= len(citations) <= MOST_CITATIONS:
        return "an answer without citations, or with too many"
    return next(filter(None, (_wrong_citation(one, texts) for one in citations)), None)


def _wrong_citation(one: Any, texts: Sequence[str]) -> str | None:
    if not isinstance(one, dict) or set(one) != {"passage", "quote"}:
        return "a citation without passage and quote"
    number, quote = one["passage"], one["quote"]
    if type(number) is not int or not 1 <= number <= len(texts):
        return f"there is no passage {str(number)[:20]}"
    if not isinstance(quote, str) or len(quote) > LONGEST_QUOTE or len(plain(quote)) < SHORTEST_QUOTE:
        return "a quote that is too short or too long"
    return None if plain(quote) in plain(texts[number - 1]) else f"the quote does not stand in passage {number}"


def wrong_answer(value: Any) -> str | None:
    """What is wrong with what comes back to the node: {"found", "answer", "citations": [{"title", "place", "quote"}]}."""
    if not isinstance(value, dict) or set(value) != {"found", "answer", "citations"}:
        return "not found, answer and citations"
    if (
        not isinstance(value["found"], bool)
        or not isinstance(value["answer"], str)
        or not isinstance(value["citations"], list)
    ):
        return "a field of another type"
    if len(value["answer"]) > LONGEST_ANSWER or len(value["citations"]) > MOST_CITATIONS:
        return "too long"
    if value["found"] and not (value["answer"].strip() and value["citations"]):
        return "an answer without a citation"
    longest = {"title": LONGEST_PLACE, "place": LONGEST_PLACE, "quote": LONGEST_QUOTE}
    for one in value["citations"]:
        sound = isinstance(one, dict) and set(one) == set(longest)
        if not sound or not all(
            isinstance(one[name], str) and len(one[name]) <= most for name, most in longest.items()
        ):
            return "a citation without title, place and quote"
    return None


def source_of(citation: dict[str, str]) -> str:
    """In one line: the title, and where in it."""
    return ", ".join(filter(None, (citation["title"], citation["place"])))
