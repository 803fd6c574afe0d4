"""The worker's disk: what came in, what the flows remember, what is still to be sent, what the server has yet to see.

One SQLite file per folder and one writing thread. A flow's memory, its place in the inbox and its outbox change in one
transaction; an inbox row is on the disk before its message is acknowledged. Rows that every flow has passed go.
"""

import os
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator
from itertools import count, repeat
from pathlib import Path
from typing import Any

import msgspec

from runtime.lock import FolderLock
from runtime.mailbox import Batch

MOST_UP = 200_000
"""Numbered rows for the server that are kept while it is away; then the oldest go."""
TRIM_EVERY = 1_000
"""New rows after which the oldest are looked at."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox (
  place INTEGER PRIMARY KEY AUTOINCREMENT, arrived INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS flows (
  flow TEXT PRIMARY KEY, deploy BLOB NOT NULL, memory BLOB, place INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
  flow TEXT NOT NULL, key TEXT NOT NULL, effect BLOB NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (flow, key));
CREATE TABLE IF NOT EXISTS up (seq INTEGER PRIMARY KEY AUTOINCREMENT, row BLOB NOT NULL);
"""


class Received(msgspec.Struct, frozen=True):
    """One message as kept in the inbox; `place` is its number."""

    place: int
    arrived: int
    topic: str
    payload: bytes


class Waiting(msgspec.Struct, frozen=True):
    """One effect that was not carried out to its end; `created` in ms."""

    flow: str
    key: str
    effect: bytes
    created: int


class Kept(msgspec.Struct, frozen=True):
    """One flow as it was last committed: its deploy, memory (JSON) and place in the inbox."""

    flow: str
    deploy: bytes
    memory: bytes | None
    place: int


class Change(msgspec.Struct):
    """What one commit writes for one flow. `memory` None leaves memory and place as they are."""

    flow: str
    memory: bytes | None = None
    place: int = 0
    waiting: list[Waiting] = []
    settled: list[str] = []


class Store:
    """Raises InUse when another worker has the folder. Only one thread may use it, apart from `reader()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = FolderLock(folder)
        file = folder / "worker.sqlite3"
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # it holds the addresses of destinations
        self._db = _connect(file)
        self._db.executescript(SCHEMA)
        self._untrimmed = TRIM_EVERY
        self.id = str(self.fact("id") or self.remember("id", uuid.uuid4().hex))

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    # --- small facts ----------------------------------------------------------------------------------------------

    def fact(self, name: str) -> Any:
        """What was remembered under `name` (JSON), else None."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return msgspec.json.decode(row[0]) if row else None

    def remember(self, name: str, value: Any) -> Any:
        text = msgspec.json.encode(value).decode()
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, text))
        return value

    # --- inbox ----------------------------------------------------------------------------------------------------

    def receive(self, batches: Iterable[Batch]) -> Iterator[int]:
        """Keep what came together; on the disk when this returns. The place of each batch's first message: the others
        follow it without a gap, because nobody else writes here."""
        batches = list(batches)
        firsts = []
        if batches:
            with _transaction(self._db) as db:
                place = self.last_place() + 1
                for batch in batches:
                    firsts.append(place)
                    rows = zip(count(place), repeat(batch.arrived), batch.topics, batch.payloads)
                    db.executemany("INSERT INTO inbox (place, arrived, topic, payload) VALUES (?, ?, ?, ?)", rows)
                    place += len(batch)
        return iter(firsts)

    def after(self, place: int) -> list[Received]:
        rows = self._db.execute(
            "SELECT place, arrived, topic, payload FROM inbox WHERE place > ? ORDER BY place", (place,)
        )
        return [Received(*row) for row in rows]

    def last_place(self) -> int:
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'inbox'").fetchone()
        return int(row[0]) if row else 0

    # --- flows ----------------------------------------------------------------------------------------------------

    def keep_deploy(self, flow: str, deploy: bytes, place: int) -> None:
        """Remember how `flow` was deployed; a new one starts at `place`. Its memory stays."""
        self._db.execute("INSERT OR IGNORE INTO flows (flow, deploy, place) VALUES (?, ?, ?)", (flow, deploy, place))
        self._db.execute("UPDATE flows SET deploy = ? WHERE flow = ?", (deploy, flow))

    def forget(self, flow: str) -> None:
        with _transaction(self._db) as db:
            db.execute("DELETE FROM flows WHERE flow = ?", (flow,))
            db.execute("DELETE FROM outbox WHERE flow = ?", (flow,))

    def kept(self) -> list[Kept]:
        return [Kept(*row) for row in self._db.execute("SELECT flow, deploy, memory, place FROM flows ORDER BY flow")]

    def waiting(self, flow: str) -> list[Waiting]:
        rows = self._db.execute("SELECT flow, key, effect, created FROM outbox WHERE flow = ? ORDER BY rowid", (flow,))
        return [Waiting(*row) for row in rows]

    def commit(self, changes: Iterable[Change], up: Iterable[bytes] = (), passed: int | None = None) -> None:
        """Write memories, places, outbox and rows for the server in one transaction; inbox rows up to `passed` go."""
        with _transaction(self._db) as db:
            for change in changes:
                if change.memory is not None:
                    values = (change.memory, change.place, change.flow)
                    db.execute("UPDATE flows SET memory = ?, place = ? WHERE flow = ?", values)
                rows = [(w.flow, w.key, w.effect, w.created) for w in change.waiting]
                db.executemany("INSERT OR IGNORE INTO outbox VALUES (?, ?, ?, ?)", rows)
                settled = [(change.flow, key) for key in change.settled]
                db.executemany("DELETE FROM outbox WHERE flow = ? AND key = ?", settled)
            rows_up = [(row,) for row in up]
            db.executemany("INSERT INTO up (row) VALUES (?)", rows_up)
            self._untrimmed += len(rows_up)
            if self._untrimmed >= TRIM_EVERY:
                self._untrimmed = 0
                db.execute("DELETE FROM up WHERE seq <= (SELECT max(seq) FROM up) - ?", (MOST_UP,))
            if passed is not None:
                db.execute("DELETE FROM inbox WHERE place <= ?", (passed,))

    # --- rows for the server --------------------------------------------------------------------------------------

    def acknowledged(self, seq: int) -> None:
        """The server has all rows up to `seq`."""
        self._db.execute("DELETE FROM up WHERE seq <= ?", (seq,))

    def reader(self) -> "UpReader":
        """For the thread that talks to the server."""
        return UpReader(self.folder / "worker.sqlite3")


class UpReader:
    """Reads numbered rows beside the writing thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def rows(self, after: int, most: int = 200) -> list[tuple[int, bytes]]:
        """Rows numbered above `after`, oldest first."""
        return self._read("SELECT seq, row FROM up WHERE seq > ? ORDER BY seq LIMIT ?", (after, most))

    def last(self) -> int:
        """The number of the newest row ever made."""
        rows = self._read("SELECT seq FROM sqlite_sequence WHERE name = 'up'", ())
        return int(rows[0][0]) if rows else 0

    def _read(self, query: str, values: tuple[Any, ...]) -> list[Any]:
        with self._lock:
            if self._db is None:
                self._db = _connect(self._file)
            return self._db.execute(query, values).fetchall()

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


class _transaction:
    """BEGIN IMMEDIATE … COMMIT, or ROLLBACK when something is raised."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")


def _connect(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")  # an acknowledged message must outlive a power cut
    return db
