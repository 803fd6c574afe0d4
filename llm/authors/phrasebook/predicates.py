"""What a word by itself, or some words together, can say: a comparison, a length of time, something to be done."""

from llm.authors.phrasebook.facts import Later, Within
from llm.authors.phrasebook.occurrences import says_absence
from llm.authors.phrasebook.reading import Span

DOING = ("tell", "record", "call")


def compares(spans: list[Span]) -> bool:
    """Whether a comparison with a number that is no duration stands among `spans`, or words for what happens by itself."""
    numbers = any(s.quantity and s.duration is None for s in spans)
    return (numbers and any(s.role("compare") for s in spans)) or any(says_absence(s) for s in spans)


def counts_from(span: Span) -> bool:
    """ "ten minutes after ...": what it counts from follows."""
    return isinstance(span.fact, Later) and span.fact.of


def is_length(span: Span) -> bool:
    """A length of time, plain or as a limit or a delay."""
    return span.duration is not None or span.is_fact(Within, Later)


def repeats(span: Span) -> bool:
    """Words for telling again and again."""
    return any(
        p.role == "treat" and "<every>" in p.params.values() and p.port == "out" and "per" in p.params
        for _, p in span.phrases
    )


def is_doing(span: Span) -> bool:
    """Words that by themselves ask for something to be done."""
    return any(span.role(role) for role in DOING)
