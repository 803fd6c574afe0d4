"""What a scenario's runs look like, kept beside them: made once by `python -m gallery picture` (picturing.py), shown on every page.

`played.json` holds the series that scenario.json names and what the flow did, by run; `played.jpg` is what the scenario's
camera saw when the flow first did something. Both are the play's own: `fresh` says whether they still are."""

import hashlib
from typing import Any

import msgspec

from gallery.scenario import Scenario

FILE, PICTURE = "played.json", "played.jpg"
_MADE_OF = ("fleet.json", "registry.json", "flow.json")


class Series(msgspec.Struct, frozen=True, omit_defaults=True):
    """Values of one field of a device: (ms since the start, value); of a field that holds words, when it became which."""

    device: str
    field: str
    points: list[tuple[int, float]] = []
    words: list[tuple[int, str]] = []


class Deed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the flow did at `at` (ms since the start): `to` a destination, or `device` and `command`."""

    at: int
    node: str
    kind: str
    device: str | None = None
    to: str | None = None
    text: str | None = None
    command: str | None = None
    values: dict[str, Any] = {}
    pending: bool = False


class Fault(msgspec.Struct, frozen=True):
    """When a fault was on, in ms since the start."""

    device: str
    fault: str
    start: int
    end: int


class PlayedRun(msgspec.Struct, frozen=True):
    """One run, `length` ms long, in the order of scenario.json. `deeds` are all it did, `shown` of them."""

    length: int
    faults: list[Fault]
    series: list[Series]
    deeds: list[Deed]
    count: int


class Played(msgspec.Struct, frozen=True):
    """`of` names what it was made of."""

    of: str
    runs: list[PlayedRun]


def made_of(scenario: Scenario) -> str:
    """A name (sha256) of all that a play depends on; scenario.json's words are no part of it."""
    about = scenario.about
    total = hashlib.sha256(msgspec.json.encode([about.runs, about.signals, about.play, about.show.camera]))
    for part in (*(scenario.bytes(file) for file in _MADE_OF), scenario.answers):
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def kept(scenario: Scenario) -> Played | None:
    """What was played last, if it is of these very files."""
    file = scenario.folder / FILE
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Played)
    except (OSError, msgspec.DecodeError):
        return None
    return found if found.of == made_of(scenario) else None
