"""Who is called: a receiver in a process of its own that writes down every request it gets, and answers as it is told.

Each request is one JSON line of the file: `at` (monotonic seconds, one clock for the machine), `path`, `key`, `body`, `attempt` (of this
key on this path), `answer` (what it was told to answer) and `taken` (whether the receiver acted on it).
"""

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tests.brokers import wait_for

ROOT = Path(__file__).resolve().parents[2]
TAKEN = frozenset(("ok", "drop"))
"""Answers (see flows.SICK) after which it acted. `drop`: acts on the request and closes without a reply. `drip`: an answer that never gets to its end. `reset`: a TCP
reset, nothing done."""
BEHAVE = "/behave"


class Call(msgspec.Struct):
    """One request as the ledger wrote it down."""

    at: float
    path: str
    key: str
    body: Any
    attempt: int
    answer: str
    taken: bool


class Book:
    """The receiving side. `manners` says per path how to answer: (answer, for how many first requests of a key)."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("ab", buffering=0)
        self.manners: dict[str, tuple[str, int]] = {}
        self._attempts: Counter[tuple[str, str]] = Counter()

    def note(self, path: str, key: str, body: Any) -> str:
        self._attempts[path, key] += 1
        attempt = self._attempts[path, key]
        answer, times = self.manners.get(path, ("ok", 0))
        if attempt > times:
            answer = "ok"
        call = Call(time.monotonic(), path, key, body, attempt, answer, answer in TAKEN)
        self._file.write(msgspec.json.encode(call) + b"\n")
        return answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").split("\r\n")
                fields = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines) if k}
                body = await reader.readexactly(int(fields.get("content-length", 0)))
                path = first.split(" ")[1]
                if path == BEHAVE:
                    told = json.loads(body)
                    self.manners[told["path"]] = (told["answer"], told["times"])
                    answer = "ok"
                else:
                    answer = self.note(path, fields.get("idempotency-key", ""), json.loads(body))
                if not await self._answer(answer, writer):
                    break
        writer.close()

    async def _answer(self, answer: str, writer: asyncio.StreamWriter) -> bool:
        """False when the connection is over."""
        if answer in ("drop", "reset"):
            if answer == "reset":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return False
        if answer == "hang":
            await asyncio.sleep(3_600)
        if answer == "drip":
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"." * 1_000:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.25)
            return False
        status = {"ok": "200 OK", "429": "429 Too Many Requests\r\nRetry-After: 1", "500": "500 Broken"}[answer]
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        return True


class Ledger:
    """The asking side, in the test: `calls` holds what was written down, oldest first, after `read`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ledger.jsonl"
        self._file.touch()
        self._reading = self._file.open("rb")
        self._rest = b""
        self.calls: list[Call] = []
        command = [sys.executable, "-m", "tests.faults.ledger", "--file", str(self._file)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def behave(self, path: str, answer: str, times: int = 1 << 60) -> None:
        """Answer so to the first `times` requests of each key on `path`."""
        told = json.dumps({"path": path, "answer": answer, "times": times}).encode()
        urllib.request.urlopen(self.url + BEHAVE, told, timeout=30).close()

    def read(self, path: str) -> list[Call]:
        """All calls to `path` until now."""
        *lines, self._rest = (self._rest + self._reading.read()).split(b"\n")
        self.calls += [msgspec.json.decode(line, type=Call) for line in lines]
        return [call for call in self.calls if call.path == path]

    def wait(self, path: str, count: int, seconds: float) -> list[Call]:
        """Until `count` different keys were taken on `path`, `seconds` at most; all calls to it until then. Who asks judges
        them."""
        wait_for(lambda: len({call.key for call in self.read(path) if call.taken}) >= count, seconds)
        return self.read(path)

    def quiet(self, path: str, seconds: float = 1.0) -> list[Call]:
        """Until nothing more has come on `path` for `seconds`."""
        count, since = -1, time.monotonic()
        while time.monotonic() - since < seconds:
            now = len(self.read(path))
            if now != count:
                count, since = now, time.monotonic()
            time.sleep(0.05)
        return self.read(path)

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)
        self._reading.close()


@contextmanager
def ledger(folder: Path) -> Iterator[Ledger]:
    book = Ledger(folder)
    try:
        yield book
    finally:
        book.close()


async def _serve(file: Path) -> None:
    book = Book(file)
    server = await asyncio.start_server(book.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", type=Path, required=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args().file))
