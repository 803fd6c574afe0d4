"""Times that a sentence lets pass before something is done: "wait two minutes; if it is still off, ...", "and, half an hour
later, the vet", "don't tell anyone unless it stays off for 3 minutes"."""

import re

from llm.authors.phrasebook.facts import Later
from llm.authors.phrasebook.reading import Reading, Span
from nodes.kit.catalog import Catalog

_WAIT = re.compile(r"\b(?:then )?(?:wait|give it|allow(?: it)?|hold (?:on|off))(?: (?:for|another|a further))* $")
_STILL = re.compile(r"[.,;:]? ?(?:(?:and|then|only|but) )*if (?P<rest>[^,;.:]*\b(?:still|not|hasn't|haven't|isn't|aren't|doesn't|remains?|stays?)\b[^,;.:]*),")  # fmt: skip
_THEN = re.compile(r"[,;]? ?(?:and then|then|and|before)\b")
_UNLESS = re.compile(
    r"\b(?:do not|don't|never) (?:tell|bother|alert|notify|disturb|message|wake|warn) (?:anyone|anybody|them|us|me) (?P<if>unless|until)(?= (?:it|that|this|they)\b)"
)
_LEAD = re.compile(r"\b(?:and|then|but),? $")


def mark(reading: Reading, spans: list[Span], catalog: Catalog) -> None:
    """Puts one span for what such words say in the place of those that stand there."""
    for span in [s for s in spans if s.duration is not None]:
        if (wait := _WAIT.search(reading.low[: span.start])) is not None:
            _waited(reading, spans, catalog, span, wait.start())
    for span in [s for s in spans if isinstance(s.fact, Later)]:
        lead = _LEAD.search(reading.low[: span.start])
        if lead is not None and reading.low.startswith(",", span.end) and reading.low[: lead.start()].rstrip(" ,"):
            _replace(reading, spans, Span(lead.start(), span.end + 1, "", words={"and"}, fact=span.fact))
    for match in _UNLESS.finditer(reading.low):
        _replace(reading, spans, Span(match.start(), match.end(), "", words={"if"}))


def _waited(reading: Reading, spans: list[Span], catalog: Catalog, span: Span, start: int) -> None:
    still = _STILL.match(reading.low, span.end)
    if still is not None and _nothing_new(spans, start, still.start("rest"), still.end("rest")):
        hold = next(((k, p) for k in catalog for p in k.phrases if p.role == "hold" and p.lang == "en"), None)
        made = Span(start, still.end("rest"), "", duration=span.duration, phrases=[hold] if hold else [])
        _replace(reading, spans, made)
    elif (then := _THEN.match(reading.low, span.end)) is not None and span.duration is not None:
        _replace(reading, spans, Span(start, then.end(), "", fact=Later(span.duration)))


def _nothing_new(spans: list[Span], before: int, start: int, end: int) -> bool:
    """The words from `start` to `end` speak of what was said `before`."""
    known = {name.id for span in spans if span.start < before for name in span.names}
    inside = [span for span in spans if start <= span.start < end]
    return all(span.quantity is None and span.duration is None and span.quote is None for span in inside) and all(
        not span.names or any(name.id in known for name in span.names) for span in inside
    )


def _replace(reading: Reading, spans: list[Span], made: Span) -> None:
    made.text = reading.low[made.start : made.end]
    spans[:] = sorted(
        [*(s for s in spans if s.end <= made.start or s.start >= made.end), made], key=lambda span: span.start
    )
