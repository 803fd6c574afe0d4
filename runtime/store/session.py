"""Connections to a store in PostgreSQL, and who reads beside the one that writes."""

import contextlib
import hashlib
import threading
from collections.abc import Iterator, Sequence
from typing import Any, LiteralString

import psycopg

from runtime.store.address import PostgresAddress
from runtime.store.interface import TOLD, Unavailable

Connection = psycopg.Connection[tuple[Any, ...]]

NETWORK: dict[str, Any] = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
           "tcp_user_timeout": 15_000}  # fmt: skip
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


def connect(address: PostgresAddress) -> Connection:
    session = f"{SESSION} -c search_path={address.schema}"
    return psycopg.connect(
        address.conninfo, autocommit=True, options=session, application_name="suiro worker", **NETWORK
    )


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
