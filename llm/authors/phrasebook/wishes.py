"""What a person wants, as data between the sentence and the document."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from llm.authors.phrasebook.reading import Quantity, Span
from nodes.kit.kind import Kind, Phrase
from nodes.kit.things import DeviceType, TypeField

Meaning = tuple[type[Kind], Phrase]


@dataclass
class Source:
    """Which devices: a type, some of its devices, or those with certain attributes."""

    type: DeviceType
    only: list[str] = dataclasses.field(default_factory=list)
    where: dict[str, Any] = dataclasses.field(default_factory=dict)
    spoken: bool = True


@dataclass
class Test:
    """One comparison of a field. `numbers` is empty where the sentence named no limit; `truth` is set instead where a
    true/false field is asked for, `words` where a text field is."""

    field: TypeField
    meaning: Meaning | None = None
    numbers: list[Quantity] = dataclasses.field(default_factory=list)
    truth: bool | None = None
    words: str | None = None


@dataclass
class Trigger:
    """What starts the doing. `sort`: compare, edge (a field changes), clock, reading (every event), cleared (of `of`).

    Durations are ms. `window` is the aggregate with its length (None: not said); `repeat`: again and again while it
    lasts; `quiet`: no second time within; `back`: the number at which the recovery is said to be."""

    sort: str
    words: str
    source: Source | None = None
    tests: list[Test] = dataclasses.field(default_factory=list)
    join: str = "and"
    hold: int | None = None
    window: tuple[Meaning, int | None] | None = None
    per: str | None = None
    quiet: int | None = None
    repeat: int | None = None
    hours: tuple[tuple[int, int], tuple[int, int]] | None = None
    every: int | None = None
    crons: list[str] = dataclasses.field(default_factory=list)
    guessed_clock: bool = False
    meaning: Meaning | None = None
    of: "Trigger | None" = None
    back: Quantity | None = None


@dataclass
class Doing:
    """One thing to do. `sort`: tell, call, record, actuate."""

    sort: str
    words: str
    meaning: Meaning
    to: list[str | None] = dataclasses.field(default_factory=list)
    text: str | None = None
    fields: list[str] = dataclasses.field(default_factory=list)
    target: Any = None
    target_type: DeviceType | None = None
    call: str = ""
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    window: tuple[Meaning, int | None] | None = None
    spread: str | None = None


@dataclass
class Wish:
    """A trigger and what follows it."""

    trigger: Trigger
    doings: list[Doing] = dataclasses.field(default_factory=list)


@dataclass
class Missed:
    """Words that could not be built, and why: `reason` is a key of the phrasebook's replies."""

    words: str
    reason: str
    near: list[str] = dataclasses.field(default_factory=list)


@dataclass
class Wishes:
    """All that was understood, and all that was not."""

    lang: str
    wishes: list[Wish] = dataclasses.field(default_factory=list)
    missed: list[Missed] = dataclasses.field(default_factory=list)
    assumed: list[str] = dataclasses.field(default_factory=list)
    spans: list[Span] = dataclasses.field(default_factory=list)
