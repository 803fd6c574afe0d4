"""The store in a PostgreSQL database: a schema of its own, and an advisory lock that lives as long as the connection.

Whoever loses the connection loses the lock. The store then raises Unavailable until it is connected again, has the lock
again and nobody opened it in between (each opening leaves its number in a fact); once somebody did, for ever."""

import contextlib
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, LiteralString

import msgspec
import psycopg.sql

from runtime.lock import InUse
from runtime.mailbox import Batch
from runtime.store import interface
from runtime.store.address import PostgresAddress
from runtime.store.blocks import Block, blocks_of, messages_of
from runtime.store.interface import DEAD_DROPPED, PAGE, TOLD, Change, DeadLetter, Kept, Received, Unavailable, Waiting
from runtime.store.room import Room
from runtime.store.session import (
    ANSWER,
    LONGEST_ANSWER,
    Connection,
    NoAnswer,
    PostgresReader,
    connect,
    give_back,
    lock_number,
    unavailable,
)

OPENED, PASSED = "opened", "passed"
"""Facts: how often the store was opened, and up to which place its inbox was emptied."""
SCHEMA: tuple[LiteralString, ...] = (
    "CREATE TABLE IF NOT EXISTS facts (name text PRIMARY KEY, value text NOT NULL)",
    "CREATE TABLE IF NOT EXISTS inbox_blocks (last bigint PRIMARY KEY, first bigint NOT NULL, arrived bigint NOT NULL,"
    " messages bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS receipts (last bigint PRIMARY KEY, receipts bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS flows (flow text PRIMARY KEY, deploy bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS heads (flow text PRIMARY KEY, place bigint NOT NULL, header bytea)",
    "CREATE TABLE IF NOT EXISTS records (id bigserial, flow text NOT NULL, node text NOT NULL, key bytea NOT NULL,"
    " value bytea NOT NULL, PRIMARY KEY (flow, node, key))",
    "CREATE TABLE IF NOT EXISTS outbox (place bigserial PRIMARY KEY, flow text NOT NULL, key text NOT NULL,"
    " effect bytea NOT NULL, created bigint NOT NULL, UNIQUE (flow, key))",
    "ALTER TABLE outbox ADD COLUMN IF NOT EXISTS attempts bigint NOT NULL DEFAULT 0",
    "CREATE TABLE IF NOT EXISTS dead (place bigserial PRIMARY KEY, flow text NOT NULL, key text NOT NULL,"
    " kind text NOT NULL, what bytea NOT NULL, created bigint NOT NULL, died bigint NOT NULL, attempts bigint NOT NULL,"
    " reason text NOT NULL, detail text NOT NULL, UNIQUE (flow, key))",
    "CREATE TABLE IF NOT EXISTS up (seq bigint PRIMARY KEY, row bytea NOT NULL)",
)
PATIENCE = 3.0
"""Seconds that an opening waits for a lock that somebody has."""
_SET_FACT: LiteralString = "INSERT INTO facts VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_EXPIRE: LiteralString = "WITH gone AS (DELETE FROM dead WHERE died < %s RETURNING 1) SELECT count(*) FROM gone"
_LETTERS: LiteralString = (
    "SELECT flow, key, kind, what, created, died, attempts, reason, detail, place FROM dead"
    " WHERE (%(flow)s::text IS NULL OR flow = %(flow)s) AND (%(before)s::bigint IS NULL OR place < %(before)s)"
    " AND (%(key)s::text IS NULL OR key = %(key)s) ORDER BY place DESC LIMIT %(most)s"
)
_WAITING: LiteralString = (
    "SELECT flow, key, effect, created, place, attempts FROM outbox"
    " WHERE flow = %s AND place > %s ORDER BY place LIMIT %s"
)
_FORGET: tuple[LiteralString, ...] = (
    "DELETE FROM flows WHERE flow = %s",
    "DELETE FROM heads WHERE flow = %s",
    "DELETE FROM records WHERE flow = %s",
    "DELETE FROM outbox WHERE flow = %s",
)


