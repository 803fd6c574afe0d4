"""Japanese events that are named without a verb of their own: 「停止を設備班に知らせて」, 「開けっ放し5分で…」, 「…: 開で…、閉で…」."""

import re
from itertools import pairwise

from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Reading, Span

_SAID = {
    "開": "open", "閉": "close", "入": "on", "オン": "on", "on": "on", "切": "off", "オフ": "off", "off": "off", "停止": "stop", "停": "stop", "再開": "start",
    "始動": "start", "起動": "start", "運転": "start", "発生": "yes", "検知": "yes", "施錠": "lock", "解錠": "unlock", "解消": "", "復旧": "", "復帰": "", "回復": "",
}  # fmt: skip
_EVENT = re.compile(
    rf"(?:^|[:、,。;/]\s*)(?P<what>{'|'.join(sorted(_SAID, key=len, reverse=True))})(?P<mark>(?:で|時に?は?)?\s?(?::|->|=>|[→⇒])|で(?=、?[一-龠ァ-ヶ])|時(?:に|は)?(?=、?[一-龠ァ-ヶ]))"
)
_HAPPENED = re.compile(r"(?<=発生)\s?:|(?<=検知)\s?:")
_ENDS = re.compile(r"[。!?\n]")


def name_events(reading: Reading, spans: list[Span], lang: str) -> None:
    """Puts an "if" where such an event ends."""
    if lang != "ja":
        return
    edges = [0, *(m.end() for m in _ENDS.finditer(reading.low)), len(reading.low)]
    for start, end in pairwise(edges):
        _after_colon(reading, spans, start, end)
        inside = [s for s in spans if start <= s.start < end]
        if any(s.words & {"if", "that_case", "until"} or s.every is not None or s.clock for s in inside):
            continue
        mark = _told_of(reading, inside) or _lasts(reading, inside)
        if mark is not None:
            _mark(reading, spans, *mark)


def _after_colon(reading: Reading, spans: list[Span], start: int, end: int) -> None:
    """ "冷凍機:停止で設備係へ、再開で…", "詰まりが発生:…、解消:…": opposite events of one thing."""
    text = reading.low[start:end]
    found = list(_EVENT.finditer(text))
    if ":" not in text or len(found) + len(list(_HAPPENED.finditer(text))) < 2:
        return
    for match in _HAPPENED.finditer(text):
        _mark(reading, spans, start + match.start(), start + match.end())
    for match in found:
        at, stop = (start + n for n in match.span("what"))
        word = _SAID[match["what"]]
        here = next((s for s in spans if s.start == at and s.end == stop), None)
        if here is None:
            here = Span(at, stop, match["what"])
            spans[:] = [s for s in spans if s.end <= at or s.start >= stop]
            spans.append(here)
        here.words |= {word} if word else set()
        _mark(reading, spans, start + match.start("mark"), start + match.end("mark"))


def _told_of(reading: Reading, inside: list[Span]) -> tuple[int, int] | None:
    """ "循環ポンプの停止を設備班に知らせて": what happened to a device is what somebody is told."""
    for owner, event, whom in zip(inside, inside[1:], inside[2:], strict=False):
        of = reading.low[owner.end : event.start] == "の" and (owner.named("type") or owner.named("device"))
        told = whom.named("destination") or whom.role("tell")
        said = event.words & {*POLARITIES, "yes"} and not any(s.named("destination") for s in inside if s is not whom)
        if of and told and said and reading.low[event.end : whom.start] in ("を", "は", "について", "については"):
            return (event.end, whom.start) if any(s.role("tell") for s in inside) else None
    return None


def _lasts(reading: Reading, inside: list[Span]) -> tuple[int, int] | None:
    """ "扉、開けっ放し5分でライン長へ": a state, and how long it lasts."""
    for state, length, whom in zip(inside, inside[1:], inside[2:], strict=False):
        lasts = length.duration is not None and (state.role("test") or state.role("hold"))
        if lasts and whom.named("destination") and reading.low[length.end : whom.start] == "で":
            return length.end, whom.start
    return None


def _mark(reading: Reading, spans: list[Span], start: int, end: int) -> None:
    spans[:] = [s for s in spans if s.end <= start or s.start >= end]
    spans.append(Span(start, end, reading.low[start:end], words={"if"}, used=True))
    spans.sort(key=lambda s: (s.start, s.end))
