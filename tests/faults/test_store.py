"""A store that cannot be written (its disk is full, another process holds it, its database hangs or is away) stops the
acknowledgements and is spoken of; once it can be written again, or after a kill in the middle of it, everything is there."""

import contextlib
import resource
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import wait_until
from tests.faults.account import judge, windows
from tests.faults.conftest import Note
from tests.faults.flows import closing, counting, numbered, stream
from tests.faults.rig import Rig, rig
from tests.postgres import MISSING, Postgres, binaries

RATE = 150
MOST_UNTOLD = 20
"""Seconds within which a store that does not answer is spoken of, on a busy machine."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    if binaries() is None:
        pytest.skip(MISSING)
    server = Postgres(fsync=True)
    yield server
    server.close()


@contextlib.contextmanager
def unwritable(made: Rig, way: str, postgres: Postgres | None) -> Iterator[None]:
    """`disk full`: the system lets the worker write no further byte into any file. `locked`: another process writes and
    does not come to an end. `database hangs`: it takes what it is sent and says nothing. `database away`: it was stopped."""
    assert made.worker
    pid = made.worker.pid
    if postgres is not None:
        begin, end = (postgres.hang, postgres.go_on) if way == "database hangs" else (postgres.stop, postgres.start)
        begin()
        try:
            yield
        finally:
            end()
    elif way == "disk full":
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
        yield
        if made.worker.alive:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
    else:
        holding = sqlite3.connect(made.store / "worker.sqlite3", isolation_level=None)
        holding.execute("BEGIN IMMEDIATE")
        yield
        holding.execute("ROLLBACK")
        holding.close()


def spoken_of(made: Rig) -> bool:
    """Whether the worker says that it is in trouble."""
    return any(frame["text"] for frame in made.server.of("trouble"))


LEFT_OUT = pytest.mark.only_in_full
POSTGRES = [pytest.mark.xdist_group("postgres faults")]


@pytest.mark.parametrize(
    ("way", "killed"),
    [
        ("disk full", True),
        ("locked", False),
        pytest.param("disk full", False, marks=LEFT_OUT),
        pytest.param("locked", True, marks=LEFT_OUT),
        pytest.param("database hangs", False, marks=POSTGRES),
        pytest.param("database away", True, marks=POSTGRES),
        pytest.param("database hangs", True, marks=[*POSTGRES, LEFT_OUT]),
        pytest.param("database away", False, marks=[*POSTGRES, LEFT_OUT]),
    ],
)
def test_a_store_that_cannot_be_written_stops_the_flow_and_loses_nothing(
    way: str, killed: bool, tmp_path: Path, full: bool, note: Note, request: pytest.FixtureRequest
) -> None:
    postgres = request.getfixturevalue("postgres") if "database" in way else None
    span = 40 if full else 6
    count, base = RATE * span, time.time_ns() // 1_000_000 - 600_000
    messages = stream(count, base) + closing(count, base)
    with rig(tmp_path) as made:
        if postgres is not None:
            made.database = f"{postgres.url}?store={'_'.join(way.split())}_{'killed' if killed else 'kept'}"
        made.start()
        made.deploy(counting())
        publisher = made.publish(messages, RATE)
        made.ledger.wait("/calls", RATE, 20)
        with unwritable(made, way, postgres):
            begun = time.monotonic()
            wait_until(lambda: spoken_of(made), what=f"health says so: {made.log()}")
            told = time.monotonic() - begun
            assert told < MOST_UNTOLD
            called = len(made.ledger.quiet("/calls", 2.0))
            time.sleep(span / 4 if full else 1.0)
            assert len(made.ledger.read("/calls")) == called, "something left that was not kept"
            if killed:
                assert made.worker
                made.worker.kill()
        if killed:
            made.start()
        publisher.wait(span + 60)
        made.ledger.wait("/calls", len(messages), 60)
        verdict = judge(made.ledger.quiet("/calls"), numbered(messages))
        wait_until(lambda: not made.status()["trouble"], 10, f"the trouble is over: {made.status()} {made.log()}")
        read = made.ledger.read
        late, spans = read("/late"), windows(read("/spans"))
    note(5, f"store {way}, {'worker killed meanwhile' if killed else 'writable again afterwards'}", messages=len(messages),
         told_after_seconds=round(told, 1), lost=len(verdict.lost), doubled=len(verdict.doubled))  # fmt: skip
    assert verdict, str(verdict)
    assert not late
    assert sum(len(rows) for rows in spans.values()) > 0
