"""What a worker keeps on its disk, and what one transaction keeps together."""

import sqlite3
from pathlib import Path

import pytest

import runtime.store
from runtime.lock import InUse
from runtime.mailbox import Batch
from runtime.store import Change, Store, Waiting


def reopened(store: Store) -> Store:
    store.close()
    return Store(store.folder)


def batch(arrived: int, *messages: tuple[str, bytes]) -> Batch:
    return Batch([topic for topic, _ in messages], [payload for _, payload in messages], arrived, lambda: None, 0)


def test_what_was_received_is_there_after_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert list(store.receive([batch(1, ("a/b", b"\x00\xff")), batch(2, ("c", b""))])) == [1, 2]
    store = reopened(store)
    assert [(r.place, r.arrived, r.topic, r.payload) for r in store.after(0)] == [
        (1, 1, "a/b", b"\x00\xff"),
        (2, 2, "c", b""),
    ]
    assert [r.place for r in store.after(1)] == [2]
    assert store.last_place() == 2
    store.close()


def test_places_are_never_used_twice(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.receive([batch(1, ("a", b""), ("a", b""))])
    store.commit([], passed=2)
    store = reopened(store)
    assert store.after(0) == []
    assert list(store.receive([batch(3, ("a", b"")), batch(4, ("a", b""))])) == [3, 4]
    store.close()


def test_memory_outbox_and_rows_change_together(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep_deploy("f", b"{}", 0)
    store.commit([Change("f", b"memory", 7, [Waiting("f", "k1", b"{}", 5)])], [b'{"a":1}', b'{"a":2}'])
    store = reopened(store)
    (kept,) = store.kept()
    assert (kept.flow, kept.memory, kept.place) == ("f", b"memory", 7)
    assert [w.key for w in store.waiting("f")] == ["k1"]
    assert store.reader().rows(0) == [(1, b'{"a":1}'), (2, b'{"a":2}')]
    store.commit([Change("f", settled=["k1"])])
    assert store.waiting("f") == []
    assert store.kept()[0].memory == b"memory"
    store.close()


def test_while_the_server_is_away_the_oldest_rows_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime.store, "MOST_UP", 5)
    monkeypatch.setattr(runtime.store, "TRIM_EVERY", 3)
    store = Store(tmp_path)
    for number in range(20):
        store.commit([], [b'{"n":%d}' % number])
    kept = [seq for seq, _ in store.reader().rows(0)]
    assert kept[-1] == 20
    assert 5 <= len(kept) <= 8
    store.close()


def test_a_commit_that_fails_changes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep_deploy("f", b"{}", 0)
    broken = Waiting("f", None, b"{}", 5)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.Error):
        store.commit(
            [Change("f", b"memory", 7), Change("f", None, 0, [broken, Waiting("f", "k", object(), 1)])], [b"r"]
        )  # type: ignore[arg-type]
    assert store.kept()[0].memory is None
    assert store.reader().rows(0) == []
    store.close()


def test_a_repeated_effect_waits_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    waiting = Waiting("f", "k", b"{}", 1)
    store.commit([Change("f", None, 0, [waiting])])
    store.commit([Change("f", None, 0, [waiting])])
    assert len(store.waiting("f")) == 1
    store.close()


def test_rows_go_when_they_are_acknowledged(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.commit([], [b"1", b"2", b"3"])
    store.acknowledged(2)
    reader = store.reader()
    assert [seq for seq, _ in reader.rows(0)] == [3]
    store.acknowledged(3)
    assert reader.last() == 3
    store.commit([], [b"4"])
    assert [seq for seq, _ in reader.rows(0)] == [4]
    reader.close()
    store.close()


def test_a_new_deploy_keeps_memory_and_forgetting_keeps_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep_deploy("f", b"1", 3)
    store.commit([Change("f", b"memory", 5, [Waiting("f", "k", b"{}", 1)])])
    store.keep_deploy("f", b"2", 9)
    (kept,) = store.kept()
    assert (kept.deploy, kept.memory, kept.place) == (b"2", b"memory", 5)
    store.forget("f")
    assert store.kept() == []
    assert store.waiting("f") == []
    store.close()


def test_one_folder_is_for_one_worker(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(InUse):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def test_facts_are_remembered(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.remember("broker", {"url": "mqtt://x"})
    id = store.id
    store = reopened(store)
    assert store.fact("broker") == {"url": "mqtt://x"}
    assert store.fact("nothing") is None
    assert store.id == id
    store.close()
