"""The store in a folder: one SQLite file, one writing thread, and a lock of the operating system."""

import contextlib
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from runtime.lock import FolderLock
from runtime.mailbox import Batch
from runtime.store import interface, version_1
from runtime.store.blocks import Block, blocks_of, messages_of
from runtime.store.interface import DEAD_DROPPED, PAGE, Change, DeadLetter, Kept, Received, Record, Unavailable, Waiting
from runtime.store.room import Room

FILE = "worker.sqlite3"
CHECKPOINT = 4_000
"""Pages (4 KiB) of the log after which it is copied into the database, by the commit that passes them."""
BUSY = 5.0
"""Seconds to wait for another process that writes into the file."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox_blocks (
  last INTEGER PRIMARY KEY, first INTEGER NOT NULL, arrived INTEGER NOT NULL, messages BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS receipts (last INTEGER PRIMARY KEY, receipts BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS flows (flow TEXT PRIMARY KEY, deploy BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heads (flow TEXT PRIMARY KEY, place INTEGER NOT NULL, header BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
  flow TEXT NOT NULL, node TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (flow, node, key));
CREATE TABLE IF NOT EXISTS outbox (
  place INTEGER PRIMARY KEY AUTOINCREMENT, flow TEXT NOT NULL, key TEXT NOT NULL, effect BLOB NOT NULL,
  created INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, UNIQUE (flow, key));
CREATE TABLE IF NOT EXISTS dead (
  place INTEGER PRIMARY KEY AUTOINCREMENT, flow TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, what BLOB NOT NULL,
  created INTEGER NOT NULL, died INTEGER NOT NULL, attempts INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
  UNIQUE (flow, key));
CREATE TABLE IF NOT EXISTS up (seq INTEGER PRIMARY KEY AUTOINCREMENT, row BLOB NOT NULL);
"""
PASSED = "passed"
"""The fact that says up to which place the inbox was emptied."""
_SET_FACT = "INSERT OR REPLACE INTO facts VALUES (?, ?)"
_LETTERS = (
    "SELECT flow, key, kind, what, created, died, attempts, reason, detail, place FROM dead"
    " WHERE (?1 IS NULL OR flow = ?1) AND (?2 IS NULL OR place < ?2) AND (?3 IS NULL OR key = ?3)"
    " ORDER BY place DESC LIMIT ?4"
)
_BURY = (
    "INSERT OR REPLACE INTO dead (flow, key, kind, what, created, died, attempts, reason, detail)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_WAITING = (
    "SELECT flow, key, effect, created, place, attempts FROM outbox WHERE flow = ? AND place > ? ORDER BY place LIMIT ?"
)
_FORGET = (
    "DELETE FROM flows WHERE flow = ?",
    "DELETE FROM heads WHERE flow = ?",
    "DELETE FROM records WHERE flow = ?",
    "DELETE FROM outbox WHERE flow = ?",
)


