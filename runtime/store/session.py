"""Connections to a store in PostgreSQL, and who reads beside the one that writes."""

import contextlib
import hashlib
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from typing import Any, LiteralString, TypeVar, cast

import psycopg

from runtime.store.address import PostgresAddress
from runtime.store.interface import TOLD, Unavailable

T = TypeVar("T")
ANSWER, LONGEST_ANSWER = 5.0, 60.0
"""Seconds that the database has for one answer; they double with each one that does not come, up to the second, so that a
large commit to a slow database comes through in the end."""
NETWORK: dict[str, Any] = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
           "tcp_user_timeout": 5_000}  # fmt: skip
SESSION = (
    "-c synchronous_commit=on -c client_min_messages=warning"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)
"""What an acknowledged message survives must not depend on the server's defaults, nor how soon it notices that we are
gone."""


@contextlib.contextmanager
def unavailable() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as problem:
        raise Unavailable(str(problem).strip()) from problem


class NoAnswer(psycopg.OperationalError):
    """The database has the question and says nothing."""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """Waits `patience` seconds for each answer; whoever gets none has no connection any more, since nobody knows what it
    would say next."""

    patience = ANSWER

    def wait(self, gen: Generator[Any, Any, T], *given: Any, **named: Any) -> T:
        try:
            return super().wait(_bounded(gen, time.monotonic() + self.patience), *given, **named)
        except NoAnswer:
            self.pgconn.finish()
            raise


def _bounded(steps: Generator[Any, Any, T], end: float) -> Generator[Any, Any, T]:
    """The same steps, up to `end`. Whoever waits for them looks in now and then with nothing."""
    try:
        step = next(steps)
        while True:
            ready = yield step
            if not ready and time.monotonic() > end:
                raise NoAnswer("the database did not answer in time")
            step = steps.send(ready)
    except StopIteration as done:
        return cast(T, done.value)


def connect(address: PostgresAddress, patience: float = ANSWER) -> Connection:
    session = f"{SESSION} -c search_path={address.schema}"
    db = Connection.connect(
        address.conninfo, autocommit=True, options=session, application_name="suiro worker", **NETWORK
    )
    db.patience = patience
    return db


def give_back(db: Connection) -> None:
    """Close it; the lock is free at once, not when the server notices."""
    with contextlib.suppress(psycopg.Error):
        db.execute("SELECT pg_advisory_unlock_all()")
    db.close()


def lock_number(schema: str) -> int:
    """The lock's, in PostgreSQL's range."""
    return int.from_bytes(hashlib.sha256(f"suiro {schema}".encode()).digest()[:8], "big", signed=True)


class PostgresReader:
    """An `UpReader` beside the writing thread; `last` is the newest row when it is made."""

    def __init__(self, address: PostgresAddress, last: int) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._db: Connection | None = None
        self._last = last

    def rows(self, after: int, most: int = 200) -> list[tuple[int, bytes]]:
        return [
            (seq, row)
            for seq, row in self._read("SELECT seq, row FROM up WHERE seq > %s ORDER BY seq LIMIT %s", (after, most))
        ]

    def last(self) -> int:
        for (value,) in self._read("SELECT value FROM facts WHERE name = %s", (TOLD,)):
            self._last = int(value)
        return self._last

    def _read(self, query: LiteralString, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._lock, contextlib.suppress(psycopg.Error):
            if self._db is None or self._db.closed:
                self._db = connect(self._address)
            return self._db.execute(query, values, binary=True).fetchall()
        return []

    def close(self) -> None:
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None
