"""A database may go away at any moment, and another worker may come."""

import contextlib
import time
from collections.abc import Iterator

import pytest

import runtime.host
import runtime.store.session
from runtime.lock import InUse
from runtime.store import Change, Store, Unavailable, Waiting, open_store
from runtime.store.address import postgres_address, shown
from runtime.store.postgres import PostgresStore
from runtime.store.session import ANSWER
from runtime.store.test_store import HEADER, letter, many, places
from runtime.test_host import Rig, deploy
from tests.brokers import wait_until
from tests.postgres import Postgres, Way

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    store = open_store(address)
    store.receive([many(3)])
    yield store
    store.close()


def comes_back(store: Store) -> None:
    """The store has its lock again as soon as the server has noticed that the old connection is gone."""

    def works() -> bool:
        try:
            store.remember("works", True)
        except Unavailable:
            return False
        return True

    wait_until(works, 10, "the store works again")


def test_what_fails_while_the_connection_is_lost_works_again_afterwards(postgres: Postgres, store: Store) -> None:
    postgres.cut()
    with pytest.raises(Unavailable):
        store.receive([many(2)])
    comes_back(store)
    assert list(store.receive([many(2)])) == [4]
    assert places(store) == [1, 2, 3, 4, 5]


def test_a_server_that_is_away_is_waited_for(postgres: Postgres, store: Store) -> None:
    reader = store.reader()
    store.commit([], [b"1"])
    assert reader.last() == 1
    postgres.stop()
    try:
        for _ in range(2):
            with pytest.raises(Unavailable):
                store.commit([], [b"2"])
            assert reader.rows(0) == []
            assert reader.last() == 1
    finally:
        postgres.start()
    comes_back(store)
    store.commit([], [b"2"])
    assert reader.rows(0) == [(1, b"1"), (2, b"2")]
    reader.close()


@contextlib.contextmanager
def hanging(postgres: Postgres) -> Iterator[None]:
    postgres.hang()
    try:
        yield
    finally:
        postgres.go_on()


