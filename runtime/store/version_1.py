"""A folder's file as the first version of the product left it: a row per message in the inbox, and each flow's memory as a
whole beside its deploy."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from runtime.mailbox import Batch
from runtime.store.blocks import MOST_IN_BLOCK, Block, blocks_of

_MOVES = (
    "ALTER TABLE flows DROP COLUMN memory",
    "ALTER TABLE flows DROP COLUMN place",
    "INSERT INTO outbox (flow, key, effect, created) SELECT flow, key, effect, created FROM outbox_1 ORDER BY rowid",
    "DROP TABLE outbox_1",
    "INSERT INTO facts SELECT 'passed', CAST(seq AS TEXT) FROM sqlite_sequence WHERE name = 'inbox'",
    "DROP TABLE inbox",
)


def is_there(db: sqlite3.Connection) -> bool:
    """Whether the file is one of the first version's."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'inbox'").fetchone() is not None


def make_way(db: sqlite3.Connection) -> None:
    """Before the tables of today are made."""
    db.execute("ALTER TABLE outbox RENAME TO outbox_1")


def carry_over(db: sqlite3.Connection) -> None:
    """After they were made."""
    messages = db.execute("SELECT place, arrived, topic, payload FROM inbox ORDER BY place")
    for block in _blocks(messages):
        db.execute("INSERT INTO inbox_blocks VALUES (?, ?, ?, ?)", (block.last, block.first, block.arrived, block.data))
    for flow, place, memory in db.execute("SELECT flow, place, memory FROM flows").fetchall():
        header, records = _parts(memory) if memory else (None, [])
        db.execute("INSERT INTO heads VALUES (?, ?, ?)", (flow, place, header))
        db.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", [(flow, *record) for record in records])
    for move in _MOVES:
        db.execute(move)


def _parts(memory: bytes) -> tuple[bytes, list[tuple[str, str, bytes]]]:
    """What each key remembers and each effect that is waited for, apart from the rest."""
    whole = msgspec.json.decode(memory)
    records = []
    for id, node in whole["nodes"].items():
        records += [(id, key, msgspec.json.encode(slot)) for key, slot in node["slots"].items()]
        node["slots"] = {}
    records += [("", waiting["effect"]["key"], msgspec.json.encode(waiting)) for waiting in whole["waiting"]]
    whole["waiting"] = []
    return msgspec.json.encode(whole), records


def _blocks(messages: Iterable[tuple[int, int, str, bytes]]) -> Iterator[Block]:
    """Places follow each other; a block is of one arrival and not too large."""
    for arrived, together in groupby(messages, lambda row: row[1]):
        for _, run in groupby(together, lambda row: row[0] // MOST_IN_BLOCK):
            places, _, topics, payloads = zip(*run, strict=True)
            batch = Batch(list(topics), list(payloads), arrived, lambda: None, 0)
            yield from blocks_of([batch], places[0])[1]
