"""Hours that a bracket explains: 「営業時間外(21時〜翌7時)」 are the hours in the bracket, whatever they are called."""

import re
from dataclasses import replace

from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.reading import Reading, Span

_CALLED = re.compile(
    r"(?:営業|業務|就業|勤務|診療|稼働|稼動|受付|開館|閉館|開店|閉店|開園|閉園|休館|休業|始業|終業|操業|利用|執務|消灯|就寝)(?:時間)?(?P<how>外|中|前|後|内)?(?:の?時間帯?)?の?\($"
)
_DAY = ((6, 0), (22, 0))
"""From when to when hours of work that a bracket explains may be."""


def explained(reading: Reading, spans: list[Span], lang: str) -> None:
    """Takes the words before the bracket as the name of its hours."""
    for span in list(spans) if lang == "ja" else ():
        fact = span.fact
        if not isinstance(fact, Calendar) or not fact.ranges:
            continue
        called = _CALLED.search(reading.low[: span.start])
        if called is None:
            continue
        spans[:] = [s for s in spans if not called.start() <= s.start < span.start]
        spans.append(Span(called.start(), called.end(), called.group(), used=True))
        spans.sort(key=lambda s: (s.start, s.end))
        work = all(_DAY[0] <= begin < end <= _DAY[1] for begin, end in fact.ranges)
        if called["how"] == "外" and work and "時間" in called.group():
            span.fact = replace(fact, outside=not fact.outside)
