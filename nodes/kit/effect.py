"""What a node may yield. Nodes never do I/O: the engine routes emits and timers, the runtime carries out the rest."""

from typing import Any

import msgspec

from nodes.kit.event import Event


class Emit(msgspec.Struct, frozen=True):
    """Send `event` out of the output `port`."""

    port: str
    event: Event


class Timer(msgspec.Struct, frozen=True):
    """Wake this node's key at `due` (ms, on the clock that the kind names); replaces a timer of the same name."""

    name: str
    due: int


class Later(msgspec.Struct, frozen=True):
    """As a Timer that is due `wait` ms from where its clock is now; for what came due while the flow did not run."""

    name: str
    wait: int


class Cancel(msgspec.Struct, frozen=True):
    """Forget the timer `name` of this key."""

    name: str


class Forget(msgspec.Struct, frozen=True):
    """This key is done: its memory, its timers and its clock are dropped."""


class Trouble(msgspec.Struct, frozen=True):
    """A problem on this node's trace; `code` stands in the closed list of document/problems.py, `args` fill it."""

    code: str
    args: dict[str, Any] = {}


class Act(msgspec.Struct, frozen=True):
    """Leave the system. `device` is the event's device, or for a command the commanded one; `data` is what
    CONTRACTS section 5 prints for this kind; `ttl` (ms) is how long it may still be sent, None for ever."""

    device: str | None
    data: dict[str, Any]
    ttl: int | None = None


class Ask(msgspec.Struct, frozen=True):
    """Want something from outside. `request` is what the runtime's inference needs, all by id; `timeout` in ms.
    The answer comes back through `Kind.on_answer`. `event`: what it is about, where that is another event than the one
    at hand (one that had waited)."""

    request: dict[str, Any]
    timeout: int
    event: Event | None = None


class Answer(msgspec.Struct, frozen=True):
    """What came back for an Ask or an Act: `value`, or `error` (a short reason code such as `timeout`, `refused`,
    `no_recorded_answer`, `http_500`) with a human `detail`. `asked` is the request of the Ask, filled in by the engine."""

    value: Any = None
    error: str | None = None
    detail: str = ""
    asked: dict[str, Any] | None = None


Yield = Emit | Timer | Later | Cancel | Forget | Trouble | Act | Ask
