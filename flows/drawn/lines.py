"""What happened over time: a lane for each series, shaded while a fault was on, and a mark for everything that was done."""

from collections.abc import Callable
from html import escape
from typing import Literal

import msgspec
from django.utils.safestring import SafeString

from flows.drawn.svg import path, tag, text, whole

Sort = Literal["told", "switched", "kept"]
LEFT, RIGHT, LANE, WORDS_LANE, GAP, FOOT = 168.0, 12.0, 58.0, 20.0, 14.0, 40.0
SMALL_LANE, SMALL_FOOT = 44.0, 16.0
TICKS = 6
MOST_STEMS = 24
"""Marks from which a line goes up through the lanes; with more it would be a fence."""
BESIDE, MOST_HIGH = 9.0, 2
"""How far marks stand apart that would cover each other, and how many stand above one."""
COLOURS = {"red", "yellow", "green", "blue", "white", "off"}
"""Words that a lamp shows as they are."""


class Lane(msgspec.Struct, frozen=True):
    """A series: `points` (ms, value) in order of time, or `words` and since when each holds."""

    label: str
    unit: str = ""
    points: list[tuple[int, float]] = []
    words: list[tuple[int, str]] = []


class Mark(msgspec.Struct, frozen=True):
    """Something was done at `at` (ms)."""

    at: int
    sort: Sort
    says: str = ""


class Span(msgspec.Struct, frozen=True):
    """Something was so from `start` to `end` (ms)."""

    start: int
    end: int
    label: str = ""


class Story(msgspec.Struct, frozen=True):
    """From `start` to `end` (ms)."""

    start: int
    end: int
    lanes: list[Lane]
    marks: list[Mark] = []
    spans: list[Span] = []


class _Sheet:
    """Where things are on a picture that is `width` wide."""

    def __init__(self, story: Story, width: float, small: bool) -> None:
        self.story, self.width, self.small = story, width, small
        self.left, self.right = (2.0, 2.0) if small else (LEFT, RIGHT)
        self.tops: list[float] = []
        top = 4.0 if small else 10.0
        for lane in story.lanes:
            self.tops.append(top)
            top += self.tall(lane) + (6.0 if small else GAP)
        self.foot = top + (MOST_HIGH * BESIDE if story.marks and story.lanes else 0.0)
        self.height = top + (SMALL_FOOT if small else FOOT)

    def tall(self, lane: Lane) -> float:
        if lane.points:
            return SMALL_LANE if self.small else LANE
        return 8.0 if self.small else WORDS_LANE

    def x(self, at: int) -> float:
        room = self.width - self.left - self.right
        part = (at - self.story.start) / max(1, self.story.end - self.story.start)
        return self.left + room * min(1.0, max(0.0, part))


def story_drawn(
    story: Story, says: str, said_at: Callable[[int], str], *, width: float = 760.0, small: bool = False
) -> SafeString:
    """`said_at`: how a time is written on the axis. `small`: without words, for a card."""
    sheet = _Sheet(story, width, small)
    parts = [_span(sheet, span) for span in story.spans]
    for index, (lane, top) in enumerate(zip(story.lanes, sheet.tops, strict=True)):
        parts += _numbers(sheet, lane, top, index) if lane.points else _words(sheet, lane, top)
    parts.append(
        tag("path", d=path([(sheet.left, sheet.foot), (width - sheet.right, sheet.foot)]), class_="drawn-axis")
    )
    parts += _marks(sheet)
    if not small:
        parts += _ticks(sheet, said_at)
    return whole(parts, width, sheet.height, f"drawn drawn-story{' drawn-small' if small else ''}", says)


def _span(sheet: _Sheet, span: Span) -> str:
    x, end = sheet.x(span.start), sheet.x(span.end)
    title = tag("title", escape(span.label)) if span.label else ""
    return tag("rect", title, x=x, y=0, width=max(1.5, end - x), height=sheet.foot, class_="drawn-fault")


def _numbers(sheet: _Sheet, lane: Lane, top: float, index: int) -> list[str]:
    low, high = min(value for _, value in lane.points), max(value for _, value in lane.points)
    tall, room = sheet.tall(lane), (high - low) or 1.0
    line = [(sheet.x(at), top + tall - tall * (value - low) / room) for at, value in lane.points]
    parts = [tag("path", d=path(line), class_=f"drawn-line line-{index}")]
    if not sheet.small:
        parts += [
            text(_short(lane.label), 0, top + tall / 2 + 4, "drawn-label"),
            text(f"{high:.6g} {lane.unit}".strip(), sheet.left - 8, top + 8, "drawn-tick", "end"),
            text(f"{low:.6g}", sheet.left - 8, top + tall, "drawn-tick", "end"),
        ]
    return parts


def _words(sheet: _Sheet, lane: Lane, top: float) -> list[str]:
    parts = [] if sheet.small else [text(_short(lane.label), 0, top + 14, "drawn-label")]
    ends = [at for at, _ in lane.words[1:]] + [sheet.story.end]
    for (at, word), end in zip(lane.words, ends, strict=True):
        look = f"lamp-{word}" if word in COLOURS else "drawn-word"
        x, wide = sheet.x(at), sheet.x(end) - sheet.x(at)
        tall = sheet.tall(lane)
        parts.append(
            tag(
                "rect",
                tag("title", escape(word)),
                x=x,
                y=top,
                width=max(1.5, wide),
                height=tall,
                class_=f"drawn-band {look}",
            )
        )
        if not sheet.small and word not in COLOURS and wide > 40:
            parts.append(text(_short(word, wide / 7), x + 5, top + 14, "drawn-tick"))
    return parts


def _marks(sheet: _Sheet) -> list[str]:
    """In order of time; what would cover another of its moment stands above it."""
    parts: list[str] = []
    last, high = -BESIDE, 0
    for mark in sorted(sheet.story.marks, key=lambda one: one.at):
        x = sheet.x(mark.at)
        high = high + 1 if x - last < BESIDE and high < MOST_HIGH else 0
        last = x
        parts.append(_mark(sheet, mark, sheet.foot - high * BESIDE, stem=len(sheet.story.marks) <= MOST_STEMS))
    return parts


def _mark(sheet: _Sheet, mark: Mark, y: float, *, stem: bool) -> str:
    x = sheet.x(mark.at)
    line = tag("path", d=path([(x, 2.0), (x, y)]), class_="drawn-stem") if stem else ""
    title = tag("title", escape(mark.says)) if mark.says else ""
    look = f"drawn-mark mark-{mark.sort}"
    if mark.sort == "told":
        return line + tag("circle", title, cx=x, cy=y, r=5, class_=look)
    if mark.sort == "switched":
        return line + tag("rect", title, x=x - 4.5, y=y - 4.5, width=9, height=9, rx=1.5, class_=look)
    return tag("path", title, d=path([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)]) + "Z", class_=look)


def _ticks(sheet: _Sheet, said_at: Callable[[int], str]) -> list[str]:
    span = sheet.story.end - sheet.story.start
    parts = []
    for number in range(TICKS + 1):
        at = sheet.story.start + span * number // TICKS
        anchor = "start" if number == 0 else "end" if number == TICKS else "middle"
        parts.append(text(said_at(at), sheet.x(at), sheet.foot + 24, "drawn-tick", anchor))
    return parts


def _short(words: str, most: float = 21) -> str:
    """As many signs as stand before the numbers; a wide one counts for two."""
    wide, kept = 0.0, ""
    for sign in words:
        wide += 2 if ord(sign) > 0x2E7F else 1
        if wide > most:
            return kept.rstrip() + "…"
        kept += sign
    return kept
