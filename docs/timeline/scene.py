"""What a picture shows, before anything has a place: lanes of readings and lanes of what the node made of them."""

from typing import Any

import msgspec

from docs.timeline.axis import Clock
from docs.timeline.limits import Ground, Spot

INK = -1
"""The hue of what belongs to no single device."""


class Numbers(msgspec.Struct, kw_only=True):
    """Numbers as a line with a dot for each; `limits` are what the node compares them with, `blanks` the moments of
    readings without a number."""

    label: str
    notes: list[str] = []
    hue: int = INK
    unit: str = ""
    points: list[tuple[int, float]]
    limits: list[float] = []
    blanks: list[int] = []


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
    """The node sent or did something. `values`: what it added, as (field, value), the most telling first; `aside`: what to
    write where it added nothing."""

    at: int
    hue: int
    values: tuple[tuple[str, str], ...] = ()
    aside: str = ""

    def said(self, level: int) -> str:
        """What to write beside it: two fields, one, or the value alone (levels 0 to 2)."""
        if not self.values:
            return self.aside
        if level == 2:
            return self.values[0][1]
        return " ".join(f"{name}={text}" if name else text for name, text in self.values[: 2 - level])


class Bar(msgspec.Struct, frozen=True):
    """A hold or a period: it `led` to a mark at its end, was `cancelled`, or was still open when the test ended."""

    start: int
    end: int
    hue: int
    led: bool
    cancelled: bool


class Marks(msgspec.Struct, kw_only=True):
    """What went out of one port, or what an action did. `curve`: the same as numbers, where there are many."""

    label: str
    notes: list[str] = []
    hue: int = INK
    marks: list[Mark]
    bars: list[Bar] = []
    curve: Numbers | None = None


Lane = Numbers | Words | Ticks | Map | Marks


class Section(msgspec.Struct):
    heading: str
    lanes: list[Lane]


class Scene(msgspec.Struct, kw_only=True):
    """`facts` are the node's params as (label, value); `clock` knows the
    start and end of the test, `moments` is when anything happened (ms); `summary` says in words what is seen."""

    clock: Clock
    title: str
    kind: str
    group: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    moments: list[int]
    summary: str
