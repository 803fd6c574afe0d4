"""What a worker keeps: what came in, what its flows remember, what is still to be sent, what could not be, and what the
server has yet to see. Two implementations: a folder (sqlite.py) and a PostgreSQL database (postgres.py)."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import msgspec

from runtime.mailbox import Batch

MOST_UP = 200_000
"""Numbered rows for the server that are kept while it is away; then the oldest go."""
TRIM_EVERY = 1_000
"""New rows after which the oldest are looked at."""
MOST_DEAD, MOST_DEAD_BYTES = 10_000, 64 << 20
"""Dead letters that are kept; then the oldest go and are counted in the fact `DEAD_DROPPED`."""
OLDEST_DEAD = 30 * 86_400_000
"""Milliseconds after which a dead letter goes all the same, and is counted there too: what nobody has replayed in a month
nobody will, and it holds what devices said."""
DEAD_DROPPED = "dead dropped"
TOLD = "told"
"""The fact that says which row for the server is the newest, where the database does not."""
RECEIPTS = 32_767
"""Messages whose receipts are kept, also when the messages themselves are gone (why so many: runtime/receipts.py)."""
PAGE = 4_096
"""Inbox rows that are read at once where nobody says otherwise."""

Record = tuple[str, str, bytes | None]
"""Node, key, what it remembers (JSON); None: it is forgotten."""


class Unavailable(OSError):
    """The store cannot be used now (full, gone, locked, lost to another). What raised this changed nothing: the same
    call may be made again."""


class Received(msgspec.Struct, frozen=True):
    """One message as kept in the inbox; `place` is its number."""

    place: int
    arrived: int
    topic: str
    payload: bytes


class Waiting(msgspec.Struct, frozen=True):
    """One effect that was not carried out to its end; `effect` is its JSON, `created` in ms. `place`: its number in the
    outbox, given by the store. `attempts`: how often it was tried, as last noted in `Change.tried`."""

    flow: str
    key: str
    effect: bytes
    created: int
    place: int = 0
    attempts: int = 0


class DeadLetter(msgspec.Struct, frozen=True):
    """What was given up. `kind` "effect": `what` is the effect as JSON; "message": {"topic", "payload" (base64)}. `created`
    and `died` in ms; `reason` is a code, `detail` for people. `place`: its number, given by the store; newer ones have
    larger ones."""

    flow: str
    key: str
    kind: str
    what: bytes
    created: int
    died: int
    attempts: int
    reason: str
    detail: str
    place: int = 0


class Kept(msgspec.Struct, frozen=True):
    """One flow as it was last committed: its deploy, the head of its memory (None: it has none yet) and its place in the
    inbox. The rest of its memory is `Store.records`."""

    flow: str
    deploy: bytes
    header: bytes | None
    place: int


class Change(msgspec.Struct):
    """What one commit writes for one flow. `header` None leaves memory and place as they are. `records` are written in
    their order; with `all` they are the whole memory, and what else was remembered goes. `exhumed` are the keys of dead
    letters that go, before those of `dead` come. `tried`: how often effects in the outbox were tried by now."""

    flow: str
    place: int = 0
    header: bytes | None = None
    records: list[Record] = []
    waiting: list[Waiting] = []
    settled: list[str] = []
    dead: list[DeadLetter] = []
    all: bool = False
    exhumed: list[str] = []
    tried: dict[str, int] = {}


class UpReader(Protocol):
    """Reads numbered rows beside the thread that writes. While the store is away there are none to read: the line to the
    server stays, and says so."""

    def rows(self, after: int, most: int = 200) -> list[tuple[int, bytes]]:
        """Rows numbered above `after`, oldest first."""

    def last(self) -> int:
        """The number of the newest row ever made."""

    def close(self) -> None:
        """May be called on any thread."""


class Store(Protocol):
    """One worker's own; a second one that opens it gets InUse. Only one thread may use it, apart from `reader()`.

    Whatever returns is safe from a killed process, a crashed system and a power cut (docs/adr/0017), whatever raises
    Unavailable left nothing behind."""

    id: str
    """Of this store alone, and the same for ever."""

    def close(self) -> None:
        """Give it back."""

    def fact(self, name: str) -> Any:
        """What was remembered under `name` (JSON), else None."""

    def remember(self, name: str, value: Any) -> Any:
        """Keep `value` under `name`; returns it."""

    def receive(self, batches: Iterable[Batch], receipts: bytes = b"") -> Iterator[int]:
        """Keep what came together, and the receipts of it, in one transaction. The place of each batch's first message:
        the others follow it without a gap."""

    def receipts(self) -> list[bytes]:
        """The receipts that were given with the newest RECEIPTS messages or more, oldest first (runtime/receipts.py)."""

    def after(self, place: int, most: int = PAGE) -> list[Received]:
        """The messages after `place`, at most so many; none: that was all."""

    def last_place(self) -> int:
        """The place of the newest message ever received."""

    def keep_deploy(self, flow: str, deploy: bytes, place: int) -> None:
        """Remember how `flow` was deployed; a new one starts at `place`. Its memory stays."""

    def forget(self, flow: str) -> None:
        """The flow is gone, with memory and outbox. Its dead letters stay."""

    def kept(self) -> list[Kept]:
        """All flows, by id."""

    def records(self, flow: str) -> Iterator[tuple[str, str, bytes]]:
        """What the flow remembers apart from its header, in the order in which it was first written."""

    def waiting(self, flow: str, after: int = 0, most: int | None = None) -> list[Waiting]:
        """The flow's outbox, oldest first: with a `place` above `after`, at most so many."""

    def commit(self, changes: Iterable[Change], up: Iterable[bytes] = (), passed: int | None = None) -> None:
        """Memories, places, outbox, dead letters and rows for the server, in one transaction; messages up to `passed` go.
        Made again after Unavailable, `up` must begin with the same rows."""

    def dead(self, flow: str | None = None, most: int = 100, before: int | None = None) -> list[DeadLetter]:
        """Dead letters, newest first: of one flow or of all, with a `place` below `before`."""

    def expire(self, died_before: int) -> int:
        """Dead letters that died before that moment (ms) go. How many these were."""

    def letter(self, key: str, flow: str) -> DeadLetter | None:
        """A dead letter, which stays where it is. None: there is no such letter."""

    def exhume(self, key: str, flow: str | None = None, created: int | None = None) -> DeadLetter | None:
        """Take a dead letter out; `flow` tells apart equal keys. An effect goes back into its flow's outbox at the same
        time, as if made at `created` (ms; None: when it was). None: there is no such letter."""

    def acknowledged(self, seq: int) -> None:
        """The server has all rows up to `seq`."""

    def reader(self) -> UpReader:
        """For the thread that talks to the server."""
