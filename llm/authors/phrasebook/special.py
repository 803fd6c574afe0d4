"""What has a way of its own to be said: what is seen, what is foretold, silence, places, counts, changes, comparisons of two."""

from llm.authors.phrasebook import (
    absence,
    asking,
    changing,
    counting,
    easing,
    forecasting,
    grouping,
    lasting,
    levels,
    phases,
    placing,
    rates,
    ratios,
    sights,
    undone,
    unlike,
    usual,
    versus,
    waiting,
)
from llm.authors.phrasebook.definitions import named_state
from llm.authors.phrasebook.reading import Reading, Span
from nodes.kit.catalog import Catalog
from nodes.kit.things import Registry

SPECIAL = (
    rates.read,
    sights.read,
    forecasting.read,
    undone.read,
    easing.read,
    absence.read,
    asking.read,
    lasting.read,
    levels.read,
    phases.read,
    named_state,
    placing.read,
    counting.read,
    changing.read,
    unlike.read,
    usual.read,
    ratios.read,
    versus.read,
)
"""Readers of a condition, in the order in which they are tried."""


def mark(reading: Reading, spans: list[Span], catalog: Catalog, registry: Registry, lang: str) -> None:
    """Makes one span of words that together say something of this kind, before the sentence is cut."""
    waiting.mark(reading, spans, catalog)
    forecasting.mark(reading, spans, catalog, lang)
    grouping.mark(reading, spans, registry, lang)
    sights.mark(reading, spans, catalog, registry, lang)
    rates.mark(reading, spans, catalog, registry, lang)
    asking.mark(spans, registry)
