"""Words for what happens by itself, and needs no comparison."""

from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Meaning


def says_absence(span: Span) -> bool:
    """Words for nothing coming: an occurrence that lasts and needs no condition."""
    return any(is_absence(meaning) for meaning in span.phrases)


def is_absence(meaning: Meaning) -> bool:
    slots = meaning[1].params.values()
    return meaning[1].role == "happen" and "<hold>" in slots and "<expression>" not in slots