class SqliteStore:
    """A `Store`. Raises InUse when another worker has the folder, Unavailable where its file cannot be used, OSError
    where the folder cannot be written."""

    def __init__(self, folder: Path, *, synchronous: str = "FULL", checkpoint: int = CHECKPOINT) -> None:
        self.folder = folder
        self._lock = FolderLock(folder)
        try:
            file = folder / FILE
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # it holds the addresses of destinations
            with _unavailable():
                self._db = _connect(file, synchronous, checkpoint)
            self._room = Room()
            with self._writing() as db:
                _prepare(db)
            self._last = max(int(self.fact(PASSED) or 0), self._one("SELECT coalesce(max(last), 0) FROM inbox_blocks"))
            self._untrimmed = interface.TRIM_EVERY
            self.id = str(self.fact("id") or self.remember("id", uuid.uuid4().hex))
        except BaseException:
            self._lock.close()
            raise

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    # --- small facts ----------------------------------------------------------------------------------------------

    def fact(self, name: str) -> Any:
        rows = self._rows("SELECT value FROM facts WHERE name = ?", name)
        return msgspec.json.decode(rows[0][0]) if rows else None

    def remember(self, name: str, value: Any) -> Any:
        with self._writing() as db:
            db.execute(_SET_FACT, (name, _text(value)))
        return value

    # --- inbox ----------------------------------------------------------------------------------------------------

    def receive(self, batches: Iterable[Batch], receipts: bytes = b"") -> Iterator[int]:
        firsts, blocks = blocks_of(batches, self._last + 1)
        if blocks:
            with self._writing() as db:
                rows = [(block.last, block.first, block.arrived, block.data) for block in blocks]
                db.executemany("INSERT INTO inbox_blocks VALUES (?, ?, ?, ?)", rows)
                if receipts:
                    db.execute("INSERT INTO receipts VALUES (?, ?)", (blocks[-1].last, receipts))
            self._last = blocks[-1].last
        return iter(firsts)

    def receipts(self) -> list[bytes]:
        return [receipts for (receipts,) in self._rows("SELECT receipts FROM receipts ORDER BY last")]

    def after(self, place: int, most: int = PAGE) -> list[Received]:
        wanted = "SELECT first, last, arrived, messages FROM inbox_blocks WHERE last > ? ORDER BY last"
        with _unavailable():
            return messages_of((Block(*row) for row in self._db.execute(wanted, (place,))), place, most)

    def last_place(self) -> int:
        return self._last

    # --- flows ----------------------------------------------------------------------------------------------------

    def keep_deploy(self, flow: str, deploy: bytes, place: int) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO flows VALUES (?, ?)", (flow, deploy))
            db.execute("INSERT OR IGNORE INTO heads (flow, place) VALUES (?, ?)", (flow, place))

    def forget(self, flow: str) -> None:
        with self._writing() as db:
            for statement in _FORGET:
                db.execute(statement, (flow,))

    def kept(self) -> list[Kept]:
        wanted = "SELECT flow, deploy, header, place FROM flows JOIN heads USING (flow) ORDER BY flow"
        return [Kept(*row) for row in self._rows(wanted)]

    def records(self, flow: str) -> Iterator[tuple[str, str, bytes]]:
        with _unavailable():
            yield from self._db.execute("SELECT node, key, value FROM records WHERE flow = ? ORDER BY rowid", (flow,))

    def waiting(self, flow: str, after: int = 0, most: int | None = None) -> list[Waiting]:
        return [Waiting(*row) for row in self._rows(_WAITING, flow, after, -1 if most is None else most)]

    def commit(self, changes: Iterable[Change], up: Iterable[bytes] = (), passed: int | None = None) -> None:
        rows_up = [(row,) for row in up]
        with self._writing() as db:
            for change in changes:
                _write(db, change)
                self._bury(db, change.dead)
            if rows_up:
                self._tell(db, rows_up)
            if passed is not None:
                db.execute(_SET_FACT, (PASSED, str(passed)))
                db.execute("DELETE FROM inbox_blocks WHERE last <= ?", (passed,))
                db.execute("DELETE FROM receipts WHERE last <= ?", (passed - interface.RECEIPTS,))

    def _tell(self, db: sqlite3.Connection, rows: list[tuple[bytes]]) -> None:
        db.executemany("INSERT INTO up (row) VALUES (?)", rows)
        self._untrimmed += len(rows)
        if self._untrimmed >= interface.TRIM_EVERY:
            self._untrimmed = 0
            db.execute("DELETE FROM up WHERE seq <= (SELECT max(seq) FROM up) - ?", (interface.MOST_UP,))

    # --- dead letters ---------------------------------------------------------------------------------------------

    def dead(self, flow: str | None = None, most: int = 100, before: int | None = None) -> list[DeadLetter]:
        return [DeadLetter(*row) for row in self._rows(_LETTERS, flow, before, None, most)]

    def letter(self, key: str, flow: str) -> DeadLetter | None:
        rows = self._rows(_LETTERS, flow, None, key, 1)
        return DeadLetter(*rows[0]) if rows else None

    def exhume(self, key: str, flow: str | None = None, created: int | None = None) -> DeadLetter | None:
        with self._writing() as db:
            row = db.execute(_LETTERS, (flow, None, key, 1)).fetchone()
            if row is None:
                return None
            letter = DeadLetter(*row)
            db.execute("DELETE FROM dead WHERE place = ?", (letter.place,))
            if letter.kind == "effect":
                at = letter.created if created is None else created
                _post(db, [Waiting(letter.flow, letter.key, letter.what, at)])
        return letter

    def expire(self, died_before: int) -> int:
        with self._writing() as db:
            gone = db.execute("DELETE FROM dead WHERE died < ?", (died_before,)).rowcount
            self._count_dropped(db, gone)
        return gone

    def _bury(self, db: sqlite3.Connection, letters: list[DeadLetter]) -> None:
        if not letters:
            return
        rows = [msgspec.structs.astuple(letter)[:-1] for letter in letters]
        db.executemany(_BURY, rows)
        if self._room.is_there(letters):
            return
        dropped, newest = self._room.made(db.execute("SELECT place, length(what) FROM dead ORDER BY place"))
        db.execute("DELETE FROM dead WHERE place <= ?", (newest,))
        self._count_dropped(db, dropped)

    def _count_dropped(self, db: sqlite3.Connection, letters: int) -> None:
        if letters:
            db.execute(_SET_FACT, (DEAD_DROPPED, str(int(self.fact(DEAD_DROPPED) or 0) + letters)))

    # --- rows for the server --------------------------------------------------------------------------------------

    def acknowledged(self, seq: int) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM up WHERE seq <= ?", (seq,))

    def reader(self) -> "SqliteReader":
        return SqliteReader(self.folder / FILE)

    # --- the file -------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing."""
        db = self._db
        with _unavailable():
            try:
                if db.in_transaction:  # an earlier one could not even be taken back
                    db.execute("ROLLBACK")
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except BaseException:
                self._room = Room()  # its count may be of what is taken back
                if db.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        db.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with _unavailable():
            return self._db.execute(query, values).fetchall()

    def _one(self, query: str) -> int:
        return int(self._rows(query)[0][0])


