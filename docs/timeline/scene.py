"""What a picture shows, before anything has a place: lanes of readings and lanes of what the node made of them."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from docs.timeline.limits import Ground, Spot

INK = -1
"""The hue of what belongs to no single device."""


class Numbers(msgspec.Struct, kw_only=True):
    """Numbers as a line with a dot for each; `limits` are what the node compares them with, `blanks` the moments of
    readings without a number. `sent`: the node sent them."""

    label: str
    notes: list[str] = []
    hue: int = INK
    unit: str = ""
    points: list[tuple[int, float]]
    limits: list[float] = []
    blanks: list[int] = []
    sent: bool = False


class Words(msgspec.Struct, kw_only=True):
    """Texts, truths and anything else as segments, each until the next one."""

    label: str
    notes: list[str] = []
    hue: int = INK
    spans: list[tuple[int, int, Any]]
    ticks: list[int]


class Ticks(msgspec.Struct, kw_only=True):
    """Moments, and nothing to say about them."""

    label: str
    notes: list[str] = []
    hue: int = INK
    ticks: list[int]
    input: bool = False


class Map(msgspec.Struct, kw_only=True):
    """Places in the order in which a device was there."""

    label: str
    notes: list[str] = []
    hue: int = INK
    points: list[tuple[int, Spot]]
    grounds: list[Ground] = []


class Mark(msgspec.Struct, frozen=True):
    """The node sent or did something. `texts`: what to write beside it, the fullest first."""

    at: int
    hue: int
    texts: tuple[str, ...]


class Bar(msgspec.Struct, frozen=True):
    """A hold or a period: `kind` is fired (it led to a mark at its end), cancelled, or open at the end of the test."""

    start: int
    end: int
    hue: int
    kind: str


class Marks(msgspec.Struct, kw_only=True):
    """What went out of one port, or what an action did. `curve`: the same as numbers, where there are many."""

    label: str
    marks: list[Mark]
    bars: list[Bar] = []
    curve: Numbers | None = None


Lane = Numbers | Words | Ticks | Map | Marks


class Section(msgspec.Struct):
    heading: str
    lanes: list[Lane]


class Scene(msgspec.Struct, kw_only=True):
    """`facts` are the node's params as (label, value); `start` and
    `end` are those of the test, `moments` when anything happened (ms); `summary` says in a sentence what is seen."""

    lang: str
    title: str
    kind: str
    group: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    start: int
    end: int
    moments: list[int]
    zone: ZoneInfo
    summary: str
