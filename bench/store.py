"""What keeping costs: `python -m bench.store [folder]` (about a minute; the folder chooses the disk).

The inbox commit by `synchronous` and by how much comes together, beside the same bytes appended to a plain file with
fsync (the limit of what is safe from a power cut); the size at which the log is copied into the database; what passed
messages cost to remove while many others wait; memory written bit by bit and as a whole; and PostgreSQL, where installed.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from runtime.mailbox import Batch
from runtime.store import Change, Store, open_store
from runtime.store.sqlite import SqliteStore
from tests.postgres import Postgres, binaries

SIZES = (1, 100, 4_096)
PAYLOAD = b'{"ts":1767571200000,"seq":1234567,"t":{"temp":71.25},"state":"running"}'.ljust(110)
SECONDS, TURNS = 0.4, 5
MODES = ("FULL", "NORMAL", "OFF")
LOGS = (250, 1_000, 4_000, 16_000)


class Figure:
    """Medians over turns: commits and messages per second, and processor time per message (µs)."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._rates: list[float] = []
        self._cost: list[float] = []

    def turn(self, once: Callable[[], None]) -> None:
        began, cpu, times = time.perf_counter(), time.process_time(), 0
        while (took := time.perf_counter() - began) < SECONDS:
            once()
            times += 1
        self._rates.append(times / took)
        self._cost.append((time.process_time() - cpu) / times / self.size * 1e6)

    @property
    def rate(self) -> float:
        return statistics.median(self._rates)

    def text(self, limit: "Figure | None" = None) -> str:
        spread = f"{min(self._rates):,.0f}-{max(self._rates):,.0f}"
        beside = f"   {self.rate / limit.rate:5.2f} of the plain file" if limit else ""
        return (
            f"{self.rate:9,.0f} commits/s ({spread})  {self.rate * self.size:11,.0f} messages/s"
            f"  {statistics.median(self._cost):7.2f} µs{beside}"
        )


def batch(size: int) -> Batch:
    return Batch([f"plant/d{n % 1_000}/telemetry" for n in range(size)], [PAYLOAD] * size, 1, lambda: None, 0)


def inbox(store: Store, size: int) -> Callable[[], None]:
    """The inbox commit, and now and then one that lets what was passed go, as a worker does."""
    came, times = batch(size), 0

    def once() -> None:
        nonlocal times
        store.receive([came])
        times += 1
        if times % 16 == 0:
            store.commit([], passed=store.last_place())

    return once


def plain(file: Path, size: int) -> Callable[[], None]:
    descriptor, text = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND), PAYLOAD * size

    def once() -> None:
        os.write(descriptor, text)
        os.fdatasync(descriptor)

    return once


def by_mode(folder: Path) -> None:
    for size in SIZES:
        ways = {"plain file, fdatasync": plain(folder / f"plain{size}", size)}
        stores = {mode: SqliteStore(folder / f"{mode}{size}", synchronous=mode) for mode in MODES}
        ways |= {f"synchronous {mode}": inbox(store, size) for mode, store in stores.items()}
        figures = measured(ways, size)
        limit = figures["plain file, fdatasync"]
        for name, figure in figures.items():
            print(f"{size:5} together, {name:22} {figure.text(limit)}", flush=True)
        for store in stores.values():
            store.close()


def by_log(folder: Path) -> None:
    for size in SIZES[1:]:
        stores = {pages: SqliteStore(folder / f"log{pages}-{size}", checkpoint=pages) for pages in LOGS}
        figures = measured({f"log of {pages:,} pages": inbox(store, size) for pages, store in stores.items()}, size)
        for name, figure in figures.items():
            print(f"{size:5} together, FULL, {name:20} {figure.text()}", flush=True)
        for store in stores.values():
            store.close()


def measured(ways: dict[str, Callable[[], None]], size: int) -> dict[str, Figure]:
    figures = {name: Figure(size) for name in ways}
    for _ in range(TURNS):
        for name, once in ways.items():
            figures[name].turn(once)
    return figures


def trimming(folder: Path) -> None:
    found = {}
    for behind in (0, 10_000, 1_000_000):
        store = SqliteStore(folder / f"behind{behind}", synchronous="OFF")
        came = batch(100)
        for _ in range(behind // 100 + 400):
            store.receive([came])
        began = time.perf_counter()
        for times in range(1, 401):
            store.commit([], passed=100 * times)
        found[behind] = (time.perf_counter() - began) / 400 * 1e6
        store.close()
    print("100 passed messages go in: " + ", ".join(f"{took:.0f} µs with {n:,} behind" for n, took in found.items()))


def memory(folder: Path) -> None:
    value = (
        b'{"memory":{"inside":true,"since":null},"time":1767571200000,"anchor":1767571200003,"sure":true,"event":{}}'
    )
    store = SqliteStore(folder / "memory", synchronous="OFF")
    took = {}
    for keys in (1_000, 100_000):
        whole = [("node", f"device-{n}", value) for n in range(keys)]
        store.commit([Change("f", 1, b"{}", whole, all=True)])
        for dirty in (100, 1_000):
            times = []
            for turn in range(20):
                records = [("node", f"device-{(turn * dirty + n) % keys}", value) for n in range(dirty)]
                began = time.perf_counter()
                store.commit([Change("f", 1, b"{}", records)])
                times.append(time.perf_counter() - began)
            took[keys, dirty] = statistics.median(times) * 1e6 / dirty
    print("a changed key: " + ", ".join(f"{t:.1f} µs ({d:,} of {k:,})" for (k, d), t in took.items()))
    store.close()


def databases(folder: Path) -> None:
    if binaries() is None:
        print("PostgreSQL is not installed here: not measured")
        return
    server = Postgres(fsync=True)
    try:
        for size in SIZES:
            stores: dict[str, Store] = {
                "folder": open_store(folder / f"beside{size}"),
                "PostgreSQL": open_store(f"{server.url}?store=bench_{size}"),
            }
            figures = measured({name: inbox(store, size) for name, store in stores.items()}, size)
            ratio = figures["PostgreSQL"].rate / figures["folder"].rate
            for name, figure in figures.items():
                print(f"{size:5} together, {name:12} {figure.text()}", flush=True)
            print(f"      PostgreSQL beside a folder: {ratio:.2f}")
            for store in stores.values():
                store.close()
    finally:
        server.close()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="suiro-bench-", dir=sys.argv[1] if sys.argv[1:] else None) as name:
        for part in (by_mode, by_log, trimming, memory, databases):
            part(Path(name))


if __name__ == "__main__":
    main()