def test_a_server_that_hangs_is_not_waited_for_longer_than_said(
    postgres: Postgres, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = store.reader()
    store.commit([], [b"1"])
    assert reader.last() == 1
    for patience in (store._db, reader._db):  # type: ignore[attr-defined]
        patience.patience = 1.0
    monkeypatch.setattr(store, "_patience", 1.0)
    monkeypatch.setitem(runtime.store.session.NETWORK, "connect_timeout", 2)
    with hanging(postgres):
        for question in (lambda: store.commit([], [b"2"]), lambda: store.receive([many(2)]), lambda: store.fact("x")):
            begun = time.monotonic()
            with pytest.raises(Unavailable):
                question()
            assert time.monotonic() - begun < 15
        begun = time.monotonic()
        assert reader.rows(0) == []
        assert time.monotonic() - begun < 15
    comes_back(store)
    store.commit([], [b"2"])
    assert reader.rows(0) == [(1, b"1"), (2, b"2")]
    assert places(store) == [1, 2, 3]
    assert store._patience == ANSWER  # type: ignore[attr-defined]
    reader.close()


def test_patience_grows_with_each_answer_that_does_not_come(postgres: Postgres, address: str) -> None:
    """A large commit to a slow database comes through in the end."""
    store = open_store(address)
    assert isinstance(store, PostgresStore)
    store._patience = 0.2

    tried = set()

    def through() -> bool:
        tried.add(store._patience)
        try:
            with store._writing() as db:
                db.patience = store._patience
                db.execute("SELECT pg_sleep(1)")
        except Unavailable:
            return False
        return True

    wait_until(through, 20, "the slow one")
    assert sorted(tried)[:4] == [0.2, 0.4, 0.8, 1.6]
    assert store._patience == ANSWER
    store.close()


@pytest.fixture
def way(postgres: Postgres) -> Iterator[Way]:
    way = Way(postgres)
    yield way
    way.close()


def test_messages_that_were_kept_but_whose_reply_was_lost_are_kept_once(way: Way, address: str) -> None:
    store = open_store(way.url + address[address.index("?") :])
    store.receive([many(3)])
    way.drops_replies = True
    with pytest.raises(Unavailable):
        store.receive([many(2)])
    with open_directly(address) as other:
        other.wait_for("inbox_blocks", 2)
    comes_back(store)
    assert store.last_place() == 3
    assert places(store) == [1, 2, 3]
    assert list(store.receive([many(5)])) == [4]
    assert places(store) == [1, 2, 3, 4, 5, 6, 7, 8]
    store.close()


def test_a_commit_whose_reply_was_lost_is_made_once(way: Way, address: str) -> None:
    store = open_store(way.url + address[address.index("?") :])
    store.keep_deploy("f", b"{}", 0)
    change = Change("f", 1, HEADER, [("n", "a", b"1")], [Waiting("f", "k", b"{}", 1)], dead=[letter("d")])
    way.drops_replies = True
    with pytest.raises(Unavailable):
        store.commit([change], [b"1", b"2"])
    comes_back(store)
    store.commit([change], [b"1", b"2", b"3"])
    reader = store.reader()
    assert reader.rows(0) == [(1, b"1"), (2, b"2"), (3, b"3")]
    assert reader.last() == 3
    assert [w.key for w in store.waiting("f")] == ["k"]
    assert [one.key for one in store.dead()] == ["d"]
    assert list(store.records("f")) == [("n", "a", b"1")]
    reader.close()
    store.close()


class open_directly:
    """Looks into a store past its lock."""

    def __init__(self, address: str) -> None:
        from runtime.store.session import connect

        self._db = connect(postgres_address(address))

    def __enter__(self) -> "open_directly":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def wait_for(self, table: str, rows: int) -> None:
        wait_until(lambda: self._count(table) == rows, 10, f"{rows} rows in {table}")

    def _count(self, table: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_who_lost_the_store_to_another_never_writes_again(postgres: Postgres, store: Store, address: str) -> None:
    with pytest.raises(InUse):
        open_store(address)
    postgres.cut()
    wait_until(lambda: free(address), 10, "the lock is free")
    other = open_store(address)
    with pytest.raises(Unavailable):
        store.receive([many(1)])
    with pytest.raises(Unavailable, match="another worker has"):
        store.commit([], [b"1"])
    other.receive([many(1)])
    other.close()
    for _ in range(2):
        with pytest.raises(Unavailable, match="in between"):
            store.receive([many(1)])
    last = open_store(address)
    assert places(last) == [1, 2, 3, 4]
    last.close()


def free(address: str) -> bool:
    """Whether nobody has the lock; taken and given back without an opening."""
    from runtime.store.session import connect, lock_number

    at = postgres_address(address)
    with connect(at) as db:
        return bool(db.execute("SELECT pg_try_advisory_lock(%s)", (lock_number(at.schema),)).fetchone()[0])


def test_stores_of_one_database_are_apart(postgres: Postgres, store: Store) -> None:
    other = open_store(f"{postgres.url}?store=apart")
    assert other.last_place() == 0
    assert other.id != store.id
    other.close()


def test_a_url_names_its_store_and_its_password_is_never_shown() -> None:
    url = "postgresql://suiro:s%40crt@db.example:5432/plant?sslmode=require&store=line_3"
    address = postgres_address(url)
    assert address.conninfo == "postgresql://suiro:s%40crt@db.example:5432/plant?sslmode=require"
    assert address.schema == "suiro_line_3"
    assert address.shown == shown(url) == "postgresql://db.example:5432/plant?store=line_3"
    assert "crt" not in repr(address)
    assert postgres_address("postgresql:///suiro").schema == "suiro_worker"
    assert shown("/var/lib/suiro") == "/var/lib/suiro"
    for wrong in ("postgresql://x/y?store=", "postgresql://x/y?store=Line", "postgresql://x/y?store=a-b"):
        with pytest.raises(ValueError, match="name of a store"):
            postgres_address(wrong)


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(Unavailable, match="refused"):
        open_store("postgresql://suiro@127.0.0.1:1/suiro")


def test_a_worker_whose_database_is_away_acknowledges_nothing_until_it_is_back(
    postgres: Postgres, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.host, "AGAIN_AFTER", 0.05)
    rig = Rig(address)
    rig.host.deploy(deploy())
    rig.host.start()
    rig.publish(70)
    wait_until(lambda: rig.acked == [0], 10)
    postgres.stop()
    try:
        rig.publish(85)
        wait_until(lambda: rig.host.refusing, 20)
        assert rig.acked == [0]
    finally:
        postgres.start()
    wait_until(lambda: rig.acked == [0, 1], 20)
    wait_until(lambda: len(rig.sink.sent) == 1, 10)
    wait_until(lambda: rig.host.trouble is None, 10)
    rig.host.stop()
    rig.pull_the_plug()
    again = Rig(address)
    again.host.recover()
    again.round()
    assert again.sink.sent == []
    assert again.host.flows["f"].engine.counts.sources["kiln"].received == 2
    again.pull_the_plug()


def test_an_outbox_that_counts_no_attempts_is_taken_over(postgres: Postgres, address: str) -> None:
    store = open_store(address)
    store.commit([Change("f", waiting=[Waiting("f", "k", b"{}", 1)])])
    store.close()
    postgres.execute(f"ALTER TABLE {postgres_address(address).schema}.outbox DROP COLUMN attempts")
    store = open_store(address)
    store.commit([Change("f", tried={"k": 2})])
    assert [(one.key, one.attempts) for one in store.waiting("f")] == [("k", 2)]
    store.close()
