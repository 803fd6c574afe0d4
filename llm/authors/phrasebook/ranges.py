"""Ranges without a word that compares: 6〜9人なら, 10人から14人までは."""

import re
from itertools import pairwise

from llm.authors.phrasebook.comparisons import COMPARED_TWO
from llm.authors.phrasebook.reading import Quantity, Reading, Span
from nodes.kit.catalog import Catalog

_FROM = re.compile(r"\s?(?:~|-|から|以上)\s?")
_CASE = re.compile(r"(?:まで)?(?:なら|は|だったら|であれば|の(?:とき|時|場合|間))")


def compare_ranges(reading: Reading, spans: list[Span], catalog: Catalog, lang: str) -> None:
    """In Japanese two numbers with a range between them, in a case, compare as if "between" were said."""
    if lang != "ja":
        return
    between = next(
        (
            (kind, p)
            for kind in catalog
            for p in kind.phrases
            if p.role == "compare" and p.lang == "ja" and p.params.get("between") == COMPARED_TWO
        ),
        None,
    )
    numbers = [s for s in spans if s.quantity is not None and s.duration is None and not s.clock]
    for one, two in pairwise(numbers):
        link = next((s for s in spans if s.start == one.end and s.end == two.start), None)
        if between is None or link is None or link.phrases or two.quantity is None or one.quantity is None:
            continue
        if _FROM.fullmatch(link.text) and _CASE.match(reading.low, two.end):
            link.phrases = [between]
            link.words = set()
            if one.quantity.unit is None:
                one.quantity = Quantity(one.quantity.value, two.quantity.unit)