def _prepare(db: sqlite3.Connection) -> None:
    old = version_1.is_there(db)
    if old:
        version_1.make_way(db)
    for statement in SCHEMA.split(";"):
        db.execute(statement)
    if old:
        version_1.carry_over(db)
    if "attempts" not in {column[1] for column in db.execute("PRAGMA table_info(outbox)")}:
        db.execute("ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0")


def _write(db: sqlite3.Connection, change: Change) -> None:
    """Memory, place and outbox of one flow."""
    if change.header is not None:
        values = (change.header, change.place, change.flow)
        db.execute("UPDATE heads SET header = ?, place = ? WHERE flow = ?", values)
    if change.all:
        db.execute("DELETE FROM records WHERE flow = ?", (change.flow,))
    for gone, run in groupby(change.records, _is_gone):
        if gone:
            keys = [(change.flow, node, key) for node, key, _ in run]
            db.executemany("DELETE FROM records WHERE flow = ? AND node = ? AND key = ?", keys)
        else:
            rows = [(change.flow, *record) for record in run]
            db.executemany(_RECORD, rows)
    if change.waiting:
        _post(db, change.waiting)
    if change.tried:
        tried = [(attempts, change.flow, key) for key, attempts in change.tried.items()]
        db.executemany("UPDATE outbox SET attempts = ? WHERE flow = ? AND key = ?", tried)
    if change.settled:
        settled = [(change.flow, key) for key in change.settled]
        db.executemany("DELETE FROM outbox WHERE flow = ? AND key = ?", settled)
    if change.exhumed:
        db.executemany("DELETE FROM dead WHERE flow = ? AND key = ?", [(change.flow, key) for key in change.exhumed])


_RECORD = (
    "INSERT INTO records (flow, node, key, value) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (flow, node, key) DO UPDATE SET value = excluded.value"
)


def _is_gone(record: Record) -> bool:
    return record[2] is None


def _post(db: sqlite3.Connection, waiting: list[Waiting]) -> None:
    rows = [(one.flow, one.key, one.effect, one.created) for one in waiting]
    added = "INSERT INTO outbox (flow, key, effect, created) VALUES (?, ?, ?, ?) ON CONFLICT (flow, key) DO NOTHING"
    db.executemany(added, rows)


class SqliteReader:
    """An `UpReader` beside the writing thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._last = 0

    def rows(self, after: int, most: int = 200) -> list[tuple[int, bytes]]:
        return self._read("SELECT seq, row FROM up WHERE seq > ? ORDER BY seq LIMIT ?", (after, most))

    def last(self) -> int:
        for (seq,) in self._read("SELECT seq FROM sqlite_sequence WHERE name = 'up'", ()):
            self._last = int(seq)
        return self._last

    def _read(self, query: str, values: tuple[Any, ...]) -> list[Any]:
        with self._lock, contextlib.suppress(sqlite3.Error):
            if self._db is None:
                self._db = _connect(self._file, "FULL", CHECKPOINT)
            return self._db.execute(query, values).fetchall()
        return []

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


@contextlib.contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        raise Unavailable(str(problem)) from problem


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _connect(file: Path, synchronous: str, checkpoint: int) -> sqlite3.Connection:
    db = sqlite3.connect(file, timeout=BUSY, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(f"PRAGMA synchronous = {synchronous}")
    db.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}")
    return db
