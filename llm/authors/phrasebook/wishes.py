"""What a person wants, as data between the sentence and the document."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from llm.authors.phrasebook.facts import Calendar, Crowd, Row, Sampled
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


@dataclass(frozen=True)
class Open:
    """A value that becomes a setting. `said`: the key of its label; `assumed`: the key of what is said where the sentence
    left it open (None: the sentence said it)."""

    name: str
    value: Any
    said: str
    unit: str | None = None
    assumed: str | None = None


@dataclass(frozen=True)
class Drawn:
    """Parts of a picture as a param. `asked`: the words for one that nobody drew, about which somebody is asked; `known`: those
    that were drawn, by id, with what they are called."""

    zones: tuple[dict[str, Any], ...]
    asked: str | None = None
    known: tuple[tuple[str, str, dict[str, Any]], ...] = ()


@dataclass
class Step:
    """One node on the way from the readings: its kind, what fills its slots, and params by name. A value may be an
    `Open`. `gives`: the field that it adds; `port`: where it goes on."""

    meaning: Meaning
    slots: dict[str, Any] = dataclasses.field(default_factory=dict)
    more: dict[str, Any] = dataclasses.field(default_factory=dict)
    gives: str | None = None
    port: str | None = None
    named: str = ""
    periodic: bool = False
    """One result at the end of each period, instead of one with every reading."""


@dataclass
class Test:
    """One comparison of a field. `numbers` is empty where the sentence named no limit; `truth` is set instead where a
    true/false field is asked for, `words` where a text field is.

    `steps` compute the field; `left` is an expression to compare in its place; `right` one that stands for the limit,
    with `{0}` where a number belongs; `either`: the size counts, whatever the sign; `guard` must be true besides."""

    field: TypeField
    meaning: Meaning | None = None
    numbers: list[Quantity] = dataclasses.field(default_factory=list)
    truth: bool | None = None
    words: str | None = None
    steps: list[Step] = dataclasses.field(default_factory=list)
    left: str | None = None
    right: str | None = None
    either: bool = False
    guard: str | None = None
    difference: bool = False
    type: DeviceType | None = None
    device: str | None = None
    """Of this device alone, where others of its type are looked at beside it."""
    noun: str | None = None
    beside: tuple[str, DeviceType, TypeField] | None = None
    """What it is compared with of another type, and under which name."""


@dataclass
class Trigger:
    """What starts the doing. `sort`: compare, edge (a field changes), clock, reading (every event), cleared (of `of`),
    happen (`step` notices it), checked (`first` is looked at by the clock; `leaving`: it is not so), order (`first`, then `then`), state (from `first` until `then`; `leaving`: its end is meant).

    Durations are ms. `steps`: what every event goes through first; `base`: another trigger in place of the readings;
    `each_time`: every event that meets it counts, not only the first; `row`: so many readings; `crowd`: so many devices;
    `share`: the attribute by which devices belong together; `repeat`: again and again while it lasts; `until`: what ends it;
    `quiet`: no second time within; `back`: the number at which the recovery is said to be."""

    sort: str
    words: str
    source: Source | None = None
    tests: list[Test] = dataclasses.field(default_factory=list)
    join: str = "and"
    joins: list[tuple[int, str]] = dataclasses.field(default_factory=list)
    """Where "and" and "or" are mixed: how the tests from this number on are joined to all before them."""
    either: int | None = None
    """From this test on they are alternatives of each other."""
    hold: int | None = None
    steps: list[Step] = dataclasses.field(default_factory=list)
    base: "Trigger | None" = None
    each_time: bool = False
    others: list[Source] = dataclasses.field(default_factory=list)
    share: str | None = None
    row: Row | None = None
    crowd: Crowd | None = None
    per: str | None = None
    quiet: int | None = None
    repeat: int | None = None
    most: int | None = None
    until: "Trigger | None" = None
    latched: bool = False
    every: int | None = None
    crons: list[str] = dataclasses.field(default_factory=list)
    calendar: Calendar | None = None
    meaning: Meaning | None = None
    step: Step | None = None
    first: "Trigger | None" = None
    then: "Trigger | None" = None
    leaving: bool = False
    within: int | None = None
    of: "Trigger | None" = None
    back: Quantity | None = None
    shown: list[tuple[str, str, str | None]] = dataclasses.field(default_factory=list)
    """What a notice says besides: label, field, unit."""
    alternatives: "list[Trigger]" = dataclasses.field(default_factory=list)
    """Other conditions after which the same is done."""
    during: Calendar | None = None
    """The times at which it can hold; a state that began before counts from their beginning on."""
    apart: "Source | None" = None
    """One of its sources, each device of which is looked at by itself."""
    named: str = ""
    """What its node is called after."""
    noun: str = ""
    """What a notice calls it."""


@dataclass(frozen=True)
class Latest:
    """The newest value that a device has sent: of which field, under which name, and what it is called."""

    device: str
    field: TypeField
    name: str
    noun: str


@dataclass
class Doing:
    """One thing to do. `sort`: tell, call, record, actuate. `later`: so much later (ms); `steps`: what the events go
    through before; `shown` as in `Trigger`."""

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
    spread: str | None = None
    later: int | None = None
    sampled: Sampled | None = None
    seldom: bool = False
    """A command that is itself not to come again within the quiet time."""
    latest: list[Latest] = dataclasses.field(default_factory=list)
    """What is known at that moment."""
    steps: list[Step] = dataclasses.field(default_factory=list)
    shown: list[tuple[str, str, str | None]] = dataclasses.field(default_factory=list)


@dataclass
class Condition:
    """A trigger that stands as an expression among the params of a step."""

    trigger: Trigger


@dataclass
class Wish:
    """A trigger and what follows it; `calendar`: only then."""

    trigger: Trigger
    doings: list[Doing] = dataclasses.field(default_factory=list)
    calendar: Calendar | None = None


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
    spans: list[Span] = dataclasses.field(default_factory=list)
