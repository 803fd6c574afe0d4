"""What a kind can do with a reading without an event: most readings change little and send nothing, and cost next to
nothing then. The rest go the usual way, through `on_event`, which alone says what a kind does."""

from collections.abc import Callable
from typing import Any

import msgspec

from nodes.kit.cel.program import Program
from nodes.kit.effect import Act
from nodes.kit.reading import Reader

Take = Callable[..., Any]


class Reading(msgspec.Struct, frozen=True):
    """A source whose messages each become one event on `out`: read by `reader`, of `type`, from the device that `device`
    finds in a topic ("" where it names none, None where the message is to be looked at the usual way)."""

    reader: Reader
    type: str | None
    device: Callable[[str], str | None]


class Split(msgspec.Struct, frozen=True):
    """Each event leaves unchanged, on `yes` where the expression is true, else on `no`. Nothing is remembered."""

    program: Program
    yes: str
    no: str


class Quiet(msgspec.Struct, frozen=True):
    """`take(memory, time, value of each of `fields`, truth of `test`, `data`)` does what `on_event` does where that sets no
    timer and sends nothing but the event itself, for scalars that are there, `time` being no older than any trusted one before: True when
    memory changed, False when it did not, None (and nothing changed) where `on_event` is needed. With `port` it may return a
    tuple: memory changed and the event goes on there, with these values of `gives` added. With `ports` it may return one of
    them: memory changed and the event goes on there as it is. `test` and `data` are given only where asked for."""

    take: Take
    fields: tuple[str, ...] = ()
    test: Program | None = None
    data: bool = False
    gives: tuple[str, ...] = ()
    port: str | None = None
    ports: tuple[str, ...] = ()


class Direct(msgspec.Struct, frozen=True):
    """An action that needs no more of an event than its device (None: it has none): `acts` gives what `on_event` does;
    nothing where that has anything else to say."""

    acts: Callable[[str | None], tuple[Act, ...]]


Quick = Split | Quiet | Direct