class PostgresStore:
    """A `Store`. Raises InUse when another worker has the schema, Unavailable where the database cannot be used."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address
        self._db: Connection | None = None
        self._opened, self._patience = 0, ANSWER
        self._room = Room()
        try:
            self._db = self._connected(PATIENCE)
            with self._writing() as db:
                self._prepare(db)
            self._last = max(int(self.fact(PASSED) or 0), self._one("SELECT coalesce(max(last), 0) FROM inbox_blocks"))
            self._told = int(self.fact(TOLD) or 0)
            self._untrimmed = interface.TRIM_EVERY
            self.id = str(self.fact("id") or self.remember("id", uuid.uuid4().hex))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._db is not None:
            give_back(self._db)
            self._db = None

    # --- small facts ----------------------------------------------------------------------------------------------

    def fact(self, name: str) -> Any:
        rows = self._rows("SELECT value FROM facts WHERE name = %s", (name,))
        return msgspec.json.decode(rows[0][0]) if rows else None

    def remember(self, name: str, value: Any) -> Any:
        with self._writing() as db:
            db.execute(_SET_FACT, (name, _text(value)))
        return value

    # --- inbox ----------------------------------------------------------------------------------------------------

    def receive(self, batches: Iterable[Batch], receipts: bytes = b"") -> Iterator[int]:
        firsts, blocks = blocks_of(batches, self._last + 1)
        if blocks:
            columns = [[getattr(block, name) for block in blocks] for name in ("last", "first", "arrived", "data")]
            kept = [[blocks[-1].last], [receipts]] if receipts else [[], []]
            added: LiteralString = (
                "WITH kept AS (INSERT INTO receipts SELECT * FROM unnest(%b::bigint[], %b::bytea[]))"
                " INSERT INTO inbox_blocks SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bytea[])"
            )
            with self._using() as db:  # one statement is a transaction
                db.execute(added, [*kept, *columns])
            self._last = blocks[-1].last
        return iter(firsts)

    def receipts(self) -> list[bytes]:
        return [bytes(receipts) for (receipts,) in self._rows("SELECT receipts FROM receipts ORDER BY last")]

    def after(self, place: int, most: int = PAGE) -> list[Received]:
        wanted: LiteralString = (
            "SELECT first, last, arrived, messages FROM inbox_blocks WHERE last > %s ORDER BY last LIMIT %s"
        )
        found: list[Received] = []
        while len(found) < most and (rows := self._rows(wanted, (place, _BLOCKS))):
            found += messages_of((Block(*row) for row in rows), place, most - len(found))
            place = found[-1].place
        return found

    def last_place(self) -> int:
        return self._last

    # --- flows ----------------------------------------------------------------------------------------------------

    def keep_deploy(self, flow: str, deploy: bytes, place: int) -> None:
        kept: LiteralString = (
            "INSERT INTO flows VALUES (%s, %s) ON CONFLICT (flow) DO UPDATE SET deploy = excluded.deploy"
        )
        with self._writing() as db:
            db.execute(kept, (flow, deploy))
            db.execute("INSERT INTO heads VALUES (%s, %s, NULL) ON CONFLICT DO NOTHING", (flow, place))

    def forget(self, flow: str) -> None:
        with self._writing() as db:
            for statement in _FORGET:
                db.execute(statement, (flow,))

    def kept(self) -> list[Kept]:
        wanted: LiteralString = "SELECT flow, deploy, header, place FROM flows JOIN heads USING (flow)"
        return sorted((Kept(*row) for row in self._rows(wanted)), key=lambda kept: kept.flow)

    def records(self, flow: str) -> Iterator[tuple[str, str, bytes]]:
        after = 0
        while rows := self._rows(_RECORDS, (flow, after, PAGE)):
            yield from ((node, _key_of(key), value) for _, node, key, value in rows)
            after = rows[-1][0]

    def waiting(self, flow: str, after: int = 0, most: int | None = None) -> list[Waiting]:
        return [Waiting(*row) for row in self._rows(_WAITING, (flow, after, most))]

    def commit(self, changes: Iterable[Change], up: Iterable[bytes] = (), passed: int | None = None) -> None:
        rows_up = list(up)
        with self._writing() as db:
            for change in changes:
                _write(db, change)
                self._bury(db, change.dead)
            if rows_up:
                self._tell(db, rows_up)
            if passed is not None:
                db.execute(_SET_FACT, (PASSED, str(passed)))
                db.execute("DELETE FROM inbox_blocks WHERE last <= %s", (passed,))
                db.execute("DELETE FROM receipts WHERE last <= %s", (passed - interface.RECEIPTS,))
        self._told += len(rows_up)

    def _tell(self, db: Connection, rows: list[bytes]) -> None:
        """Numbered here, so that what was written by a commit of unknown end is not written twice."""
        last = self._told + len(rows)
        numbers = list(range(self._told + 1, last + 1))
        db.execute(
            "INSERT INTO up SELECT * FROM unnest(%b::bigint[], %b::bytea[]) ON CONFLICT DO NOTHING", (numbers, rows)
        )
        db.execute(_SET_FACT, (TOLD, str(last)))
        self._untrimmed += len(rows)
        if self._untrimmed >= interface.TRIM_EVERY:
            self._untrimmed = 0
            db.execute("DELETE FROM up WHERE seq <= %s", (last - interface.MOST_UP,))

    # --- dead letters ---------------------------------------------------------------------------------------------

    def dead(self, flow: str | None = None, most: int = 100, before: int | None = None) -> list[DeadLetter]:
        return self._letters(flow=flow, before=before, most=most)

    def letter(self, key: str, flow: str) -> DeadLetter | None:
        found = self._letters(flow=flow, key=key, most=1)
        return found[0] if found else None

    def exhume(self, key: str, flow: str | None = None, created: int | None = None) -> DeadLetter | None:
        found = self._letters(flow=flow, key=key, most=1)
        for letter in found:
            with self._writing() as db:
                db.execute("DELETE FROM dead WHERE place = %s", (letter.place,))
                if letter.kind == "effect":
                    at = letter.created if created is None else created
                    _post(db, [Waiting(letter.flow, letter.key, letter.what, at)])
        return found[0] if found else None

    def expire(self, died_before: int) -> int:
        with self._writing() as db:
            gone = db.execute(_EXPIRE, (died_before,)).fetchone()
            self._count_dropped(db, int(gone[0]) if gone else 0)
        return int(gone[0]) if gone else 0

    def _letters(
        self, *, flow: str | None = None, before: int | None = None, key: str | None = None, most: int
    ) -> list[DeadLetter]:
        wanted = {"flow": flow, "before": before, "key": key, "most": most}
        return [DeadLetter(*row) for row in self._rows(_LETTERS, wanted)]

    def _bury(self, db: Connection, letters: list[DeadLetter]) -> None:
        for letter in letters:
            values = msgspec.structs.astuple(letter)[:-1]
            db.execute("DELETE FROM dead WHERE flow = %s AND key = %s", (letter.flow, letter.key))
            db.execute(_BURY, [_plain(value) if isinstance(value, str) else value for value in values])
        if not letters or self._room.is_there(letters):
            return
        there = db.execute("SELECT place, length(what) FROM dead ORDER BY place").fetchall()
        dropped, newest = self._room.made((int(place), int(size)) for place, size in there)
        db.execute("DELETE FROM dead WHERE place <= %s", (newest,))
        self._count_dropped(db, dropped)

    def _count_dropped(self, db: Connection, letters: int) -> None:
        if letters:
            known = db.execute("SELECT value FROM facts WHERE name = %s", (DEAD_DROPPED,)).fetchone()
            db.execute(_SET_FACT, (DEAD_DROPPED, str((int(known[0]) if known else 0) + letters)))

    # --- rows for the server --------------------------------------------------------------------------------------

    def acknowledged(self, seq: int) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM up WHERE seq <= %s", (seq,))

    def reader(self) -> "PostgresReader":
        return PostgresReader(self._address, self._told)

    # --- the connection -------------------------------------------------------------------------------------------

    def _connected(self, patience: float = 0.0) -> Connection:
        """A connection that has the lock. Raises InUse when somebody has it for `patience` seconds: who was killed a
        moment ago has it until the server notices."""
        with unavailable():
            db, end = connect(self._address, self._patience), time.monotonic() + patience
            try:
                while not _locked(db, self._address):
                    if time.monotonic() >= end:
                        raise InUse(self._address.shown)
                    time.sleep(0.05)
            except BaseException:
                db.close()
                raise
        return db

    def _prepare(self, db: Connection) -> None:
        name = psycopg.sql.Identifier(self._address.schema)
        if db.execute("SELECT to_regnamespace(%s)", (self._address.schema,)).fetchone() == (None,):
            db.execute(psycopg.sql.SQL("CREATE SCHEMA {}").format(name))
        for statement in SCHEMA:
            db.execute(statement)
        known = db.execute("SELECT value FROM facts WHERE name = %s", (OPENED,)).fetchone()
        self._opened = (int(known[0]) if known else 0) + 1
        db.execute(_SET_FACT, (OPENED, str(self._opened)))

    def _again(self) -> Connection:
        """Connected anew, as the same one that was there before; what was tried last and raised is taken back."""
        try:
            db = self._connected()
        except InUse as taken:
            raise Unavailable(f"another worker has the store {taken}") from taken
        known = db.execute("SELECT value FROM facts WHERE name = %s", (OPENED,)).fetchone()
        if known is None or int(known[0]) != self._opened:
            give_back(db)
            raise Unavailable(f"another worker used the store {self._address.shown} in between: start this one anew")
        db.execute("DELETE FROM inbox_blocks WHERE last > %s", (self._last,))
        db.execute("DELETE FROM receipts WHERE last > %s", (self._last,))
        return db

    @contextlib.contextmanager
    def _using(self) -> Iterator[Connection]:
        with unavailable():
            try:
                if self._db is None or self._db.closed:
                    self._db = self._again()
                yield self._db
            except NoAnswer:
                self._patience = min(LONGEST_ANSWER, 2 * self._patience)
                raise
            self._patience = self._db.patience = ANSWER

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction: all of it or nothing, in one go."""
        with self._using() as db:
            try:
                with db.pipeline(), db.transaction():
                    yield db
            except BaseException:
                self._room = Room()  # its count may be of what is taken back
                raise

    def _rows(self, query: LiteralString, values: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
        with self._using() as db:
            return db.execute(query, values, binary=True).fetchall()

    def _one(self, query: LiteralString) -> int:
        return int(self._rows(query)[0][0])


def _locked(db: Connection, address: PostgresAddress) -> bool:
    return db.execute("SELECT pg_try_advisory_lock(%s)", (lock_number(address.schema),)).fetchone() == (True,)


def _write(db: Connection, change: Change) -> None:
    """Memory, place and outbox of one flow."""
    flow = change.flow
    if change.header is not None:
        db.execute("UPDATE heads SET header = %s, place = %s WHERE flow = %s", (change.header, change.place, flow))
    if change.all:
        db.execute("DELETE FROM records WHERE flow = %s", (flow,))
    for gone, run in groupby(change.records, lambda record: record[2] is None):
        if gone:
            nodes, keys, _ = zip(*run, strict=True)
            db.execute(_DROP, (list(nodes), [_bytes(key) for key in keys], flow))
        else:
            latest = {(node, key): value for node, key, value in run}
            nodes, keys = zip(*latest, strict=True)
            db.execute(_KEEP, (flow, list(nodes), [_bytes(key) for key in keys], list(latest.values())))
    if change.waiting:
        _post(db, change.waiting)
    if change.tried:
        db.execute(_TRIED, (list(change.tried), list(change.tried.values()), flow))
    if change.settled:
        db.execute("DELETE FROM outbox WHERE flow = %s AND key = ANY(%s)", (flow, change.settled))
    if change.exhumed:
        db.execute("DELETE FROM dead WHERE flow = %s AND key = ANY(%s)", (flow, change.exhumed))


_KEEP: LiteralString = (
    "INSERT INTO records (flow, node, key, value) SELECT %s, * FROM unnest(%b::text[], %b::bytea[], %b::bytea[])"
    " ON CONFLICT (flow, node, key) DO UPDATE SET value = excluded.value"
)
_DROP: LiteralString = (
    "DELETE FROM records USING unnest(%b::text[], %b::bytea[]) AS gone (node, key)"
    " WHERE records.flow = %s AND records.node = gone.node AND records.key = gone.key"
)
_RECORDS: LiteralString = "SELECT id, node, key, value FROM records WHERE flow = %s AND id > %s ORDER BY id LIMIT %s"
_POST: LiteralString = (
    "INSERT INTO outbox (flow, key, effect, created)"
    " SELECT * FROM unnest(%b::text[], %b::text[], %b::bytea[], %b::bigint[]) ON CONFLICT DO NOTHING"
)
_TRIED: LiteralString = (
    "UPDATE outbox SET attempts = made.attempts FROM unnest(%b::text[], %b::bigint[]) AS made (key, attempts)"
    " WHERE outbox.flow = %s AND outbox.key = made.key"
)
_BURY: LiteralString = (
    "INSERT INTO dead (flow, key, kind, what, created, died, attempts, reason, detail)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_BLOCKS = 16
"""Inbox blocks that are read at once: one holds up to 4,096 messages, often fewer."""


def _post(db: Connection, waiting: list[Waiting]) -> None:
    columns = [[getattr(one, name) for one in waiting] for name in ("flow", "key", "effect", "created")]
    db.execute(_POST, columns)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _bytes(key: str) -> bytes:
    """A key may hold what PostgreSQL's text cannot, such as U+0000."""
    return key.encode("utf-8", "surrogatepass")


def _key_of(kept: bytes) -> str:
    return kept.decode("utf-8", "surrogatepass")


def _plain(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
