"""A folder on a disk that is full, and one that an earlier version of the product left."""

import contextlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.store import Change, Unavailable, Waiting, open_store
from runtime.store.sqlite import FILE, SqliteStore
from runtime.store.test_store import HEADER, batch, letter, many, places

FILLING = """
import json, resource, sys
from pathlib import Path
from runtime.store import Change, Unavailable, Waiting, open_store
from runtime.store.test_store import HEADER, batch

store = open_store(Path(sys.argv[1]))
store.keep_deploy("f", b"{}", 0)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
large = batch(1, *[("t", b"x" * 1000)] * 50)
change = Change("f", 7, HEADER, [("n", str(n), b"x" * 900) for n in range(50)], [Waiting("f", "k", b"{}", 1)])
said = {"kept": 0, "refused": []}
for _ in range(100):
    try:
        store.receive([large])
        said["kept"] += 50
    except Unavailable as problem:
        said["refused"].append(str(problem))
        break
for write in (lambda: store.receive([large]), lambda: store.commit([change], [b"row"], said["kept"])):
    try:
        write()
    except Unavailable as problem:
        said["refused"].append(str(problem))
said["last"] = store.last_place()
said["places"] = len(store.after(0, 10_000))
said["memory"] = [store.kept()[0].place, len(list(store.records("f"))), len(store.waiting("f")), store.reader().last()]
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
said["next"] = list(store.receive([large]))
store.commit([change], [b"row"], said["kept"])
said["memory after"] = [store.kept()[0].place, len(list(store.records("f"))), len(store.waiting("f")), store.reader().last()]
print(json.dumps(said))
"""


def test_a_disk_that_is_full_takes_nothing_half_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """The system refuses this process's files to grow, as a full disk does."""
    done = subprocess.run([sys.executable, "-c", FILLING, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["kept"] > 0
    assert len(said["refused"]) == 3
    assert said["last"] == said["places"] == said["kept"]
    assert said["memory"] == [0, 0, 0, 0]
    assert said["next"] == [said["kept"] + 1]
    assert said["memory after"] == [7, 50, 1, 1]
    store = open_store(tmp_path)
    assert places(store) == list(range(said["kept"] + 1, said["kept"] + 51))
    store.close()
    db = sqlite3.connect(tmp_path / FILE)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


def test_a_commit_that_fails_changes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.keep_deploy("f", b"{}", 0)
    broken = Waiting("f", "k", object(), 1)  # type: ignore[arg-type]
    good = Change("f", 7, HEADER, [("n", "a", b"1")], dead=[letter("d")])
    for _ in range(2):
        with pytest.raises(Unavailable):
            store.commit([good, Change("f", waiting=[broken])], [b"r"])
    assert store.kept()[0].header is None
    assert list(store.records("f")) == []
    assert store.dead() == []
    store.commit([good], [b"r"])
    assert store.reader().rows(0) == [(1, b"r")]
    store.close()


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough" * 100)
    for _ in range(2):  # the folder is not held either
        with pytest.raises(Unavailable, match="not a database"):
            open_store(tmp_path)


VERSION_1 = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE inbox (
  place INTEGER PRIMARY KEY AUTOINCREMENT, arrived INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL);
CREATE TABLE flows (
  flow TEXT PRIMARY KEY, deploy BLOB NOT NULL, memory BLOB, place INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE outbox (
  flow TEXT NOT NULL, key TEXT NOT NULL, effect BLOB NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (flow, key));
CREATE TABLE up (seq INTEGER PRIMARY KEY AUTOINCREMENT, row BLOB NOT NULL);
INSERT INTO facts VALUES ('id', '"abc"');
INSERT INTO inbox VALUES (3, 10, 'a', X'01'), (4, 10, 'b', X'02'), (5, 11, 'c', X'03');
INSERT INTO flows VALUES ('f', '{}', NULL, 2), ('new', '{}', NULL, 5);
INSERT INTO outbox VALUES ('f', 'k2', CAST('{"n":2}' AS BLOB), 8), ('f', 'k1', CAST('{"n":1}' AS BLOB), 9);
INSERT INTO up (row) VALUES ('r');
"""


def test_what_the_first_version_kept_is_carried_over(tmp_path: Path) -> None:
    waiting = {"node": "n", "slot": None, "effect": {"key": "e1"}}
    memory = {"now": 7, "nodes": {"n": {"kind": "x", "slots": {"b": {"memory": 1}, "a": {}}}}, "waiting": [waiting]}
    db = sqlite3.connect(tmp_path / FILE)
    db.executescript(VERSION_1)
    db.execute("UPDATE flows SET memory = ? WHERE flow = 'f'", (json.dumps(memory).encode(),))
    db.commit()
    db.close()
    for _ in range(2):
        store = open_store(tmp_path)
        assert store.id == "abc"
        assert [(r.place, r.arrived, r.topic, r.payload) for r in store.after(0)] == [
            (3, 10, "a", b"\1"),
            (4, 10, "b", b"\2"),
            (5, 11, "c", b"\3"),
        ]
        left = [(w.key, w.effect, w.created) for w in store.waiting("f")]
        assert left == [("k2", b'{"n":2}', 8), ("k1", b'{"n":1}', 9)]
        assert [(kept.flow, kept.place) for kept in store.kept()] == [("f", 2), ("new", 5)]
        header = json.loads(store.kept()[0].header or b"")
        assert header == {"now": 7, "nodes": {"n": {"kind": "x", "slots": {}}}, "waiting": []}
        found = [(node, key, json.loads(value)) for node, key, value in store.records("f")]
        assert found == [("n", "b", {"memory": 1}), ("n", "a", {}), ("", "e1", waiting)]
        assert [seq for seq, _ in store.reader().rows(0)] == [1]
        store.close()
    store = open_store(tmp_path)
    store.commit([], passed=5)
    store.close()
    store = SqliteStore(tmp_path)
    assert list(store.receive([many(1), batch(2, ("x", b""))])) == [6, 7]
    store.close()


def test_an_outbox_that_counts_no_attempts_is_taken_over(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.commit([Change("f", waiting=[Waiting("f", "k", b"{}", 1)])])
    store.close()
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("ALTER TABLE outbox DROP COLUMN attempts")
        db.commit()
    store = SqliteStore(tmp_path)
    store.commit([Change("f", tried={"k": 2})])
    assert [(one.key, one.attempts) for one in store.waiting("f")] == [("k", 2)]
    store.close()
